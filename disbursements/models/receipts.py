"""Receipts (签收): who signed for a line, before whom."""

from django.db import models
from django.db.models import F, Q

from disbursements.enums import LIVE_RECEIPT, ReceiptException, ReceiptMethod, ReceiptStatus
from disbursements.models.sheets import SheetLine
from disbursements.querysets import ReceiptQuerySet
from visits.models import Visit
from welfare.models import User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class Receipt(ScopedModel):
    """签收. Never edited: a wrong one is voided and taken again."""

    scope_path = "line__organisation"

    line = models.ForeignKey(SheetLine, models.PROTECT, related_name="receipts", verbose_name="发放明细")
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name="走访"
    )
    method = models.CharField("方式", max_length=12, choices=ReceiptMethod)
    image = models.FileField("签字或手印", upload_to="receipts/%Y/%m/")
    signer_name = models.CharField("签收人", max_length=60)
    relation = models.CharField("与领取人关系", max_length=30, blank=True)
    exception = models.CharField("特殊情形", max_length=12, choices=ReceiptException, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    witness = models.CharField("见证人", max_length=50, blank=True)
    received_at = models.DateTimeField("签收时间")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="慰问干部")
    second_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="第二确认人"
    )
    second_at = models.DateTimeField("确认时间", null=True, editable=False)
    status = StatusField("状态", choices=ReceiptStatus, default=ReceiptStatus.TAKEN)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    voided_at = models.DateTimeField("作废时间", null=True, editable=False)
    void_reason = models.CharField("作废理由", max_length=500, blank=True, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(status__in=LIVE_RECEIPT), name="receipt_one_live_per_line"
            ),
            status_known(ReceiptStatus, "receipt_status_known"),
            models.CheckConstraint(condition=~Q(image=""), name="receipt_has_image"),
            models.CheckConstraint(
                condition=Q(exception="") | ~Q(basis=""), name="receipt_exception_has_basis"
            ),
            models.CheckConstraint(
                condition=~Q(exception="guardian") | ~Q(relation=""), name="receipt_guardian_has_relation"
            ),
            models.CheckConstraint(
                condition=~Q(method="fingerprint") | ~Q(witness=""), name="receipt_fingerprint_has_witness"
            ),
            models.CheckConstraint(
                condition=Q(second_at=None, second_by=None)
                | Q(second_at__isnull=False, second_by__isnull=False),
                name="receipt_second_at_by_together",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("taken_by")),
                name="receipt_second_is_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(second_by__isnull=False),
                name="receipt_confirmed_by_second",
            ),
            models.CheckConstraint(
                condition=(Q(voided_at=None, voided_by=None) & ~Q(status="voided"))
                | (Q(voided_at__isnull=False, voided_by__isnull=False, status="voided") & ~Q(void_reason="")),
                name="receipt_voided_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.line.name} {self.get_status_display()}"
