"""What an office is called in running text: 村, 社区, 镇, 街道, 县 … by its own name. Pure."""

# Longest first, so that 社区居民委员会 is a 社区 and 自治县 no 县.
_BODIES = (
    "人民政府",
    "街道办事处",
    "村民委员会",
    "居民委员会",
    "办事处",
    "村委会",
    "居委会",
)
_WORDS = (
    "自治区",
    "自治州",
    "自治县",
    "社区",
    "街道",
    "开发区",
    "新区",
    "村",
    "镇",
    "乡",
    "苏木",
    "县",
    "区",
    "旗",
    "市",
    "州",
    "盟",
    "省",
    "组",
)


def word_of(name):
    """村 of 青龙村, 镇 of 高板镇人民政府, 街道 of 城东街道办事处; the whole name of an office that has no such word."""
    place = name
    for body in _BODIES:
        place = place.removesuffix(body)
    if name.endswith("街道办事处"):
        return "街道"
    return next((word for word in _WORDS if place.endswith(word) and place != word), name)
