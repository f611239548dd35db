"""What the rosters room adds to the menu, to 待办, to a household's page and to the housekeeping."""

from collections import Counter

from django.urls import reverse

from beneficiaries.enums import RosterStatus
from beneficiaries.models import RosterEntry
from beneficiaries.queries import judgements, waiting
from beneficiaries.services import notices
from beneficiaries.views import roster_page
from welfare import dates, housekeeping, menu, panels, todo

# More rosters at one step than this become one entry that leads to the list.
MOST = 8
VERBS = {
    RosterStatus.DRAFTING: "拟订名册",
    RosterStatus.ASSESSING: "民主评议",
    RosterStatus.SUBMITTING: "提交名册",
    RosterStatus.ON_NOTICE: "张贴公示",
    RosterStatus.CHECKING: "抽查",
    RosterStatus.REVIEWING: "审核名册",
}


def rosters_todo(user, on):
    """Rosters at a step that is mine; those on notice only until their notice hangs."""
    found = waiting.with_notice(waiting.rosters_waiting_for(user))
    found = list(found.select_related("organisation", "programme", "step").order_by("step_since_on", "pk"))
    found = [roster for roster in waiting.without_barred(found, user) if not roster.has_notice]
    counts = Counter(roster.status for roster in found)
    for roster in found:
        if counts[roster.status] <= MOST:
            yield todo.Todo(
                title=f"{VERBS[roster.status]}：{roster.organisation}",
                url=reverse("roster", args=[roster.pk]),
                kind="名册",
                detail=f"{roster.programme}{f' · {roster.step}' if roster.step else ''}",
                since_on=roster.step_since_on or dates.today(roster.drafted_at),
            )
    for status, count in counts.items():
        if count > MOST:
            oldest = next(roster for roster in found if roster.status == status)
            yield todo.Todo(
                title=VERBS[status],
                url=f"{reverse('rosters')}?standing={status}",
                kind="名册",
                since_on=oldest.step_since_on,
                count=count,
            )


def notices_todo(user, on):
    """Notices whose period is over."""
    for notice in waiting.notices_past_their_period(user, on):
        yield todo.Todo(
            title=f"公示期满，办结：{notice.community_name}",
            url=reverse("roster_notice", args=[notice.pk]),
            kind="公示",
            detail=notice.title,
            since_on=notice.ends_on,
        )


def objections_todo(user, on):
    """Objections to answer; due before the notice may be closed."""
    for objection in waiting.open_objections(user):
        yield todo.Todo(
            title=f"答复异议 {objection.reference}：{objection.notice.community_name}",
            url=reverse("objection", args=[objection.pk]),
            kind="异议",
            detail=objection.about,
            since_on=dates.today(objection.received_at),
            due_on=objection.notice.ends_on,
        )


def of_household(household, user):
    """评审记录: the entries of the household and its members, newest first."""
    entries = RosterEntry.objects.visible_to(user)
    mine = entries.filter(household=household) | entries.filter(person__household=household)
    rows = mine.select_related("roster__organisation", "roster__step", "programme", "category", "person")
    return {"entries": list(rows.order_by("-added_at", "-pk"))}


def judgements_of_entry(entry, user):
    """条件与认定: the other categories tried, what was judged, and the way to judge where the user may now."""
    return {
        "tried": entry.tried,
        "fits_none": entry.fits_none,
        "judgements": judgements.history(entry),
        "judge_url": reverse("entry_judge", args=[entry.pk])
        if roster_page.may_judge_entry(entry, user)
        else "",
    }


def take_down_notices(at):
    """Housekeeping: notices past their display period."""
    return f"撤下到期公示 {notices.take_down_expired(at)} 份"


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(
        menu.Item("名册", "rosters", "方案与评审", order=20, permissions=("roster.view",), icon="list-check")
    )
    menu.register(
        menu.Item(
            "异议", "objections", "方案与评审", order=30, permissions=("roster.view",), icon="megaphone"
        )
    )
    todo.register(rosters_todo)
    todo.register(notices_todo)
    todo.register(objections_todo)
    panels.register(
        "household",
        panels.Panel(
            key="rosters",
            label="评审记录",
            template="beneficiaries/_household_rosters.html",
            load=of_household,
            permission="roster.view",
            order=40,
        ),
    )
    panels.register(
        "roster_entry",
        panels.Panel(
            key="judgements",
            label="条件与认定",
            template="beneficiaries/_entry_judgements.html",
            load=judgements_of_entry,
            permission="roster.view",
            order=20,
        ),
    )
    housekeeping.register(take_down_notices)
