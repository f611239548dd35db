"""Write pages of a household: register, change, members, cards, hardships."""

from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.registry import (
    BankForm,
    HardshipEndForm,
    HardshipForm,
    HouseholdChangeForm,
    MemberChangeForm,
    MemberForm,
    RegisterForm,
)
from beneficiaries.models import Hardship, Household, Person
from beneficiaries.services import households
from welfare.viewtools import form_page, load, staff

EDIT = "registry.edit"


def _crumb(request, household, **more):
    """What every write page of a household needs for its template."""
    page = reverse("household", args=[household.pk])
    return {
        "template": "beneficiaries/household_form.html",
        "household": household,
        "cancel_url": page,
        **more,
    }


def _household(request, pk):
    return load(request, Household.objects.select_related("organisation"), pk, permission=EDIT)


def _person(request, pk):
    return load(request, Person.objects.select_related("household__organisation"), pk, permission=EDIT)


@staff(EDIT)
def household_new(request):
    """Register a household and its head by hand."""
    form = RegisterForm(request.POST or None, user=request.user)

    def act(data):
        return households.register(
            organisation=data["organisation"],
            number=data["number"].strip(),
            members=[form.head()],
            by=request.user,
            at=timezone.now(),
            **form.household(),
        )

    return form_page(
        request,
        form,
        act,
        heading="登记新户",
        done=lambda made: reverse("household", args=[made.pk]) if made else reverse("registry"),
        success="已登记。请继续添加其他成员和困难情况。",
        template="beneficiaries/household_form.html",
        cancel_url=reverse("registry"),
        household=None,
        form_class="two-columns",
    )


@staff(EDIT)
def household_edit(request, pk):
    """Change the facts of a household."""
    found = _household(request, pk)
    form = HouseholdChangeForm(request.POST or None, initial=HouseholdChangeForm.initial_of(found))

    def act(data):
        return households.change_facts(
            household=found, by=request.user, at=timezone.now(), reason=data["reason"], **form.facts()
        )

    page = _crumb(request, found, form_class="two-columns")
    return form_page(
        request, form, act, heading="更改户信息", done=page["cancel_url"], success="户信息已更改。", **page
    )


@staff(EDIT)
def member_new(request, pk):
    """Add a member."""
    found = _household(request, pk)
    form = MemberForm(request.POST or None)

    def act(data):
        return households.add_member(household=found, by=request.user, at=timezone.now(), **form.facts())

    page = _crumb(request, found, form_class="two-columns")
    return form_page(
        request, form, act, heading="添加成员", done=page["cancel_url"], success="成员已登记。", **page
    )


@staff(EDIT)
def member_edit(request, pk):
    """Change a member's facts."""
    person = _person(request, pk)
    form = MemberChangeForm(request.POST or None, initial=MemberChangeForm.initial_of(person))

    def act(data):
        return households.change_member(
            person=person, by=request.user, at=timezone.now(), reason=data["reason"], **form.facts()
        )

    page = _crumb(request, person.household, form_class="two-columns")
    return form_page(
        request,
        form,
        act,
        heading=f"更改成员：{person}",
        done=page["cancel_url"],
        success="成员信息已更改。",
        **page,
    )


@staff(EDIT)
def member_bank(request, pk):
    """Register a card; the earlier one stays on file."""
    person = _person(request, pk)
    form = BankForm(request.POST or None)

    def act(data):
        return households.set_bank_account(person=person, by=request.user, at=timezone.now(), **data)

    page = _crumb(request, person.household)
    done = f"{page['cancel_url']}?tab=cards"
    note = "登记后，原来使用中的银行卡停用，仍留档备查。"
    return form_page(
        request,
        form,
        act,
        heading=f"登记银行卡：{person}",
        done=done,
        success="银行卡已登记。",
        note=note,
        **page,
    )


@staff(EDIT)
def hardship_new(request, pk):
    """The household or a member holds a category from a date on."""
    found = _household(request, pk)
    form = HardshipForm(request.POST or None, household=found)

    def act(data):
        person = form.members.get(data.pop("holder"))
        holder = {"person": person} if person else {"household": found}
        return households.add_hardship(by=request.user, at=timezone.now(), **holder, **data)

    page = _crumb(request, found)
    done = f"{page['cancel_url']}?tab=hardships"
    return form_page(
        request, form, act, heading="认定困难类别", done=done, success="困难类别已登记。", **page
    )


@staff(EDIT)
def hardship_end(request, pk):
    """A category is no longer held."""
    related = ("category", "household__organisation", "person__household__organisation")
    hardship = load(request, Hardship.objects.select_related(*related), pk, permission=EDIT)
    form = HardshipEndForm(request.POST or None)

    def act(data):
        return households.end_hardship(hardship=hardship, by=request.user, at=timezone.now(), **data)

    page = _crumb(request, hardship.household or hardship.person.household)
    done = f"{page['cancel_url']}?tab=hardships"
    heading = f"终止困难类别：{hardship.category}"
    return form_page(request, form, act, heading=heading, done=done, success="已终止。", **page)
