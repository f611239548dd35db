"""List of pairs of persons that might be one."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from beneficiaries.queries.duplicates import reason_labels
from welfare import masking
from welfare.tables import NOWRAP, WRAP, LedgerTable

BREAK = mark_safe("<br>")


class PairTable(LedgerTable):
    """One row per pair; ``queries.duplicates.for_table`` brings what the columns read."""

    first = tables.Column(verbose_name="甲", orderable=False, attrs=WRAP)
    second = tables.Column(verbose_name="乙", orderable=False, attrs=WRAP)
    reasons = tables.Column(verbose_name="相同之处", orderable=False)
    found_at = tables.DateTimeColumn(verbose_name="发现时间", format="Y-m-d", attrs=NOWRAP)
    act = tables.Column(
        verbose_name="办理", orderable=False, empty_values=(), attrs={"td": {"class": "actions"}}
    )

    class Meta(LedgerTable.Meta):
        empty_text = "没有待判定的。导入登记表后或每季度可重新查找一次。"
        order_by = ("found_at",)

    def render_first(self, value):
        return self._person(value)

    def render_second(self, value):
        return self._person(value)

    @staticmethod
    def _person(person):
        home, born = person.household, f"{person.birth_on:%Y-%m-%d}" if person.birth_on else "生日未登记"
        return format_html(
            '<strong>{}</strong> {}<br><small class="muted">{} {} {}{}</small>',
            person.name,
            born,
            masking.mask_id(person.id_number) or "无身份证号",
            home.number,
            home.organisation,
            home.group_name,
        )

    def render_reasons(self, record):
        labels = format_html_join(BREAK, "{}", ((label,) for label in reason_labels(record)))
        if not record.verdict:
            return labels
        told = f"{record.judged_by}判定{record.get_verdict_display()}：{record.note}"
        return format_html('{}<br><small class="muted">{}</small>', labels, told)

    def render_act(self, record):
        return format_html(
            '<a href="{}" aria-label="核对{}和{}">核对</a>',
            reverse("duplicate", args=[record.pk]),
            record.first.name,
            record.second.name,
        )
