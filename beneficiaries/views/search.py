"""Finding people."""

from django.shortcuts import render

from beneficiaries.queries import people
from welfare.viewtools import staff

READ = ("GET", "HEAD")


@staff("registry.view", methods=READ)
def person_search(request):
    """Find people of one's own communities; every hit says why."""
    text = request.GET.get("q", "")
    hits, has_more = people.search(request.user, text)
    return render(
        request, "beneficiaries/person_search.html", {"text": text, "hits": hits, "has_more": has_more}
    )
