"""What tells two people of one name in one community apart. Pure; the one line for every page where a person is picked."""

from welfare import masking

HEAD = "户主"


def line(*, id_number="", birth_on=None, relation="", head_name="", place="", number=""):
    """As 520325**********32 · 1960年生 · 甲村1组 · H0012 · 子女 · 户主 张大明; what is unknown is left out.

    ``relation`` is the word for it; of the head of a household no other head is named.
    """
    is_head = relation == HEAD
    parts = (
        masking.mask_id(id_number) or "无身份证号",
        f"{birth_on:%Y}年生" if birth_on else "",
        place,
        number,
        relation,
        f"{HEAD} {head_name}" if head_name and not is_head else "",
    )
    return " · ".join(part for part in parts if part)


def member(name, relation, birth_on=None):
    """A member among those of one household: 王小明（子女，1990年生）."""
    born = f"，{birth_on:%Y}年生" if birth_on else ""
    return f"{name}（{relation}{born}）"
