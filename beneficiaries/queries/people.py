"""Finding people: by name, pinyin, tail of ID or phone, household number. Only within the user's scope."""

import re
from dataclasses import dataclass

from django.db.models import Q

from beneficiaries.models import Person
from welfare import crypto, identity, pinyin

MOST_HITS = 50


@dataclass(frozen=True)
class Hit:
    """One person found, and the words why."""

    person: Person
    why: str


def search(user, text):
    """Hits for what was typed: (hits, whether there are more than shown). Best reasons first.

    One to two characters of a name, pinyin initials or full pinyin, the last four of the ID, the last
    four of the phone, a whole ID or phone number, a household number. Past members are found too.
    """
    text = " ".join((text or "").split())[:40]
    found = {}
    people = Person.objects.visible_to(user, "registry.view").select_related("household__organisation")
    for why, condition in _conditions(text):
        for person in people.filter(condition).order_by("name", "pk")[: MOST_HITS + 1]:
            found.setdefault(person.pk, (person, []))[1].append(why)
    hits = [Hit(person, "、".join(whys)) for person, whys in found.values()]
    return hits[:MOST_HITS], len(hits) > MOST_HITS


def _conditions(text):
    """(why, Q) for each way the text may be meant."""
    if not text:
        return
    number = identity.clean_number(text)
    if re.fullmatch(r"\d{17}[\dX]", number):
        yield "身份证号相同", Q(id_number_index=crypto.blind_index("id", number))
    if re.fullmatch(r"\d{11}", number):
        yield "电话相同", Q(phone_index=crypto.blind_index("phone", number))
    if re.fullmatch(r"\d{3}[\dX]", number):
        yield "身份证后四位", Q(id_tail_index=crypto.tail_index("id", number))
        yield "电话尾号", Q(phone_tail_index=crypto.tail_index("phone", number))
    if re.search(r"\d", number) and len(number) >= 3:
        yield "户编号", Q(household__number__istartswith=number)
    terms = pinyin.query_terms(text) if not re.search(r"\d", text) else []
    if terms:
        why = "拼音" if all(term.isascii() for term in terms) else "姓名"
        yield why, Q(search_terms__contains=terms)
