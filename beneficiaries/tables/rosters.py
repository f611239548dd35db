"""Lists of rosters and objections."""

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html

from beneficiaries.enums import ObjectionStatus, RosterStatus
from beneficiaries.models import Objection, Roster
from welfare.tables import LedgerTable, StatusColumn
from welfare.templatetags.ledger import status_badge

ROSTER_TONES = dict.fromkeys(RosterStatus, "info") | {
    RosterStatus.DRAFTING: "neutral",
    RosterStatus.FINAL: "good",
    RosterStatus.SUPERSEDED: "neutral",
    RosterStatus.CANCELLED: "neutral",
}


class RosterTable(LedgerTable):
    organisation = tables.Column(verbose_name="村(社区)", linkify=("roster", [tables.A("pk")]))
    programme = tables.Column(verbose_name="方案")
    entry_count = tables.Column(verbose_name="对象", attrs={"td": {"class": "num"}})
    status = StatusColumn(verbose_name="状态", tones=ROSTER_TONES)
    step = tables.Column(verbose_name="当前环节", default="—", orderable=False)
    step_since_on = tables.DateColumn(verbose_name="自", format="Y-m-d", default="—")

    class Meta(LedgerTable.Meta):
        model = Roster
        fields = ("organisation", "programme", "entry_count", "status", "step", "step_since_on")
        empty_text = "没有符合条件的名册。"

    def render_organisation(self, value, record):
        if record.supplement_to_id:
            return f"{value}（补充名册{record.version}）"
        return f"{value}（第{record.version}版）" if record.replaces_id else str(value)


class ObjectionTable(LedgerTable):
    reference = tables.Column(verbose_name="受理编号", linkify=("objection", [tables.A("pk")]))
    community = tables.Column(verbose_name="村(社区)", accessor="notice__community_name")
    about = tables.Column(verbose_name="反映对象", default="—", orderable=False)
    channel = tables.Column(verbose_name="方式")
    received_at = tables.DateTimeColumn(verbose_name="收到时间", format="Y-m-d H:i")
    due_on = tables.DateColumn(verbose_name="答复期限", format="Y-m-d", default="—")
    status = StatusColumn(
        verbose_name="状态", tones={ObjectionStatus.OPEN: "warn", ObjectionStatus.ANSWERED: "good"}
    )

    class Meta(LedgerTable.Meta):
        model = Objection
        fields = ("reference", "community", "about", "channel", "received_at", "due_on", "status")
        empty_text = "没有异议。"

    def render_due_on(self, value, record):
        is_late = record.status == ObjectionStatus.OPEN and value < timezone.localdate()
        return format_html("{} {}", f"{value:%Y-%m-%d}", status_badge("已逾期", "bad") if is_late else "")
