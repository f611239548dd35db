"""Reads for letters: to whom, and what they may not say."""

from beneficiaries.enums import EntryStatus, Outcome, Relation
from beneficiaries.models import BankAccount, Person


def addressee(entry):
    """The person, the head of the household, or the institution: by the full name."""
    if entry.person_id:
        return entry.person.name
    if entry.institution_id:
        return entry.institution.name
    people = list(entry.household.members.order_by("pk"))
    heads = [one for one in people if one.relation == Relation.HEAD]
    present = next((one for one in heads if one.is_present), None)
    return (present or next(iter([*heads, *people]))).name


def level_of_decision(entry):
    """The level of the step at which the entry was struck or voted down; None when no step tells."""
    if entry.status == EntryStatus.REJECTED:
        lost = entry.votes.filter(is_passed=False).order_by("assessment__lap", "pk")
        return lost.values_list("assessment__step__level", flat=True).last()
    struck = entry.decisions.filter(outcome=Outcome.STRUCK).exclude(step=None).order_by("decided_at", "pk")
    return struck.values_list("step__level", flat=True).last()


def private_words(entry):
    """[(what, value)] of the family: numbers and illnesses."""
    if entry.institution_id:
        return []
    home = entry.household_id or entry.person.household_id
    people = Person.objects.filter(household=home).select_related("listed_disease").order_by("pk")
    cards = BankAccount.objects.filter(person__household=home).order_by("pk")
    found = [("银行卡号", card.number) for card in cards]
    for one in people:
        found += [
            ("身份证号", one.id_number),
            ("电话", one.phone),
            ("病名", one.major_disease),
            ("病名", str(one.listed_disease or "")),
        ]
    return found
