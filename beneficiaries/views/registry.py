"""Pages of the registry: one household, revealing a number."""

from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import BankAccount, Household, Person
from beneficiaries.queries import household_page
from beneficiaries.queries.timeline import events_of
from welfare import audit, dates, panels
from welfare.viewtools import load, reveal, staff

READ = ("GET", "HEAD")
REVEALED = {
    "id": ("id_number", "身份证号"),
    "phone": ("phone", "联系电话"),
    "certificate": ("disability_certificate", "残疾证号"),
}


@staff("registry.view", methods=READ)
def household(request, pk):
    """One household on one screen; the tabs of other rooms are asked for when opened."""
    found = _household(request, pk)
    context = _page(request, found)
    others = panels.of("household", request.user)
    tabs = [(key, label) for key, (label, _load) in _TABS.items()]
    tabs[-1:-1] = [(panel.key, panel.label) for panel in others]  # the timeline stays last
    chosen = request.GET.get("tab", "members")
    if chosen not in dict(tabs):
        chosen = "members"
    here = reverse("household", args=[pk])
    context |= {
        "tab": chosen,
        "tabs": [
            {"label": label, "url": f"{here}?tab={key}", "is_current": key == chosen} for key, label in tabs
        ],
        "figures": _figures(request, found, context, others, here),
    }
    panel = next((one for one in others if one.key == chosen), None)
    if panel:
        context |= {"panel": panel, **panel.load(found, request.user)}
    else:
        context |= _TABS[chosen][1](found, context)
    return render(request, "beneficiaries/household.html", context)


@staff("registry.view", methods=READ)
def household_file(request, pk):
    """一户一档: everything on file about a household, to print on A4. Numbers masked; the print is logged."""
    found = _household(request, pk)
    context = _page(request, found) | {"may_edit": False, "may_reveal": False, "printed_at": timezone.now()}
    for _label, load_tab in _TABS.values():
        context |= load_tab(found, context)
    context["sections"] = [
        {
            "label": panel.label,
            "html": render_to_string(panel.template, {**context, **panel.load(found, request.user)}, request),
        }
        for panel in panels.of("household", request.user)
        if panel.on_file
    ]
    audit.viewed(by=request.user, at=context["printed_at"], target=found, what="一户一档")
    return render(request, "beneficiaries/household_file.html", context)


def _household(request, pk):
    related = Household.objects.select_related("organisation", "housing", "housing_danger", "merged_into")
    return load(request, related, pk, permission="registry.view")


def _page(request, found):
    """What every view of a household shows: head, members, facts, and what the user may do."""
    members = household_page.members_of(found, dates.today(timezone.now()))
    hardships = household_page.hardships_of(found, members)
    return {
        "household": found,
        "members": members,
        "hardships": hardships,
        "held": list(dict.fromkeys(one.category for one in hardships if one.to_on is None)),
        "head": next((one for one in members if one.relation == "head" and one.is_present), None),
        "member_count": sum(one.is_present and one.is_counted for one in members),
        "may_edit": request.user.may("registry.edit", found.organisation) and not found.is_archived,
        "may_reveal": request.user.may("registry.reveal", found.organisation),
        "facts": household_page.facts_of(found),
    }


def _figures(request, found, context, others, here):
    """The figures at the head: people, help this year, and what other rooms count; each leads to its tab."""
    people = {
        "label": "家庭人口",
        "value": context["member_count"],
        "unit": "人",
        "url": f"{here}?tab=members",
    }
    helped = household_page.help_this_year(found, context["members"], dates.today(timezone.now()))
    figures = [people | {"note": ""}, helped | {"url": f"{here}?tab=help"}]
    for panel in others:
        figure = panel.figure and panel.figure(found, request.user)
        if figure:
            figures.append({"url": f"{here}?tab={panel.key}", "note": "", **figure})
    return figures


def _cards_tab(found, context):
    present = [one for one in context["members"] if one.is_present]
    return {"cards": household_page.cards_of(context["members"]), "present": present}


_TABS = {
    "members": ("成员", lambda found, context: {}),
    "hardships": ("困难情况", lambda found, context: {}),
    "cards": ("银行卡", _cards_tab),
    "timeline": ("时间线", lambda found, context: {"events": events_of(found, context["members"])}),
}


@staff("registry.view", methods=("POST",))
def reveal_person(request, pk, what):
    """A person's whole ID or phone number as plain text; the view is logged with its reason."""
    person = load(
        request, Person.objects.select_related("household__organisation"), pk, permission="registry.reveal"
    )
    name, label = REVEALED[what]
    return _reveal(request, person, getattr(person, name), f"{person}的{label}")


@staff("registry.view", methods=("POST",))
def reveal_card(request, pk):
    """A whole card number as plain text; the view is logged with its reason."""
    cards = BankAccount.objects.select_related("person__household__organisation")
    card = load(request, cards, pk, permission="registry.reveal")
    return _reveal(request, card.person, card.number, f"{card.person}的银行卡号")


def _reveal(request, person, number, what):
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        return HttpResponseBadRequest("请先填写查看原因。", content_type="text/plain; charset=utf-8")
    return reveal(request, person, number, what=what, reason=reason)
