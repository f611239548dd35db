"""The register of complaints as a list."""

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html

from beneficiaries.enums import UNSETTLED_COMPLAINT, ComplaintStatus
from beneficiaries.models import Complaint
from welfare.tables import NOWRAP, DateColumn, LedgerTable, StatusColumn
from welfare.templatetags.ledger import status_badge

COMPLAINT_TONES = {
    ComplaintStatus.RECEIVED: "warn",
    ComplaintStatus.HANDLING: "info",
    ComplaintStatus.CONCLUDED: "warn",
    ComplaintStatus.CLOSED: "good",
}


class ComplaintTable(LedgerTable):
    reference = tables.Column(verbose_name="编号", linkify=("complaint", [tables.A("pk")]), attrs=NOWRAP)
    organisation = tables.Column(verbose_name="被反映机构", order_by=("organisation__path",))
    about = tables.Column(verbose_name="类别")
    channel = tables.Column(verbose_name="来源")
    received_on = DateColumn(verbose_name="收到", attrs=NOWRAP)
    handler = tables.Column(verbose_name="承办人", default="—", orderable=False)
    due_on = DateColumn(verbose_name="期限", attrs=NOWRAP)
    status = StatusColumn(verbose_name="状态", tones=COMPLAINT_TONES)

    class Meta(LedgerTable.Meta):
        model = Complaint
        fields = (
            "reference",
            "organisation",
            "about",
            "channel",
            "received_on",
            "handler",
            "due_on",
            "status",
        )
        empty_text = "没有符合条件的举报。"

    def render_due_on(self, value, record):
        is_late = record.status in UNSETTLED_COMPLAINT and value < timezone.localdate()
        return format_html("{} {}", f"{value:%Y-%m-%d}", status_badge("已逾期", "bad") if is_late else "")
