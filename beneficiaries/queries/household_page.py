"""What the page and the printed file of one household show, beside what other rooms add."""

from django.db.models import Sum

from beneficiaries.enums import HelpState
from beneficiaries.models import BankAccount, Hardship, HelpGiven
from welfare import money
from welfare.identity import age_on


def members_of(household, on):
    """Its members, present ones first, each with ``age`` (or None)."""
    codes = ("listed_disease", "veteran_kind", "ethnic_group", "marriage", "work_state")
    members = list(household.members.select_related(*codes).order_by("died_on", "left_on", "pk"))
    members.sort(key=lambda person: not person.is_present)
    for person in members:
        until = person.died_on or on
        person.age = age_on(person.birth_on, until) if person.birth_on else None
    return members


def hardships_of(household, members):
    """Categories held by the household or a member, those still held first."""
    of = Hardship.objects.filter(household=household) | Hardship.objects.filter(person__in=members)
    rows = list(of.select_related("category", "person").order_by("category__position", "pk"))
    return sorted(rows, key=lambda hardship: hardship.to_on is not None)


def cards_of(members):
    """Bank cards of the members, the ones in use first."""
    cards = BankAccount.objects.filter(person__in=members)
    return cards.select_related("person").order_by("-is_current", "pk")


def facts_of(household):
    """(label, value) of the household itself; an amount with the day it was true on."""
    return [
        ("村(社区)", f"{household.organisation}{household.group_name}"),
        ("家庭住址", household.address),
        ("城乡", "农村" if household.is_rural else "城镇"),
        ("月人均收入", _dated(household.monthly_income, household.income_on)),
        ("近12月自付医疗", _dated(household.medical_cost, household.medical_on)),
        ("灾害事故损失", _dated(household.disaster_loss, household.loss_on)),
        ("住房情况", household.housing),
        ("房屋安全等级", household.housing_danger),
        ("建档日期", household.registered_on),
        *([("备注", household.note)] if household.note else []),
    ]


def help_this_year(household, members, on):
    """The figure 本年已获救助: cash received this year by the household or a member, from anyone."""
    got = HelpGiven.objects.filter(state=HelpState.RECEIVED, received_on__year=on.year)
    got = got.filter(household=household) | got.filter(person__in=members)
    sums = got.aggregate(cash=Sum("amount"), goods=Sum("goods_value"))
    goods = sums["goods"]
    return {
        "label": f"{on.year}年已获救助",
        "value": money.show(sums["cash"] or 0),
        "unit": "元",
        "note": f"另有慰问品折价 {money.show(goods)} 元" if goods else "",
    }


def _dated(amount, day):
    if amount is None:
        return None
    return f"{money.show(amount)} 元" + (f"（{day:%Y-%m-%d}）" if day else "")
