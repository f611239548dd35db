"""Households: one splits in two, two become one."""

from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest

from beneficiaries.enums import Relation
from beneficiaries.models import Evidence, Hardship, Household, Pairing, Person
from beneficiaries.queries import life
from beneficiaries.services import help as help_given
from beneficiaries.services import households
from beneficiaries.services.life import ground
from welfare.errors import Refusal

_PLACE = ("group_name", "address", "is_rural")
_ASSESSED = (*households.DATED, *households.DATED.values(), "facts_on", "housing", "housing_danger")


@transaction.atomic
def split(
    *, household, relations, by, at, reason, copy_facts=False, new_head=None, group_name="", address=""
):
    """Some members become a household of their own in the same community. Returns the new Household.

    ``relations`` is {person id: relation to the new head}, exactly one of them the head. ``copy_facts``
    takes the income, costs and housing over with the days they were true on; hardships of the household
    are not copied, each household is assessed anew. ``new_head`` is the head of those who stay, when the
    head goes. What the old household received stays its own. Raises Refusal when nobody goes, nobody
    stays, or one of the two is left without a head.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    (household,) = ground.hold(household)
    ground.need_right(by, household.organisation)
    ground.need_current(household)
    members = {one.pk: one for one in ground.present(household)}
    _check_split(members, relations)
    made = Household(
        organisation=household.organisation,
        number=households.next_number(household.organisation),
        registered_on=on,
        **{name: getattr(household, name) for name in (*_PLACE, *(_ASSESSED if copy_facts else ()))},
    )
    made.group_name, made.address = group_name or made.group_name, address or made.address
    made.save(force_insert=True)
    going = [members[pk] for pk in sorted(relations)]
    for person in sorted(going, key=lambda one: relations[one.pk] == Relation.HEAD):
        person.household, person.relation = made, relations[person.pk]
        person.save(update_fields=["household", "relation"])
    followed = ground.settle_head(household, new_head=new_head, on=on)
    names = "、".join(person.name for person in going)
    said = {"by": by, "at": at, "reason": reason}
    ground.record(
        household,
        action="split",
        label=f"分户：{names}",
        after={"persons": sorted(relations), "to": made.number, "followed": followed},
        **said,
    )
    ground.record(
        made,
        action="split",
        label=f"分户立户：{names}",
        after={"persons": sorted(relations), "from": household.number, "copied": copy_facts},
        **said,
    )
    return made


def _check_split(members, relations):
    if not relations:
        raise Refusal("请至少选一名分出去的成员。")
    if set(relations) - set(members):
        raise Refusal("所选的人刚刚离开了本户，请刷新后核对。")
    if len(relations) == len(members):
        raise Refusal("全部成员都分出去，原户就空了。整户搬迁请办理“迁往其他村(社区)”。")
    if list(relations.values()).count(Relation.HEAD) != 1:
        raise Refusal("新户要有且只有一名户主。")


@transaction.atomic
def merge(*, absorbed, into, by, at, reason, relations=None):
    """Two households become one: everybody of ``absorbed`` belongs to ``into``. Returns ``into``.

    Hardships, evidence and pairings follow; what both hold is kept once, the other's is ended and stays
    readable. What ``absorbed`` received counts as received by ``into``; rosters, sheets and receipts keep
    their own pointers. ``absorbed`` is archived with ``merged_into``. ``relations`` is {person id: relation
    to the head of into}, "other" where nothing is said. Raises Refusal without the right at both places,
    for an archived household, and while the absorbed one stands on a roster of a programme under way: what
    it is to be paid would find nobody.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    if absorbed.pk == into.pk:
        raise Refusal("不能把一户并入它自己，请另选一户。")
    absorbed, into = ground.hold(absorbed, into)
    ground.need_right(by, absorbed.organisation, into.organisation)
    ground.need_current(absorbed)
    ground.need_current(into)
    refuse_listed(absorbed, into)
    if not ground.present(into):
        raise Refusal(f"{into.number} 户没有在册成员，请改为把该户并入本户。")
    names = _move_members(absorbed, into, relations or {})
    carried = follow(absorbed, into, on=on)
    ground.close(absorbed, on=on, reason=f"并入 {into.number} 户：{reason}", into=into)
    said = {"by": by, "at": at, "reason": reason}
    ground.record(
        into,
        action="merge",
        label=f"并入 {absorbed.number} 户：{names}",
        after={"from": absorbed.number, **carried},
        **said,
    )
    ground.record(
        absorbed,
        action="merged",
        label=f"本户并入 {into.number} 户",
        after={"to": into.number, **carried},
        **said,
    )
    return into


def refuse_listed(absorbed, into):
    """Raise Refusal while the household to be absorbed is on a roster of a programme under way."""
    listed = life.live_entries(household=absorbed)
    both = {entry.programme_id for entry in life.live_entries(household=into)}
    twice = next((entry for entry in listed if entry.programme_id in both), None)
    if twice is not None:
        raise Refusal(
            f"两户都在《{twice.programme}》的名册上（{life.where_listed(twice)}），合并前须先撤下其中一户，"
            "或待方案结束。"
        )
    ground.refuse_listed(
        listed, "被并的户在{}，并户后慰问金将无人可领。请改为把另一户并入该户，或待方案结束再办。"
    )


def _move_members(absorbed, into, relations):
    members = list(Person.objects.filter(household=absorbed).select_for_update(of=("self",)).order_by("pk"))
    for person in members:
        wanted = relations.get(person.pk, Relation.OTHER)
        if person.is_present:
            ground.refuse_head(wanted)
            person.relation = wanted
        person.household = into
        person.save(update_fields=["household", "relation"])
    return "、".join(person.name for person in members if person.is_present) or "无在册成员"


def follow(absorbed, into, *, on):
    """Hand over what hangs on a household: hardships, evidence, pairings, help. Returns the ids, for the trail."""
    held = Hardship.objects.filter(household=into, to_on=None).values("category")
    Hardship.objects.filter(household=absorbed, to_on=None, category__in=held).update(
        to_on=Greatest(F("from_on"), Value(on, output_field=DateField()))
    )
    paired = Pairing.objects.filter(household=into, to_on=None).values("cadre")
    Pairing.objects.filter(household=absorbed, to_on=None, cadre__in=paired).update(
        to_on=Greatest(F("from_on"), Value(on, output_field=DateField())),
        end_reason="并户，由并入户的结对延续",
    )
    ids = {}
    for model in (Hardship, Evidence, Pairing):
        rows = model.objects.filter(household=absorbed)
        ids[model._meta.model_name] = sorted(rows.values_list("pk", flat=True))
        rows.update(household=into)
    return ids | {"help": help_given.follow(household=absorbed, to=into)}
