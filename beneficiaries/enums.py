"""Code lists of the registry, programmes and rosters. Labels are the trade's own words."""

from django.db import models


# -- registry ---------------------------------------------------------------------------------------
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


# -- programmes -------------------------------------------------------------------------------------
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


# -- rosters ----------------------------------------------------------------------------------------
class RosterStatus(models.TextChoices):
    """Where a roster stands: in drafting, at a step of its procedure (by the step's kind), or at the end."""

    DRAFTING = "drafting", "拟订"
    ASSESSING = "assessing", "评议中"
    SUBMITTING = "submitting", "待提交"
    ON_NOTICE = "on_notice", "公示中"
    CHECKING = "checking", "抽查中"
    REVIEWING = "reviewing", "审核中"
    FINAL = "final", "已定案"
    SUPERSEDED = "superseded", "已被新版取代"
    CANCELLED = "cancelled", "已撤销"


# Which status a roster has at a step of each kind.
STATUS_AT = {
    StepKind.ASSESSMENT: RosterStatus.ASSESSING,
    StepKind.SUBMISSION: RosterStatus.SUBMITTING,
    StepKind.NOTICE: RosterStatus.ON_NOTICE,
    StepKind.CHECK: RosterStatus.CHECKING,
    StepKind.APPROVAL: RosterStatus.REVIEWING,
}


class EntryStatus(models.TextChoices):
    LISTED = "listed", "列入"
    STOPPED = "stopped", "异议暂停"
    REJECTED = "rejected", "评议未通过"
    STRUCK = "struck", "不予列入"
    WITHDRAWN = "withdrawn", "已撤下"
    FINAL = "final", "已定案"
    SUPERSEDED = "superseded", "已被新版取代"


LIVE_ENTRY = (EntryStatus.LISTED, EntryStatus.STOPPED, EntryStatus.FINAL)


class EntryOrigin(models.TextChoices):
    APPLICATION = "application", "本人申请"
    SCREENING = "screening", "条件筛选"
    NOMINATION = "nomination", "社区提名"
    ASSIGNED = "assigned", "上级指定"
    IMPORT = "import", "导入"


class PaymentMode(models.TextChoices):
    CASH = "cash", "现金"
    BANK = "bank", "一卡通"


class AssessmentStatus(models.TextChoices):
    RECORDING = "recording", "记录中"
    CONCLUDED = "concluded", "已结束"


class Outcome(models.TextChoices):
    AGREED = "agreed", "同意"
    RETURNED = "returned", "退回"
    STRUCK = "struck", "不予列入"
    WAIVED = "waived", "免予评议"


class NoticeStatus(models.TextChoices):
    POSTED = "posted", "公示中"
    CLOSED = "closed", "公示结束"
    WITHDRAWN = "withdrawn", "已撤下"


class MeetingPhotoKind(models.TextChoices):
    """What a photo of an assessment meeting shows."""

    SIGN_IN = "sign_in", "签到表"
    ROOM = "room", "会场"
    RECORD = "record", "会议记录"


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


class Kinship(models.TextChoices):
    """近亲属: whose entries are registered and checked by the next level in person."""

    SPOUSE = "spouse", "配偶"
    PARENT = "parent", "父母"
    CHILD = "child", "子女"
    SIBLING = "sibling", "兄弟姐妹"
    GRANDPARENT = "grandparent", "祖父母、外祖父母"
    GRANDCHILD = "grandchild", "孙子女、外孙子女"


class CheckStatus(models.TextChoices):
    OPEN = "open", "抽查中"
    DONE = "done", "已完成"


class HelpState(models.TextChoices):
    RECEIVED = "received", "已领取"
    VOIDED = "voided", "已作废"
    RETURNED = "returned", "已退回"
