"""Where programmes are carried out."""

from django.db.models import Q

from welfare.enums import Level
from welfare.models import Organisation


def covered_communities(programme):
    """Where rosters of the programme are drawn up: the communities among those named, else below the organiser.

    Lines without communities (unions, schools, charities) draw them up in their lowest organisations.
    """
    named = programme.covered.all()
    below = Q(pk__in=[])
    for organisation in named or [programme.organiser]:
        below |= Q(path__startswith=organisation.path)
    communities = Organisation.objects.filter(below, is_active=True).order_by("code")
    found = communities.filter(level=Level.COMMUNITY)
    if found.exists():
        return found
    lowest = communities.filter(line=programme.organiser.line).exclude(children__is_active=True)
    return lowest if lowest.exists() else communities.filter(pk=programme.organiser_id)
