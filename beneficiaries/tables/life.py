"""List of the households that have left a community."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from welfare.tables import NOWRAP, WRAP, DateColumn, LedgerTable


class FormerTable(LedgerTable):
    """One row per leaving; the household leads to its state at that moment."""

    number = tables.Column(verbose_name="户编号", accessor="household__number", attrs=NOWRAP)
    organisation = tables.Column(verbose_name="迁出村(社区)", order_by=("organisation__path", "left_on"))
    moved_to = tables.Column(verbose_name="迁入村(社区)", order_by=("moved_to__path", "left_on"))
    left_on = DateColumn(verbose_name="迁出日期", attrs=NOWRAP)
    reason = tables.Column(verbose_name="迁移原因", orderable=False, attrs=WRAP)
    moved_by = tables.Column(verbose_name="经办人", orderable=False, empty_values=())

    class Meta(LedgerTable.Meta):
        empty_text = "没有迁出的户。"
        order_by = ("-left_on",)

    def render_number(self, value, record):
        return format_html(
            '<a href="{}">{}</a>', reverse("household_as_of", args=[record.household_id]), value
        )

    def render_moved_by(self, value):
        return value or "系统"
