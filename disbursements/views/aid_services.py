"""服务落实: rosters whose entries are promised services, the checklist of one, a wrong tick taken back."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Roster
from disbursements.forms.aid_services import TickForm, key_of
from disbursements.models import ServiceGiven
from disbursements.queries import aid_services as queries
from disbursements.services import aid_services
from welfare import dates
from welfare.forms import ReasonForm, new_form_key
from welfare.viewtools import form_page, load, staff, submit

PERMISSION = aid_services.PERMISSION


@staff(PERMISSION, methods=("GET", "HEAD"))
def service_list(request):
    """Final rosters with services, and how many were given."""
    return render(
        request, "disbursements/services.html", {"rosters": queries.rosters_with_services(request.user)}
    )


@staff(PERMISSION)
def service_roster(request, pk):
    """The checklist of one roster."""
    roster = load(
        request, Roster.objects.select_related("organisation", "programme"), pk, permission=PERMISSION
    )
    rows, now = queries.checklist(roster), timezone.now()
    is_post = request.method == "POST"
    form = TickForm(request.POST if is_post else None, rows=rows, initial={"given_on": dates.today(now)})
    if is_post:
        ok, _made = submit(
            request,
            form,
            lambda: aid_services.tick(roster=roster, by=request.user, at=now, **form.cleaned_data),
            success=lambda made: f"已登记 {len(made)} 项服务。",
        )
        if ok:
            return redirect("service_roster", pk=pk)
    chosen = set(form.data.getlist("wanted")) if is_post else set()
    for row in rows:
        row["key"] = key_of(row)
        row["is_chosen"] = row["key"] in chosen
    context = {"roster": roster, "rows": rows, "form": form, "form_key": new_form_key()}
    context["open_count"] = sum(row["given"] is None for row in rows)
    return render(request, "disbursements/service_roster.html", context)


@staff(PERMISSION)
def service_void(request, pk):
    """Take back a wrong tick."""
    rows = ServiceGiven.objects.select_related("entry__roster__organisation", "standard")
    given = load(request, rows, pk, permission=PERMISSION)
    back = reverse("service_roster", args=[given.entry.roster_id])
    return form_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda data: aid_services.void(
            given=given, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"作废服务登记：{given.entry}，{given.what}",
        done=back,
        success="已作废，可以重新登记。",
        template="disbursements/form.html",
        trail=[("服务落实", reverse("services")), (str(given.entry.roster.organisation), back), ("作废", "")],
        cancel_url=back,
    )
