"""Money set aside: fund × programme (× category)."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models import AidCategory, FundSource, Programme
from welfare.models import User
from welfare.money import MoneyField
from welfare.scope import ScopedModel


class Allocation(ScopedModel):
    """资金安排. ``committed`` is the sum of the live lines of approved sheets; changed by one UPDATE only."""

    scope_path = "fund__organisation"

    fund = models.ForeignKey(FundSource, models.PROTECT, related_name="allocations", verbose_name="资金来源")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="allocations", verbose_name="方案")
    category = models.ForeignKey(
        AidCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="限用类别"
    )
    amount = MoneyField("安排金额（元）")
    committed = MoneyField("已占用（元）", default=0, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    made_at = models.DateTimeField("安排时间")

    class Meta:
        verbose_name = verbose_name_plural = "资金安排"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "programme", "category"], name="allocation_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_amount_positive"),
            models.CheckConstraint(condition=Q(committed__gte=0), name="allocation_committed_not_negative"),
            models.CheckConstraint(condition=Q(committed__lte=F("amount")), name="allocation_not_overspent"),
        ]

    def __str__(self):
        part = f"·{self.category}" if self.category_id else ""
        return f"{self.fund}（{self.programme}{part}）"

    @property
    def left(self):
        """What may still be committed."""
        return self.amount - self.committed
