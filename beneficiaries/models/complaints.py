"""举报: what was reported of rosters, payments and conduct, and what came of it. Kept in confidence."""

import secrets

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import (
    ComplaintAbout,
    ComplaintChannel,
    ComplaintFinding,
    ComplaintStatus,
    FeedbackWay,
)
from beneficiaries.models.registry import Household
from beneficiaries.models.rosters import Roster, RosterEntry
from welfare.crypto import EncryptedTextField
from welfare.models import Organisation, User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


def _reference():
    return f"J{secrets.randbelow(10**10):010d}"


class Complaint(ScopedModel):
    """举报 against an organisation. Who complained is encrypted and shown to the inspector alone, each look logged."""

    scope_path = "organisation"

    reference = models.CharField("编号", max_length=12, unique=True, default=_reference, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="complaints", verbose_name="被反映机构"
    )
    channel = models.CharField("来源", max_length=12, choices=ComplaintChannel)
    about = models.CharField("反映类别", max_length=12, choices=ComplaintAbout)
    content = EncryptedTextField("反映内容")
    complainant_name = EncryptedTextField("举报人", null=True, blank=True)
    complainant_contact = EncryptedTextField("联系方式", null=True, blank=True)
    roster = models.ForeignKey(
        Roster, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="涉及名册"
    )
    entry = models.ForeignKey(
        RosterEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name="涉及对象",
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="涉及户"
    )
    received_on = models.DateField("收到日期")
    received_at = models.DateTimeField("登记时间")
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    due_on = models.DateField("办结期限")
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="承办人", editable=False
    )
    status = StatusField("状态", choices=ComplaintStatus, default=ComplaintStatus.RECEIVED)
    finding = models.CharField("核查结论", max_length=8, choices=ComplaintFinding, blank=True)
    result = EncryptedTextField("核查情况", null=True, blank=True)
    concluded_at = models.DateTimeField("查结时间", null=True, editable=False)
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    feedback_on = models.DateField("反馈日期", null=True, blank=True)
    feedback_way = models.CharField("反馈方式", max_length=8, choices=FeedbackWay, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "举报"
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(
                fields=["organisation", "due_on"],
                condition=~Q(status="closed"),
                name="complaint_waiting",
            )
        ]
        constraints = [
            status_known(ComplaintStatus, "complaint_status_known"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")), name="complaint_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status="received", handler=None)
                | (~Q(status="received") & Q(handler__isnull=False)),
                name="complaint_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["received", "handling"],
                    finding="",
                    result__isnull=True,
                    concluded_at=None,
                    concluded_by=None,
                )
                | (
                    Q(
                        status__in=["concluded", "closed"],
                        result__isnull=False,
                        concluded_at__isnull=False,
                        concluded_by__isnull=False,
                    )
                    & ~Q(finding="")
                ),
                name="complaint_concluded_with_words",
            ),
            models.CheckConstraint(
                condition=(~Q(status="closed") & Q(feedback_on=None, feedback_way=""))
                | (Q(status="closed", feedback_on__isnull=False) & ~Q(feedback_way="")),
                name="complaint_closed_with_feedback",
            ),
        ]

    def __str__(self):
        return f"举报 {self.reference}"

    @property
    def is_anonymous(self):
        """Whether nobody can be told the result."""
        return not (self.complainant_name or self.complainant_contact)
