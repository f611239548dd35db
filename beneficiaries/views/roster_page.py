"""What the page of one roster shows: the stepper, what is next, entries, papers, history."""

from django.urls import reverse

from beneficiaries.enums import FinalListStatus, RosterStatus
from beneficiaries.queries import roster_page as queries
from beneficiaries.queries import versions
from beneficiaries.queries.rosters import places
from beneficiaries.tables.rosters import ROSTER_TONES
from beneficiaries.views import entry_actions as actions
from beneficiaries.views import entry_list
from beneficiaries.workflows.rosters import RETURN_AT
from welfare import audit, dates, workflow

# Moves that are made on the page of the meeting, notice or check they belong to.
ON_PAPER = {"conclude_assessment": "assessment", "close_notice": "roster_notice", "finish_check": "check"}
LINKS = {
    "revise": ("roster_nominate", "提名对象"),
    "assign": ("roster_assign", ""),
    "open_meeting": ("assessment_new", ""),
    "post_notice": ("notice_post", ""),
    "draw_sample": ("check_draw", ""),
    "revise_final": ("roster_revise", ""),
}
RECENT = 8
PAPER_LABELS = {"assessment": "继续记录评议会", "roster_notice": "办理公示", "check": "登记抽查情况"}


def page_of(roster, request, at):
    """Template context of ``beneficiaries/roster.html``."""
    user = request.user
    steps = list(roster.programme.steps.order_by("position"))
    rows = queries.entry_rows(roster, on=dates.today(at))
    papers = queries.papers(roster, rows)
    room = places(roster) if roster.status == RosterStatus.DRAFTING else []
    known = queries.known_of(rows) | {"places": room, "steps": steps}
    return {
        "roster": roster,
        "status_tone": ROSTER_TONES[RosterStatus(roster.status)],
        "steps": stepper(roster, steps),
        "next_step": what_is_next(roster),
        "buttons": buttons(roster, user, at, papers.current, known),
        "totals": queries.totals(rows),
        "revision": newer_version(roster),
        "changes": versions.since_last_version(roster, rows),
        "places": room,
        "has_entries": bool(rows),
        **entry_list.of(request, actions.of_rows(rows, roster, user)),
        "papers": papers,
        "finals": final_results(roster, user),
        "supplements": list(roster.supplements.order_by("version")) if not roster.supplement_to_id else [],
        "history": history(roster),
        "may_export": user.may("export", roster.organisation),
    }


def final_results(roster, user):
    """The published results of a final roster, newest first, and where to publish or take down; None before."""
    if roster.status != RosterStatus.FINAL:
        return None
    shown = list(roster.final_lists.order_by("-published_at", "-pk"))
    may_post = user.may("notice.post", roster.organisation)
    is_out = any(one.status == FinalListStatus.PUBLISHED for one in shown)
    return {"lists": shown, "may_post": may_post, "may_publish": may_post and not is_out}


def stepper(roster, steps):
    """Steps for ``components/steps.html``."""
    current = roster.step.position if roster.step_id else None
    is_over = roster.status in (RosterStatus.FINAL, RosterStatus.SUPERSEDED)

    def state(step):
        if is_over or (current is not None and step.position < current):
            return "done"
        return "current" if step.position == current else "todo"

    drafting = "current" if roster.status == RosterStatus.DRAFTING else "done"
    return [
        {"label": "拟订", "state": drafting, "sub": ""},
        *({"label": str(step), "state": state(step), "sub": step.get_level_display()} for step in steps),
        {"label": "定案", "state": "current" if is_over else "todo", "sub": ""},
    ]


def what_is_next(roster):
    """{what, who}: the step that waits and the people who may take it, four eyes considered; None at the end."""
    if roster.status in (RosterStatus.FINAL, RosterStatus.SUPERSEDED, RosterStatus.CANCELLED):
        return None
    move = next(m for m in workflow.machine_of(roster).moves if roster.status in m.sources)
    people = queries.who_may(roster, move)
    return {"what": str(roster.step or "拟订名单，启动评审"), "since": roster.step_since_on, "who": people}


def buttons(roster, user, at, current, known):
    """The moves open to the user, each leading to the page where it is made; ``known`` to the guards already."""
    found = []
    for option in workflow.options(roster, by=user, at=at, known=known):
        name = option.move.name
        if name == "waive_assessment" and (current or not roster.step.is_for_disputed):
            continue
        if name in ON_PAPER:
            if current:
                page = ON_PAPER[name]
                found.append(_button(PAPER_LABELS[page], reverse(page, args=[current.pk])))
        elif name == "assign" and not _is_above(roster, user):
            continue
        elif name in LINKS:
            if name in ("revise", "assign") or not current:
                page, label = LINKS[name]
                found.append(_button(label or option.move.label, reverse(page, args=[roster.pk]), option))
        elif name in RETURN_AT.values():
            found.append(_button("退回", reverse("roster_return", args=[roster.pk]), option))
        else:
            found.append(_button(option.move.label, reverse("roster_move", args=[roster.pk, name]), option))
        if name == "revise":
            found.insert(0, _button("按条件筛选", reverse("roster_fill", args=[roster.pk]), option))
            found.append(_button("导入名单", reverse("entry_list_new", args=[roster.pk]), option))
    for button in found[1:]:
        if button["tone"] == "primary":
            button["tone"] = "secondary"
    return found


def _is_above(roster, user):
    """May the user hand people down to the roster, from the organisation above it?"""
    parent = roster.organisation.parent
    return parent is not None and user.may("roster.assign", parent)


def _button(label, url, option=None):
    return {
        "label": label,
        "url": url,
        "is_allowed": option is None or option.is_allowed,
        "why_not": option.why_not if option else "",
        "tone": option.move.tone if option else "primary",
    }


def newer_version(roster):
    """The revision under way, or the version that superseded this one; None for one that stands alone."""
    if roster.status not in (RosterStatus.FINAL, RosterStatus.SUPERSEDED):
        return None
    later = roster.revisions.exclude(status=RosterStatus.CANCELLED)
    return later.order_by("-version").first()


def history(roster):
    """What was done, newest first: {recent, earlier} for ``components/timeline.html``."""
    events = [
        {
            "at": event.at,
            "who": event.actor_name,
            "text": event.label.removeprefix("名册："),
            "reason": event.reason,
            "tone": "bad" if "退回" in event.label else "",
        }
        for event in audit.events_about(roster)[:200]
    ]
    return {"recent": events[:RECENT], "earlier": events[RECENT:]}
