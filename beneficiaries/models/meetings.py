"""What happens to a roster at a step: the assessment meeting with its votes, the spot check with its findings."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import AssessmentStatus, CheckStatus, MeetingPhotoKind
from beneficiaries.models.procedure import ProcedureStep
from beneficiaries.models.proofs import PhotoProof, proof_constraints
from beneficiaries.models.rosters import Roster, RosterEntry
from welfare.models import User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


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
    void_reason = models.CharField("作废原因", max_length=300, blank=True, editable=False)
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
                fields=["roster", "step", "lap"],
                condition=~Q(status="void"),
                name="assessment_once_per_step_and_lap",
            ),
            models.CheckConstraint(
                condition=Q(status="void") ^ Q(void_reason=""), name="assessment_void_with_reason"
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


class MeetingPhoto(PhotoProof):
    """What shows that the meeting was held: the sheet signed on arrival, the room, the written record."""

    scope_path = "assessment__roster__organisation"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="photos")
    kind = models.CharField("内容", max_length=8, choices=MeetingPhotoKind)
    note = models.CharField("说明", max_length=200, blank=True)
    proof = models.FileField("照片", upload_to="meetings/%Y/%m/", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "评议照片"
        ordering = ["assessment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MeetingPhotoKind.values) & ~Q(proof=""),
                name="meeting_photo_of_known_kind",
            ),
            *proof_constraints("assessment", "meeting_photo"),
        ]

    def __str__(self):
        return self.get_kind_display()


class SampleCheck(ScopedModel):
    """抽查 before the approval: a random sample, reproducible from its seed."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="checks")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1, editable=False)
    seed = models.CharField("随机种子", max_length=32)
    drawn_from = models.TextField("抽取范围", blank=True, help_text="numbers it was drawn from: 1-5、7")
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
