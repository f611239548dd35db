"""Two records of one person become one; both histories stay readable."""

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from beneficiaries.enums import Verdict
from beneficiaries.models import Attachment, BankAccount, DuplicatePair, Evidence, Hardship, Person
from beneficiaries.queries import life
from beneficiaries.rules.same_person import GROUPS, differing, is_blank
from beneficiaries.services import help as help_given
from beneficiaries.services import persons
from beneficiaries.services.life import families, ground
from welfare.errors import Refusal


@transaction.atomic
def merge_persons(*, survivor, absorbed, by, at, reason, take=(), new_head=None):
    """``absorbed`` was ``survivor`` entered a second time. Returns the surviving Person.

    What is blank on the survivor is filled from the other record; ``take`` names the GROUPS whose other
    value is right. Hardships, cards, attachments, evidence and help given follow (what both hold is kept
    once); rosters, sheets and receipts keep their pointers. The absorbed record stays, marked as left and
    ``merged_into``. When she was the last of another household, that household is merged with her;
    when its head, ``new_head`` follows her there. Raises Refusal without the right over both, when one is
    dead or gone and would survive, and while the absorbed record stands on a roster under way.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    if survivor.pk == absorbed.pk:
        raise Refusal("同一条记录不用合并。")
    survivor, absorbed = _held(survivor, absorbed)
    ground.need_right(by, survivor.household.organisation, absorbed.household.organisation)
    _check(survivor, absorbed)
    home = absorbed.household
    if absorbed.is_present and home.pk != survivor.household_id and len(ground.present(home)) == 1:
        families.merge(absorbed=home, into=survivor.household, by=by, at=at, reason=reason)
        survivor, absorbed = _held(survivor, absorbed)
        home = absorbed.household
    _mark(absorbed, survivor, on)
    taken = _take_facts(survivor, absorbed, take, on)
    carried = _follow(survivor, absorbed, on)
    if home.pk == survivor.household_id:
        new_head = survivor
    followed = ground.settle_head(home, new_head=new_head, on=on)
    _record(survivor, absorbed, by, at, reason, {"facts": taken, **carried}, followed)
    survivor.refresh_from_db()
    return survivor


def _held(*two):
    homes = [
        one.household
        for one in Person.objects.select_related("household")
        .filter(pk__in=[p.pk for p in two])
        .order_by("pk")
    ]
    held = {home.pk: home for home in ground.hold(*homes)}
    found = {}
    for one in (
        Person.objects.select_for_update(of=("self",)).filter(pk__in=[p.pk for p in two]).order_by("pk")
    ):
        if one.household_id not in held:
            raise Refusal("其中一人刚刚转入了其他户，请刷新后核对。")
        one.household = held[one.household_id]
        found[one.pk] = one
    return [found[one.pk] for one in two]


def _check(survivor, absorbed):
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise Refusal("其中一条记录已与别的记录合并，请刷新后核对。")
    if bool(survivor.died_on) != bool(absorbed.died_on):
        raise Refusal("一条登记已去世，另一条没有。请先核实，把两条登记得一致，再合并。")
    if absorbed.is_present and not survivor.is_present:
        raise Refusal("要保留的记录已不在册。请改为保留在册的那一条。", field="survivor")
    if survivor.is_present:
        ground.need_current(survivor.household)
    listed = life.live_entries(person=absorbed)
    both = {entry.programme_id for entry in life.live_entries(person=survivor)}
    twice = next((entry for entry in listed if entry.programme_id in both), None)
    if twice is not None:
        raise Refusal(
            f"两条记录都在《{twice.programme}》的名册上（{life.where_listed(twice)}），合并前须先撤下其中一处，"
            "或待方案结束。"
        )
    ground.refuse_listed(listed, "要并掉的记录在{}。请改为保留这一条，或待方案结束再合并。")


def _mark(absorbed, survivor, on):
    absorbed.left_on = absorbed.left_on or on
    absorbed.left_reason = f"与{survivor.name}的另一条记录合并"[:200]
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["left_on", "left_reason", "merged_into"])


# -- facts ------------------------------------------------------------------------------------------


def _take_facts(survivor, absorbed, take, on):
    """Fill and take facts. Returns the groups that changed."""
    unknown = set(take) - set(GROUPS)
    if unknown:
        raise TypeError(f"no such groups of facts: {sorted(unknown)}")
    if "birth" in take and survivor.id_number and "id_number" not in take:
        raise Refusal("出生日期和性别以身份证号为准，不能单独采用。", field="take")
    groups = [group for group in differing(survivor, absorbed) if group in take or is_blank(survivor, group)]
    facts = {name: getattr(absorbed, name) for group in groups for name in GROUPS[group][1]}
    if facts.get("disability_certificate") and "disability" not in take and _is_anothers(survivor, facts):
        del facts["disability_certificate"]
    if "id_number" in facts:  # the number is unique: first off the one record, then on to the other
        absorbed.id_number = absorbed.id_number_index = None
        absorbed.id_tail_index = absorbed.id_tail6_index = None
        absorbed.save(update_fields=["id_number", "id_number_index", "id_tail_index", "id_tail6_index"])
    if facts:
        persons.set_facts(
            survivor,
            on=on,
            **{name: value or "" if name in persons.NUMBERS else value for name, value in facts.items()},
        )
        survivor.save()
    return groups


def _is_anothers(survivor, facts):
    number = facts.get("id_number") or survivor.id_number
    return bool(number) and facts["disability_certificate"][:18] != number


# -- what follows -----------------------------------------------------------------------------------


def _follow(survivor, absorbed, on):
    """Hand over hardships, cards, attachments, evidence and help; end what both hold. Returns the ids, for the trail."""
    until = Greatest(F("from_on"), Value(on, output_field=DateField()))
    held = Hardship.objects.filter(person=survivor, to_on=None).values("category")
    Hardship.objects.filter(person=absorbed, to_on=None, category__in=held).update(to_on=until)
    for one in Attachment.objects.filter(person=survivor, to_on=None):
        twice = Attachment.objects.filter(
            person=absorbed, to_on=None, organisation=one.organisation_id, purpose=one.purpose
        )
        twice.update(to_on=until)
    if BankAccount.objects.filter(person=survivor, is_current=True).exists():
        BankAccount.objects.filter(person=absorbed, is_current=True).update(is_current=False)
    ids = {}
    for model in (Hardship, BankAccount, Attachment, Evidence):
        rows = model.objects.filter(person=absorbed)
        ids[model._meta.model_name] = sorted(rows.values_list("pk", flat=True))
        rows.update(person=survivor)
    _keep_verdicts(survivor, absorbed)
    return ids | {"help": help_given.follow(person=absorbed, to=survivor)}


def _keep_verdicts(survivor, absorbed):
    """Whoever was told apart from the absorbed record is told apart from the surviving one."""
    judged = DuplicatePair.objects.filter(
        Q(first=absorbed) | Q(second=absorbed), verdict=Verdict.DIFFERENT
    ).exclude(Q(first=survivor) | Q(second=survivor))
    copies = []
    for pair in judged.order_by("pk"):
        other = pair.second_id if pair.first_id == absorbed.pk else pair.first_id
        first, second = sorted((survivor.pk, other))
        pair.pk, pair.first_id, pair.second_id = None, first, second
        copies.append(pair)
    DuplicatePair.objects.bulk_create(copies, ignore_conflicts=True)


def _record(survivor, absorbed, by, at, reason, carried, followed):
    said = {"by": by, "at": at, "reason": reason}
    ground.record(
        survivor.household,
        action="same",
        label=f"合并重复人员：{survivor.name}",
        after={"survivor": survivor.pk, "absorbed": absorbed.pk, **carried},
        **said,
    )
    if absorbed.household_id != survivor.household_id:
        ground.record(
            absorbed.household,
            action="same",
            label=f"重复人员并到其他户的记录：{absorbed.name}",
            after={"absorbed": absorbed.pk, "followed": followed},
            **said,
        )
