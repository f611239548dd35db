"""What stands beside a household: evidence on file, the cadre paired with it, where it lived before, who else knows a member."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from beneficiaries.enums import AttachmentPurpose
from beneficiaries.models.catalogue import CodeField
from beneficiaries.models.registry import Hardship, Household, Institution, Person
from welfare.models import Organisation, User
from welfare.scope import ScopedModel


class Evidence(ScopedModel):
    """证明材料: one checked file of a household, person or institution; of a hardship, where it proves one.

    Never deleted: one that was filed wrongly is voided with a reason and stays on record.
    """

    scope_path = (
        "household__organisation",
        "person__household__organisation",
        "institution__organisation",
    )

    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="evidence")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="evidence")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="evidence")
    hardship = models.ForeignKey(
        Hardship,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="证明的困难情况",
    )
    kind = CodeField("evidence_kind", "种类")
    title = models.CharField("名称", max_length=100, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m/", max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    issued_on = models.DateField("出具日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作废人")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证明材料"
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(household__isnull=False, person=None, institution=None)
                    | Q(household=None, person__isnull=False, institution=None)
                    | Q(household=None, person=None, institution__isnull=False)
                ),
                name="evidence_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="evidence_void_complete",
            ),
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(valid_until=None) | Q(valid_until__gte=models.F("issued_on")),
                name="evidence_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(kind__isnull=False), name="evidence_has_kind"),
            *(
                models.UniqueConstraint(
                    fields=[subject, "sha256"],
                    condition=Q(voided_at=None, **{f"{subject}__isnull": False}),
                    name=f"evidence_file_once_of_{subject}",
                )
                for subject in ("household", "person", "institution")
            ),
        ]

    def __str__(self):
        return self.title or str(self.kind)

    @property
    def subject(self):
        """The household, person or institution it belongs to."""
        return self.household or self.person or self.institution

    def scope_organisation(self):
        person = self.person
        return (self.household or (person and person.household) or self.institution).organisation


class Pairing(ScopedModel):
    """结对帮扶: a cadre looks after a household, from a day to a day."""

    scope_path = "household__organisation"

    household = models.ForeignKey(Household, models.PROTECT, related_name="pairings", verbose_name="户")
    cadre = models.ForeignKey(User, models.PROTECT, related_name="pairings", verbose_name="帮扶干部")
    unit = models.CharField("帮扶单位", max_length=100, blank=True)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "结对帮扶"
        ordering = ["-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "cadre"], condition=Q(to_on=None), name="pairing_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="pairing_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None, end_reason="") | (Q(to_on__isnull=False) & ~Q(end_reason="")),
                name="pairing_end_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.cadre} · {self.household}"


class FormerResidence(ScopedModel):
    """A community that a household has left: what it may still read is the household as it was up to that day."""

    scope_path = "organisation"

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="former_residences", verbose_name="户"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="迁出村(社区)"
    )
    moved_to = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="迁入村(社区)")
    left_on = models.DateField("迁出日期")
    left_at = models.DateTimeField(
        help_text="when it was recorded: the state before it is the old community's"
    )
    moved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    reason = models.CharField("迁移原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "迁出户"
        ordering = ["-left_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation=models.F("moved_to")), name="former_residence_elsewhere"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="former_residence_has_reason"),
        ]

    def __str__(self):
        return f"{self.household} {self.organisation} → {self.moved_to}"


class Attachment(ScopedModel):
    """A person as an employer or a school knows them: each organisation sees its own purpose, never the household."""

    scope_path = "organisation"

    person = models.ForeignKey(Person, models.PROTECT, related_name="attachments", verbose_name="人员")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="attachments", verbose_name="单位"
    )
    purpose = models.CharField("关系", max_length=10, choices=AttachmentPurpose)
    place = models.CharField("部门或班级", max_length=60, blank=True)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位人员"
        ordering = ["organisation", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "purpose"],
                condition=Q(to_on=None),
                name="attachment_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="attachment_dates_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.organisation}"
