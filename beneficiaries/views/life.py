"""Pages of the life events of members and households: each says what will happen, then asks for the reason."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import Relation
from beneficiaries.forms import life as forms
from beneficiaries.models import Household, Person
from beneficiaries.queries import life as queries
from beneficiaries.services import life
from welfare import dates
from welfare.viewtools import form_page, load, staff

EDIT = "registry.edit"
HEAD_STAYS = "其他成员、银行卡、困难情况和已获救助都不变。"


def tab_of(household_pk):
    """The household's page, on the tab of its events."""
    return f"{reverse('household', args=[household_pk])}?tab=life"


def loaded(request, pk):
    return load(request, Household.objects.select_related("organisation", "merged_into"), pk, permission=EDIT)


def loaded_person(request, pk):
    return load(request, Person.objects.select_related("household__organisation"), pk, permission=EDIT)


def number_in(request, name):
    """A row id from the query string; None for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def event_page(request, household, form, act, **page):
    """A confirm page below a household that runs one event."""
    return form_page(
        request,
        form,
        act,
        **{
            "done": tab_of(household.pk),
            "cancel_url": tab_of(household.pk),
            "template": "beneficiaries/life_confirm.html",
            "household": household,
            **page,
        },
    )


def facts_of(person):
    """Who it is, so that homonyms are told apart."""
    return [
        ("姓名", person.name),
        ("与户主关系", person.get_relation_display()),
        ("出生日期", person.birth_on),
        ("所在户", f"{person.household.number}（{person.household.organisation}）"),
    ]


def staying(person):
    """Who may follow as head when this person goes; nobody when she is not the head."""
    if person.relation != Relation.HEAD or not person.is_present:
        return []
    return list(person.household.members.present().exclude(pk=person.pk).order_by("pk"))


def on_rosters(entries):
    """Sentences about the rosters somebody stands on."""
    return [
        f"现在{queries.where_listed(entry)}：名册上保留，页面给出提示，请按名册程序处理。"
        for entry in entries
    ]


@staff(EDIT)
def member_leave(request, pk):
    """A member moves away."""
    person, now = loaded_person(request, pk), timezone.now()
    form = forms.LeaveForm(
        request.POST or None, staying=staying(person), initial={"left_on": dates.today(now)}
    )

    def act(data):
        return life.leave(
            person=person,
            left_on=data["left_on"],
            new_head=form.chosen_head(),
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        person.household,
        form,
        act,
        heading=f"成员迁出：{person}",
        success=f"{person}已登记迁出。",
        facts=facts_of(person),
        sentence=f"登记后此人不再算本户在册成员，困难情况和银行卡仍归本人。{HEAD_STAYS}",
        consequences=[
            "迁到本地另一户的，请到那一户办理“转入成员”。",
            *on_rosters(queries.live_entries(person=person)),
        ],
        confirm_label="确认迁出",
    )


@staff(EDIT)
def member_death(request, pk):
    """A member died."""
    person, now = loaded_person(request, pk), timezone.now()
    form = forms.DeathForm(request.POST or None, staying=staying(person))

    def act(data):
        return life.die(
            person=person,
            died_on=data["died_on"],
            basis=data["basis"],
            new_head=form.chosen_head(),
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        person.household,
        form,
        act,
        heading=f"登记去世：{person}",
        success=f"已登记{person}去世。",
        facts=facts_of(person),
        sentence="登记后本人名下的困难类别自去世之日终止，不再向本人发放款物；已发放的记录和签收不变。",
        consequences=["登记错了可以“恢复在册”。", *on_rosters(queries.live_entries(person=person))],
        confirm_label="确认登记去世",
        tone="danger",
    )


@staff(EDIT)
def member_back(request, pk):
    """Undo a mistaken leaving or death."""
    person, now = loaded_person(request, pk), timezone.now()
    has_head = person.household.members.present().exists()
    form = forms.BackForm(request.POST or None, has_head=has_head, relation=person.relation)

    def act(data):
        return life.bring_back(
            person=person,
            relation=data.get("relation", ""),
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    was = "去世" if person.died_on else "迁出"
    return event_page(
        request,
        person.household,
        form,
        act,
        heading=f"恢复在册：{person}",
        success=f"{person}已恢复在册。",
        facts=[*facts_of(person), (f"登记的{was}日期", person.died_on or person.left_on)],
        sentence=f"撤销误登记的{was}。因登记去世而终止的困难类别随之恢复。",
        confirm_label="确认恢复",
    )


@staff(EDIT)
def household_join(request, pk):
    """Look for a person on file (GET ``q``), choose her (GET ``person``), take her in (POST)."""
    found, now = loaded(request, pk), timezone.now()
    chosen = number_in(request, "person")
    if chosen is None:
        return find_page(
            request,
            found,
            heading="转入成员",
            people=queries.search_people(request.user, request.GET.get("q"), household=found),
        )
    person = loaded_person(request, chosen)
    others = staying(person) if person.household_id != found.pk else []
    form = forms.JoinForm(request.POST or None, staying=others, label=f"{person.household.number} 户的新户主")

    def act(data):
        return life.join(
            household=found,
            person=person,
            relation=data["relation"],
            new_head=form.chosen_head(),
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        found,
        form,
        act,
        heading=f"转入成员：{person}",
        success=f"{person}已转入本户。",
        facts=facts_of(person),
        sentence=f"{person}从 {person.household.number} 户转入 {found.number} 户，困难情况、银行卡和经历随人转来。",
        consequences=[
            "原户最后一人转出的，原户随之归档。",
            *on_rosters(queries.live_entries(person=person)),
        ],
        confirm_label="确认转入",
    )


def find_page(request, household, *, heading, people=(), households=(), **page):
    """The first half of a page that needs somebody else: look, then choose."""
    search = forms.FindForm(request.GET if "q" in request.GET else None)
    context = {"heading": heading, "household": household, "search": search, "people": people}
    context |= {"households": households, "cancel_url": tab_of(household.pk), **page}
    return render(request, "beneficiaries/life_find.html", context)
