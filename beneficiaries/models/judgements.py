"""认定: what people decided about a condition that no register can answer."""

from django.db import models
from django.db.models import Q

from beneficiaries.models.categories import AidCategory, Criterion
from beneficiaries.models.procedure import ProcedureStep
from beneficiaries.models.rosters import RosterEntry
from beneficiaries.rules.explanation import said
from welfare.models import User
from welfare.scope import ScopedModel


class Judgement(ScopedModel):
    """One judged condition of one entry: is what it says so, and why. Never edited: a later one takes its place.

    ``consequence`` says in words what became of the entry: moved to another category, or none fits.
    """

    scope_path = "entry__roster__organisation"

    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="judgements", verbose_name="慰问对象")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name="认定内容")
    step = models.ForeignKey(ProcedureStep, models.PROTECT, related_name="+", verbose_name="环节")
    lap = models.PositiveSmallIntegerField(default=1, editable=False)
    is_met = models.BooleanField("符合")
    reason = models.CharField("理由", max_length=300)
    is_by_vote = models.BooleanField("由表决认定", default=False)
    moved_from = models.ForeignKey(
        AidCategory, models.PROTECT, null=True, related_name="+", verbose_name="原类别"
    )
    moved_to = models.ForeignKey(
        AidCategory, models.PROTECT, null=True, related_name="+", verbose_name="改列类别"
    )
    consequence = models.CharField("结果", max_length=200, blank=True)
    is_current = models.BooleanField("现行", default=True)
    judged_at = models.DateTimeField("时间")
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="认定人")

    class Meta:
        verbose_name = verbose_name_plural = "评议认定"
        ordering = ["judged_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "criterion"], condition=Q(is_current=True), name="judgement_current_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="judgement_has_reason"),
            models.CheckConstraint(
                condition=Q(moved_from=None, moved_to=None)
                | (Q(moved_from__isnull=False, moved_to__isnull=False) & ~Q(moved_from=models.F("moved_to"))),
                name="judgement_moved_from_and_to",
            ),
        ]

    def __str__(self):
        return f"{self.criterion.wording}：{self.said}"

    @property
    def said(self):
        """The answer in words."""
        return said(self.is_met, self.criterion.is_negated)

    @property
    def is_favourable(self):
        """Does it speak for the entry, as far as the condition by itself?"""
        return self.is_met != self.criterion.is_negated
