"""Lists of relatives of staff and of milestones."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.models import Milestone, StaffRelative
from beneficiaries.queries import milestones
from welfare.tables import NOWRAP, WRAP, LedgerTable
from welfare.templatetags.ledger import status_badge


class RelativeTable(LedgerTable):
    organisation = tables.Column(verbose_name="工作单位")
    staff_name = tables.Column(verbose_name="工作人员", attrs=NOWRAP)
    post = tables.Column(verbose_name="职务", default="—")
    kinship = tables.Column(verbose_name="关系")
    name = tables.Column(verbose_name="近亲属", attrs=NOWRAP)
    declared_at = tables.DateColumn(verbose_name="备案日期", format="Y-m-d", attrs=NOWRAP)
    ended_at = tables.Column(verbose_name="状态", empty_values=(), orderable=False)

    class Meta(LedgerTable.Meta):
        model = StaffRelative
        fields = ("organisation", "staff_name", "post", "kinship", "name", "declared_at", "ended_at")
        empty_text = "还没有备案。工作人员的近亲属列入名册前，应先在这里备案。"

    def __init__(self, *args, may_end=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_end = may_end

    def render_ended_at(self, record):
        if record.ended_at:
            return format_html(
                "{} <small class='muted'>{}</small>", status_badge("已注销", "neutral"), record.end_reason
            )
        if not self.may_end:
            return status_badge("有效", "good")
        url = reverse("relative_end", args=[record.pk])
        return format_html("{} <a class='row-link' href='{}'>注销</a>", status_badge("有效", "good"), url)


class MilestoneTable(LedgerTable):
    """``on`` and ``calendar`` tell how long there is still time; ``kept`` are the ids the user may mark done."""

    name = tables.Column(verbose_name="事项", attrs=WRAP, orderable=False)
    programme = tables.Column(verbose_name="方案", attrs=WRAP, orderable=False)
    due_on = tables.Column(verbose_name="截止", empty_values=(), attrs=NOWRAP)
    responsible_unit = tables.Column(verbose_name="责任", empty_values=(), attrs=WRAP, orderable=False)
    done_at = tables.Column(verbose_name="完成", empty_values=(), attrs=WRAP, orderable=False)

    class Meta(LedgerTable.Meta):
        model = Milestone
        fields = ("name", "programme", "due_on", "responsible_unit", "done_at")
        empty_text = "没有需要留意的时间节点。"

    def __init__(self, *args, on, calendar, kept, **kwargs):
        super().__init__(*args, **kwargs)
        self.on, self.calendar, self.kept = on, calendar, kept

    def render_due_on(self, record):
        return format_html("{}<br>{}", milestones.deadline(record), self._left(record))

    def _left(self, record):
        if record.done_at:
            return status_badge("已完成", "good")
        if record.due_on is None:
            return ""
        left = (record.due_on - self.on).days
        tone = "bad" if left < 0 else "warn" if left <= milestones.SOON else "info"
        return status_badge(milestones.when(record, self.on, self.calendar), tone)

    def render_responsible_unit(self, record):
        return milestones.whose(record)

    def render_done_at(self, record):
        if record.done_at:
            return f"{record.done_note}（{record.done_by}）"
        if record.pk in self.kept:
            return format_html(
                "<a class='row-link' href='{}'>登记完成</a>", reverse("milestone_done", args=[record.pk])
            )
        return "—"
