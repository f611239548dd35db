"""The short account of a rehearsal, in Chinese: what happened, what it came to, what does not add up."""

from welfare import money
from welfare.quantities import plain


def account(*, programme, review, summary, warnings, imported, days):
    """Lines of text: a ``queries.summary.Summary``, the plan check's ``warnings``, counts of the import."""
    totals = summary.totals
    goods = "、".join(f"{item.name} {plain(item.received)} {item.unit}" for item in summary.goods_by_item)
    return [
        f"《{programme.name}》全流程演练（{days[0]} 至 {days[1]}）",
        f"一、登记：读入 {imported['households']} 户 {imported['persons']} 人。",
        f"二、评审：{len(review.rosters)} 个村（社区）的名册走完全部程序。",
        *(f"　　{happening}。" for happening in review.happenings),
        f"三、发放：{totals.households} 户 {totals.persons} 人，慰问金 {money.show(totals.cash)} 元"
        f"（{money.in_words(totals.cash)}），其中一卡通 {money.show(totals.by_card)} 元。",
        f"　　慰问品：{goods}，折价 {money.show(totals.goods_value)} 元。" if goods else "　　没有慰问品。",
        "四、方案中对不上的地方：" if warnings else "四、方案数字核对一致。",
        *(f"　　{warning}" for warning in warnings),
    ]
