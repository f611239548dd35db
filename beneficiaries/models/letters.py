"""不予列入告知书: what a person is told when she is not listed."""

from django.db import models
from django.db.models import Q

from beneficiaries.models.rosters import RosterEntry
from welfare.models import User
from welfare.scope import ScopedModel


class RefusalLetter(ScopedModel):
    """The letter about one struck or rejected entry, as it was issued. Never edited."""

    scope_path = "entry__roster__organisation"

    entry = models.OneToOneField(RosterEntry, models.PROTECT, related_name="letter")
    number = models.CharField("文号", max_length=100, unique=True)
    addressee = models.CharField("称呼", max_length=120)
    reason = models.CharField("理由", max_length=300)
    unit_name = models.CharField("告知单位", max_length=100)
    hotline = models.CharField("监督电话", max_length=60, blank=True)
    place = models.CharField("受理地点", max_length=200, blank=True)
    objection_days = models.PositiveSmallIntegerField("答复期限（工作日）")
    issued_at = models.DateTimeField("告知时间")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")

    class Meta:
        verbose_name = verbose_name_plural = "不予列入告知书"
        ordering = ["issued_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="refusal_letter_has_reason"),
        ]

    def __str__(self):
        return self.number

    @property
    def closed_reason(self):
        """The reason as a sentence."""
        return f"{self.reason.rstrip('。')}。"
