"""Tables of this room. No column queries; the querysets' ``for_table`` bring what they need."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from disbursements.models import Allocation, Sheet, SheetLine, StockBalance, StockMovement
from welfare import money
from welfare.quantities import goods_text, plain
from welfare.tables import NOWRAP, NUM, WRAP, DateColumn, LedgerTable, MoneyColumn, StatusColumn

SHEET_TONES = {"draft": "warn", "approved": "info", "drawn": "info", "closed": "good", "voided": "neutral"}
LINE_TONES = {"pending": "warn", "received": "good", "voided": "neutral", "returned": "bad"}
RIGHT = {"td": {"class": "wrap text-end"}, "th": {"class": "num"}}


def _link(name, pk, text):
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), text)


class QuantityColumn(tables.Column):
    """A quantity without needless zeros."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", NUM)
        super().__init__(*args, **kwargs)

    def render(self, value):
        return plain(value)


class AllocationTable(LedgerTable):
    left = MoneyColumn(verbose_name="可用（元）", orderable=False)
    amount = MoneyColumn()
    committed = MoneyColumn()
    programme = tables.Column(attrs=WRAP)
    category = tables.Column(attrs=WRAP)
    action = tables.Column(accessor="pk", verbose_name="办理", orderable=False, attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        model = Allocation
        fields = ["fund", "programme", "category", "amount", "committed", "left", "action"]
        empty_text = "还没有安排资金。"

    def render_action(self, value):
        return _link("allocation_adjust", value, "调整")


class BalanceTable(LedgerTable):
    quantity = QuantityColumn()
    reserved = QuantityColumn()
    free = QuantityColumn(verbose_name="可用", orderable=False)
    unit = tables.Column(accessor="item__unit", verbose_name="单位")
    item = tables.Column(accessor="item__name", verbose_name="物资")
    specification = tables.Column(accessor="item__specification", verbose_name="规格")

    class Meta(LedgerTable.Meta):
        model = StockBalance
        fields = ["store", "item", "specification", "unit", "quantity", "reserved", "free"]
        empty_text = "库房里还没有物资。"


class MovementTable(LedgerTable):
    at = tables.DateTimeColumn(format="Y-m-d H:i", attrs=NOWRAP)
    quantity = QuantityColumn()
    item = tables.Column(accessor="item__name", verbose_name="物资")

    class Meta(LedgerTable.Meta):
        model = StockMovement
        fields = ["at", "store", "kind", "item", "quantity", "sheet", "by", "note"]
        empty_text = "还没有出入库。"


class SheetTable(LedgerTable):
    number = tables.Column(attrs=NOWRAP)
    kind = tables.Column(attrs=NOWRAP)
    programme = tables.Column(attrs=WRAP)
    total_amount = MoneyColumn()
    progress = tables.Column(accessor="received_count", verbose_name="已领/应领", attrs=NUM)
    status = StatusColumn(tones=SHEET_TONES)
    drawn_up_at = DateColumn(verbose_name="制表日期", attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        model = Sheet
        fields = [
            "number",
            "kind",
            "programme",
            "organisation",
            "total_amount",
            "progress",
            "status",
            "drawn_up_at",
        ]
        empty_text = "没有符合条件的发放表。"

    def render_number(self, record):
        return _link("sheet", record.pk, str(record))

    def render_total_amount(self, record, value):
        return "—" if record.is_goods else money.show(value)

    def render_progress(self, record):
        return f"{record.received_count} / {record.line_count}"


class LineTable(LedgerTable):
    sheet = tables.Column(attrs=NOWRAP)
    position = tables.Column(verbose_name="行", attrs=NUM)
    name = tables.Column(attrs=NOWRAP)
    id_last_four = tables.Column(verbose_name="身份证后四位", orderable=False)
    category_name = tables.Column(verbose_name="慰问类别", attrs=WRAP)
    gets = tables.Column(accessor="pk", verbose_name="金额（元）/物资", orderable=False, attrs=RIGHT)
    hands = tables.Column(
        accessor="custody", verbose_name="领出", orderable=False, empty_values=(), attrs=WRAP
    )
    status = StatusColumn(tones=LINE_TONES)

    class Meta(LedgerTable.Meta):
        model = SheetLine
        fields = [
            "sheet",
            "position",
            "name",
            "id_last_four",
            "village",
            "category_name",
            "gets",
            "hands",
            "status",
        ]
        exclude = ["hands"]
        empty_text = "没有符合条件的发放明细。"

    def render_sheet(self, record):
        return _link("sheet", record.sheet_id, str(record.sheet))

    def render_name(self, record):
        return _link("sheet_line", record.pk, record.name)

    def render_gets(self, record):
        if not record.is_goods:
            return money.show(record.amount)
        return goods_text((part.item.name, part.item.unit, part.quantity) for part in record.items.all())

    def render_hands(self, record):
        if record.status == "pending" and record.live_receipts:
            return "已签，待确认"
        return str(record.custody) if record.custody else "—"


class SheetLineTable(LineTable):
    """The lines on their own sheet's page."""

    class Meta(LineTable.Meta):
        exclude = ["sheet"]
