"""Code lists of what faces the public: notices, objections, results, complaints."""

from django.db import models


class NoticeStatus(models.TextChoices):
    POSTED = "posted", "公示中"
    CLOSED = "closed", "公示结束"
    WITHDRAWN = "withdrawn", "已撤下"


class NoticeChannelKind(models.TextChoices):
    """Where a notice is shown besides the public site."""

    WALL = "wall", "居(村)务公开栏"
    CONGRESS = "congress", "居民(村民)代表大会"
    PRESS = "press", "报刊"
    SITE = "site", "网站"
    BROADCAST = "broadcast", "广播"
    CHAT = "chat", "微信公众号(群)"
    OTHER = "other", "其他"


class FinalListStatus(models.TextChoices):
    PUBLISHED = "published", "公布中"
    WITHDRAWN = "withdrawn", "已撤下"


class ObjectionStatus(models.TextChoices):
    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"


class ObjectionAction(models.TextChoices):
    """What was done before an objection was answered."""

    CHECKED = "checked", "核对材料"
    RESURVEYED = "resurveyed", "入户复核"
    REASSESS = "reassess", "重新评议"


class ObjectionChannel(models.TextChoices):
    WEB = "web", "网上"
    PHONE = "phone", "电话"
    PAPER = "paper", "书面"
    VISIT = "visit", "来访"


class ComplaintStatus(models.TextChoices):
    RECEIVED = "received", "待交办"
    HANDLING = "handling", "核查中"
    CONCLUDED = "concluded", "已查结"
    CLOSED = "closed", "已反馈"


UNSETTLED_COMPLAINT = (ComplaintStatus.RECEIVED, ComplaintStatus.HANDLING)


class ComplaintChannel(models.TextChoices):
    PHONE = "phone", "电话"
    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    WEB = "web", "网上"
    TRANSFERRED = "transferred", "上级转办"


class ComplaintAbout(models.TextChoices):
    FAVOUR = "favour", "优亲厚友"
    FALSE_LIST = "false_list", "对象不实"
    LEFT_OUT = "left_out", "应列未列"
    WITHHELD = "withheld", "截留、冒领、代领"
    SHORT = "short", "发放不足或变相收费"
    CONDUCT = "conduct", "工作作风"
    OTHER = "other", "其他"


class ComplaintFinding(models.TextChoices):
    TRUE = "true", "属实"
    PARTLY = "partly", "部分属实"
    UNTRUE = "untrue", "不属实"
    UNCLEAR = "unclear", "无法查实"


class FeedbackWay(models.TextChoices):
    PHONE = "phone", "电话"
    LETTER = "letter", "书面"
    VISIT = "visit", "当面"
    NONE = "none", "匿名，无法反馈"
