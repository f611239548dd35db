"""The words that may stand in the columns of registers, with what they stand for."""

import re
import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from beneficiaries.enums import CodeKind, DisabilityKind, HealthState, PoliticalStatus, Relation, SchoolStage
from beneficiaries.models import Code, HardshipCategory
from welfare import identity

_NAME = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff〇A-Za-z][\u3400-\u9fff\U00020000-\U0003ffff〇A-Za-z·•・.\s-]*"
)
_GRADES = {"一": 1, "二": 2, "三": 3, "四": 4}
RELATIONS = {
    Relation.HEAD: ("户主", "本人"),
    Relation.SPOUSE: ("配偶", "丈夫", "妻子", "夫", "妻"),
    Relation.CHILD: (
        "子女",
        "儿子",
        "女儿",
        "子",
        "女",
        "长子",
        "次子",
        "三子",
        "长女",
        "次女",
        "三女",
        "养子",
        "养女",
    ),
    Relation.GRANDCHILD: ("孙子女", "孙子", "孙女", "外孙", "外孙女", "孙"),
    Relation.PARENT: ("父母", "父亲", "母亲", "父", "母", "公公", "婆婆", "岳父", "岳母"),
    Relation.GRANDPARENT: ("祖父母", "祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶"),
    Relation.SIBLING: ("兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"),
    Relation.CHILD_IN_LAW: ("儿媳女婿", "儿媳", "女婿"),
    Relation.OTHER: ("其他", "非亲属"),
}


def labels(choices, **more):
    """{label: value} of a choices class, and other words."""
    return {label: value for value, label in choices.choices} | more


def relations():
    return {label: relation for relation, words in RELATIONS.items() for label in words}


def health():
    return labels(HealthState, 良好="healthy")


def disability_kinds():
    return labels(DisabilityKind)


def stages():
    return labels(
        SchoolStage, 高中="senior", 中专="senior", 职高="senior", 幼儿园="preschool", 大专="university"
    )


def politics():
    return labels(PoliticalStatus, 党员="party_member", 团员="league_member", 预备党员="probationary")


def categories():
    """Hardship categories in use, by name."""
    return {one.name: one.pk for one in HardshipCategory.objects.filter(is_active=True)}


def codes():
    """{kind: {word: id}} of the code lists in use: names first, then the other words for them."""
    found = {kind: {} for kind in CodeKind}
    others = []
    for one in Code.objects.filter(is_active=True):
        found[one.kind][one.name] = one.pk
        others += [(one.kind, alias, one.pk) for alias in one.aliases]
    for kind, alias, pk in others:
        found[kind].setdefault(alias, pk)
    return found


def name(text):
    if len(text) > 60:
        raise ValueError("姓名最多 60 个字，请删减。")
    if not _NAME.fullmatch(text):
        raise ValueError("姓名中有不该出现的符号（如公式、数字、括号），请只填姓名。")
    return text


def grade(text):
    bare = unicodedata.normalize("NFKC", text).removesuffix("级").removesuffix(".0").strip()
    found = _GRADES.get(bare) or (int(bare) if bare.isascii() and bare.isdigit() else 0)
    if not 1 <= found <= 4:
        raise ValueError(f"残疾等级“{text}”不对，应为 1–4 级（1 级最重），请对照残疾证填写。")
    return found


def certificate(text):
    return identity.parse_disability_certificate(text)


def credit_code(text):
    """A unified social credit code of 18 characters with its check character."""
    code = identity.clean_number(text)
    try:
        return uscc.validate(code)
    except ValidationError:
        raise ValueError("统一社会信用代码应为 18 位并通过校验，请对照营业执照逐位核对。") from None
