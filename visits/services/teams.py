"""Teams: who goes together, in what car, from where."""

from django.db import transaction
from django.db.models import Q

from beneficiaries.enums import ProgrammeStatus
from visits.enums import VisitStatus
from visits.models import Team, TeamMember
from welfare import audit, dates
from welfare.errors import Refusal


@transaction.atomic
def form(
    *, programme, organisation, name, leader, members, by, at, vehicle="", gather_time=None, gather_place=""
):
    """A team of ``leader`` and ``members`` (users) for one programme and organisation. Returns it.

    Raises Refusal when the programme is not approved or does not reach the organisation, the name is
    taken, somebody may not visit there, or there are fewer people than a visit needs.
    """
    _may_plan(by, organisation)
    if programme.status != ProgrammeStatus.APPROVED:
        raise Refusal("方案尚未批准或已经结束，不能组建慰问组。", field="programme")
    if not programme.organiser.covers(organisation):
        raise Refusal(f"“{programme}”不在{organisation}实施，请另选机构。", field="organisation")
    if not name.strip():
        raise Refusal("请填写组名，如“第一组”。", field="name")
    if Team.objects.filter(programme=programme, organisation=organisation, name=name.strip()).exists():
        raise Refusal(f"{organisation}在本方案中已有“{name.strip()}”，请换一个组名。", field="name")
    people = _people(programme, organisation, leader, members)
    team = Team.objects.create(
        programme=programme,
        organisation=organisation,
        name=name.strip(),
        leader=leader,
        vehicle=vehicle,
        gather_time=gather_time,
        gather_place=gather_place,
        formed_by=by,
        formed_at=at,
    )
    TeamMember.objects.bulk_create(TeamMember(team=team, user=user) for user in people)
    audit.record(
        action="team.form", label="组建慰问组", by=by, at=at, target=team, after={"members": _names(people)}
    )
    return team


@transaction.atomic
def change(*, team, name, leader, members, by, at, vehicle="", gather_time=None, gather_place=""):
    """New facts and people of a team. Returns it.

    People stay who they are from the morning of a visit until it is confirmed, so that nobody stands
    in for a member on the day (严禁替代). Raises Refusal for that, and as ``form`` does.
    """
    _may_plan(by, team.organisation)
    team = (
        Team.objects.select_for_update(of=("self",))
        .select_related("programme", "organisation")
        .get(pk=team.pk)
    )
    others = Team.objects.filter(programme=team.programme, organisation=team.organisation, name=name.strip())
    if others.exclude(pk=team.pk).exists():
        raise Refusal(f"{team.organisation}在本方案中已有“{name.strip()}”，请换一个组名。", field="name")
    people = _people(team.programme, team.organisation, leader, members)
    before = [member.user for member in team.members.select_related("user")]
    if {user.pk for user in before} != {user.pk for user in people}:
        _refuse_substitution(team, at)
        team.members.exclude(user__in=people).delete()
        TeamMember.objects.bulk_create(
            TeamMember(team=team, user=user) for user in people if user not in before
        )
    team.name, team.leader, team.vehicle = name.strip(), leader, vehicle
    team.gather_time, team.gather_place = gather_time, gather_place
    team.save()
    audit.record(
        action="team.change",
        label="调整慰问组",
        by=by,
        at=at,
        target=team,
        before={"members": _names(before)},
        after={"members": _names(people)},
    )
    return team


def _may_plan(by, organisation):
    if not by.may("visit.plan", organisation):
        raise Refusal(f"您没有为{organisation}安排走访的权限。")


def _people(programme, organisation, leader, members):
    """Leader first, everybody once, each allowed to visit there, enough of them."""
    people = list({user.pk: user for user in (leader, *members)}.values())
    for user in people:
        if not user.may("visit.do", organisation):
            raise Refusal(
                f"{user}没有在{organisation}走访的权限，请先由系统管理员授权，或换人。", field="members"
            )
    if len(people) < programme.visitors_needed:
        raise Refusal(
            f"每次走访至少{programme.visitors_needed}人，本组只有{len(people)}人，请增加组员。",
            field="members",
        )
    return people


def _refuse_substitution(team, at):
    due = Q(status=VisitStatus.PLANNED, planned_on__lte=dates.today(at))
    unconfirmed = Q(status=VisitStatus.DONE, confirmed_at=None)
    if team.visits.filter(due | unconfirmed).exists():
        raise Refusal(
            "本组有当天应走访或走访后尚未确认的对象，此时不能换人（严禁替代）。请先完成确认，或将走访改期。",
            field="members",
        )


def _names(people):
    return [str(user) for user in people]
