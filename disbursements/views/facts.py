"""What a page or a confirm page says of a sheet, a line or a receipt: lists of (label, value)."""

from decimal import Decimal

from disbursements.procedure.sheets import goods_of
from welfare import money
from welfare.quantities import goods_text


def sheet_facts(sheet):
    """Head of a sheet."""
    facts = [
        ("编号", f"{sheet.number}（第{sheet.version}版）"),
        ("表种", sheet.get_kind_display()),
        ("方案", sheet.programme),
        ("填报单位", sheet.organisation),
        ("对象", f"{sheet.line_count}户（人）"),
    ]
    if sheet.is_goods:
        goods = goods_of(sheet.lines.all())
        facts += [("物资", goods_text((item.name, item.unit, quantity) for item, quantity in goods.items()))]
        facts += [("库房", sheet.store)]
    else:
        facts += [
            ("合计", f"{money.show(sheet.total_amount)}元（{money.in_words(sheet.total_amount)}）"),
            ("资金", f"{sheet.allocation}，可用{money.show(sheet.allocation.left)}元"),
        ]
    facts += [("制表", sheet.drawn_up_by)]
    if sheet.approved_by:
        facts += [("审批人", sheet.approved_by), ("内容校验码", sheet.content_hash[:16])]
    return facts


def line_facts(line):
    """What a line gives, to whom."""
    gets = (
        goods_text((part.item.name, part.item.unit, part.quantity) for part in line.items.all())
        if line.is_goods
        else f"{money.show(line.amount)}元（{money.in_words(line.amount)}）"
    )
    return [
        ("领取人", line.name),
        ("身份证后四位", line.id_last_four or "—"),
        ("村(社区)", f"{line.village}{line.group_name}"),
        ("慰问类别", line.category_name),
        ("慰问品" if line.is_goods else "慰问金", gets),
    ]


def custody_text(custody):
    """What was drawn: 8份，1,600.00元 or 8份，大米8袋."""
    goods = goods_text((row["name"], row["unit"], Decimal(row["quantity"])) for row in custody.items)
    return f"{custody.line_count}份，{goods or money.show(custody.amount) + '元'}"
