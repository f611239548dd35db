"""Factories: teams, planned and made visits, needs, reached through the services."""

import itertools
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

from beneficiaries.enums import EntryOrigin
from beneficiaries.services import entries, rosters
from beneficiaries.tests import factories as registry
from visits.enums import Channel, HousingKind, NeedKind
from visits.services import needs, surveys, teams, visits
from welfare.dates import SHANGHAI
from welfare.testing.personas import AT, make_organisations, user_with

DAY = date(2026, 1, 20)
BEFORE = datetime(2026, 1, 12, 9, 0, tzinfo=SHANGHAI)  # when the visits are planned
ON_THE_DAY = datetime(2026, 1, 20, 9, 10, tzinfo=SHANGHAI)

_names = (f"{surname}{given}" for given in map(str, itertools.count(1)) for surname in "赵钱孙李周吴郑王")
_names = itertools.chain(["李建国", "王秀英", "陈志强"], _names)

ANSWERS = {
    "informant": "张大明",
    "members_at_home": 2,
    "housing_kind": HousingKind.SELF_BUILT,
}


def programme(organiser, **over):
    """An approved programme of January and February 2026 with two days' notice and two visitors."""
    over = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 28), **over}
    return registry.approved_programme(organiser, **over)


def final_entries(programme, organisation, count=3, *, cast=None, heads=()):
    """Entries of a final roster, walked there by the services: households of three groups in turn."""
    cast = cast or registry.Cast(organisation)
    names = [*heads, *(f"{organisation.name[0]}家{number}" for number in range(count))][:count]
    if not names:
        return []
    roster = rosters.draft(programme=programme, organisation=organisation, by=cast.clerk, at=AT)
    for position, name in enumerate(names, 1):
        entries.add(
            roster=roster,
            category=programme.categories.order_by("precedence").first(),
            origin=EntryOrigin.NOMINATION,
            household=registry.household(organisation, head=name, group_name=f"{position % 3 + 1}组"),
            reason="家庭困难，本人不便申请",
            by=cast.clerk,
            at=AT,
        )
    registry.walk(roster, cast=cast)
    return list(roster.entries.order_by("position", "id"))


def visitors(organisation, count=2):
    """Members of staff who may visit at the organisation."""
    made = [user_with("visitor", organisation) for _ in range(count)]
    for user in made:
        user.full_name = next(_names)
        user.save()
    return made


def season(households=3, **over):
    """甲村 with a final roster and a team of two. Returns a namespace of everything in it."""
    tree = make_organisations()
    made = SimpleNamespace(**vars(tree))
    made.programme = programme(tree.township, **over)
    cast = registry.Cast(tree.community)
    made.clerk = cast.clerk
    made.entries = final_entries(made.programme, tree.community, households, cast=cast)
    made.leader, made.member = visitors(tree.community)
    made.outsider = visitors(tree.community, 1)[0]
    made.team = teams.form(
        programme=made.programme,
        organisation=tree.community,
        name="第一组",
        leader=made.leader,
        members=[made.member],
        by=made.clerk,
        at=BEFORE,
        vehicle="面包车（李师傅）",
        gather_time=time(8, 30),
        gather_place="村委会",
    )
    return made


def planned(made, number=0, on=DAY, **over):
    """A planned visit to one of the entries."""
    begin = time(9 + number, 0)
    return visits.plan(
        **{
            "team": made.team,
            "entry": made.entries[number],
            "planned_on": on,
            "slot_from": begin,
            "slot_to": time(9 + number, 30),
            "by": made.clerk,
            "at": BEFORE,
            **over,
        }
    )


def told(made, number=0, days_ahead=2, **over):
    """A planned visit, told ahead."""
    visit = planned(made, number, **over)
    visits.tell_ahead(
        visit=visit,
        told_on=visit.planned_on - timedelta(days=days_ahead),
        channel=Channel.PHONE,
        told_whom="户主",
        by=made.clerk,
        at=ON_THE_DAY,
    )
    return visit


def done(made, number=0, by=None, **over):
    """A visit made by the leader, not yet confirmed."""
    visit = told(made, number, **over)
    return visits.complete(
        visit=visit, finding="老人在家，身体尚可。", place="家中", by=by or made.leader, at=ON_THE_DAY
    )


def confirmed(made, number=0, **over):
    """A visit made by the leader and confirmed by the other member."""
    return visits.confirm(visit=done(made, number, **over), by=made.member, at=ON_THE_DAY)


def absent(made, number=0):
    """A visit that met nobody."""
    return visits.mark_absent(visit=told(made, number), reason="敲门无人应答", by=made.leader, at=ON_THE_DAY)


def need(made, visit=None, text="屋顶漏雨，想修房", by=None):
    """A need noted at a visit."""
    visit = visit or told(made)
    return needs.note(visit=visit, kind=NeedKind.HOUSING, text=text, by=by or made.leader, at=ON_THE_DAY)


def surveyed(made, number=0, **answers):
    """A told visit with its survey filled in."""
    visit = told(made, number)
    surveys.fill(visit=visit, answers=ANSWERS | answers, by=made.leader, at=ON_THE_DAY)
    return visit
