"""What visits add to the menu, to 待办 and to the household's page."""

from django.urls import reverse

from visits.models import Need, Visit
from visits.tables import NEED_TONES
from welfare import menu, panels, todo

NEED_DAYS = 7  # an open need waits so long before it stands in 待办


def register():
    """Called once from ``apps.py: ready()``."""
    seeing, following = ("visit.view",), ("need.follow",)
    for item in (
        menu.Item("走访", "visits", "走访", 10, seeing, "geo-alt"),
        menu.Item(
            "走访安排", "visit_programmes", "走访", 20, ("visit.plan", "visit.spot_check"), "calendar-check"
        ),
        menu.Item("慰问组", "teams", "走访", 30, seeing, "people"),
        menu.Item("诉求", "needs", "走访", 40, following, "chat-left-text"),
    ):
        menu.register(item)
    for provider in (my_visits, to_confirm, to_announce, open_needs):
        todo.register(provider)
    panels.register(
        "household",
        panels.Panel("visits", "走访", "visits/_household_visits.html", visits_of, "visit.view", 60),
    )
    panels.register(
        "household",
        panels.Panel(
            "needs", "诉求", "visits/_household_needs.html", needs_of, "need.follow", 61, open_needs_figure
        ),
    )


# -- 待办 ---------------------------------------------------------------------------------------------
def my_visits(user, on):
    """The visits of my teams that are due today or overdue."""
    if not user.may("visit.do"):
        return
    rows = Visit.objects.of_teams_of(user).planned().filter(planned_on__lte=on).for_table().in_order()
    for visit in rows[:50]:
        yield todo.Todo(
            title=f"走访{visit.whom}",
            url=reverse("visit", args=[visit.pk]),
            kind="走访",
            detail=f"{visit.organisation} {visit.slot} {visit.team}",
            since_on=visit.planned_on,
            due_on=visit.planned_on,
        )


def to_confirm(user, on):
    """Visits of my teams that somebody else recorded and that want another name."""
    if not user.may("visit.do"):
        return
    rows = Visit.objects.of_teams_of(user).awaiting_confirmation().exclude(confirmations__user=user)
    for visit in rows.for_table().in_order()[:50]:
        yield todo.Todo(
            title=f"确认走访{visit.whom}",
            url=reverse("visit", args=[visit.pk]),
            kind="走访确认",
            detail=f"{visit.organisation} {visit.team}",
            since_on=visit.planned_on,
            due_on=visit.planned_on,
        )


def to_announce(user, on):
    """One line per day of visits to be told, for those who plan them or make them."""
    if not (user.may("visit.plan") or user.may("visit.do")):
        return
    rows = Visit.objects.visible_to(user, "visit.plan").to_announce().filter(planned_on__gte=on)
    days = {}
    for visit in rows.select_related("team__programme").in_order()[:500]:
        days.setdefault(visit.tell_by_on, []).append(visit)
    for tell_by_on, visits in days.items():
        yield todo.Todo(
            title="登记上门告知",
            url=reverse("visits_announce"),
            kind="告知",
            detail=f"{visits[0].planned_on:%m月%d日}走访",
            due_on=tell_by_on,
            count=len(visits),
        )


def open_needs(user, on):
    """Needs that wait for more than a week, one line for all, for those who follow them there."""
    if not user.may("need.follow"):
        return
    waiting = [
        need
        for need in Need.objects.visible_to(user, "need.follow").open()[:500]
        if need.age_in_days(on) > NEED_DAYS
    ]
    if waiting:
        yield todo.Todo(
            title="跟进未解决的诉求",
            url=f"{reverse('needs')}?status=open",
            kind="诉求",
            detail=f"最早的已提出 {waiting[0].age_in_days(on)} 天",
            since_on=min(need.noted_at for need in waiting).date(),
            count=len(waiting),
        )


# -- the household's page -------------------------------------------------------------------------------
def visits_of(household, user):
    """Visits of the household that the user may see, newest first."""
    rows = Visit.objects.visible_to(user).filter(household=household).for_table()
    return {"visits": rows.order_by("-planned_on", "-pk")[:50]}


def open_needs_figure(household, user):
    """The figure 待解决诉求 at the head of the household's page."""
    waiting = Need.objects.visible_to(user).filter(household=household).open().count()
    return {"label": "待解决诉求", "value": waiting, "unit": "件"}


def needs_of(household, user):
    """Needs of the household that the user may see, newest first."""
    rows = Need.objects.visible_to(user).filter(household=household).order_by("-noted_at", "-id")[:50]
    return {"needs": [{"need": need, "tone": NEED_TONES[need.status]} for need in rows]}
