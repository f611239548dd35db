"""Planning a whole community, and telling many households at once."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import RosterEntry
from visits.forms import AnnounceForm, PlanForm
from visits.models import Visit
from visits.queries import coverage, people
from visits.rules.slots import visiting_order
from visits.services import visits
from visits.views.overview import load_programme
from visits.views.teams import load_choice
from welfare import dates
from welfare.forms import new_form_key
from welfare.models import Organisation
from welfare.viewtools import staff, submit


@staff("visit.plan")
def plan(request, programme, organisation):
    """Send a team to the households of a community that have no visit yet: all of them, or those ticked."""
    programme = load_programme(request.user, programme)
    organisation = load_choice(
        Organisation.objects.visible_to(request.user, "visit.plan").under(programme.organiser), organisation
    )
    now = timezone.now()
    entries = _waiting(request.user, programme, organisation)
    teams = people.teams_for(programme, organisation)
    first = max(programme.starts_on, dates.today(now) + timedelta(days=programme.advance_notice_days))
    form = PlanForm(request.POST or None, teams=teams, initial={"first_on": first})
    if request.method == "POST":
        ticked = set(request.POST.getlist("entry"))
        chosen = [entry for entry in entries if str(entry.pk) in ticked]
        ok, made = submit(request, form, lambda: _plan(form.cleaned_data, chosen, request.user, now))
        if ok:
            team = made[0].team if made else form.cleaned_data["team"]
            return redirect("team", team.pk)
    return render(
        request,
        "visits/plan.html",
        {
            "programme": programme,
            "organisation": organisation,
            "form": form,
            "form_key": new_form_key(),
            "groups": _groups(entries, request.POST.getlist("entry") if request.POST else None),
            "count": len(entries),
            "has_teams": teams.exists(),
        },
    )


def _plan(data, entries, by, at):
    first, last = data["first_on"], data["last_on"] or data["first_on"]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return visits.plan_all(
        team=data["team"],
        entries=entries,
        days=days,
        minutes=data["minutes"],
        mode=data["mode"],
        by=by,
        at=at,
    )


def _waiting(user, programme, organisation):
    found = coverage.without_visit(coverage.entries_to_visit([programme])).filter(
        pk__in=RosterEntry.objects.visible_to(user, "visit.plan").values("pk"),
        roster__organisation__path__startswith=organisation.path,
    )
    return list(coverage.for_listing(found).order_by("position", "id"))


def _groups(entries, ticked):
    """The entries by group as people count them, each with whether it is ticked (all, at first)."""
    found = {}
    for entry in entries:
        home = coverage.home_of(entry)
        row = {
            "entry": entry,
            "whom": coverage.whom(entry),
            "address": home.address if home else entry.institution.address,
            "is_ticked": ticked is None or str(entry.pk) in ticked,
        }
        found.setdefault((str(entry.roster.organisation), home.group_name if home else ""), []).append(row)
    return [
        {"organisation": organisation, "name": group or "未分组", "rows": rows}
        for (organisation, group), rows in sorted(found.items(), key=lambda item: visiting_order(*item[0]))
    ]


@staff("visit.do")
def announce(request):
    """Record for many households at once that they were told; those to be told first stand first."""
    now = timezone.now()
    on = dates.today(now)
    rows = list(
        Visit.objects.visible_to(request.user)
        .to_announce()
        .filter(planned_on__gte=on)
        .for_table()
        .in_order()[:300]
    )
    form = AnnounceForm(request.POST or None, initial={"told_on": on})
    ticked = set(request.POST.getlist("visit"))
    if request.method == "POST":
        chosen = [visit for visit in rows if str(visit.pk) in ticked]
        ok, _made = submit(
            request,
            form,
            lambda: visits.tell_all(visits=chosen, by=request.user, at=now, **form.cleaned_data),
            success=_told,
        )
        if ok:
            return redirect("visits_announce")
    return render(
        request,
        "visits/announce.html",
        {
            "form": form,
            "form_key": new_form_key(),
            "rows": [
                {"visit": visit, "is_ticked": str(visit.pk) in ticked, "is_late": visit.tell_by_on < on}
                for visit in rows
            ],
            "done": reverse("visits"),
        },
    )


def _told(made):
    if made is None:
        return ""
    late = [notice for notice in made if notice.is_late]
    if late:
        names = "、".join(str(notice.visit.whom) for notice in late[:5])
        return f"已登记 {len(made)} 户。其中 {len(late)} 户（{names}）告知不足规定天数，请改期后重新告知。"
    return f"已登记告知 {len(made)} 户。"
