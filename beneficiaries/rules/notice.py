"""What a public notice may show: an allow-list of plain values, masked; and what may not be written on it."""

import re
import unicodedata
from dataclasses import dataclass

from beneficiaries.enums import SchoolStage
from welfare.masking import mask_name

ADULT_AGE = 18
OF_ADULTS = (
    "",
    SchoolStage.UNIVERSITY,
)  # school stages that somebody of unknown age may have and be an adult
# ID and card numbers and mobile phones, however they are spaced.
_LONG_NUMBER = re.compile(r"(?<!\d)\d{15,19}[\dXx]?(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-·_\u200b]+(?=[\dXx])")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}")
# Words that a public label must not hold: illness, disability, childhood, income.
_FORBIDDEN = {
    "涉及疾病": ["病", "癌", "瘤", "透析", "艾滋", "精神", "智障"],
    "涉及残疾": ["残", "聋", "哑", "盲", "智力"],
    "涉及未成年人": ["儿童", "孤儿", "未成年", "幼", "婴"],
}
# What a label gives away, though other public words may say it (the name of a school's programme).
_IN_LABELS = {"涉及残疾": ["瘫", "障碍"], "涉及未成年人": ["学生", "孩"], "涉及家庭隐私": ["失独"]}


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


def time_left(starts_on, ends_on, on):
    """明日起公示 before the period begins, then 还剩 2 天 (its last day counts), 公示期满 after it."""
    if on > ends_on:
        return "公示期满"
    if on >= starts_on:
        return f"还剩 {(ends_on - on).days + 1} 天"
    return "明日起公示" if (starts_on - on).days == 1 else f"{starts_on.month}月{starts_on.day}日起公示"


def is_adult(birth_on, on):
    """Eighteen or older on the day; an unknown birth date is not."""
    if birth_on is None:
        return False
    return (on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))) >= ADULT_AGE


def may_be_named(birth_on, school_stage, *, on, for_minors):
    """An adult by birth date. Of unknown age: nobody at school below university, and nobody where a category is for minors."""
    if birth_on is not None:
        return is_adult(birth_on, on)
    return not for_minors and school_stage in OF_ADULTS


def named_person(members, *, on, for_minors=False):
    """Who stands for a household in public: its head, else its eldest adult; None when all may be children.

    ``members`` are (name, birth_on, is_head, school_stage). A head of unknown age is taken for an adult as far as
    ``may_be_named`` has it, for the category is ``for_minors`` or not; nobody else of unknown age is.
    """
    for name, birth_on, is_head, school_stage in members:
        if is_head and may_be_named(birth_on, school_stage, on=on, for_minors=for_minors):
            return name
    adults = sorted((birth_on, name) for name, birth_on, *_ in members if is_adult(birth_on, on))
    return adults[0][1] if adults else None


def label_refusal(category_name, label):
    """The Chinese sentence why this category cannot be shown in public, or None."""
    if not label.strip():
        return f"类别“{category_name}”还没有公开名称，不能公示。请由方案管理人员补填后再张贴。"
    what, _word = told_by_label(label)
    if what:
        return f"类别“{category_name}”的公开名称“{label}”{what}，不能公示。请改用“困难家庭”一类的名称。"
    return None


def told_by_label(label):
    """(what a public label gives away, by which word), ("", "") for nothing."""
    for what, words in (*_FORBIDDEN.items(), *_IN_LABELS.items()):
        for word in words:
            if word in label:
                return what, word
    return "", ""


def sensitive(text):
    """What the text gives away (涉及疾病 …), or ""."""
    return next((what for what, words in _FORBIDDEN.items() if any(word in text for word in words)), "")


def plain_text(text):
    """The text as a reader takes it: full-width forms as half-width, dates left out, digits closed up."""
    return _BETWEEN_DIGITS.sub("", _DATE.sub("（日期）", unicodedata.normalize("NFKC", text)))


def personal_number(text):
    """The first ID, card or mobile number in the text, however it is spaced; "" without one."""
    found = _LONG_NUMBER.search(plain_text(text))
    return found[0] if found else ""


def hotline_refusal(text):
    """The sentence why this may not stand as the number to call, or None: it may be a mobile, never an ID or card number."""
    for part in re.split(r"[、，,；;/]|转", text):
        part = unicodedata.normalize("NFKC", part).strip()
        if not _LANDLINE.fullmatch(part) and re.search(r"\d{15,}", _BETWEEN_DIGITS.sub("", part)):
            return "监督电话会公开，其中不能有身份证号或银行卡号。几个电话请用“、”分开。"
    return None


def public_text_refusal(text, private=()):
    """The sentence why ``text`` may not be published, or None. ``private`` are (what, value) of the people concerned.

    A value of one character is passed over: it would be found in any text.
    """
    if personal_number(text):
        return "这段文字会随公示结果公开，不能写身份证号、电话或银行卡号。"
    text = plain_text(text)
    for what, value in private:
        if value and len(value) > 1 and plain_text(value) in text:
            return f"这段文字会随公示结果公开，不能写出当事人的{what}。可用“第几号对象”称呼。"
    return None


def body_refusal(body, *, place_names, private=()):
    """The sentence why this text may not introduce a public list, or None.

    As ``public_text_refusal``; besides it may not tell that those listed are ill, disabled or children.
    ``place_names`` (哑柏镇, 幼安社区) are no such telling.
    """
    if not body.strip():
        return "请写明公示正文。"
    no = public_text_refusal(body, private)
    if no:
        return no.replace("这段文字会随公示结果公开", "正文会公开")
    rest = body
    for name in place_names:
        rest = rest.replace(name, "")
    what = sensitive(rest)
    if what:
        return f"正文{what}，公开后会让人知道名单上的人的情况，请改写，例如用“本次慰问方案”“困难群众”。"
    return None
