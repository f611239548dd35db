"""结对帮扶: a cadre looks after a household, from a day to a day.

Who may be paired: an active member of staff who holds a role in force in the household's own tree, that is
at its county or anything below it (the unions, schools, enterprises and partner units of the county among
them) or above it. The administrator of users alone is none: she sees no case.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q

from beneficiaries.models import Household, Pairing
from welfare import audit, dates
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.models import RoleAssignment, User

MOST_AT_ONCE = 100


def cadres_for(organisations, on):
    """The users who may be paired with a household of each of ``organisations``, by name."""
    reach = User.objects.filter(is_active=True)
    for top in {organisation.at_level(Level.COUNTY) or organisation for organisation in organisations}:
        above = [int(part) for part in top.path.strip("/").split("/")]
        held = RoleAssignment.objects.in_force(on).exclude(role="administrator")
        held = held.filter(Q(organisation__path__startswith=top.path) | Q(organisation__in=above))
        reach = reach.filter(pk__in=held.values("user"))
    return reach.order_by("full_name", "pk")


@transaction.atomic
def pair(*, household, cadre, from_on, by, at, unit=""):
    """Pair ``cadre`` (a User) with the household from a day on. Returns the Pairing.

    Raises Refusal when the household is archived, the cadre may not be paired with it (see the module),
    the day lies ahead or within an earlier pairing of the two, or they are paired already.
    """
    household = (
        Household.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=household.pk)
    )
    no = _refusal_of_day(from_on, dates.today(at)) or _refusal(household, cadre, from_on)
    if no:
        raise no
    if not cadres_for([household.organisation], dates.today(at)).filter(pk=cadre.pk).exists():
        raise Refusal("此人没有本县范围内有效的工作角色，不能结对。请先由系统管理员授予角色。", field="cadre")
    return _make(household, cadre, from_on, unit, by, at)


@transaction.atomic
def pair_many(*, households, cadre, from_on, by, at, unit=""):
    """Pair one cadre with several households at once. Returns (pairings made, [(household, sentence why not)]).

    Households are locked in one order, so that two such acts at once never wait for each other. Raises
    Refusal for a wrong day, a cadre out of reach of one of them, or more than 100.
    """
    if len(households) > MOST_AT_ONCE:
        raise Refusal(f"一次最多给 {MOST_AT_ONCE} 户结对，请分几次办理。")
    ids = [household.pk for household in households]
    rows = Household.objects.select_for_update(of=("self",)).select_related("organisation")
    locked = list(rows.filter(pk__in=ids).order_by("pk"))
    if no := _refusal_of_day(from_on, dates.today(at)):
        raise no
    places = [household.organisation for household in locked]
    if not cadres_for(places, dates.today(at)).filter(pk=cadre.pk).exists():
        raise Refusal("此人没有本县范围内有效的工作角色，不能结对。请先由系统管理员授予角色。", field="cadre")
    made, skipped = [], []
    for household in locked:
        if no := _refusal(household, cadre, from_on):
            skipped.append((household, no.message))
        else:
            made.append(_make(household, cadre, from_on, unit, by, at))
    return made, skipped


@transaction.atomic
def end(*, pairing, to_on, by, at, reason):
    """The pairing ends with the day ``to_on``. Returns it.

    Raises Refusal without a reason, when it has ended already, or for a day before its start or ahead.
    """
    if not reason.strip():
        raise Refusal("请写明结束的原因。", field="reason")
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
    if pairing.to_on is not None:
        raise Refusal("这次结对已经结束。")
    if to_on < pairing.from_on or to_on > dates.today(at):
        raise Refusal("结束日期须在起始日期之后，且不晚于今天。", field="to_on")
    pairing.to_on, pairing.end_reason = to_on, reason.strip()[:200]
    pairing.save(update_fields=["to_on", "end_reason"])
    _record(
        pairing,
        by,
        at,
        action="pairing.end",
        label=f"结束结对帮扶：{pairing.cadre}",
        reason=reason,
        after={"pairing": pairing.pk, "to_on": to_on},
    )
    return pairing


def _refusal_of_day(from_on, today):
    return Refusal("起始日期不能晚于今天。", field="from_on") if from_on > today else None


def _refusal(household, cadre, from_on):
    """Why these two cannot be paired from that day on, or None. The household is locked."""
    if household.is_archived:
        return Refusal("本户已归档，不能结对。")
    earlier = Pairing.objects.filter(household=household, cadre=cadre)
    if earlier.filter(to_on=None).exists():
        return Refusal(f"{cadre}已与本户结对，无需重复登记。", field="cadre")
    if earlier.filter(to_on__gte=from_on).exists():
        return Refusal(f"起始日期落在{cadre}与本户上一次结对的期间内，请改在其后。", field="from_on")
    return None


def _make(household, cadre, from_on, unit, by, at):
    pairing = Pairing(household=household, cadre=cadre, from_on=from_on, unit=unit.strip()[:100])
    try:
        with transaction.atomic():
            pairing.save(force_insert=True)
    except IntegrityError as error:
        if "pairing_once_at_a_time" in str(error):
            raise Refusal(f"{cadre}刚刚与本户结对，请刷新后核对。", field="cadre") from error
        raise
    _record(
        pairing,
        by,
        at,
        action="pairing.start",
        label=f"结对帮扶：{cadre}",
        after={"pairing": pairing.pk, "unit": pairing.unit, "from_on": from_on},
    )
    return pairing


def _record(pairing, by, at, **act):
    household = pairing.household
    audit.record(by=by, at=at, target=household, organisation=household.organisation, **act)
