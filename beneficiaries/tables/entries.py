"""Lists of entries."""

import django_tables2 as tables

from beneficiaries.enums import EntryStatus
from beneficiaries.models import RosterEntry
from welfare.tables import NOWRAP, WRAP, LedgerTable, StatusColumn

ENTRY_TONES = {
    EntryStatus.LISTED: "info",
    EntryStatus.STOPPED: "warn",
    EntryStatus.REJECTED: "bad",
    EntryStatus.STRUCK: "bad",
    EntryStatus.WITHDRAWN: "neutral",
    EntryStatus.FINAL: "good",
    EntryStatus.SUPERSEDED: "neutral",
}


class MustVisitTable(LedgerTable):
    """One must-visit a row."""

    who = tables.Column(verbose_name="对象", empty_values=(), orderable=False, attrs=NOWRAP)
    community = tables.Column(verbose_name="村(社区)", accessor="roster__organisation")
    programme = tables.Column(verbose_name="方案", attrs=WRAP)
    category = tables.Column(verbose_name="类别", orderable=False)
    reason = tables.Column(verbose_name="理由", orderable=False, attrs=WRAP)
    assigned_by = tables.Column(verbose_name="下达机构")
    status = StatusColumn(verbose_name="状态", tones=ENTRY_TONES)
    recall = tables.TemplateColumn(
        '{% if record.may_recall %}<a href="{% url "entry_recall" record.pk %}" aria-label="撤回{{ record }}">撤回</a>{% endif %}',
        verbose_name="办理",
        orderable=False,
        attrs={"td": {"class": "actions"}},
    )

    class Meta(LedgerTable.Meta):
        model = RosterEntry
        fields = ("who", "community", "programme", "category", "reason", "assigned_by", "status", "recall")
        empty_text = "还没有下达过必访对象。"

    def render_who(self, record):
        return str(record)
