"""What a public notice may show: an allow-list of plain values, masked; and what may not be written on it."""

import re
from dataclasses import dataclass

from welfare.masking import mask_name

ADULT_AGE = 18
_LONG_NUMBER = re.compile(r"(?<!\d)\d{15,19}[\dXx]?(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
# Words that a public label must not hold: illness, disability, childhood, income.
_FORBIDDEN = {
    "涉及疾病": ["病", "癌", "瘤", "透析", "艾滋", "精神", "智障"],
    "涉及残疾": ["残", "聋", "哑", "盲", "智力"],
    "涉及未成年人": ["儿童", "孤儿", "未成年", "幼", "婴"],
}


@dataclass(frozen=True)
class PublicRow:
    """One row of a notice. These fields and no others may leave the house."""

    shown_name: str
    group_name: str
    family_size: int
    public_label: str
    standard_text: str


def public_row(*, name, hides_name, group_name, family_size, public_label, standard_text):
    """The masked row of one entry. ``name`` is an adult's (see ``named_person``) or an institution's."""
    return PublicRow(mask_name(name, hides_name), group_name or "", family_size, public_label, standard_text)


def is_adult(birth_on, on):
    """Eighteen or older on the day; an unknown birth date is not."""
    if birth_on is None:
        return False
    return (on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))) >= ADULT_AGE


def named_person(members, *, on):
    """Who stands for a household in public: its head, else its eldest adult; None when all are children.

    ``members`` are (name, birth_on, is_head). A head of unknown age is taken for an adult.
    """
    for name, birth_on, is_head in members:
        if is_head and (birth_on is None or is_adult(birth_on, on)):
            return name
    adults = sorted((birth_on, name) for name, birth_on, _is_head in members if is_adult(birth_on, on))
    return adults[0][1] if adults else None


def label_refusal(category_name, label):
    """The Chinese sentence why this category cannot be shown in public, or None."""
    if not label.strip():
        return f"类别“{category_name}”还没有公开名称，不能公示。请由方案管理人员补填后再张贴。"
    what = private_matter(label)
    if what:
        return f"类别“{category_name}”的公开名称“{label}”{what}，不能公示。请改用“困难家庭”一类的名称。"
    return None


def private_matter(text):
    """涉及疾病, 涉及残疾 or 涉及未成年人: what a text touches that is nobody else's business; "" for nothing."""
    for what, words in _FORBIDDEN.items():
        if any(word in text for word in words):
            return what
    return ""


def public_text_refusal(text, private=()):
    """The sentence why ``text`` may not be published, or None. ``private`` are (what, value) of the people concerned."""
    if _LONG_NUMBER.search(text):
        return "这段文字会随公示结果公开，不能写身份证号、电话或银行卡号。"
    for what, value in private:
        if value and value in text:
            return f"这段文字会随公示结果公开，不能写出当事人的{what}。可用“第几号对象”称呼。"
    return None
