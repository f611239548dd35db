"""What life events, history and duplicates add to the menu, to 待办 and to a household's page."""

from django.db.models import F
from django.urls import reverse

from beneficiaries.forms.life import AsOfForm
from beneficiaries.models import DuplicatePair, FormerResidence, Household
from beneficiaries.queries import history, life
from beneficiaries.views.history import changes_context
from welfare import dates, menu, panels, todo

EDIT = "registry.edit"


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(menu.Item("迁入迁出", "moves", "登记", 40, ("registry.view",), "signpost-split"))
    menu.register(menu.Item("疑似重复", "duplicates", "登记", 50, (EDIT,), "person-badge"))
    todo.register(moves_to_answer)
    todo.register(pairs_to_judge)
    for key, label, load, order in (("life", "变动", life_of, 80), ("history", "历史", history_of, 85)):
        template = f"beneficiaries/_household_{key}.html"
        panels.register(
            "household", panels.Panel(key, label, template, load, "registry.view", order, on_file=False)
        )


# -- 待办 --------------------------------------------------------------------------------------------


def moves_to_answer(user, on):
    """Households that wait to be taken in at the user's places."""
    if not user.may(EDIT):
        return
    for request in life.requests_of(user):
        if user.may(EDIT, request.moved_to):
            yield todo.Todo(
                title=f"接收迁入户：{request.head_name or request.household.number}",
                url=reverse("move_accept", args=[request.pk]),
                kind="迁移",
                detail=f"由{request.organisation}迁往{request.moved_to}",
                since_on=dates.today(request.requested_at),
            )


def pairs_to_judge(user, on):
    """Pairs of persons that might be one, as one entry with their number."""
    if not user.may(EDIT):
        return
    waiting = DuplicatePair.objects.visible_to(user, EDIT).open()
    count = waiting.count()
    if count:
        oldest = waiting.order_by("found_at", "pk").values_list("found_at", flat=True)[0]
        yield todo.Todo(
            title="判定疑似重复人员",
            url=reverse("duplicates"),
            kind="查重",
            detail=f"{count} 对",
            since_on=dates.today(oldest),
            count=count,
        )


# -- panels ------------------------------------------------------------------------------------------


def events_allowed(household, user):
    """[{label, url, icon, tone}] of the events that ``user`` may do to the whole household now."""
    if not user.may(EDIT, household.organisation):
        return []
    if household.is_archived:
        names = [] if household.merged_into_id else ["household_restore"]
    else:
        names = [
            "household_join",
            "household_split",
            "household_merge",
            "household_move",
            "household_archive",
        ]
    return [
        {"label": label, "url": reverse(name, args=[household.pk]), "icon": icon, "tone": tone}
        for name, (label, icon, tone) in EVENTS.items()
        if name in names
    ]


EVENTS = {
    "household_join": ("转入成员", "plus-lg", ""),
    "household_split": ("分户", "diagram-3", ""),
    "household_merge": ("并户", "people", ""),
    "household_move": ("迁往其他村(社区)", "signpost-split", ""),
    "household_archive": ("归档", "box-seam", "danger"),
    "household_restore": ("恢复归档户", "arrow-counterclockwise", ""),
}


def member_events(person):
    """[(label, url)] of the events that may befall this member now."""
    names = []
    if not person.merged_into_id:
        if person.is_present:
            names = [("迁出", "member_leave"), ("去世", "member_death")]
        else:
            names = [("恢复在册", "member_back")]
            if not person.died_on:
                names.append(("去世", "member_death"))
    return [(label, reverse(name, args=[person.pk])) for label, name in names]


def life_of(household, user):
    """变动: what may be done to the household and its members, and what befell them."""
    may = user.may(EDIT, household.organisation)
    members = household.members.order_by(
        F("died_on").asc(nulls_first=True), F("left_on").asc(nulls_first=True), "pk"
    )
    return {
        "life": {
            "household": Household.objects.select_related("merged_into").get(pk=household.pk),
            "events": events_allowed(household, user),
            "members": [
                {"person": person, "links": member_events(person) if may else []} for person in members
            ],
            "request": life.open_request(household),
            "former": list(
                FormerResidence.objects.filter(household=household).select_related("organisation", "moved_to")
            ),
            "absorbed": list(
                Household.objects.visible_to(user, "registry.view").filter(merged_into=household)
            ),
            "past": life.past_events(household),
        }
    }


def history_of(household, user):
    """历史: look back to a day, and who changed what."""
    return {"as_of_form": AsOfForm(), **changes_context(history.View(household))}
