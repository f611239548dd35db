"""What a name is found by: its characters, full pinyin and initials, in every reading. Pure.

Terms are kept in an array column under a GIN index; ``query_terms`` turns what somebody typed into the
terms that must all be there (``terms__contains=query_terms(text)``).
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, pairwise, product

from pypinyin import Style
from pypinyin import pinyin as readings_of

from welfare.masking import COMPOUND_SURNAMES

# Surnames whose reading is not the character's usual one; the usual ones are kept too, for who types those.
SURNAME_READINGS = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "朴": "piao", "区": "ou", "查": "zha", "任": "ren",
    "覃": "qin tan", "盖": "ge gai", "翟": "zhai di", "乐": "yue le", "冼": "xian", "洗": "xian", "尉": "wei yu",
    "缪": "miao", "秘": "bi", "员": "yun", "贠": "yun", "牟": "mu mou", "逄": "pang", "召": "shao", "折": "she",
    "能": "nai", "黑": "he hei", "繁": "po", "种": "chong", "郇": "xun huan", "么": "yao", "晟": "cheng",
    "长": "zhang", "祭": "zhai", "阚": "kan", "隗": "kui wei", "笪": "da", "佴": "nai", "郄": "qie", "郗": "xi chi",
    "句": "gou", "谌": "chen shen", "薄": "bo", "适": "kuo", "撒": "sa", "六": "lu", "相": "xiang", "降": "jiang",
    "宿": "su", "幺": "yao", "尹": "yin", "曲": "qu", "都": "du", "重": "chong", "俞": "yu", "柏": "bai", "参": "shen",
}  # fmt: skip
_COMPOUND_PARTS = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"),
    "长孙": ("zhang", "sun"),
    "鲜于": ("xian", "yu"),
}
_MOST_READINGS = 24  # of a whole name; a name of four ambiguous characters could have hundreds
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LONGEST = 40


def search_terms(name):
    """Everything a search for ``name`` may hit, sorted, without duplicates; [] for an empty one.

    Characters one by one and in pairs; of every reading the full pinyin, the initials, the surname, and
    the surname with the initials of the rest, as people type on the way: 张伟 → 伟, 张, 张伟, zhang, zhangw,
    zhangwei, zw.
    """
    text = _plain(name)
    han = [character for character in text if _HAN.match(character)]
    terms = set(han) | {a + b for a, b in pairwise(han)}
    latin = "".join(re.findall("[a-z]", text))
    for word in _readings("".join(han)) if han else []:
        terms |= _spoken(word, len(_surname("".join(han))))
    terms |= {latin, *_with_umlaut(latin)}
    return sorted({term[:_LONGEST] for term in terms if term})


def query_terms(text):
    """The terms a typed ``text`` stands for; a name matches when it has all of them. [] when there is nothing to ask.

    张伟 → [张伟]; 张小明 → [张小, 小明]; "zw" and "Zhang Wei" → the letters as one term.
    """
    plain = _plain(text)[:_LONGEST]
    han = [character for character in plain if _HAN.match(character)]
    terms = [a + b for a, b in pairwise(han)] or han
    latin = "".join(re.findall("[a-z]", plain))
    return list(dict.fromkeys([*terms, latin])) if latin else list(dict.fromkeys(terms))


def full(name):
    """One of the terms that say the whole name, [] for one without Chinese characters: narrows an exact search."""
    han = [character for character in _plain(name) if _HAN.match(character)]
    return ["".join(_readings("".join(han))[0])[:_LONGEST]] if han else []


@lru_cache(maxsize=20_000)
def _character(character):
    found = readings_of(character, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(reading for reading in found[0] if reading.isascii() and reading.isalpha())


def _spoken(word, surname):
    """The terms of one reading, whose first ``surname`` syllables are the surname."""
    family, initials = "".join(word[:surname]), "".join(part[0] for part in word)
    whole = ("".join(word), family, f"{family}{initials[surname:]}")
    return {initials, *whole, *(other for term in whole for other in _with_umlaut(term))}


def _surname(name):
    """A compound surname, or the first character."""
    return next((name[:length] for length in (4, 2) if name[:length] in COMPOUND_SURNAMES), name[:1])


def _readings(name):
    """The readings of a name, surname readings first, as tuples of syllables."""
    compound = _surname(name)
    if compound in _COMPOUND_PARTS:
        first = [(part,) for part in _COMPOUND_PARTS[compound]]
        rest = name[len(compound) :]
    else:
        usual = _character(name[0])
        first = [tuple(dict.fromkeys([*SURNAME_READINGS.get(name[0], "").split(), *usual]))]
        rest = name[1:]
    parts = [part for part in first + [_character(character) for character in rest] if part]
    return list(islice(product(*parts), _MOST_READINGS))


def _with_umlaut(full):
    """吕 is typed lv, lu or lyu (as passports have it)."""
    if "lv" in full or "nv" in full:
        return (full.replace("lv", "lu").replace("nv", "nu"), full.replace("lv", "lyu").replace("nv", "nyu"))
    return ()


def _plain(text):
    """Half-width, lower-case, ü as v, without blanks and dots."""
    plain = unicodedata.normalize("NFKC", text or "").lower().replace("ü", "v").replace("u:", "v")
    return re.sub(r"[\s·•・.''’`-]", "", plain)
