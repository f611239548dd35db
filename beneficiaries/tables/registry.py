"""List of households."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from welfare.tables import NOWRAP, NUM, WRAP, DateColumn, LedgerTable, MoneyColumn
from welfare.templatetags.ledger import status_badge


class HouseholdTable(LedgerTable):
    """One row per household; ``queries.households.complete`` brings what is not on the row itself."""

    number = tables.Column(verbose_name="户编号", attrs=NOWRAP)
    head_name = tables.Column(verbose_name="户主", attrs=NOWRAP, empty_values=())
    organisation = tables.Column(verbose_name="村(社区)")
    group_name = tables.Column(verbose_name="组别", attrs=NOWRAP)
    member_count = tables.Column(verbose_name="人口", attrs=NUM)
    category_names = tables.Column(verbose_name="困难类别", attrs=WRAP)
    monthly_income = MoneyColumn(verbose_name="月人均收入（元）")
    facts_on = DateColumn(verbose_name="数据日期", attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        empty_text = "没有符合条件的户。可以换个条件，或导入登记表。"
        sequence = ("head_name", "number", "...")

    def render_head_name(self, value, record):
        url = reverse("household", args=[record.pk])
        link = format_html('<a href="{}">{}</a>', url, value or "（未登记户主）")
        return format_html("{} {}", link, status_badge("已归档")) if record.is_archived else link
