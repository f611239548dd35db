"""Households registered and changed by hand, one at a time, with the same checks as an import."""

import re

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr

from beneficiaries.enums import Relation
from beneficiaries.models import BankAccount, Code, Hardship, Household, Person
from beneficiaries.rules.places import is_rural_name
from beneficiaries.services import persons
from welfare import audit, crypto, dates, history, identity, masking
from welfare.errors import Refusal
from welfare.models import Organisation

# Facts that rules read, each with the day it was true on.
DATED = {"monthly_income": "income_on", "medical_cost": "medical_on", "disaster_loss": "loss_on"}
FACTS = (
    *("group_name", "address", "is_rural", *DATED, *DATED.values(), "facts_on", "note"),
    *("housing", "housing_danger"),
)


@transaction.atomic
def register(*, organisation, members, by, at, number="", **facts):
    """A new household with its members. Returns the Household.

    ``members`` are dicts of person facts, among them exactly one head; a member may carry ``bank_name``
    and ``bank_number``. Without ``number`` the next free one of the community is given. Raises Refusal
    when a fact is wrong, a number is taken, or there is not one head.
    """
    history.stamp(by=by, at=at)
    heads = sum(member.get("relation") == Relation.HEAD for member in members)
    if heads != 1:
        raise Refusal("一户要有且只有一名户主。", field="relation")
    on = dates.today(at)
    number = number or next_number(organisation)
    if Household.objects.filter(number=number).exists():
        raise Refusal("户编号已被使用，请换一个或留空由系统编号。", field="number")
    household = Household(organisation=organisation, number=number, registered_on=on)
    facts.setdefault("is_rural", is_rural_name(organisation.name))
    _set_facts(household, on, facts)
    household.save(force_insert=True)
    audit.record(action="household.register", label="登记户", by=by, at=at, target=household)
    for member in members:
        add_member(household=household, by=by, at=at, **member)
    return household


@transaction.atomic
def change_facts(*, household, by, at, reason, **facts):
    """Change typed facts of a household; facts that rules read are dated today. Returns it.

    Raises Refusal without a reason, or when nothing changed.
    """
    if not reason.strip():
        raise Refusal("请写明更改的理由。", field="reason")
    history.stamp(by=by, at=at)
    household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    changed = {name: value for name, value in facts.items() if getattr(household, name) != value}
    if not changed:
        raise Refusal("没有改动任何内容。")
    before = {name: _shown(name, getattr(household, name)) for name in changed}
    _set_facts(household, dates.today(at), changed)
    household.save()
    audit.record(
        action="household.change",
        label="更改户信息",
        by=by,
        at=at,
        target=household,
        reason=reason,
        before=before,
        after={name: _shown(name, value) for name, value in changed.items()},
    )
    return household


@transaction.atomic
def add_member(*, household, by, at, bank_name="", bank_number="", **facts):
    """A new member of the household. Returns the Person. Raises Refusal as ``persons.set_facts`` does,
    for a registered ID number, and for a second head."""
    person = Person(household=household, registered_on=dates.today(at))
    persons.set_facts(person, on=dates.today(at), **facts)
    persons.refuse_taken(person, by)
    _refuse_second_head(person)
    _save(person)
    _record(household, by, at, action="household.member", label="登记成员", after={"name": person.name})
    if bank_number:
        set_bank_account(person=person, bank_name=bank_name, number=bank_number, by=by, at=at)
    return person


@transaction.atomic
def change_member(*, person, by, at, reason, **facts):
    """Change a member's facts. Returns the Person. Raises Refusal without a reason, as ``add_member``,
    and when the household would be left without its head."""
    if not reason.strip():
        raise Refusal("请写明更改的理由。", field="reason")
    history.stamp(by=by, at=at)
    person = (
        Person.objects.select_related("household__organisation")
        .select_for_update(of=("self",))
        .get(pk=person.pk)
    )
    old = audit.snapshot(person, *persons.FACTS, *persons.NUMBERS)
    if old["relation"] == Relation.HEAD and facts.get("relation", Relation.HEAD) != Relation.HEAD:
        raise Refusal("户主不能直接改为其他关系，请先把另一名成员改为户主。", field="relation")
    if facts.get("relation") == Relation.HEAD and old["relation"] != Relation.HEAD:
        others = Person.objects.filter(household=person.household, relation=Relation.HEAD).present()
        others.update(relation=Relation.OTHER)
    persons.set_facts(person, on=dates.today(at), **facts)
    persons.refuse_taken(person, by)
    changed = [name for name, value in old.items() if getattr(person, name) != value]
    if not changed:
        raise Refusal("没有改动任何内容。")
    _save(person)
    _record(
        person.household,
        by,
        at,
        action="household.member_change",
        label=f"更改成员：{person.name}",
        reason=reason,
        before={name: _shown(name, old[name]) for name in changed},
        after={name: _shown(name, getattr(person, name)) for name in changed},
    )
    return person


@transaction.atomic
def set_bank_account(*, person, bank_name, number, by, at):
    """Make this the person's card in use; an earlier one stays on file. Returns the BankAccount.

    Raises Refusal for a wrong number or a missing bank. The same card again changes nothing.
    """
    try:
        number = identity.parse_bank_card(number)
    except identity.Invalid as error:
        raise Refusal(str(error), field="number") from error
    if not bank_name.strip():
        raise Refusal("请填写开户银行。", field="bank_name")
    history.stamp(by=by, at=at)
    current = (
        BankAccount.objects.select_for_update(of=("self",)).filter(person=person, is_current=True).first()
    )
    index = crypto.blind_index("bank", number)
    if current and current.number_index == index and current.bank_name == bank_name:
        return current
    if current:
        current.is_current = False
        current.save(update_fields=["is_current"])
    account = BankAccount.objects.create(
        person=person,
        bank_name=bank_name,
        number=number,
        number_index=index,
        tail_index=crypto.tail_index("bank", number),
    )
    _record(
        person.household,
        by,
        at,
        action="household.bank_account",
        label=f"登记银行卡：{person.name}",
        after={"bank_name": bank_name, "number": masking.mask_bank(number)},
    )
    return account


@transaction.atomic
def add_hardship(*, category, from_on, basis, by, at, household=None, person=None, level=""):
    """Household or person holds a category from a date on. Returns the Hardship.

    Raises Refusal when it is held already, the category is out of use, or the date lies ahead.
    """
    holder = {"person": person} if person else {"household": household}
    if not category.is_active:
        raise Refusal("这一困难类别已停用。", field="category")
    if from_on > dates.today(at):
        raise Refusal("起始日期不能晚于今天。", field="from_on")
    if Hardship.objects.filter(category=category, to_on=None, **holder).exists():
        raise Refusal(f"已登记为“{category}”，无需重复登记。", field="category")
    hardship = Hardship.objects.create(category=category, from_on=from_on, basis=basis, level=level, **holder)
    _record(
        household or person.household,
        by,
        at,
        action="household.hardship",
        label=f"认定困难类别：{category}",
        after={
            "category": category.code,
            "person": person.name if person else "",
            "from_on": from_on,
            "basis": basis,
        },
    )
    return hardship


@transaction.atomic
def end_hardship(*, hardship, to_on, by, at, reason):
    """The category is no longer held after ``to_on``. Raises Refusal without a reason or for a date out of order."""
    if not reason.strip():
        raise Refusal("请写明终止的理由。", field="reason")
    history.stamp(by=by, at=at)
    hardship = Hardship.objects.select_for_update(of=("self",)).get(pk=hardship.pk)
    if hardship.to_on is not None:
        raise Refusal("这一困难类别已经终止。")
    if to_on < hardship.from_on or to_on > dates.today(at):
        raise Refusal("终止日期须在起始日期之后，且不晚于今天。", field="to_on")
    hardship.to_on = to_on
    hardship.save(update_fields=["to_on"])
    _record(
        hardship.household or hardship.person.household,
        by,
        at,
        action="household.hardship_end",
        label=f"终止困难类别：{hardship.category}",
        reason=reason,
        after={"to_on": to_on},
    )
    return hardship


def _set_facts(household, on, facts):
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"no such facts of a household: {sorted(unknown)}")
    for name in DATED:
        if facts.get(name) is not None and facts[name] < 0:
            raise Refusal("金额不能小于 0。", field=name)
    for name, value in facts.items():
        setattr(household, name, value)
    date_facts(household, facts, on)


def date_facts(household, changed, on):
    """Date the facts among ``changed`` (names) that came without a day of their own: they are true ``on`` today."""
    for name, day in DATED.items():
        if name in changed and (day not in changed or not getattr(household, day)):
            setattr(household, day, on if getattr(household, name) is not None else None)
    if "facts_on" not in changed and any(name in changed for name in DATED):
        household.facts_on = on


def _refuse_second_head(person):
    if person.relation != Relation.HEAD:
        return
    if Person.objects.filter(household=person.household, relation=Relation.HEAD).present().exists():
        raise Refusal("本户已有户主，一户只能有一名户主。", field="relation")


def _save(person):
    """Save; the database's own word on a number or a head registered a moment ago becomes a sentence."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "person_id_number_once" in str(error):
            raise Refusal("此身份证号刚刚被登记，请刷新后核对。", field="id_number") from error
        if "person_one_head_per_household" in str(error):
            raise Refusal("本户刚刚登记了户主，请刷新后核对。", field="relation") from error
        raise


def next_number(organisation):
    """The community's next free household number; one at a time, by a lock on the organisation."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    prefix = f"{organisation.code}-"
    ours = Household.objects.filter(number__regex=rf"^{re.escape(prefix)}[0-9]{{1,9}}$")
    tail = Cast(Substr("number", len(prefix) + 1), BigIntegerField())
    last = ours.aggregate(last=Max(tail))["last"] or 0
    return f"{prefix}{last + 1:05}"


def _record(household, by, at, **act):
    audit.record(by=by, at=at, target=household, organisation=household.organisation, **act)


def _shown(name, value):
    masks = {
        "id_number": masking.mask_id,
        "phone": masking.mask_phone,
        "disability_certificate": masking.mask_id,
    }
    return str(value) if isinstance(value, Code) else masks[name](value) if name in masks else value
