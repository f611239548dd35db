"""The demo's programmes, each as far as it has come on the day the demo is loaded."""

import re
from datetime import timedelta
from pathlib import Path

from beneficiaries import plan_file
from beneficiaries.enums import StepKind
from beneficiaries.services import objections, plans
from disbursements.season.clock import Clock
from disbursements.season.delivery import Delivery
from disbursements.season.rehearsal import Review
from disbursements.season.season import approve_programme
from welfare import dates, workflow

PLANS = Path(__file__).parent / "plans"
FROM_TODAY = re.compile(r'"@([+-]\d+)"')


def plan_from_today(name, today):
    """A demo plan: "@-20" in its text is the date twenty days before ``today``, $year today's year."""

    def day(found):
        return f'"{today + timedelta(days=int(found[1]))}"'

    text = (PLANS / f"{name}.toml").read_text(encoding="utf-8").replace("$year", str(today.year))
    return plan_file.parse(FROM_TODAY.sub(day, text), name=f"{name}.toml")


def visits_under_way(cast, today):
    """A programme whose visits were half made yesterday; the other half is for today."""
    clock = Clock(today - timedelta(days=20))
    programme = approve_programme(plan_from_today("winter-visit", today), cast, clock, is_rehearsal=False)
    review = Review(programme=programme, cast=cast, clock=clock)
    review.draft()
    review.walk()
    delivery = Delivery(review)
    delivery.provide()
    delivery.draw_up()
    delivery.approve()
    clock.not_before(today - timedelta(days=4))
    yesterday = today - timedelta(days=1)
    delivery.plan_visits([yesterday, today])
    clock.not_before(yesterday, hour=8)
    delivery.hand_out()
    delivery.visit_all(only=sum(visit.planned_on == yesterday for visit in delivery.visits) - 1)
    return programme


def on_notice(cast, today):
    """A programme whose rosters hang on the wall since yesterday; one objection waits for its answer.

    The last community was earlier: its notice is over and its roster waits for the reviewer.
    """
    clock = Clock(today - timedelta(days=14))
    programme = approve_programme(plan_from_today("winter-warmth", today), cast, clock, is_rehearsal=False)
    early = Review(programme=programme, cast=cast, clock=clock, communities=cast.communities[-1:])
    early.draft()
    early.walk(until=StepKind.APPROVAL)
    clock.not_before(today - timedelta(days=2))
    review = Review(programme=programme, cast=cast, clock=clock, communities=cast.communities[:-1])
    review.draft()
    review.walk(until=StepKind.NOTICE)
    clock.not_before(today - timedelta(days=1))
    posted = review.post(review.rosters)
    objections.file(
        notice=posted[0],
        row_position=3,
        content="这户的儿子在县城买了房，是否还符合条件，请核实。",
        at=clock.tick(),
    )
    return programme


def in_drafting(cast, today):
    """Plan 000-6 for the next Spring Festival, approved; the first two communities draft their rosters."""
    clock = Clock(today - timedelta(days=2))
    year = today.year if dates.from_lunar(today.year, 1, 1) > today else today.year + 1
    plan = plan_file.read(plan_file.named("000-6"), year=year)
    programme = approve_programme(plan, cast, clock, is_rehearsal=False)
    Review(programme=programme, cast=cast, clock=clock, communities=cast.communities[:2]).draft()
    return programme


def awaiting_approval(cast, today):
    """A programme that its officer has submitted."""
    clock = Clock(today - timedelta(days=1))
    officer = cast.township["officer"]
    programme = plans.load_plan(
        plan=plan_from_today("student-aid", today), organiser=cast.organisation, by=officer, at=clock.tick()
    )
    return workflow.perform(programme, "submit", by=officer, at=clock.tick())
