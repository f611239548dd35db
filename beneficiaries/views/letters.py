"""Papers of entries on A4: 登记审批表, of one or of a whole roster, and 不予列入告知书."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import entries as documents
from beneficiaries.forms.entries import LetterForm
from beneficiaries.models import RefusalLetter, RosterEntry
from beneficiaries.queries import entry_page
from beneficiaries.services import letters
from beneficiaries.views.entries import loaded_entry
from beneficiaries.views.rosters import loaded
from welfare import audit, dates
from welfare.viewtools import form_page, load, staff

READ = ("GET", "HEAD")


@staff("roster.view", methods=READ)
def entry_form(request, pk):
    """登记审批表 of one entry, to print; the print is logged."""
    found = loaded_entry(request, pk, "roster.view")
    back = (str(found), reverse("entry", args=[pk]))
    return _forms(request, found.roster, RosterEntry.objects.filter(pk=pk), found, back)


@staff("roster.view", methods=READ)
def roster_forms(request, pk):
    """登记审批表 of every entry that stands, one a page; logged."""
    found = loaded(request, pk)
    return _forms(request, found, entry_page.for_forms(found), found, None)


def _forms(request, roster, entries, target, back):
    now = timezone.now()
    audit.viewed(by=request.user, at=now, target=target, what="登记审批表（打印）")
    context = {
        "roster": roster,
        "papers": documents.forms(roster, entries, on=dates.today(now)),
        "back": back,
        "printed_at": now,
    }
    return render(request, "beneficiaries/entry_forms.html", context)


@staff("roster.view", methods=READ)
def entry_letter(request, pk):
    """不予列入告知书 as it was issued, to print; the print is logged."""
    found = loaded_entry(request, pk, "roster.view")
    letter = RefusalLetter.objects.filter(entry=found).first()
    if letter is None:
        raise Http404("还没有出具告知书。")
    audit.viewed(by=request.user, at=timezone.now(), target=letter, what="不予列入告知书（打印）")
    return render(request, "beneficiaries/entry_letter.html", {"entry": found, "letter": letter})


@staff("roster.view")
def entry_letter_new(request, pk):
    """Issue the letter, with the reason as the person will read it."""
    rows = RosterEntry.objects.select_related(
        "roster__organisation", "roster__programme", "household", "person__household", "institution"
    )
    found = load(request, rows, pk, permission="roster.view")
    if not any(request.user.may(one, found.roster.organisation) for one in letters.PERMISSIONS):
        raise PermissionDenied("您没有出具告知书的权限。")
    form = LetterForm(
        request.POST if request.method == "POST" else None, initial={"reason": found.status_reason}
    )
    return form_page(
        request,
        form,
        lambda data: letters.issue(entry=found, reason=data["reason"], by=request.user, at=timezone.now()),
        heading=f"出具不予列入告知书：第{found.position}号{found}",
        done=lambda made: reverse("entry_letter" if made else "entry", args=[pk]),
        success="告知书已出具，请打印、盖章后送达本人。",
        template="beneficiaries/entry_form_page.html",
        entry=found,
        note="出具后不能修改。请用本人看得懂的话写明不符合哪一项条件。",
        submit_label="出具告知书",
        cancel_url=reverse("entry", args=[pk]),
    )
