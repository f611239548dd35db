"""Rosters and their review: entries, assessment, decisions, spot check, public notice, objections."""

import secrets

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import (
    LIVE_ENTRY,
    AssessmentStatus,
    CheckStatus,
    EntryOrigin,
    EntryStatus,
    NoticeStatus,
    ObjectionChannel,
    ObjectionStatus,
    Outcome,
    PaymentMode,
    RosterStatus,
)
from beneficiaries.models.programmes import AidCategory, ProcedureStep, Programme
from beneficiaries.models.registry import Household, Institution, Person
from welfare.crypto import EncryptedTextField
from welfare.models import Organisation, User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class Roster(ScopedModel):
    """名册: one organisation's list in one programme, walking the programme's procedure."""

    scope_path = "organisation"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rosters", verbose_name="方案")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="rosters", verbose_name="村(社区)"
    )
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = StatusField("状态", choices=RosterStatus, default=RosterStatus.DRAFTING)
    step = models.ForeignKey(
        ProcedureStep,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="当前环节",
        editable=False,
    )
    step_since_on = models.DateField("本环节自", null=True, editable=False)
    lap = models.PositiveSmallIntegerField(
        "第几次办理", default=1, editable=False, help_text="one more after every return"
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    drafted_at = models.DateTimeField("建立时间")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    finalised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    finalised_at = models.DateTimeField("定案时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "名册"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "version"], name="roster_version_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                condition=~Q(status="cancelled"),
                name="roster_one_live_per_organisation",
            ),
            status_known(RosterStatus, "roster_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["drafting", "final", "cancelled"], step=None)
                | (~Q(status__in=["drafting", "final", "cancelled"]) & Q(step__isnull=False)),
                name="roster_step_while_walking",
            ),
            models.CheckConstraint(
                condition=Q(finalised_at=None, finalised_by=None)
                | Q(finalised_at__isnull=False, finalised_by__isnull=False),
                name="roster_finalised_at_by_together",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}《{self.programme}》名册"


class RosterEntry(ScopedModel):
    """慰问对象: one household, person or institution on a roster."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="entries", verbose_name="名册")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    category = models.ForeignKey(AidCategory, models.PROTECT, related_name="entries", verbose_name="慰问类别")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="户"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="人员"
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="单位"
    )
    position = models.PositiveIntegerField("序号", default=0)
    origin = models.CharField("来源", max_length=12, choices=EntryOrigin)
    reason = models.TextField("列入理由", blank=True)
    explanation = models.JSONField(
        default=list, editable=False, help_text="conditions as met or not, in words, when decided"
    )
    family_size = models.PositiveSmallIntegerField("人口", default=1)
    payment_mode = models.CharField("领取方式", max_length=6, choices=PaymentMode, default=PaymentMode.CASH)
    is_key = models.BooleanField("重点慰问对象", default=False)
    status = StatusField("状态", choices=EntryStatus, default=EntryStatus.LISTED)
    status_reason = models.CharField("说明", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "慰问对象"
        ordering = ["roster", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(household__isnull=False, person=None, institution=None)
                    | Q(household=None, person__isnull=False, institution=None)
                    | Q(household=None, person=None, institution__isnull=False)
                ),
                name="roster_entry_one_beneficiary",
            ),
            *(
                models.UniqueConstraint(
                    fields=["programme", unit],
                    condition=Q(status__in=LIVE_ENTRY) & Q(**{f"{unit}__isnull": False}),
                    name=f"roster_entry_{unit}_once_per_programme",
                )
                for unit in ("household", "person", "institution")
            ),
            models.CheckConstraint(
                condition=~Q(origin="nomination") | ~Q(reason=""), name="roster_entry_nomination_has_reason"
            ),
            status_known(EntryStatus, "roster_entry_status_known"),
        ]

    def __str__(self):
        return str(
            self.person
            or self.institution
            or (self.household.head if self.household else "")
            or self.household
        )

    @property
    def beneficiary(self):
        """The household, person or institution."""
        return self.household or self.person or self.institution


class Assessment(ScopedModel):
    """民主评议 meeting of one roster step."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="assessments")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1, editable=False)
    held_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=100)
    chair = models.CharField("主持人", max_length=50)
    recorder = models.CharField("记录人", max_length=50)
    expected_count = models.PositiveSmallIntegerField("应到人数")
    present_count = models.PositiveSmallIntegerField("实到人数")
    absence_reasons = models.CharField("缺席说明", max_length=300, blank=True)
    minutes = models.TextField("评议纪要", blank=True)
    status = StatusField("状态", choices=AssessmentStatus, default=AssessmentStatus.RECORDING)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    concluded_at = models.DateTimeField(null=True, editable=False)
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "民主评议"
        ordering = ["-held_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(present_count__lte=F("expected_count")),
                name="assessment_present_at_most_expected",
            ),
            models.UniqueConstraint(
                fields=["roster", "step", "lap"], name="assessment_once_per_step_and_lap"
            ),
            status_known(AssessmentStatus, "assessment_status_known"),
        ]

    def __str__(self):
        return f"{self.roster.organisation}民主评议会"


class AssessmentAttendee(ScopedModel):
    """One member of the assessment meeting: present, absent with a reason, or withdrawn for a relative."""

    scope_path = "assessment__roster__organisation"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="attendees")
    name = models.CharField("姓名", max_length=50)
    capacity = models.CharField(
        "身份", max_length=50, blank=True, help_text="议事会、监事会、党员代表、群众代表 …"
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_present = models.BooleanField("到会", default=True)
    absence_reason = models.CharField("缺席原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评议员"
        ordering = ["id"]

    def __str__(self):
        return self.name


class AssessmentVote(ScopedModel):
    """The votes on one entry."""

    scope_path = "assessment__roster__organisation"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="votes")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="votes")
    agree = models.PositiveSmallIntegerField("同意", default=0)
    against = models.PositiveSmallIntegerField("反对", default=0)
    abstain = models.PositiveSmallIntegerField("弃权", default=0)
    withdrawn = models.CharField("回避", max_length=200, blank=True)
    opinion = models.CharField("评议意见", max_length=300, blank=True)
    is_passed = models.BooleanField("通过", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "评议票数"
        ordering = ["entry__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "entry"], name="assessment_vote_once_per_entry"),
        ]

    def __str__(self):
        return f"同意{self.agree} 反对{self.against} 弃权{self.abstain}"


class Decision(ScopedModel):
    """审核/审批意见 of a step, on the roster (entry empty) or on one entry. Never edited."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="decisions")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, null=True, blank=True, related_name="decisions")
    outcome = models.CharField("意见", max_length=10, choices=Outcome)
    reason = models.TextField("理由", blank=True)
    decided_at = models.DateTimeField("时间")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="agreed") | ~Q(reason=""), name="decision_refusal_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.step or ''}{self.get_outcome_display()}"


def _token():
    return secrets.token_urlsafe(12)


class PublicNotice(ScopedModel):
    """公示, one round. What residents see are its frozen texts and ``NoticeEntry`` rows, nothing else."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="notices")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1, editable=False)
    token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    round_number = models.PositiveSmallIntegerField("第几榜", default=1)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    unit_name = models.CharField("公示单位", max_length=100)
    community_name = models.CharField("村(社区)", max_length=100)
    place = models.CharField("张贴地点", max_length=100, blank=True)
    hotline = models.CharField("监督电话", max_length=30)
    objection_place = models.CharField("受理地点", max_length=100, blank=True)
    starts_on = models.DateField("公示开始")
    ends_on = models.DateField("公示截止")
    display_until_on = models.DateField("撤下日期")
    is_rehearsal = models.BooleanField("演练", default=False)
    status = StatusField("状态", choices=NoticeStatus, default=NoticeStatus.POSTED)
    posted_at = models.DateTimeField("发布时间")
    posted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    result_text = models.TextField("公示结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["-posted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), display_until_on__gte=F("ends_on")),
                name="public_notice_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["roster", "step"],
                condition=Q(status="posted"),
                name="public_notice_one_posted_per_step",
            ),
            models.UniqueConstraint(
                fields=["roster", "step", "lap"],
                condition=~Q(status="withdrawn"),
                name="public_notice_once_per_step_and_lap",
            ),
            status_known(NoticeStatus, "public_notice_status_known"),
        ]

    def __str__(self):
        return self.title


class NoticeEntry(ScopedModel):
    """One frozen masked row of a notice: an allow-list of columns. ``entry`` is never read by a public page."""

    scope_path = "notice__roster__organisation"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="rows")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="notice_rows")
    position = models.PositiveIntegerField("序号")
    shown_name = models.CharField("姓名", max_length=60)
    group_name = models.CharField("组", max_length=30, blank=True)
    family_size = models.PositiveSmallIntegerField("人口", default=1)
    public_label = models.CharField("类别", max_length=40)
    standard_text = models.CharField("标准", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "公示名单"
        ordering = ["notice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="notice_entry_position_once"),
            models.UniqueConstraint(fields=["notice", "entry"], name="notice_entry_once"),
            models.CheckConstraint(condition=~Q(public_label=""), name="notice_entry_has_public_label"),
        ]

    def __str__(self):
        return self.shown_name


def _reference():
    return f"{secrets.randbelow(10**10):010d}"


class Objection(ScopedModel):
    """异议 to a notice, by anybody; stops its entry until answered."""

    scope_path = "notice__roster__organisation"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, null=True, blank=True, related_name="objections")
    reference = models.CharField("受理编号", max_length=12, unique=True, default=_reference, editable=False)
    channel = models.CharField("方式", max_length=6, choices=ObjectionChannel, default=ObjectionChannel.WEB)
    about = models.CharField("反映对象", max_length=60, blank=True)
    content = models.TextField("内容", max_length=1000)
    objector_name = models.CharField("反映人", max_length=50, blank=True)
    objector_phone = EncryptedTextField("联系电话", null=True, blank=True)
    received_at = models.DateTimeField("收到时间")
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sender_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="keyed hash of the address"
    )
    status = StatusField("状态", choices=ObjectionStatus, default=ObjectionStatus.OPEN)
    answer = models.TextField("答复", blank=True)
    is_upheld = models.BooleanField("异议成立", null=True)
    answered_at = models.DateTimeField("答复时间", null=True, editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["received_at"], name="objection_received_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", answered_at=None)
                | (Q(status="answered", answered_at__isnull=False, is_upheld__isnull=False) & ~Q(answer="")),
                name="objection_answered_with_words",
            ),
            status_known(ObjectionStatus, "objection_status_known"),
        ]

    def __str__(self):
        return f"异议 {self.reference}"


class SampleCheck(ScopedModel):
    """抽查 before the approval: a random sample, reproducible from its seed."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="checks")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1, editable=False)
    seed = models.CharField("随机种子", max_length=32)
    status = StatusField("状态", choices=CheckStatus, default=CheckStatus.OPEN)
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="抽取人")
    finished_at = models.DateTimeField(null=True, editable=False)
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        ordering = ["-drawn_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "step", "lap"], name="sample_check_once_per_step_and_lap"
            ),
            status_known(CheckStatus, "sample_check_status_known"),
        ]

    def __str__(self):
        return f"{self.roster.organisation}抽查"


class SampleFinding(ScopedModel):
    """What the check found at one entry."""

    scope_path = "sample_check__roster__organisation"

    sample_check = models.ForeignKey(SampleCheck, models.CASCADE, related_name="findings")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="findings")
    is_true = models.BooleanField("情况属实", null=True)
    finding = models.CharField("核查情况", max_length=300, blank=True)
    is_key = models.BooleanField("列为重点", default=False)
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "抽查情况"
        ordering = ["entry__position"]
        constraints = [
            models.UniqueConstraint(fields=["sample_check", "entry"], name="sample_finding_once_per_entry"),
            models.CheckConstraint(
                condition=Q(is_true=None) | (~Q(finding="") & Q(found_at__isnull=False)),
                name="sample_finding_has_words",
            ),
        ]

    def __str__(self):
        return self.finding
