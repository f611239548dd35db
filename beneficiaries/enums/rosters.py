"""Code lists of 名册: where they stand, their entries, meetings, checks, relatives, help given."""

from django.db import models

from beneficiaries.enums.programmes import StepKind


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
    """A meeting without quorum, or entered wrongly, is void: it stays on record, and another is held."""

    RECORDING = "recording", "记录中"
    CONCLUDED = "concluded", "已结束"
    VOID = "void", "已作废"


class Outcome(models.TextChoices):
    AGREED = "agreed", "同意"
    RETURNED = "returned", "退回"
    STRUCK = "struck", "不予列入"
    WAIVED = "waived", "免予评议"


class MeetingPhotoKind(models.TextChoices):
    """What a photo of an assessment meeting shows."""

    SIGN_IN = "sign_in", "签到表"
    ROOM = "room", "会场"
    RECORD = "record", "会议记录"


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
