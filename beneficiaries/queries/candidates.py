"""Whom a clerk may list: found by name, ID number or household number within the roster's organisation.

Of its own people who live elsewhere (``belonging``) only what ``attachments.own_people`` shows is searched and shown.
"""

import re

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from beneficiaries.enums import Sex, Unit
from beneficiaries.models import Household, Institution, Person
from beneficiaries.queries import belonging, people
from beneficiaries.querysets import numbered
from beneficiaries.rules import homonyms
from beneficiaries.rules.outside import ON_FILE_ELSEWHERE
from welfare import crypto, dates, identity, masking, pinyin

MOST = 20


def search(roster, category, text, on=None):
    """Households, persons or institutions (as the category asks), each with ``shown``; at most 20. ``on`` is today, unless given."""
    text, on, unit = text.strip(), on or dates.today(timezone.now()), Unit(category.unit)
    if not text:
        return []
    found = list(_SEARCHES[unit](roster.organisation, text, on)[:MOST])
    own = _own_people(roster.organisation, found, on) if unit != Unit.INSTITUTION else {}
    for row in found:
        row.shown = own.get(row.pk) or _shown(row)
    return found


def complete(beneficiaries):
    """Bring the members of the households among ``beneficiaries``, for their names."""
    homes = [one for one in beneficiaries if isinstance(one, Household)]
    prefetch_related_objects(homes, Prefetch("members", Person.objects.present().order_by("id")))


def elsewhere(roster, text, user):
    """Where the person of this ID number is on file, when that is not in the roster's organisation; "" else.

    Outside the user's scope it tells that the number is on file, and neither who it is nor where.
    """
    number = _id_number(text)
    if not number:
        return ""
    on_file = Person.objects.filter(id_number_index=crypto.blind_index("id", number))
    person = on_file.visible_to(user).select_related("household__organisation").first()
    if person is None and roster.organisation.line in belonging.EVERY_LINE:
        return "本单位在职、在校人员中没有可以列入的此人。请核对号码；尚未登记的，请先由户籍所在村(社区)办理在职/在校登记。"
    if person is None and _is_valid(number) and on_file.exists():
        return ON_FILE_ELSEWHERE
    if person is None:
        return "登记库中没有可以列入的此人。请核对号码；尚未登记的，先登记户档案。"
    home = person.household
    where = f"此身份证号登记在{home.organisation} {home.number} 户（{masking.mask_name(person.name)}）"
    if not person.is_present:
        return f"{where}，已{'去世' if person.died_on else '迁出'}，不能列入。"
    if not roster.organisation.covers(home.organisation):
        return f"{where}，不能列入{roster.organisation}的名册。"
    return ""


def _id_number(text):
    number = identity.clean_number(text)
    return number if re.fullmatch(r"\d{17}[\dX]", number) else ""


def _is_valid(number):
    try:
        return bool(identity.parse_id_number(number))
    except identity.Invalid:
        return False


def _households(organisation, text, on):
    members = Prefetch("members", Person.objects.present().order_by("id"))
    named = Person.objects.present().filter(_named(text)).values("household")
    wanted = Q(organisation__path__startswith=organisation.path) & (Q(pk__in=named) | numbered(text))
    if belonging.has_own_people(organisation):
        own = belonging.attached(organisation, on).filter(person__in=Person.objects.filter(_named(text)))
        wanted |= Q(pk__in=own.order_by().values("person__household"))
    return (
        Household.objects.current()
        .filter(wanted)
        .select_related("organisation")
        .order_by("number")
        .prefetch_related(members)
    )


def _people(organisation, text, on):
    homes = Household.objects.current().filter(organisation__path__startswith=organisation.path)
    wanted = Q(household__in=homes) & (_named(text) | Q(household__in=homes.filter(numbered(text))))
    own = belonging.attached_ids(Unit.PERSON, organisation, on)
    if own is not None:
        wanted |= Q(pk__in=own, household__is_archived=False) & _named(text)
    found = Person.objects.present().filter(wanted)
    return (
        found.select_related("household__organisation").with_head_name().order_by("household__number", "id")
    )


def _named(text):
    if number := _id_number(text):
        return Q(id_number_index=crypto.blind_index("id", number))
    terms = pinyin.query_terms(text)
    return Q(search_terms__contains=terms) if terms else Q(pk__in=[])


def _institutions(organisation, text, _on):
    found = Institution.objects.filter(organisation__path__startswith=organisation.path, is_archived=False)
    return found.filter(name__icontains=text).order_by("name")


_SEARCHES = {Unit.HOUSEHOLD: _households, Unit.PERSON: _people, Unit.INSTITUTION: _institutions}


def _own_people(organisation, found, on):
    """{id: line} of those of ``found`` who are on file elsewhere: the organisation's own people, nobody else of the family."""
    away = [row.pk for row in found if not organisation.covers(_home(row).organisation)]
    if not away:
        return {}
    is_person = isinstance(found[0], Person)
    rows = belonging.attached(organisation, on).filter(
        **{"person__in" if is_person else "person__household__in": away}
    )
    lines = {}
    for one in rows.select_related("person", "organisation").order_by("person", "pk"):
        key = one.person_id if is_person else one.person.household_id
        lines.setdefault(key, []).append(_line_of_own(one, on))
    return {key: "；".join(dict.fromkeys(own)) for key, own in lines.items()}


def _home(row):
    return row.household if isinstance(row, Person) else row


def _line_of_own(attachment, on):
    person = attachment.person
    age = f"{identity.age_on(person.birth_on, on)}岁" if person.birth_on else ""
    parts = (Sex(person.sex).label, age, attachment.organisation, attachment.place)
    return f"{person.name}　{' · '.join(str(part) for part in parts if part)}"


def _shown(row):
    if isinstance(row, Household):
        names = "、".join(person.name for person in row.members.all() if person != row.head)
        return f"{row.head or '（无户主）'}　{_line_of_head(row)}{f'　家人：{names}' if names else ''}"
    if isinstance(row, Person):
        return f"{row.name}　{people.distinguishing(row)}"
    return row.name


def _line_of_head(household):
    head = household.head
    return homonyms.line(
        id_number=head and head.id_number,
        birth_on=head and head.birth_on,
        place=f"{household.organisation}{household.group_name}",
        number=household.number,
    )
