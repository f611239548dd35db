"""A household as it was: read-only, with who changed what since."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from beneficiaries.forms.life import AsOfForm
from beneficiaries.queries import history as queries
from welfare import dates, money
from welfare.viewtools import staff


@staff("registry.view", methods=("GET", "HEAD"))
def household_as_of(request, pk):
    """The household at the end of a day (``?on=``); a community it has left sees nothing later than its leaving."""
    view = queries.view_of(request.user, pk)
    if view is None:
        raise Http404("没有找到这一户，或它不在您的工作范围内。")
    today = dates.today(timezone.now())
    form = AsOfForm(request.GET if "on" in request.GET else None, initial={"on": today})
    day = (form.cleaned_data["on"] if form.is_valid() else None) or today
    day = min(day, dates.today(view.until) if view.until else today)
    moment = min(queries.end_of(day), timezone.now())
    state = queries.state_at(view, moment)
    return render(
        request,
        "beneficiaries/household_as_of.html",
        {
            "household": view.household,
            "former": view.former,
            "day": day,
            "form": form,
            "state": state,
            "facts": facts_of(state) if state.is_on_file else [],
            "hardships": hardships_of(state),
            **changes_context(view),
        },
    )


def changes_context(view):
    """``changes`` newest first and the ``days`` on which something changed: for the page and the panel."""
    changes = queries.changes_of(view)
    days = list(dict.fromkeys(dates.today(change.at) for change in changes))
    return {"changes": changes, "days": days[:60]}


def facts_of(state):
    """The facts of the household as they were, for ``components/facts.html``."""
    found, words = state.household, state.words
    amounts = {
        name: None if getattr(found, name) is None else f"{money.show(getattr(found, name))} 元"
        for name in ("monthly_income", "medical_cost", "disaster_loss")
    }
    return [
        ("村(社区)", f"{words.organisations[found.organisation_id]}{found.group_name}"),
        ("家庭住址", found.address),
        ("城乡", "农村" if found.is_rural else "城镇"),
        ("家庭月人均收入", amounts["monthly_income"]),
        ("近12个月自付医疗费", amounts["medical_cost"]),
        ("灾害事故损失", amounts["disaster_loss"]),
        ("住房情况", words.codes.get(found.housing_id)),
        ("房屋安全等级", words.codes.get(found.housing_danger_id)),
        ("数据日期", found.facts_on),
        ("归档", f"{found.archived_on:%Y-%m-%d} {found.archived_reason}" if found.is_archived else "否"),
        ("备注", found.note or None),
    ]


def hardships_of(state):
    """[{row, category, holder}] of the hardships as they were."""
    return [
        {
            "row": one,
            "category": state.words.categories[one.category_id],
            "holder": state.words.persons[one.person_id] if one.person_id else "全户",
        }
        for one in state.hardships
    ]
