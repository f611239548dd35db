"""Finding people: the page of results, and suggestions below the search box while somebody types."""

from django.shortcuts import render
from django.utils import timezone

from beneficiaries.queries import people
from welfare import dates, identity
from welfare.viewtools import staff

READ = ("GET", "HEAD")
MOST_SUGGESTED = 8


def _shown(request, most):
    """What both answers show: the hits with their age today."""
    text = request.GET.get("q", "")
    found = people.search(request.user, text, most=most)
    on = dates.today(timezone.now())
    rows = [
        {"hit": hit, "age": identity.age_on(hit.person.birth_on, on) if hit.person.birth_on else None}
        for hit in found.hits
    ]
    return {
        "text": text.strip(),
        "rows": rows,
        "institutions": found.institutions,
        "has_more": found.has_more,
    }


@staff("registry.view", methods=READ)
def person_search(request):
    """Find people of one's own communities; every hit says why."""
    return render(request, "beneficiaries/person_search.html", _shown(request, people.MOST_HITS))


@staff("registry.view", methods=READ)
def person_suggest(request):
    """The first hits, for the box in the top bar."""
    return render(request, "beneficiaries/_suggestions.html", _shown(request, MOST_SUGGESTED))
