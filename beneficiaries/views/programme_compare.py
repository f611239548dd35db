"""Two versions of a programme side by side: whom the newer criteria decide on otherwise. Read only."""

from django.shortcuts import render
from django.utils import timezone

from beneficiaries.enums import Unit
from beneficiaries.models import Programme
from beneficiaries.queries import impact
from welfare import dates, scope
from welfare.viewtools import load, staff


@staff("programme.view", methods=("GET", "HEAD"))
def programme_compare(request, pk):
    """The programme beside an earlier version of it (``?version=``, the one before by default)."""
    found = load(request, Programme.objects.select_related("organiser"), pk, permission=None)
    versions = list(
        Programme.objects.visible_to(request.user)
        .versions_of(found)
        .filter(version__lt=found.version)
        .order_by("-version")
    )
    wanted = request.GET.get("version", "")
    earlier = next((one for one in versions if str(one.version) == wanted), versions[0] if versions else None)
    return render(
        request,
        "beneficiaries/programme_compare.html",
        {
            "programme": found,
            "earlier": earlier,
            "versions": versions,
            "groups": _groups(earlier, found, request.user) if earlier else [],
            "may_see": bool(scope.paths(request.user, "registry.view")),
        },
    )


def _groups(earlier, found, user):
    paths, today = impact.reach(found, user), dates.today(timezone.now())
    groups = []
    for unit in Unit:
        old, new = (impact.side(one, unit, by_code=True) for one in (earlier, found))
        if old.tiers or new.tiers:
            groups += impact.of_change(unit, old, new, user=user, paths=paths, on=today)
    return groups
