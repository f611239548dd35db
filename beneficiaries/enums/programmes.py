"""Code lists of 慰问方案: categories, criteria, standards, procedure, stated figures."""

from django.db import models


class ProgrammeKind(models.TextChoices):
    RELIEF = "relief", "困难慰问"
    UNION_AID = "union_aid", "工会帮扶"
    STAFF_BENEFIT = "staff_benefit", "职工慰问"
    VISIT_ONLY = "visit_only", "走访（无款物）"
    OUTREACH = "outreach", "街面救助"
    FRAMEWORK = "framework", "总体方案"


# Kinds that give money or goods to people on a list decided in public; the others may do without categories.
BY_LIST = (ProgrammeKind.RELIEF, ProgrammeKind.UNION_AID, ProgrammeKind.STAFF_BENEFIT)


class FamilyRule(models.TextChoices):
    """How many people a household counts as, where amounts or incomes are reckoned per head."""

    EVERYONE = "everyone", "在册的全部人口"
    COUNTED = "counted", "计入的人口"
    THREE = "three", "一般按三人计"


class SpendingKind(models.TextChoices):
    """What foreseen money is for. Relief money may not pay for the last two."""

    RELIEF = "relief", "慰问金"
    GOODS = "goods", "慰问品"
    DONATED = "donated", "捐赠物资"
    STAFF = "staff", "职工福利"
    WORK = "work", "工作费用"


class MilestoneKind(models.TextChoices):
    WORK = "work", "工作"
    REPORT = "report", "报送"


class Unit(models.TextChoices):
    """What one entry of a category is."""

    HOUSEHOLD = "household", "户"
    PERSON = "person", "人"
    INSTITUTION = "institution", "单位"


class Fact(models.TextChoices):
    """Facts a criterion may test; each is a typed column or a count over the household."""

    INCOME = "income", "家庭月人均收入（元）"
    INCOME_MULTIPLE = "income_multiple", "月人均收入与低保标准之比（倍）"
    MEDICAL = "medical", "近12个月自付医疗费（元）"
    LOSS = "loss", "灾害事故损失（元）"
    CATEGORY = "category", "持有困难类别"
    DISABLED_COUNT = "disabled_count", "残疾人数"
    SEVERE_DISABLED_COUNT = "severe_disabled_count", "重度残疾人数（1–2级）"
    HAS_MAJOR_DISEASE = "has_major_disease", "有重大疾病成员"
    SCHOOL_STAGE = "school_stage", "有在读学生（学段）"
    CHILD_COUNT = "child_count", "未成年人数"
    MEMBER_COUNT = "member_count", "家庭人口"
    ELDEST_AGE = "eldest_age", "最年长成员年龄（岁）"
    YOUNGEST_AGE = "youngest_age", "最年幼成员年龄（岁）"
    LIVES_ALONE = "lives_alone", "独居"
    PARTY_MEMBER = "party_member", "有中共党员"
    VETERAN = "veteran", "有退役军人"
    HELPED_THIS_YEAR = "helped_this_year", "本年度已获救助"
    MONTHS_STOPPED = "months_stopped", "单位停产月数"
    IS_BANKRUPT = "is_bankrupt", "单位已进入破产程序"
    HELPED_BEFORE = "helped_before", "以往获过救助（年度、方案编号）"
    MONTHS_ON_FILE = "months_on_file", "建档满几个月"
    LISTED_DISEASE = "listed_disease", "成员所患病种"
    DISABILITY_GRADE = "disability_grade", "成员残疾等级"
    HOUSING_DANGER = "housing_danger", "房屋安全等级"
    WORK_STATE = "work_state", "成员就业状况"
    VETERAN_KIND = "veteran_kind", "成员优抚对象类别"


class Operator(models.TextChoices):
    """以上/以下/以内 include the number, 不满/超过 do not (民法典 1259)."""

    AT_LEAST = "at_least", "以上（含）"
    AT_MOST = "at_most", "以下（含）"
    MORE_THAN = "more_than", "超过（不含）"
    LESS_THAN = "less_than", "不满（不含）"
    EQUALS = "equals", "等于"
    ONE_OF = "one_of", "属于其一"
    IS_TRUE = "is_true", "是"
    IS_FALSE = "is_false", "否"


class CriterionKind(models.TextChoices):
    ALL = "all", "同时满足"
    ANY = "any", "满足其一"
    TEST = "test", "条件"
    JUDGED = "judged", "由评议认定"


class StandardKind(models.TextChoices):
    CASH = "cash", "慰问金"
    GOODS = "goods", "慰问品"
    SERVICE = "service", "服务"


class Basis(models.TextChoices):
    """What a standard is multiplied by."""

    HOUSEHOLD = "household", "每户（每份）"
    PERSON = "person", "每人"
    PERSON_MONTH = "person_month", "每人每月"
    COMMUNITY = "community", "每村（社区）"


class StepKind(models.TextChoices):
    """Kinds of procedure steps. A submission is the head's own step: she answers for the roster."""

    ASSESSMENT = "assessment", "民主评议"
    SUBMISSION = "submission", "提交"
    NOTICE = "notice", "公示"
    CHECK = "check", "抽查"
    APPROVAL = "approval", "审核"


class ProgrammeStatus(models.TextChoices):
    DRAFT = "draft", "拟订"
    SUBMITTED = "submitted", "待批准"
    APPROVED = "approved", "已批准"
    CLOSED = "closed", "已结束"


class StatedSubject(models.TextChoices):
    """What a figure in the text of a plan is about."""

    HOUSEHOLDS = "households", "慰问户数"
    TOTAL = "total", "款物总额"
    CASH = "cash", "慰问金总额"
    GOODS = "goods", "慰问品总额"
    PER_HOUSEHOLD = "per_household", "每户标准"
    CASH_PER_HOUSEHOLD = "cash_per_household", "每户慰问金"
    GOODS_PER_HOUSEHOLD = "goods_per_household", "每户慰问品"
    PERSONS = "persons", "慰问人数"
    INSTITUTIONS = "institutions", "慰问单位数"
    LINE = "line", "分项金额"
    QUANTITY = "quantity", "物资数量"
    THRESHOLD = "threshold", "收入界限"
    DAYS = "days", "天数"
    OTHER = "other", "其他"


class Exactness(models.TextChoices):
    EXACT = "exact", "确数"
    ABOUT = "about", "约"
    AT_LEAST = "at_least", "不少于"
    RANGE = "range", "区间"
    BLANK = "blank", "空缺"
