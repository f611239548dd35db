"""The visits of a programme as a whole: nobody forgotten on either side."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from beneficiaries.models import RosterEntry
from visits.models import Team
from visits.queries import coverage, people
from welfare.viewtools import staff


@staff("visit.view", methods=("GET", "HEAD"))
def programmes(request):
    """Programmes with final rosters, each with how far its visits are."""
    found = list(coverage.programmes_for(request.user)[:50])
    figures = coverage.by_programme(_seen(coverage.entries_to_visit(found), request.user))
    rows = [{"programme": programme, "totals": figures[programme.pk]} for programme in found]
    return render(request, "visits/programmes.html", {"rows": rows})


@staff("visit.view", methods=("GET", "HEAD"))
def programme(request, pk):
    """One programme: figures by community, households without a visit, members without a visit."""
    subject = load_programme(request.user, pk)
    entries = _seen(coverage.entries_to_visit([subject]), request.user)
    places = coverage.by_organisation(entries)
    teams = Team.objects.visible_to(request.user).filter(programme=subject)
    missing = coverage.for_listing(coverage.without_visit(entries)).order_by(
        "roster__organisation__path", "position", "id"
    )
    return render(
        request,
        "visits/programme.html",
        {
            "programme": subject,
            "places": places,
            "totals": coverage.totals(places),
            "missing": [_row(entry) for entry in missing[:200]],
            "planned_url": f"{reverse('visits')}?programme={pk}&state=planned",
            "done_url": f"{reverse('visits')}?programme={pk}&state=done",
            "members": coverage.members(teams),
            "plannable": set(people.places_of(subject, request.user).values_list("pk", flat=True)),
        },
    )


def _row(entry):
    home = coverage.home_of(entry)
    return {"entry": entry, "whom": coverage.whom(entry), "group": home.group_name if home else ""}


def load_programme(user, pk):
    """A programme that the user oversees visits of, or 404."""
    found = coverage.programmes_for(user).filter(pk=pk).first()
    if found is None:
        raise Http404("没有找到这个方案，或它在您的工作范围内还没有定案的名册。")
    return found


def _seen(entries, user):
    return entries.filter(pk__in=RosterEntry.objects.visible_to(user, "visit.view").values("pk"))
