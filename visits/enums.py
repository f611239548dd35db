"""Code lists of visits. Labels are the trade's own words."""

from django.db import models


class Mode(models.TextChoices):
    """How a visit is made. Only going to people's doors must be told ahead."""

    HOME = "home", "入户"
    ON_SITE = "on_site", "现场"
    PHONE = "phone", "电话"
    LETTER = "letter", "信函"


IN_PERSON = (Mode.HOME, Mode.ON_SITE)


class VisitStatus(models.TextChoices):
    PLANNED = "planned", "待走访"
    DONE = "done", "已走访"
    ABSENT = "absent", "未遇"
    CANCELLED = "cancelled", "已取消"


class Channel(models.TextChoices):
    """How a household was told of the visit."""

    PHONE = "phone", "电话"
    DOOR = "door", "上门"
    MESSAGE = "message", "短信/微信"
    NEIGHBOUR = "neighbour", "邻里/组长转告"


class HousingKind(models.TextChoices):
    OWNED = "owned", "自有住房"
    SELF_BUILT = "self_built", "自建房"
    PUBLIC_RENTAL = "public_rental", "公租房/廉租房"
    RENTED = "rented", "租房"
    BORROWED = "borrowed", "借住"
    INSTITUTION = "institution", "机构集中供养"
    OTHER = "other", "其他"


class HousingDanger(models.TextChoices):
    """住房安全隐患."""

    LEAKING = "leaking", "屋顶漏雨"
    CRACKED = "cracked", "墙体开裂"
    ROTTEN = "rotten", "屋架腐朽"
    SINKING = "sinking", "地基下沉"
    WIRING = "wiring", "电线老化"
    GAS = "gas", "燃气隐患"
    HEATING = "heating", "取暖隐患（煤炉、炭盆）"
    FIRE_EXIT = "fire_exit", "消防通道堵塞"
    SLOPE = "slope", "临坡临水"


class Outgoing(models.TextChoices):
    """主要支出."""

    LIVING = "living", "日常生活"
    MEDICAL = "medical", "看病吃药"
    SCHOOL = "school", "子女上学"
    CARE = "care", "残疾、失能照护"
    HOUSING = "housing", "房租、修房"
    DEBT = "debt", "还债"
    OTHER = "other", "其他"


class NeedKind(models.TextChoices):
    LIVING = "living", "生活"
    MEDICAL = "medical", "医疗"
    HOUSING = "housing", "住房"
    SCHOOL = "school", "就学"
    WORK = "work", "就业"
    CARE = "care", "养老照护"
    DISABILITY = "disability", "残疾康复"
    POLICY = "policy", "政策咨询"
    LEGAL = "legal", "法律援助"
    OTHER = "other", "其他"


class NeedStatus(models.TextChoices):
    OPEN = "open", "待解决"
    SOLVED = "solved", "已解决"
