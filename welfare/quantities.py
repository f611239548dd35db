"""Numbers and goods in a sentence: 200, 2.5, 大米2袋、食用油1桶."""


def plain(number):
    """A number (Decimal or int) without needless zeros: 2 for 2.00, 2.5 for 2.50, 52,000 stays 52000."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def goods_text(goods):
    """大米2袋、食用油1桶 of [(name, unit, quantity)]."""
    return "、".join(f"{name}{plain(quantity)}{unit}" for name, unit, quantity in goods)
