"""Teams and their schedules."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme
from visits.documents import schedule
from visits.forms import TeamFilter, TeamForm, TeamPlaceForm, users_for
from visits.models import Team
from visits.services import teams
from visits.tables import TeamTable
from welfare import audit, dates
from welfare.models import Organisation
from welfare.viewtools import form_page, list_page, load, send_workbook, staff


@staff("visit.view", methods=("GET", "HEAD"))
def team_list(request):
    """Teams that I am in or oversee."""
    rows = (
        Team.objects.visible_to(request.user)
        .select_related("programme", "organisation", "leader")
        .with_counts()
    )
    return list_page(
        request,
        TeamTable,
        rows,
        heading="慰问组",
        filter_form=partial(TeamFilter, user=request.user),
        template="visits/teams.html",
        may_plan=request.user.may("visit.plan"),
    )


@staff("visit.plan", methods=("GET", "HEAD"))
def team_place(request):
    """First step of a new team: which programme, where."""
    programmes, organisations = _choices(request.user)
    form = TeamPlaceForm(request.GET or None, programmes=programmes, organisations=organisations)
    if request.GET and form.is_valid():
        chosen = form.cleaned_data
        return redirect("team_new", chosen["programme"].pk, chosen["organisation"].pk)
    return render(request, "visits/team_place.html", {"form": form})


@staff("visit.plan")
def team_new(request, programme, organisation):
    """A new team of one programme at one organisation."""
    programmes, organisations = _choices(request.user)
    programme = load_choice(programmes, programme)
    organisation = load_choice(organisations, organisation)
    now = timezone.now()
    return form_page(
        request,
        TeamForm(request.POST or None, users=users_for(organisation, dates.today(now))),
        lambda data: teams.form(
            programme=programme, organisation=organisation, by=request.user, at=now, **data
        ),
        heading="组建慰问组",
        form_class="two-columns",
        note=f"{organisation}《{programme}》，每次走访至少{programme.visitors_needed}人。",
        done=lambda team: reverse("team", args=[team.pk]) if team else reverse("teams"),
        success="慰问组已建立。",
        cancel_url=reverse("teams"),
    )


@staff("visit.view", methods=("GET", "HEAD"))
def team(request, pk):
    """One team: people, car, and its visits in order."""
    subject = load(request, _teams(), pk)
    return render(
        request,
        "visits/team.html",
        {
            "team": subject,
            "members": subject.members.select_related("user"),
            "visits": subject.visits.for_table().in_order()[:300],
            "may_plan": request.user.may("visit.plan", subject.organisation),
        },
    )


@staff("visit.plan")
def team_change(request, pk):
    """Change a team's facts and people."""
    subject = load(request, _teams(), pk, permission="visit.plan")
    now = timezone.now()
    initial = {
        "name": subject.name,
        "leader": subject.leader,
        "members": [member.user_id for member in subject.members.all()],
        "vehicle": subject.vehicle,
        "gather_time": subject.gather_time,
        "gather_place": subject.gather_place,
    }
    users = users_for(subject.organisation, dates.today(now))
    return form_page(
        request,
        TeamForm(request.POST or None, users=users, initial=initial),
        lambda data: teams.change(team=subject, by=request.user, at=now, **data),
        heading=f"调整{subject}",
        form_class="two-columns",
        done=reverse("team", args=[pk]),
        success="慰问组已调整。",
        cancel_url=reverse("team", args=[pk]),
    )


@staff("visit.view", methods=("GET", "HEAD"))
def team_schedule(request, pk):
    """走访安排表 to print; phone numbers in full for whoever may reveal them there, which is logged."""
    subject = load(request, _teams(), pk)
    table = schedule.of(subject, shows_phones=_shows_phones(request, subject))
    may_export = request.user.may("export", subject.organisation)
    return render(
        request, "visits/schedule.html", {"team": subject, "schedule": table, "may_export": may_export}
    )


@staff("export", methods=("GET", "HEAD"))
def team_schedule_workbook(request, pk):
    """走访安排表 as a workbook; logged."""
    subject = load(request, _teams(), pk, permission="export")
    now = timezone.now()
    shows_phones = _shows_phones(request, subject)
    audit.viewed(by=request.user, at=now, target=subject, what="走访安排表（导出）")
    return send_workbook(
        lambda target: schedule.workbook(subject, target, on=dates.today(now), shows_phones=shows_phones),
        filename=f"走访安排表-{subject}.xlsx",
    )


def load_choice(queryset, pk):
    """The row of a queryset that holds only what may be chosen, or 403."""
    found = queryset.filter(pk=pk).first()
    if found is None:
        raise PermissionDenied("您没有在这里安排走访的权限。")
    return found


def _teams():
    return Team.objects.select_related("programme", "organisation", "leader")


def _choices(user):
    """Approved programmes that reach where the user may plan, and those organisations."""
    organisations = (
        Organisation.objects.visible_to(user, "visit.plan").filter(is_active=True).order_by("path")
    )
    above = {pk for path in organisations.values_list("path", flat=True) for pk in path.strip("/").split("/")}
    programmes = Programme.objects.filter(status=ProgrammeStatus.APPROVED, organiser__in=above)
    return programmes, organisations


def _shows_phones(request, team):
    if not request.user.may("registry.reveal", team.organisation):
        return False
    audit.viewed(by=request.user, at=timezone.now(), target=team, what="走访安排表中的联系电话")
    return True
