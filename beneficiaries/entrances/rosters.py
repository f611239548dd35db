"""What the rosters room adds to the menu, to 待办, to a household's page and to the housekeeping."""

from collections import Counter

from django.urls import reverse

from beneficiaries.enums import RosterStatus
from beneficiaries.models import RosterEntry
from beneficiaries.queries import judgements, milestones, waiting
from beneficiaries.services import entry_lists, final_lists, notices, objections
from beneficiaries.views import entry_actions
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
                title=f"{VERBS[roster.status]}：{roster.organisation}{'（补充名册）' if roster.supplement_to_id else ''}",
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
    """Objections to answer within the programme's working days."""
    for objection in waiting.open_objections(user):
        yield todo.Todo(
            title=f"答复异议 {objection.reference}：{objection.notice.community_name}",
            url=reverse("objection", args=[objection.pk]),
            kind="异议",
            detail=objection.about,
            since_on=dates.today(objection.received_at),
            due_on=objection.due_on or objection.notice.ends_on,
        )


def relatives_todo(user, on):
    """Relatives of staff whom the user's office is to check in person; many on one roster lead to its page."""
    found = waiting.relatives_to_check(user)
    counts = Counter(entry.roster_id for entry in found)
    for entry in found:
        roster = entry.roster
        if counts[roster.pk] <= MOST:
            yield todo.Todo(
                title=f"当面核查近亲属：{roster.organisation}第{entry.position}号",
                url=reverse("entry_relative_check", args=[entry.pk]),
                kind="近亲属",
                detail=str(roster.programme),
                since_on=roster.step_since_on,
            )
    for roster in {
        entry.roster_id: entry.roster for entry in found if counts[entry.roster_id] > MOST
    }.values():
        yield todo.Todo(
            title=f"当面核查近亲属：{roster.organisation}",
            url=f"{reverse('roster', args=[roster.pk])}?kind=kin#entries",
            kind="近亲属",
            detail=str(roster.programme),
            since_on=roster.step_since_on,
            count=counts[roster.pk],
        )


def finals_todo(user, on):
    """Final results that residents have not been shown."""
    for roster in waiting.finals_to_publish(user):
        yield todo.Todo(
            title=f"公布结果：{roster.organisation}",
            url=reverse("final_publish", args=[roster.pk]),
            kind="公布",
            detail=str(roster.programme),
            since_on=dates.today(roster.finalised_at),
        )


def of_household(household, user):
    """评审记录: the entries of the household and its members, newest first."""
    entries = RosterEntry.objects.visible_to(user)
    mine = entries.filter(household=household) | entries.filter(person__household=household)
    rows = mine.select_related("roster__organisation", "roster__step", "programme", "category", "person")
    return {"entries": list(rows.order_by("-added_at", "-pk"))}


def milestones_todo(user, on):
    """Milestones that are mine, overdue or due within the week; the calendar is read only for some.

    One of each community leads its clerk to the programme: the organiser marks it done for all.
    """
    found = list(milestones.due(milestones.of_user(user), on))
    calendar = dates.load_calendar() if found else None
    for one in found:
        is_kept = milestones.is_kept_by(one, user)
        note = "" if is_kept else " · 由主办机构登记完成"
        when = f"{dates.lunar_text(one.due_on)} · {milestones.when(one, on, calendar)}"
        yield todo.Todo(
            title=one.name,
            url=reverse("milestone_done", args=[one.pk])
            if is_kept
            else reverse("programme", args=[one.programme_id]),
            kind="时间节点",
            detail=f"{one.programme} · {when}{note}",
            since_on=one.starts_on,
            due_on=one.due_on,
        )


def look_at_milestones(at):
    """Housekeeping: how many milestones are overdue or due within the week, for the log."""
    on = dates.today(at)
    days = list(milestones.due(milestones.in_use(), on).values_list("due_on", flat=True))
    overdue = sum(due_on < on for due_on in days)
    return f"时间节点逾期 {overdue} 项，{milestones.SOON} 天内到期 {len(days) - overdue} 项"


def judgements_of_entry(entry, user):
    """条件与认定: the other categories tried, what was judged, and the way to judge where the user may now."""
    return {
        "tried": entry.tried,
        "fits_none": entry.fits_none,
        "judgements": judgements.history(entry),
        "judge_url": reverse("entry_judge", args=[entry.pk])
        if entry_actions.may_judge_entry(entry, user)
        else "",
    }


def take_down_notices(at):
    """Housekeeping: notices and final lists past their display period."""
    shown, final = notices.take_down_expired(at), final_lists.take_down_expired(at)
    return f"撤下到期公示 {shown} 份、公布 {final} 份"


def stop_objected_entries(at):
    """Housekeeping: entries that an objection has named and a lost job did not stop."""
    return f"因异议暂停 {objections.stop_all_objected(at)} 个对象"


def expire_lists(at):
    """Housekeeping: uploaded lists nobody confirmed within a day."""
    return f"清理过期名单 {entry_lists.expire(at)} 份"


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
    menu.register(
        menu.Item(
            "必访对象", "must_visits", "方案与评审", order=25, permissions=("roster.assign",), icon="flag"
        )
    )
    todo.register(milestones_todo)
    todo.register(rosters_todo)
    todo.register(notices_todo)
    todo.register(objections_todo)
    todo.register(relatives_todo)
    todo.register(finals_todo)
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
    housekeeping.register(stop_objected_entries)
    housekeeping.register(expire_lists)
    housekeeping.register(look_at_milestones)
