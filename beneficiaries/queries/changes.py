"""One state of a row and the next, as words: which field, from what to what."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from beneficiaries.models import (
    BankAccountVersion,
    Code,
    Hardship,
    HardshipCategory,
    HardshipVersion,
    Household,
    HouseholdVersion,
    Person,
    PersonVersion,
)
from welfare import masking, money
from welfare.models import Organisation

_SKIPPED = {
    "id",
    "created_at",
    "registered_on",
    "id_number_index",
    "phone_index",
    "number_index",
    "tail_index",
}
_MASKS = {
    "id_number": masking.mask_id,
    "phone": masking.mask_phone,
    "disability_certificate": masking.mask_id,
}
_KINDS = {Code: "code", HardshipCategory: "category", Organisation: "organisation", Household: "household"}
_INDEXES = {"id_number": "id_number_index", "phone": "phone_index"}


@dataclass(frozen=True)
class Words:
    """Names of what rows point to, by id."""

    codes: dict
    categories: dict
    organisations: dict
    households: dict
    persons: dict

    def of(self, model, pk):
        """The name, or 空 for nothing."""
        known = {
            Code: self.codes,
            HardshipCategory: self.categories,
            Organisation: self.organisations,
            Household: self.households,
            Person: self.persons,
        }
        return "空" if pk is None else str(known[model].get(pk, f"（编号 {pk}）"))


@dataclass(frozen=True)
class Change:
    """One change of one row: ``fields`` are (label, before, after)."""

    at: datetime
    who: str
    subject: str
    fields: tuple


def references(rows):
    """{kind: ids} of the codes, categories, organisations and households that the rows point to."""
    found = {kind: set() for kind in _KINDS.values()}
    for row in rows:
        for one in row._meta.concrete_fields:
            kind = (
                _KINDS.get(one.related_model) if one.is_relation and not one.name.startswith("pgh_") else None
            )
            if kind and getattr(row, one.attname) is not None:
                found[kind].add(getattr(row, one.attname))
    return found


def between(version, after, words):
    """The Change from a version to the state that followed, or None when nothing that is shown differs."""
    found = []
    for one in version._meta.concrete_fields:
        if one.name.startswith("pgh_") or one.name in _SKIPPED:
            continue
        compared = _INDEXES.get(one.name, one.attname)
        before, then = getattr(version, compared), getattr(after, compared)
        if before != then:
            old, new = getattr(version, one.attname), getattr(after, one.attname)
            found.append((str(one.verbose_name), shown(one, old, words), shown(one, new, words)))
    if not found:
        return None
    return Change(
        at=version.pgh_created_at,
        who=version.ended_by,
        subject=_subject(version, after, words),
        fields=tuple(found),
    )


def entered(row, words):
    """The Change by which a row came on file; who entered it stands in the audit trail alone."""
    return Change(at=row.created_at, who="", subject=f"新登记：{_subject(row, row, words)}", fields=())


def shown(one, value, words):
    """A field's value for people: names for references, masks for numbers, labels for codes."""
    if value in (None, ""):
        return "空"
    if one.is_relation:
        return words.of(one.related_model, value)
    if one.name in _MASKS:
        return _MASKS[one.name](value)
    if one.name == "number" and one.model is BankAccountVersion:
        return masking.mask_bank(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return money.show(value)
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return str(dict(one.flatchoices).get(value, value)) if one.choices else str(value)


def _subject(version, after, words):
    if isinstance(version, Household | HouseholdVersion):
        return "户信息"
    if isinstance(version, Person | PersonVersion):
        return f"成员 {after.name}"
    if isinstance(version, Hardship | HardshipVersion):
        whose = words.of(Person, version.person_id) if version.person_id else "全户"
        return f"困难类别 {words.of(HardshipCategory, version.category_id)}（{whose}）"
    return f"银行卡 {masking.mask_bank(version.number)}（{words.of(Person, version.person_id)}）"
