"""名册, its entries, and what was decided on them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from beneficiaries.enums import (
    LIVE_ENTRY,
    EntryOrigin,
    EntryStatus,
    Outcome,
    PaymentMode,
    RosterStatus,
)
from beneficiaries.models.categories import AidCategory
from beneficiaries.models.procedure import ProcedureStep
from beneficiaries.models.programmes import Programme
from beneficiaries.models.registry import Household, Institution, Person
from welfare.models import Organisation, User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class Roster(ScopedModel):
    """名册: one organisation's list in one programme, walking the programme's procedure.

    A final roster is changed by a new version that ``replaces`` it. Until that is final too, the earlier
    one stands and holds the place of both.
    """

    scope_path = "organisation"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rosters", verbose_name="方案")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="rosters", verbose_name="村(社区)"
    )
    version = models.PositiveSmallIntegerField("版本", default=1)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name="修订自",
        editable=False,
    )
    revision_reason = models.CharField("修订理由", max_length=300, blank=True, editable=False)
    holds_place = models.BooleanField(
        default=True, editable=False, help_text="false while the earlier version still stands"
    )
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
    supplement_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="supplements",
        editable=False,
        verbose_name="补充于",
        help_text="the roster whose notice closed without these entries",
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
                fields=["programme", "organisation", "version"],
                condition=Q(supplement_to=None),
                name="roster_version_once",
            ),
            models.UniqueConstraint(
                fields=["supplement_to", "version"],
                condition=Q(supplement_to__isnull=False),
                name="roster_supplement_once",
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                condition=~Q(status__in=["cancelled", "superseded"])
                & Q(holds_place=True, supplement_to=None),
                name="roster_one_live_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                condition=~Q(status__in=["cancelled", "superseded"]) & Q(holds_place=False),
                name="roster_one_revision_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, revision_reason="", holds_place=True)
                | (Q(replaces__isnull=False) & ~Q(revision_reason="") & ~Q(replaces=F("id"))),
                name="roster_revision_names_what_it_replaces",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["final", "superseded"]) | Q(holds_place=True),
                name="roster_final_holds_its_place",
            ),
            status_known(RosterStatus, "roster_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["drafting", "final", "superseded", "cancelled"], step=None)
                | (~Q(status__in=["drafting", "final", "superseded", "cancelled"]) & Q(step__isnull=False)),
                name="roster_step_while_walking",
            ),
            models.CheckConstraint(
                condition=Q(finalised_at=None, finalised_by=None)
                | Q(finalised_at__isnull=False, finalised_by__isnull=False),
                name="roster_finalised_at_by_together",
            ),
        ]

    def __str__(self):
        which = f"补充名册{self.version}" if self.supplement_to_id else "名册"
        return f"{self.organisation}《{self.programme}》{which}{f'第{self.version}版' if self.replaces_id else ''}"


class RosterEntry(ScopedModel):
    """慰问对象: one household, person or institution on a roster.

    A revision copies the entries that stand: each copy names its ``earlier`` entry and the ``root``, the first
    of the chain. ``lineage`` is the same for all of them: what was paid or visited for one was for all.
    """

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
    evidence_named = models.CharField("所附材料", max_length=300, blank=True)
    exception_reason = models.CharField(
        "仍列入的理由", max_length=200, blank=True, help_text="原则上不再列入而仍列入的"
    )
    assigned_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="指定机构",
        editable=False,
    )
    explanation = models.JSONField(
        default=list, editable=False, help_text="conditions as met or not, in words, when decided"
    )
    tried = models.JSONField(
        default=list,
        editable=False,
        help_text="the other categories tried, in order: [{category, fits, lines}], lines as in explanation",
    )
    fits_none = models.BooleanField(
        "经认定不符合任何类别",
        default=False,
        editable=False,
        help_text="by what was judged; striking stays a human act",
    )
    family_size = models.PositiveSmallIntegerField("人口", default=1)
    payment_mode = models.CharField("领取方式", max_length=6, choices=PaymentMode, default=PaymentMode.CASH)
    is_key = models.BooleanField("重点慰问对象", default=False)
    status = StatusField("状态", choices=EntryStatus, default=EntryStatus.LISTED)
    status_reason = models.CharField("说明", max_length=300, blank=True)
    doubt = models.CharField("疑义", max_length=200, blank=True, help_text="标明后须经民主评议")
    doubted_at = models.DateTimeField("标明时间", null=True, blank=True, editable=False)
    doubted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="标明人"
    )
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", editable=False
    )
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    holds_place = models.BooleanField(
        default=True, editable=False, help_text="false in a copy while the earlier entry still stands"
    )
    lineage = models.GeneratedField(
        expression=Coalesce("root", "id"), output_field=models.BigIntegerField(), db_persist=True
    )
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
                    condition=Q(status__in=LIVE_ENTRY, holds_place=True) & Q(**{f"{unit}__isnull": False}),
                    name=f"roster_entry_{unit}_once_per_programme",
                )
                for unit in ("household", "person", "institution")
            ),
            models.UniqueConstraint(
                fields=["earlier"],
                condition=Q(status__in=LIVE_ENTRY),
                name="roster_entry_copied_once",
            ),
            models.CheckConstraint(
                condition=Q(earlier=None, root=None, holds_place=True)
                | (Q(earlier__isnull=False, root__isnull=False) & ~Q(earlier=F("id"))),
                name="roster_entry_copy_names_earlier_and_root",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["final", "superseded"]) | Q(holds_place=True),
                name="roster_entry_final_holds_its_place",
            ),
            models.CheckConstraint(
                condition=Q(doubt="", doubted_at=None, doubted_by=None)
                | (~Q(doubt="") & Q(doubted_at__isnull=False, doubted_by__isnull=False)),
                name="roster_entry_doubt_by_at_together",
            ),
            models.CheckConstraint(
                condition=~Q(origin="nomination") | ~Q(reason=""), name="roster_entry_nomination_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(origin__in=["application", "assigned", "import"]) | ~Q(reason=""),
                name="roster_entry_told_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(origin="assigned", assigned_by__isnull=False)
                | (~Q(origin="assigned") & Q(assigned_by=None)),
                name="roster_entry_assigned_by_whom",
            ),
            status_known(EntryStatus, "roster_entry_status_known"),
        ]
        indexes = [models.Index(fields=["lineage"], name="roster_entry_lineage")]

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
