"""Finding people: by name, pinyin, tail of ID or phone, household number; and institutions by name. Only within the user's scope.

Each way of understanding what was typed is a statement that stops early, in an order the database need not sort
all hits for; the ways are tried, the surest first, until there is enough to show. The people themselves are read last.
"""

import re
from dataclasses import dataclass

from django.db.models import Q

from beneficiaries.enums import Relation
from beneficiaries.models import Household, Institution, Person
from beneficiaries.querysets import NUMBER_AS_BYTES, numbered
from beneficiaries.rules import homonyms
from welfare import crypto, identity, pinyin, roles
from welfare.enums import Level

MOST_HITS = 50
MOST_INSTITUTIONS = 10
READ = "registry.view"


@dataclass(frozen=True)
class Hit:
    """One person found, and the words why."""

    person: Person
    why: str

    @property
    def line(self):
        """What tells the person from others of the same name."""
        return distinguishing(self.person)


@dataclass(frozen=True)
class Found:
    """What a search brought, the best reasons first; ``has_more`` when it was too much to list."""

    hits: list
    institutions: list
    has_more: bool = False


@dataclass(frozen=True)
class _Way:
    """One meaning of the text: people by a condition, or (``of_households``) the households themselves.

    ``tails`` tell two meanings of one condition apart: (why, column, value it has then).
    """

    why: str
    condition: Q
    of_households: bool = False
    tails: tuple = ()

    def reasons(self, person):
        """The words why the person was found."""
        told = [why for why, column, value in self.tails if getattr(person, column) == value]
        return told or [self.why]


def search(user, text, *, most=MOST_HITS):
    """The Found for what was typed, ``most`` people at most.

    Of a name one or two characters, pinyin, initials or their beginning; the last four or six of the ID, the last
    four of the phone, a whole ID or phone number, the beginning of a household number; a name and a tail
    together, apart by a blank. Past members are found too.
    """
    text = " ".join((text or "").split())[:40]
    ways = _ways(text)
    found, has_more = _subjects(user, ways, most)
    return Found(_hits(user, found), _institutions(user, text), has_more)


def distinguishing(person):
    """The line that tells a person from others of the same name; read with ``household__organisation`` and ``with_head_name``."""
    household = person.household
    return homonyms.line(
        id_number=person.id_number,
        birth_on=person.birth_on,
        relation=person.get_relation_display(),
        head_name=person.head_name,
        place=f"{household.organisation}{household.group_name}",
        number=household.number,
    )


def _ways(text):
    """The _Ways the text may be meant, the surest first."""
    number, name, tail = identity.clean_number(text), *_name_and_tail(text)
    ways = []
    if re.fullmatch(r"\d{17}[\dX]", number):
        ways.append(_Way("身份证号相同", Q(id_number_index=crypto.blind_index("id", number))))
    if phone := _phone(text):
        ways.append(_Way("电话相同", Q(phone_index=crypto.blind_index("phone", phone))))
    named = _named(name)
    if named and tail:
        return [*ways, _Way("姓名和号码末尾", named & _tailed(tail))]
    if re.fullmatch(r"\d{5}[\dX]", number):
        ways.append(_Way("身份证后六位", Q(id_tail6_index=crypto.tail_index("id", number, 6))))
    if re.fullmatch(r"\d{3}[\dX]", number):
        ways.append(_Way("号码末尾", _tailed(number), tails=_tails(number)))
    if re.search(r"\d", number) and len(number) >= 3:
        ways.append(_Way("户编号", numbered(number), of_households=True))
    elif named and not tail:
        if len(name) > 1 and not name.isascii():
            spoken = pinyin.full(name)  # few names that hold the characters sound so from end to end
            ways.append(_Way("姓名相同", named & Q(search_terms__contains=spoken, name=name)))
        ways.append(_Way("拼音" if name.isascii() else "姓名", named))
    return ways


def _name_and_tail(text):
    """张伟0824 → (张伟, 0824); "zw 082X" → (zw, 082X). Letters without a blank before digits are a household number."""
    found = re.fullmatch(r"([^\d]*?)(\s*)(\d{3}[\dXx]|\d{5}[\dXx])?", text)
    if not found or (found[3] and not found[2] and found[1].isascii()):
        return "", ""
    return found[1].replace(" ", ""), (found[3] or "").upper()


def _named(name):
    terms = pinyin.query_terms(name)
    return Q(search_terms__contains=terms) if terms else None


def _tailed(tail):
    if len(tail) == 6:
        return Q(id_tail6_index=crypto.tail_index("id", tail, 6))
    return Q(*((column, value) for _why, column, value in _tails(tail)), _connector=Q.OR)


def _tails(tail):
    return (
        ("身份证后四位", "id_tail_index", crypto.tail_index("id", tail)),
        ("电话尾号", "phone_tail_index", crypto.tail_index("phone", tail)),
    )


def _phone(text):
    try:
        return identity.parse_phone(text) if re.search(r"\d{7}", identity.clean_number(text)) else ""
    except identity.Invalid:
        return ""


def _subjects(user, ways, most):
    """({(is it a household, id): [_Way]} in their order, whether there are more): ``most`` at most, ways tried until then."""
    found, has_more = {}, False
    visible = {}
    is_wide = _is_wide(user)
    for way in ways:
        if len(found) >= most:
            return found, True
        model = Household if way.of_households else Person
        if model not in visible:
            visible[model] = model.objects.visible_to(user, READ, is_long=True)
        rows = list(_branch(visible[model].filter(way.condition), is_wide)[: most + 1])
        has_more |= len(rows) > most
        for *_address, pk in sorted(rows[:most]):
            subject = (way.of_households, pk)
            if subject in found or len(found) < most:
                found.setdefault(subject, []).append(way)
            else:
                has_more = True
    return found, has_more


def _branch(rows, is_wide):
    """(community, household number, id) of the rows of one way, in an order that lets the database stop early.

    In a small office that is the order of its own communities, which passes nobody else's rows; for a whole
    county that of the table, or of the beginnings of household numbers.
    """
    if rows.model is Household:
        rows = rows.order_by(NUMBER_AS_BYTES) if is_wide else rows.order_by("organisation_id", "number")
        return rows.values_list("organisation_id", "number", "pk")
    address = ("household__organisation_id", "household__number", "pk")
    return rows.order_by(*address[2 if is_wide else 0 :]).values_list(*address)


def _is_wide(user):
    """Whether the user reads a whole county or more."""
    held = (one for one in roles.assignments_of(user) if READ in roles.ROLES[one.role].permissions)
    return any(Level(one.organisation.level).rank <= Level.COUNTY.rank for one in held)


def _hits(user, found):
    """The people of the subjects, each once, in their order, with all the reasons why."""
    if not found:
        return []
    ids = [[pk for of_households, pk in found if of_households == wanted] for wanted in (False, True)]
    read = Person.objects.visible_to(user, READ).filter(Q(pk__in=ids[0]) | Q(household__in=ids[1]))
    people = read.select_related("household__organisation").with_head_name().order_by("pk")
    by_pk = {person.pk: person for person in people}
    shown = _representatives(by_pk.values(), set(ids[1]))
    merged = {}
    for (of_households, pk), ways in found.items():
        person = shown.get(pk) if of_households else by_pk.get(pk)
        if person:
            reasons = merged.setdefault(person.pk, [])
            reasons += [why for way in ways for why in way.reasons(person)]
    return [Hit(by_pk[pk], _words(reasons)) for pk, reasons in merged.items()]


def _representatives(people, wanted):
    """{household id: whom to show for it}: the head, else a present member, else anybody."""
    chosen = {}
    for person in people:
        if person.household_id in wanted:
            best = chosen.setdefault(person.household_id, person)
            if _standing(person) > _standing(best):
                chosen[person.household_id] = person
    return chosen


def _standing(person):
    return person.is_present, person.relation == Relation.HEAD


def _words(reasons):
    return "、".join(why for why in reasons if not (why == "姓名" and "姓名相同" in reasons))


def _institutions(user, text):
    if text.isascii():  # names of institutions are Chinese
        return []
    named = Institution.objects.visible_to(user, READ).filter(name__icontains=text)
    return list(
        named.select_related("organisation").order_by("is_archived", "name", "pk")[:MOST_INSTITUTIONS]
    )
