"""What tells two people of one name in one community apart. Pure; one line for every page where a person is picked."""

from welfare import masking


def line(*, id_number="", birth_on=None, relation="", head_name="", place="", number=""):
    """520325**********32 · 1960年生 · 户主张大明之妻 is told as: 520325**********32 · 1960年生 · 甲村1组 · H001 · 户主 张大明.

    ``relation`` is the word for it (户主, 子女 …); the head's name is left out for the head. What is unknown is left out.
    """
    is_head = relation == "户主"
    parts = (
        masking.mask_id(id_number) or "无身份证号",
        f"{birth_on:%Y}年生" if birth_on else "",
        place,
        number,
        "户主" if is_head else relation,
        f"户主 {head_name}" if head_name and not is_head else "",
    )
    return " · ".join(part for part in parts if part)
