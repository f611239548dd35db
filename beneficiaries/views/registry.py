"""Pages of the registry: one household, revealing a number."""

from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse

from beneficiaries.models import BankAccount, Hardship, Household, Person
from beneficiaries.queries.timeline import events_of
from beneficiaries.services import persons
from welfare import money, panels
from welfare.viewtools import load, reveal, staff

READ = ("GET", "HEAD")
REVEALED = {"id": ("id_number", "身份证号"), "phone": ("phone", "联系电话")}


@staff("registry.view", methods=READ)
def household(request, pk):
    """One household on one screen; the tabs of other rooms are asked for when opened."""
    found = load(request, Household.objects.select_related("organisation"), pk, permission="registry.view")
    members = list(found.members.order_by("died_on", "left_on", "pk"))
    here = reverse("household", args=[pk])
    others = panels.of("household", request.user)
    tabs = [("members", "成员"), ("hardships", "困难情况"), ("cards", "银行卡")]
    tabs += [(panel.key, panel.label) for panel in others] + [("timeline", "时间线")]
    chosen = request.GET.get("tab", "members")
    if chosen not in dict(tabs):
        chosen = "members"
    context = {
        "household": found,
        "head": next((one for one in members if one.relation == "head" and one.is_present), None),
        "member_count": sum(one.is_present and one.is_counted for one in members),
        "tab": chosen,
        "tabs": [
            {"label": label, "url": f"{here}?tab={key}", "is_current": key == chosen} for key, label in tabs
        ],
        "may_edit": request.user.may("registry.edit", found.organisation),
        "may_reveal": request.user.may("registry.reveal", found.organisation),
        "facts": _facts(found),
    }
    panel = next((one for one in others if one.key == chosen), None)
    if panel:
        context |= {"panel": panel, **panel.load(found, request.user)}
    else:
        context |= _TABS[chosen](found, members)
    return render(request, "beneficiaries/household.html", context)


def _facts(found):
    return [
        ("村(社区)", f"{found.organisation}{found.group_name}"),
        ("家庭住址", found.address),
        ("城乡", "农村" if found.is_rural else "城镇"),
        ("家庭月人均收入", _yuan(found.monthly_income)),
        ("近12个月自付医疗费", _yuan(found.medical_cost)),
        ("灾害事故损失", _yuan(found.disaster_loss)),
        ("数据日期", found.facts_on),
        ("建档日期", found.registered_on),
        ("备注", found.note or None),
    ]


def _yuan(amount):
    return None if amount is None else f"{money.show(amount)} 元"


def _members_tab(found, members):
    for person in members:
        person.disability = persons.disability_text(person)
    return {"members": members}


def _hardships_tab(found, members):
    of = Hardship.objects.filter(household=found) | Hardship.objects.filter(person__in=members)
    rows = of.select_related("category", "person").order_by("to_on", "category__position", "pk")
    return {"hardships": rows}


def _cards_tab(found, members):
    cards = (
        BankAccount.objects.filter(person__in=members).select_related("person").order_by("-is_current", "pk")
    )
    return {"cards": cards, "members": [one for one in members if one.is_present]}


def _timeline_tab(found, members):
    return {"events": events_of(found, members)}


_TABS = {
    "members": _members_tab,
    "hardships": _hardships_tab,
    "cards": _cards_tab,
    "timeline": _timeline_tab,
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
