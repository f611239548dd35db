"""The one set of masks, for pages, exports and notices. Pure; None and "" give "".

A value too short for its mask is hidden whole, so that a mask never shows a number it should hide.
"""

import re

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "南宫",
        "百里",
        "东郭",
        "西门",
        "独孤",
        "轩辕",
        "钟离",
        "闻人",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "太叔",
        "申屠",
        "仲孙",
        "鲜于",
        "闾丘",
        "万俟",
        "赫连",
        "呼延",
        "拓跋",
        "谷梁",
        "乐正",
        "漆雕",
        "公羊",
        "梁丘",
        "左丘",
        "第五",
        "纳兰",
        "耶律",
        "完颜",
        "爱新觉罗",
    ]
)

_GROUP = r"[\d一二三四五六七八九十百零〇]{1,4}[组社队]"
_VILLAGE = re.compile(rf"^.*?(?:社区|居委会|居民委员会|行政村|村委会|村民委员会|村)(?:第?{_GROUP})?")
_TOWN = re.compile(r"^.*?(?:街道办事处|街道|镇|乡)")
_STREET = re.compile(
    r"^.*(?:路|街(?!道)|巷|胡同|大道|[\d一二三四五六七八九十百]+(?:号院?|栋|幢|楼|弄|单元|室|层))"
)


def mask_name(name, hide=True):
    """张小明 → 张*明, 张明 → 张*, 欧阳小明 → 欧阳*明, 买买提·吐尔逊 → 买**·***.

    ``hide=False`` gives the name as it is (a setting of the office, where the rules allow it).
    """
    name = (name or "").strip()
    if not hide or not name:
        return name
    if re.search(r"[·•・.\s]", name) or name.isascii():
        return name[0] + re.sub(r"[^·•・.\s]", "*", name[1:])
    surname = _surname(name)
    given = name[len(surname) :]
    if not given:
        return "*" * len(name)
    return surname + "*" * max(len(given) - 1, 1) + (given[-1] if len(given) > 1 else "")


def mask_id(number):
    """510121**********43: the first six and last two, for staff."""
    return _mask(number, 6, 2)


def mask_id_public(number):
    """5***************43: the first and last two, for paper the public sees."""
    return _mask(number, 1, 2)


def mask_phone(number):
    """139****0824."""
    return _mask(number, 3, 4)


def mask_bank(number):
    """****0938: the last four, without telling the length."""
    return _mask(number, 0, 4)[-8:]


def last_four(number):
    """身份证后四位, as paper sheets print it; "" for a number too short to have a tail."""
    number = number or ""
    return number[-4:] if len(number) >= 8 else ""


def mask_address(address):
    """The address down to the village or group and no further: 青龙村1组1号 → 青龙村1组.

    Without a village it stops at the town; a street and house number before the village is dropped.
    """
    text = re.sub(r"\s+", "", address or "")
    for pattern in (_VILLAGE, _TOWN):
        found = pattern.match(text)
        if found:
            kept = _STREET.sub("", found[0])
            return kept if len(kept) > 1 else ""
    return ""


def _surname(name):
    for length in (4, 2):
        if name[:length] in COMPOUND_SURNAMES and len(name) > length:
            return name[:length]
    return name[:1] if len(name) > 1 else ""


def _mask(number, head, tail):
    number = (number or "").strip()
    hidden = len(number) - head - tail
    if hidden < 4:
        return "*" * len(number)
    return number[:head] + "*" * hidden + number[len(number) - tail :]
