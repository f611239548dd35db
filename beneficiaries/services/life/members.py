"""Members: one joins from another household, leaves, dies, comes back."""

from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest

from beneficiaries.enums import Relation
from beneficiaries.models import Hardship, HardshipVersion, PersonVersion
from beneficiaries.services.life import ground
from welfare.errors import Refusal


@transaction.atomic
def join(*, household, person, relation, by, at, reason, new_head=None):
    """A person on file comes into this household from another one, with her history, cards and hardships.

    Returns the Person. ``new_head`` is the new head of the household she leaves, when she was its head
    and others stay; with the last of its members that household is archived. Who had left is present again.
    Raises Refusal without the right at both places, for the dead, when she is here already, for a second
    head, and when an archived household would take her in.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    person, home, household = ground.hold_person(person, household)
    ground.need_right(by, home.organisation, household.organisation)
    ground.need_current(household)
    if home.pk == household.pk:
        raise Refusal("此人就在本户。已迁出的，请办理“恢复在册”。")
    if person.died_on:
        raise Refusal("此人已登记去世，不能转入。登记有误的，请先在原户恢复在册。")
    ground.refuse_head(relation)
    person.household, person.relation = household, relation
    person.left_on, person.left_reason = None, ""
    person.save(update_fields=["household", "relation", "left_on", "left_reason"])
    followed = ground.settle_head(home, new_head=new_head, on=on)
    said = {"by": by, "at": at, "reason": reason}
    ground.record(
        household,
        action="join",
        label=f"转入成员：{person.name}",
        after={"person": person.pk, "from": home.number},
        **said,
    )
    ground.record(
        home,
        action="gone",
        label=f"成员转入其他户：{person.name}",
        after={"person": person.pk, "followed": followed},
        **said,
    )
    return person


@transaction.atomic
def leave(*, person, left_on, by, at, reason, new_head=None):
    """A member moves away; who follows her as head is named in the same act. Returns the Person.

    Hardships and cards stay hers. With the last member the household is archived. Raises Refusal when she
    is not present, the day lies ahead, or the household would be left without a head.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    person, home = ground.hold_person(person)
    ground.need_right(by, home.organisation)
    if not person.is_present:
        raise Refusal("此人已不在册，不能再办理迁出。")
    ground.need_day(left_on, on, field="left_on", what="迁出日期", since=person.birth_on)
    person.left_on, person.left_reason = left_on, reason[:200]
    person.save(update_fields=["left_on", "left_reason"])
    followed = ground.settle_head(home, new_head=new_head, on=on)
    ground.record(
        home,
        action="leave",
        label=f"成员迁出：{person.name}",
        by=by,
        at=at,
        reason=reason,
        after={"person": person.pk, "left_on": left_on, "followed": followed},
    )
    return person


@transaction.atomic
def die(*, person, died_on, by, at, reason, new_head=None, basis=""):
    """A member died. Returns the Person. ``basis`` names the proof, when there is one.

    Her own hardships end that day; roster entries stay, with a warning, and nothing more is paid to her.
    ``new_head`` is named in the same act when the head died and others remain; with the last member the
    household is archived. Raises Refusal for a second death, a day ahead or before her birth, and when
    the household would be left without a head.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    person, home = ground.hold_person(person)
    ground.need_right(by, home.organisation)
    if person.died_on:
        raise Refusal(f"已登记于{person.died_on:%Y年%m月%d日}去世，不用重复登记。")
    ground.need_day(died_on, on, field="died_on", what="去世日期", since=person.birth_on)
    person.died_on = died_on
    person.save(update_fields=["died_on"])
    ended = Hardship.objects.filter(person=person, to_on=None).update(
        to_on=Greatest(F("from_on"), Value(died_on, output_field=DateField()))
    )
    followed = ground.settle_head(home, new_head=new_head, on=on)
    ground.record(
        home,
        action="death",
        label=f"登记去世：{person.name}",
        by=by,
        at=at,
        reason=reason,
        after={
            "person": person.pk,
            "died_on": died_on,
            "basis": basis,
            "hardships_ended": ended,
            "followed": followed,
        },
    )
    return person


@transaction.atomic
def bring_back(*, person, by, at, reason, relation=""):
    """Undo a mistaken leaving or death. Returns the Person, present again.

    The hardships that the mistaken death ended are held again, and a household that was archived because
    nobody was left is opened. ``relation`` is her relation to the present head ("" keeps the one on file).
    Raises Refusal when she is present, when the household has a head and she would be a second one, and
    when the household was archived for another reason.
    """
    ground.begin(by=by, at=at, reason=reason)
    person, home = ground.hold_person(person)
    ground.need_right(by, home.organisation)
    if person.is_present:
        raise Refusal("此人在册，无需恢复。")
    members = ground.present(home)
    if home.merged_into_id:
        raise Refusal(f"本户已并入 {home.merged_into.number} 户，请到该户办理。")
    if home.is_archived and home.archived_reason != ground.NOBODY_LEFT:
        raise Refusal("本户已归档，请先恢复本户，再恢复成员。")
    wanted = relation or person.relation
    if members:
        ground.refuse_head(wanted)
    elif wanted != Relation.HEAD:
        wanted = Relation.HEAD  # who comes back into an empty household heads it
    regained = _reopen_hardships(person) if person.died_on else 0
    before = {"died_on": person.died_on, "left_on": person.left_on}
    person.died_on = person.left_on = None
    person.left_reason, person.relation = "", wanted
    person.save(update_fields=["died_on", "left_on", "left_reason", "relation"])
    if home.is_archived:
        ground.reopen(home)
    ground.record(
        home,
        action="back",
        label=f"恢复在册：{person.name}",
        by=by,
        at=at,
        reason=reason,
        after={"person": person.pk, "was": before, "hardships_regained": regained},
    )
    return person


def _reopen_hardships(person):
    """Open again what the death ended: the hardships whose earlier state ended in the same act as hers."""
    alive = PersonVersion.objects.filter(pgh_obj=person, died_on=None).order_by("-pgh_created_at").first()
    if alive is None:
        return 0
    ended = HardshipVersion.objects.filter(
        pgh_obj__person=person,
        to_on=None,
        pgh_context=alive.pgh_context,
        pgh_created_at__gte=alive.pgh_created_at,
    )
    again = Hardship.objects.filter(pk__in=ended.values("pgh_obj")).exclude(to_on=None)
    held = Hardship.objects.filter(person=person, to_on=None).values("category")
    return again.exclude(category__in=held).update(to_on=None)
