"""服务: help without an amount (a job, a training, a clinic, a dinner), ticked when it was given."""

from django.db import models
from django.db.models import Q

from beneficiaries.models import RosterEntry, Standard
from welfare.models import User
from welfare.scope import ScopedModel


class ServiceGiven(ScopedModel):
    """One service of the standard, given to one entry. Never edited: a wrong one is voided with a reason."""

    scope_path = "entry__roster__organisation"

    entry = models.ForeignKey(
        RosterEntry, models.PROTECT, related_name="services_given", verbose_name="慰问对象"
    )
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+", verbose_name="服务")
    what = models.CharField("服务内容", max_length=100)
    given_on = models.DateField("提供日期")
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    voided_at = models.DateTimeField("作废时间", null=True, editable=False)
    void_reason = models.CharField("作废理由", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "服务落实"
        ordering = ["-given_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "standard"],
                condition=Q(voided_at=None),
                name="service_given_once_per_entry",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="service_given_says_what"),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="service_given_voided_with_reason",
            ),
        ]

    def __str__(self):
        return self.what
