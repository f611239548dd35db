"""Code lists of the registry: people, families, what is imported. Labels are the trade's own words."""

from django.db import models


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class Relation(models.TextChoices):
    """Relation to the head of household, after GB/T 4761."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    GRANDCHILD = "grandchild", "孙子女"
    PARENT = "parent", "父母"
    GRANDPARENT = "grandparent", "祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    CHILD_IN_LAW = "child_in_law", "儿媳女婿"
    OTHER = "other", "其他"


class HealthState(models.TextChoices):
    HEALTHY = "healthy", "健康"
    CHRONIC = "chronic", "慢性病"
    SEVERE = "severe", "重病"
    DISABLED = "disabled", "残疾"


class DisabilityKind(models.TextChoices):
    """GB/T 26341."""

    VISUAL = "visual", "视力"
    HEARING = "hearing", "听力"
    SPEECH = "speech", "言语"
    PHYSICAL = "physical", "肢体"
    INTELLECTUAL = "intellectual", "智力"
    MENTAL = "mental", "精神"
    MULTIPLE = "multiple", "多重"


class SchoolStage(models.TextChoices):
    PRESCHOOL = "preschool", "学前"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中/中专"
    UNIVERSITY = "university", "大学"


class PoliticalStatus(models.TextChoices):
    MASSES = "masses", "群众"
    PARTY_MEMBER = "party_member", "中共党员"
    PROBATIONARY = "probationary", "中共预备党员"
    LEAGUE_MEMBER = "league_member", "共青团员"
    OTHER = "other", "其他"


class CodeKind(models.TextChoices):
    """The code lists that offices keep in the admin. What rules tell apart by name stands in this module instead."""

    ETHNIC_GROUP = "ethnic_group", "民族"
    MARRIAGE = "marriage", "婚姻状况"
    WORK_STATE = "work_state", "就业状况"
    VETERAN_KIND = "veteran_kind", "优抚对象类别"
    DISEASE = "disease", "重大疾病病种"
    HOUSING = "housing", "住房情况"
    HOUSING_DANGER = "housing_danger", "房屋安全等级"
    INSTITUTION_KIND = "institution_kind", "单位类型"
    EVIDENCE_KIND = "evidence_kind", "证明材料种类"


class AttachmentPurpose(models.TextChoices):
    """Why an organisation other than the community of residence knows a person."""

    EMPLOYER = "employer", "工作单位"
    SCHOOL = "school", "就读学校"


class MoveAnswer(models.TextChoices):
    """What became of a household handed over to another community."""

    ACCEPTED = "accepted", "已接收"
    DECLINED = "declined", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class DuplicateReason(models.TextChoices):
    """Why two persons on file might be one."""

    NAME_BIRTH = "name_birth", "姓名和出生日期相同"
    PHONE = "phone", "电话相同"
    BANK_CARD = "bank_card", "银行卡号相同"
    NEAR_NAME = "near_name", "同户姓名相近"


class Verdict(models.TextChoices):
    """What somebody decided about a pair."""

    SAME = "same", "同一人"
    DIFFERENT = "different", "不是同一人"


class ImportKind(models.TextChoices):
    """What an uploaded workbook lists."""

    PERSONS = "persons", "人员登记表"
    HOUSEHOLDS = "households", "户情况表"
    INSTITUTIONS = "institutions", "单位登记表"
    HARDSHIPS = "hardships", "困难类别认定表"
    BANK_CARDS = "bank_cards", "银行卡登记表"


class ImportState(models.TextChoices):
    """Technical state of an upload."""

    UPLOADED = "uploaded", "已上传"
    CHECKED = "checked", "待确认"
    CONFIRMED = "confirmed", "已写入"
    CANCELLED = "cancelled", "已取消"
    REFUSED = "refused", "不能读取"


class RowKind(models.TextChoices):
    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    UNCHANGED = "unchanged", "无变化"
    BAD = "bad", "有误"
