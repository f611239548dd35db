"""A checked register against what is on file: what is new, what differs, what cannot be, and the writing of it.

A constant number of statements, whatever the number of rows. Blank cells leave what is on file, and an
import adds hardship categories without ending any: both would otherwise be lost by a column left out.
"""

from dataclasses import dataclass, field

from beneficiaries.enums import Relation, RowKind
from beneficiaries.models import BankAccount, Hardship, HardshipCategory, Household, Person
from beneficiaries.rules.places import is_rural_name
from beneficiaries.services import persons
from beneficiaries.services.households import DATED, date_facts
from beneficiaries.services.import_rows import (
    HOUSEHOLD_FACTS,
    PERSON_FACTS,
    by_household,
    household_fact,
)
from welfare import audit, crypto, dates, history, masking

BATCH = 500
BASIS = "登记表导入"


@dataclass
class OnFile:
    """What the registry holds about the numbers in a file."""

    households: dict
    persons: dict
    heads: dict
    accounts: dict
    held: set
    categories: dict


def load_on_file(rows, *, lock=False):
    """Everything on file that the rows touch, in six queries; with ``lock`` the households are held."""
    indexes = [crypto.blind_index("id", row.values["id_number"]) for row in rows if row.values["id_number"]]
    households = Household.objects.filter(number__in={row.household for row in rows if row.household})
    if lock:
        households = households.order_by("pk").select_for_update(of=("self",))
    households = {one.number: one for one in households.select_related("organisation")}
    ids = [one.pk for one in households.values()]
    found = (
        Person.objects.filter(id_number_index__in=indexes)
        .select_related("household__organisation")
        .order_by("pk")
    )
    people = {person.id_number_index: person for person in found}
    heads = Person.objects.filter(household__in=ids, relation=Relation.HEAD).present().order_by("pk")
    person_ids = [person.pk for person in people.values()]
    accounts = BankAccount.objects.filter(person__in=person_ids, is_current=True).order_by("pk")
    hardships = (
        Hardship.objects.filter(to_on=None)
        .order_by("pk")
        .values_list("household", "person", "category__code")
    )
    held = set(hardships.filter(household__in=ids)) | set(hardships.filter(person__in=person_ids))
    return OnFile(
        households=households,
        persons=people,
        heads={person.household_id: person for person in heads},
        accounts={account.person_id: account for account in accounts},
        held=held,
        categories={one.code: one for one in HardshipCategory.objects.all()},
    )


# -- what cannot be ---------------------------------------------------------------------------------


def check_against_registry(rows, on_file, *, organisation):
    """Note on each row what the registry forbids. Of people outside ``organisation`` nothing is told."""
    for row in rows:
        _check_household(row, on_file.households.get(row.household), organisation)
        _check_person(
            row, on_file.persons.get(crypto.blind_index("id", row.values["id_number"])), organisation
        )
    for number, members in by_household(rows).items():
        household = on_file.households.get(number)
        if household is None or organisation.covers(household.organisation):
            _check_head(members, household, on_file)


def _check_household(row, household, organisation):
    if household is None:
        return
    community = row.values["community"]
    if not organisation.covers(household.organisation):
        row.error("number", "此户编号不能使用。请核对；确认无误的，请报上一级核实。")
    elif household.is_archived:
        row.error("number", "此户已归档，请先在户页面恢复。")
    elif community and community != household.organisation.name:
        row.error("community", f"此户在册于“{household.organisation.name}”。导入不办理迁移，请核对村(社区)。")


def _check_person(row, person, organisation):
    if person is None:
        return
    if not organisation.covers(person.household.organisation):
        row.error("id_number", "此身份证号不能在本户登记。请核对号码；确认无误的，请报上一级核实。")
    elif person.household.number != row.household:
        name = masking.mask_name(person.name)
        row.error(
            "id_number",
            f"此身份证号已登记在 {person.household.number} 户（{name}），请核对号码或先办理迁出。",
        )
    elif person.died_on or person.left_on:
        row.error(
            "id_number", f"此人在册为“{'已去世' if person.died_on else '已迁出'}”，请核对后在户页面办理。"
        )


def _check_head(members, household, on_file):
    head = next((row for row in members if row.is_head), None)
    known = on_file.heads.get(household.pk) if household else None
    if known is None:
        if head is None or not head.is_good:
            where = (
                f"本户户主（第 {head.number} 行）有误，请先改正那一行。"
                if head
                else "本户没有户主行，请补上。"
            )
            for row in members:
                if row.is_good and not row.is_head:
                    row.error("relation", where)
        return
    listed = next(
        (
            row
            for row in members
            if crypto.blind_index("id", row.values["id_number"]) == known.id_number_index
        ),
        None,
    )
    if head is None:
        if listed is not None:
            listed.error("relation", "此人在册为户主，改为其他关系后本户没有户主，请指明新的户主。")
    elif listed is not head and (listed is None or not listed.is_good):
        row_text = f"在册户主为 {masking.mask_name(known.name)}。更换户主的，请把原户主也列入本表并改填关系。"
        head.error("relation", row_text)


# -- what differs -----------------------------------------------------------------------------------


@dataclass
class Plan:
    """What an import would write. Instances carry the new values already."""

    on: object
    new_households: list = field(default_factory=list)
    changed_households: list = field(default_factory=list)
    new_persons: list = field(default_factory=list)
    changed_persons: list = field(default_factory=list)
    former_heads: list = field(default_factory=list)
    former_accounts: list = field(default_factory=list)
    new_accounts: list = field(default_factory=list)
    new_hardships: list = field(default_factory=list)
    planned: set = field(default_factory=set)
    touched: dict = field(default_factory=dict)

    def touch(self, household, row, is_new=False):
        """Remember for the trail what happened to a household."""
        found = self.touched.setdefault(
            household.number, {"household": household, "is_new": is_new, "changes": []}
        )
        found["changes"] += [[row.values["name"], *change] for change in row.changes]


def plan_of(rows, on_file, communities, *, at):
    """The Plan for the good rows; marks every row's ``kind`` and ``changes``. Writes nothing.

    ``communities`` are the organisations of the scope by name.
    """
    plan = Plan(dates.today(at))
    good = [row for row in rows if row.is_good]
    for number, members in by_household(good).items():
        household = on_file.households.get(number)
        is_new = household is None
        if is_new:
            household = Household(
                number=number,
                organisation=communities[members[0].values["community"]],
                registered_on=plan.on,
                is_rural=is_rural_name(members[0].values["community"]),
            )
            plan.new_households.append(household)
        _plan_household(plan, household, members, is_new)
        for row in members:
            _plan_person(plan, household, row, on_file)
            if is_new or row.kind != RowKind.UNCHANGED:
                plan.touch(household, row, is_new)
    for row in rows:
        if not row.is_good:
            row.kind = RowKind.BAD
    return plan


def _plan_household(plan, household, members, is_new):
    """Household facts once; a change of them is shown on the household's first row."""
    first = members[0]
    for key in HOUSEHOLD_FACTS:
        value = household_fact(members, key)
        if value is None or value == getattr(household, key):
            continue
        if not is_new:
            first.changes.append([key, _text(getattr(household, key)), _text(value)])
        setattr(household, key, value)
        date_facts(household, {key}, plan.on)
    if first.changes:
        first.kind = RowKind.CHANGED
        plan.changed_households.append(household)


def _plan_person(plan, household, row, on_file):
    values = row.values
    person = on_file.persons.get(crypto.blind_index("id", values["id_number"]))
    facts = {key: values[key] for key in PERSON_FACTS if values[key] is not None}
    if person is None:
        person = Person(household=household, registered_on=plan.on)
        persons.set_facts(person, on=plan.on, id_number=values["id_number"], **facts)
        plan.new_persons.append(person)
        row.kind, row.changes = RowKind.NEW, []
    else:
        changed = {
            key: value for key, value in facts.items() if (getattr(person, key) or "") != (value or "")
        }
        if changed:
            row.changes += [
                [key, _masked(key, getattr(person, key)), _masked(key, changed[key])] for key in changed
            ]
            if person.relation == Relation.HEAD and "relation" in changed:
                plan.former_heads.append(person)
            persons.set_facts(person, on=plan.on, **changed)
            plan.changed_persons.append(person)
    _plan_account(plan, person, row, on_file)
    _plan_hardships(plan, household, person, row, on_file)
    if row.changes and row.kind == RowKind.UNCHANGED:
        row.kind = RowKind.CHANGED


def _plan_account(plan, person, row, on_file):
    number, bank_name = row.values["bank_number"], row.values["bank_name"]
    if not number:
        return
    current, index = on_file.accounts.get(person.pk), crypto.blind_index("bank", number)
    if current and (current.number_index, current.bank_name) == (index, bank_name):
        return
    if current:
        plan.former_accounts.append(current)
    if row.kind != RowKind.NEW:
        before = f"{current.bank_name} {masking.mask_bank(current.number)}" if current else ""
        row.changes.append(["bank_number", before, f"{bank_name} {masking.mask_bank(number)}"])
    tail = crypto.tail_index("bank", number)
    plan.new_accounts.append(
        BankAccount(person=person, bank_name=bank_name, number=number, number_index=index, tail_index=tail)
    )


def _plan_hardships(plan, household, person, row, on_file):
    for code in row.values["categories"]:
        category = on_file.categories[code]
        holder = person if category.is_personal else household
        on_file_key = (None, holder.pk, code) if category.is_personal else (holder.pk, None, code)
        if (holder.pk and on_file_key in on_file.held) or (id(holder), code) in plan.planned:
            continue
        plan.planned.add((id(holder), code))
        of = {"person": person} if category.is_personal else {"household": household}
        plan.new_hardships.append(Hardship(category=category, from_on=plan.on, basis=BASIS, **of))
        if row.kind != RowKind.NEW:
            row.changes.append(["categories", "", f"增加：{category.name}"])


def _text(value):
    return "" if value is None else str(value)


def _masked(key, value):
    if key == "phone":
        return masking.mask_phone(value)
    choices = Person._meta.get_field(key).choices
    if choices:
        return str(dict(choices).get(value, ""))
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else _text(value)


# -- the writing ------------------------------------------------------------------------------------


def write(plan, *, by, at):
    """Write the plan, in the caller's transaction."""
    history.stamp(by=by, at=at)
    Household.objects.bulk_create(plan.new_households, batch_size=BATCH)
    _update(Household, plan.changed_households, (*HOUSEHOLD_FACTS, "facts_on", *DATED.values()))
    Person.objects.filter(pk__in=[person.pk for person in plan.former_heads]).update(relation=Relation.OTHER)
    Person.objects.bulk_create(plan.new_persons, batch_size=BATCH)
    _update(Person, plan.changed_persons, (*PERSON_FACTS, "phone_index", "phone_tail_index", "search_terms"))
    BankAccount.objects.filter(pk__in=[one.pk for one in plan.former_accounts]).update(is_current=False)
    BankAccount.objects.bulk_create(plan.new_accounts, batch_size=BATCH)
    Hardship.objects.bulk_create(plan.new_hardships, batch_size=BATCH)
    audit.record_many(
        {
            "action": "household.import",
            "label": "导入登记户" if one["is_new"] else "导入更新户信息",
            "by": by,
            "at": at,
            "target": one["household"],
            "organisation": one["household"].organisation,
            "after": {"changes": one["changes"]},
        }
        for one in plan.touched.values()
    )


def _update(model, instances, fields):
    """Write the named fields of existing rows with one INSERT … ON CONFLICT a batch (bulk_update is slow)."""
    model.objects.bulk_create(
        instances, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
