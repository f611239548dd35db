"""Pairs of persons that might be one, and what somebody decided about them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import DuplicateReason, Verdict
from beneficiaries.models.registry import Person
from beneficiaries.querysets import DuplicatePairQuerySet
from welfare.models import User
from welfare.scope import ScopedModel


class DuplicatePair(ScopedModel):
    """Two persons on file that look alike. Judged once: a pair found to be different is never shown again.

    Only who may see both sees the pair (``DuplicatePairQuerySet.visible_to``).
    """

    scope_path = ("first__household__organisation", "second__household__organisation")

    first = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="甲")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="乙")
    reasons = ArrayField(models.CharField(max_length=12, choices=DuplicateReason), verbose_name="相同之处")
    found_at = models.DateTimeField("发现时间")
    verdict = models.CharField("结论", max_length=10, choices=Verdict, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="判定人")
    judged_at = models.DateTimeField("判定时间", null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑似重复"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by=None, judged_at=None)
                | (~Q(verdict="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="duplicate_pair_judged_complete",
            ),
        ]

    def __str__(self):
        return f"{self.first} · {self.second}"
