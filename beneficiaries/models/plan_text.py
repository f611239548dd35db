"""What the text of a plan says: the funds it foresees and every figure, kept as written beside what is computed."""

from django.db import models
from django.db.models import Q

from beneficiaries.enums import Exactness, SpendingKind, StatedSubject
from beneficiaries.models.catalogue import FundSource
from beneficiaries.models.categories import AidCategory
from beneficiaries.models.programmes import Programme
from welfare.money import MoneyField


class ForeseenFund(models.Model):
    """资金安排 as the plan foresees it; the binding allocation is made in the disbursement room."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="foreseen_funds")
    fund = models.ForeignKey(FundSource, models.PROTECT, related_name="+", verbose_name="资金来源")
    amount = MoneyField("金额（元）", null=True, blank=True)
    amount_text = models.CharField("方案原文", max_length=60, blank=True)
    spending = models.CharField("用途", max_length=60, blank=True)
    spending_kind = models.CharField(
        "用途种类", max_length=12, choices=SpendingKind, default=SpendingKind.RELIEF
    )

    class Meta:
        verbose_name = verbose_name_plural = "资金安排"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="foreseen_fund_not_negative"
            )
        ]

    def __str__(self):
        return f"{self.fund} {self.amount or ''}"


class StatedFigure(models.Model):
    """A figure as the plan states it, kept beside the computed one."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stated_figures")
    subject = models.CharField("指标", max_length=30, choices=StatedSubject)
    category = models.ForeignKey(
        AidCategory,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="stated_figures",
        verbose_name="所属类别",
        help_text="不属于任何类别的分项，不填",
    )
    label = models.CharField("分项名称", max_length=60, blank=True, help_text="如 爱心物资、大米")
    text = models.CharField("原文", max_length=120)
    low = models.DecimalField("数值", max_digits=14, decimal_places=2, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=14, decimal_places=2, null=True, blank=True)
    exactness = models.CharField("精确程度", max_length=10, choices=Exactness, default=Exactness.EXACT)
    unit = models.CharField("单位", max_length=10, blank=True, help_text="户、人、元、斤 …")
    is_lump_sum = models.BooleanField("总额", default=True, help_text="不勾选为每户(人)之数")

    class Meta:
        verbose_name = verbose_name_plural = "方案载明数字"
        ordering = ["programme", "id"]

    def __str__(self):
        return self.text
