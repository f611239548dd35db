"""公示: the notice, its frozen rows, where else it hangs, objections to it."""

import secrets

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import (
    NoticeChannelKind,
    NoticeStatus,
    ObjectionAction,
    ObjectionChannel,
    ObjectionStatus,
)
from beneficiaries.models.procedure import ProcedureStep
from beneficiaries.models.proofs import PhotoProof, proof_constraints
from beneficiaries.models.rosters import Roster, RosterEntry
from welfare.crypto import EncryptedTextField
from welfare.models import User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


def _token():
    """The last part of a public address: 128 random bits, so that nobody comes upon it by trying."""
    return secrets.token_urlsafe(16)


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


class MaskedRow(ScopedModel):
    """What a frozen row of a public list holds: an allow-list of columns. ``entry`` is never read by a public page."""

    position = models.PositiveIntegerField("序号")
    shown_name = models.CharField("姓名", max_length=60)
    group_name = models.CharField("组", max_length=30, blank=True)
    family_size = models.PositiveSmallIntegerField("人口", default=1)
    public_label = models.CharField("类别", max_length=40)
    standard_text = models.CharField("标准", max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.shown_name


class NoticeEntry(MaskedRow):
    """One frozen masked row of a notice."""

    scope_path = "notice__roster__organisation"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="rows")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="notice_rows")

    class Meta:
        verbose_name = verbose_name_plural = "公示名单"
        ordering = ["notice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="notice_entry_position_once"),
            models.UniqueConstraint(fields=["notice", "entry"], name="notice_entry_once"),
            models.CheckConstraint(condition=~Q(public_label=""), name="notice_entry_has_public_label"),
        ]


class NoticeChannel(PhotoProof):
    """公示方式 beside the public site: the wall, a residents' congress, the press; each with its day and proof."""

    scope_path = "notice__roster__organisation"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="channels")
    kind = models.CharField("方式", max_length=10, choices=NoticeChannelKind)
    place = models.CharField("地点或名称", max_length=100)
    shown_on = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)
    proof = models.FileField("照片", upload_to="notices/%Y/%m/", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "公示方式"
        ordering = ["notice", "shown_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoticeChannelKind.values), name="notice_channel_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(proof=""), name="notice_channel_has_place_and_proof"
            ),
            *proof_constraints("notice", "notice_channel"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.place}"


def _reference():
    return f"{secrets.randbelow(10**12):012d}"


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
    due_on = models.DateField("答复期限", null=True, editable=False)
    status = StatusField("状态", choices=ObjectionStatus, default=ObjectionStatus.OPEN)
    action = models.CharField("核查方式", max_length=12, choices=ObjectionAction, blank=True)
    acted_on = models.DateField("核查日期", null=True, blank=True)
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
                condition=Q(status="open", answered_at=None, action="", is_upheld=None)
                | (
                    Q(status="answered", answered_at__isnull=False)
                    & ~Q(answer="")
                    & (
                        Q(action__in=["checked", "resurveyed"], is_upheld__isnull=False)
                        | Q(action="reassess", is_upheld=None)
                    )
                ),
                name="objection_answered_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=["resurveyed"]) | Q(acted_on__isnull=False),
                name="objection_resurvey_has_day",
            ),
            status_known(ObjectionStatus, "objection_status_known"),
        ]

    def __str__(self):
        return f"异议 {self.reference}"

    @property
    def outcome(self):
        """What came of it in a word; where it is to be assessed anew, nothing is decided yet."""
        if self.status == ObjectionStatus.OPEN:
            return "待答复"
        if self.is_upheld is None:
            return ObjectionAction.REASSESS.label
        return "成立" if self.is_upheld else "不成立"
