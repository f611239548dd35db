"""Who is left out although named or fitting, and why: one set of rules for screening, adding, importing, starting.

Pure: listings and help of one family (or institution) in, a verdict in words out. Caps are of the whole family, and
so is the exclusion of two programmes of one group: they do not help the same household twice, whoever of it is named.
Within a programme two members may stand beside one another (``concerns``).
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import Unit
from welfare import money

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Candidate:
    """Who might be listed, in which category: ``holder`` is the id of the household, person or institution."""

    unit: str
    holder: int
    category: str
    precedence: int
    is_combinable: bool
    path: str
    value: Decimal = NOTHING
    entry: int | None = None  # its own entry, once it is listed
    most: int | None = None  # of one household, so many people may be listed in the category


@dataclass(frozen=True)
class Listing:
    """A live entry of the same family or institution. ``position`` None: proposed just now, beside the candidate."""

    unit: str
    holder: int
    category: str
    precedence: int
    is_combinable: bool
    value: Decimal = NOTHING
    entry: int | None = None
    position: int | None = None
    where: str = ""
    title: str = ""
    programme: int = 0
    is_here: bool = (
        True  # in this programme; else in another version of it, of its group, or (is_other) of its year
    )
    is_version: bool = False
    is_other: bool = False  # neither version nor group: counts for the cap of the year alone


@dataclass(frozen=True)
class Help:
    """What somebody of the family received. ``title`` names the programme as far as the reader may see it."""

    unit: str
    holder: int
    year: int
    code: str
    title: str
    value: Decimal
    programme: int = 0
    is_combinable: bool = False
    is_here: bool = False
    is_version: bool = False
    is_group: bool = False


@dataclass(frozen=True)
class Rules:
    """What a programme says about nobody being helped twice.

    ``earlier`` are (year, programme code or "", is strict), ``barred`` (tree path, name, reason).
    """

    year: int
    group: str = ""
    cap_each: Decimal | None = None
    cap_year: Decimal | None = None
    earlier: tuple = ()
    barred: tuple = ()


@dataclass(frozen=True)
class Verdict:
    """``refusal``: may not be listed. ``caution``: only with a reason of its own. Both empty: may be.

    ``kind`` is the rule in a few words, to count by.
    """

    refusal: str = ""
    caution: str = ""
    kind: str = ""


def verdict(candidate, listings, helps, rules):
    """The Verdict on a candidate; listings and helps are those of its family, or of the institution."""
    listings = [one for one in listings if one.entry is None or one.entry != candidate.entry]
    refusal = (
        _barred(candidate, rules)
        or _listed(candidate, listings, rules)
        or _enough_of_household(candidate, listings)
        or _helped_here(candidate, listings, helps)
        or _helped_in_group(candidate, helps, rules)
        or _helped_earlier(candidate, helps, rules, is_strict=True)
        or _over_cap(candidate, listings, helps, rules)
    )
    if refusal:
        kind, sentence = refusal
        return Verdict(refusal=sentence, kind=kind)
    kind, sentence = _helped_earlier(candidate, helps, rules, is_strict=False) or ("", "")
    return Verdict(caution=sentence, kind=kind)


def concerns(one, other):
    """Does help to ``other`` count for ``one``? A household and its members count for each other, two members do not."""
    return Unit.HOUSEHOLD in (one.unit, other.unit) or (one.unit, one.holder) == (other.unit, other.holder)


def excludes(one, other):
    """May the two, of one family and programme, not stand on its lists together?"""
    if (one.unit, one.holder) == (other.unit, other.holder):
        return True
    return concerns(one, other) and not (one.is_combinable or other.is_combinable)


def as_listing(candidate):
    """The candidate, accepted, as the next of its family meets it."""
    return Listing(
        unit=candidate.unit,
        holder=candidate.holder,
        category=candidate.category,
        precedence=candidate.precedence,
        is_combinable=candidate.is_combinable,
        value=candidate.value,
    )


def by_precedence(candidates, listings, helps, rules):
    """[(candidate, Verdict)] of one family, the category of higher precedence first: it wins, the others are left out."""
    accepted, found = list(listings), []
    for candidate in sorted(candidates, key=lambda one: (one.precedence, one.unit, one.holder)):
        said = verdict(candidate, accepted, helps, rules)
        if not (said.refusal or said.caution):
            accepted.append(as_listing(candidate))
        found.append((candidate, said))
    return found


# -- the rules, one by one: (kind, sentence) or None ------------------------------------------------------


def _barred(candidate, rules):
    for path, name, reason in rules.barred:
        if candidate.path.startswith(path):
            return "所属机构本年度停办", f"{name}本年度停办：{reason.rstrip('。')}。"
    return None


def _listed(candidate, listings, rules):
    for one in listings:
        if one.is_here and excludes(candidate, one):
            return _listed_here(candidate, one)
    for one in listings:
        if one.is_version and concerns(candidate, one):
            return (
                "已列入本方案另一版本",
                f"已列入本方案另一版本的名册（{one.where}，第{one.position}号），不能重复列入。",
            )
    for one in listings:
        if not (one.is_here or one.is_version or one.is_other):
            return "已列入同组其他方案", _of_group(candidate, one, f"已列入{one.title}", rules)
    return None


def _of_group(candidate, one, what, rules):
    """Programmes of one group do not help a household twice: ``one`` of the family has what the candidate wants."""
    if concerns(candidate, one):
        return f"{what}（互斥组“{rules.group}”），两个方案不能重复享受。"
    return f"同户另一人{what}（互斥组“{rules.group}”），同一户在两个方案中不能重复享受。"


def _listed_here(candidate, one):
    if one.position is None:
        return "同一户按优先类别列入", f"同一户已按“{one.category}”列入，不重复享受。"
    hint = (
        f"应按“{candidate.category}”列入的，请先撤下该条。" if candidate.precedence < one.precedence else ""
    )
    return (
        "同一户已列入本方案",
        f"已列入{one.where}名册（{one.category}，第{one.position}号），同一方案不能重复列入。{hint}",
    )


def _enough_of_household(candidate, listings):
    """每户最多几人: those of the family who are listed here already, but for what goes beside everything."""
    if candidate.most is None:
        return None
    beside = [
        one
        for one in listings
        if one.is_here
        and (one.category == candidate.category or not (one.is_combinable or candidate.is_combinable))
    ]
    if len({(one.unit, one.holder) for one in beside}) < candidate.most:
        return None
    lists = "、".join(dict.fromkeys(f"“{one.category}”" for one in beside))
    sentence = f"同一户已有{len(beside)}人列入{lists}，“{candidate.category}”每户最多{candidate.most}人。"
    return "每户人数已满", sentence


def _helped_here(candidate, listings, helps):
    """Help of this programme that no list accounts for any more: whoever had it was taken off afterwards."""
    on_a_list = {(one.unit, one.holder) for one in listings if one.is_here}
    if candidate.entry is not None:
        on_a_list.add((candidate.unit, candidate.holder))  # what she had, she had by her own entry
    for one in helps:
        is_twice = one.is_here and (one.unit, one.holder) not in on_a_list and excludes(candidate, one)
        if is_twice or (one.is_version and concerns(candidate, one)):
            who = "" if (one.unit, one.holder) == (candidate.unit, candidate.holder) else "同一户"
            version = "" if one.is_here else "另一版本"
            return "已领取本方案慰问", f"{who}已领取过本方案{version}的慰问，不能重复列入。"
    return None


def _helped_in_group(candidate, helps, rules):
    for one in helps:
        is_meant = rules.group and one.is_group and not one.is_here
        if is_meant and (not one.is_version or concerns(candidate, one)):
            what = f"{one.year}年已由{one.title}慰问"
            return "已由同组方案慰问", _of_group(candidate, one, what, rules)
    return None


def _helped_earlier(candidate, helps, rules, *, is_strict):
    for year, code, strict in rules.earlier:
        for one in helps:
            is_meant = one.year == year and code in ("", one.code) and not one.is_here
            if strict is is_strict and is_meant and concerns(candidate, one):
                how = "一律不再列入" if strict else "原则上不再列入"
                return "往年已享受", f"{year}年已由{one.title}慰问，本方案规定{how}。"
    return None


def _over_cap(candidate, listings, helps, rules):
    """A cap is of the household: whatever any of the family got or is listed for counts."""
    here = money.total(one.value for one in listings if one.is_here)
    if rules.cap_each is not None and here + candidate.value > rules.cap_each:
        return _cap_sentence("本方案", here, candidate.value, "每次", rules.cap_each)
    if rules.cap_year is not None:
        given = money.total(one.value for one in helps if one.year == rules.year and not one.is_here)
        awaited = _awaited(listings, helps, rules.year)
        if given + here + money.total(awaited.values()) + candidate.value > rules.cap_year:
            return _cap_sentence("本年度", given + here, candidate.value, "全年", rules.cap_year, awaited)
    return None


def _awaited(listings, helps, year):
    """{title: yuan} that the family is listed for in other programmes of the year and has not received yet."""
    received, found = defaultdict(Decimal), defaultdict(Decimal)
    for one in helps:
        if one.year == year:
            received[one.programme, one.unit, one.holder] += one.value
    for one in listings:
        if one.is_here:
            continue
        rest = one.value - received[one.programme, one.unit, one.holder]
        if rest > 0:
            found[one.title] += rest
    return dict(found)


def _cap_sentence(where, before, value, what, cap, awaited=None):
    already = f"{where}已有 {money.show(before)} 元，" if before else ""
    for title, amount in (awaited or {}).items():
        already += f"{title}已列入、尚未领取 {money.show(amount)} 元，"
    return (
        f"超过{what}最高限额",
        f"{already}本次标准 {money.show(value)} 元，合计超过{what}最高 {money.show(cap)} 元。",
    )
