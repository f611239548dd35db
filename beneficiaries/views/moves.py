"""Pages of moving between communities: at once or handed over; what waits; the households that have left."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms import life as forms
from beneficiaries.forms.former import FormerFilter
from beneficiaries.models import FormerResidence, MoveRequest, Person
from beneficiaries.queries import life as queries
from beneficiaries.services import life
from beneficiaries.tables.life import FormerTable
from beneficiaries.views.life import EDIT, event_page, loaded, on_rosters
from welfare import dates
from welfare.viewtools import form_page, list_page, load, staff


@staff(EDIT)
def household_move(request, pk):
    """To another community: at once where the user may edit there too, else handed over."""
    found, now = loaded(request, pk), timezone.now()
    form = forms.MoveForm(
        request.POST or None,
        household=found,
        user=request.user,
        initial={"left_on": dates.today(now)},
    )

    def act(data):
        if request.user.may(EDIT, data["to"]):
            return life.move(household=found, by=request.user, at=now, **data)
        return life.request_move(
            household=found,
            to=data["to"],
            left_on=data["left_on"],
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        found,
        form,
        act,
        heading="迁往其他村(社区)",
        success=_moved_sentence,
        facts=[("户编号", found.number), ("现村(社区)", f"{found.organisation}{found.group_name}")],
        sentence="迁入地也归您登记的，确认后立即迁入；否则发给对方，由对方接收后才迁走。",
        consequences=[
            "户编号、成员、困难情况、银行卡和已获救助随户带走。",
            "原村(社区)仍可查看本户到迁出时为止的状态，看不到以后的变化。",
            *on_rosters(queries.live_entries(household=found)),
        ],
        confirm_label="确认办理",
    )


def _moved_sentence(result):
    if isinstance(result, MoveRequest):
        return f"迁移申请已发给{result.moved_to}，等对方接收。"
    return f"本户已迁入{result.organisation}。"


@staff("registry.view", methods=("GET", "HEAD"))
def moves(request):
    """What waits to be taken in, and the households that have left the user's communities."""
    user = request.user
    waiting = [
        {
            "request": one,
            "may_answer": user.may(EDIT, one.moved_to),
            "may_withdraw": user.may(EDIT, one.organisation),
            "head": one.head_name,
        }
        for one in queries.requests_of(user)
    ]
    rows = FormerResidence.objects.visible_to(user, "registry.view")
    return list_page(
        request,
        FormerTable,
        rows.select_related("household", "organisation", "moved_to", "moved_by"),
        heading="迁入迁出",
        filter_form=partial(FormerFilter, user=user),
        template="beneficiaries/moves.html",
        waiting=waiting,
    )


def _request(request, pk, right_at):
    rows = MoveRequest.objects.select_related("household", "organisation", "moved_to", "requested_by")
    found = load(request, rows, pk)
    if not request.user.may(EDIT, getattr(found, right_at)):
        raise PermissionDenied("您可以查看此申请，但没有办理的权限。")
    return found


def _answer(request, found, form, act, **page):
    head = Person.objects.present().filter(household=found.household, relation="head").first()
    return form_page(
        request,
        form,
        act,
        done=reverse("moves"),
        cancel_url=reverse("moves"),
        template="beneficiaries/move_answer.html",
        facts=[
            ("户编号", found.household.number),
            ("户主", head.name if head else "（未登记）"),
            ("在册人口", found.household.members.present().count()),
            ("迁出村(社区)", found.organisation),
            ("迁入村(社区)", found.moved_to),
            ("迁出日期", found.left_on),
            ("迁移原因", found.reason),
            ("申请人", found.requested_by),
        ],
        **page,
    )


@staff(EDIT)
def move_accept(request, pk):
    """Take the household in."""
    found, now = _request(request, pk, "moved_to"), timezone.now()
    return _answer(
        request,
        found,
        forms.AcceptForm(request.POST or None, initial={"reason": "核实已迁入"}),
        lambda data: life.accept_move(request=found, by=request.user, at=now, **data),
        heading="接收迁入户",
        success="已接收，本户现在归本村(社区)登记。",
        sentence="接收后本户连同全部记录归迁入地登记，迁出地只能查看迁出以前的状态。",
        confirm_label="确认接收",
    )


@staff(EDIT)
def move_decline(request, pk):
    """Do not take the household in."""
    found, now = _request(request, pk, "moved_to"), timezone.now()
    return _answer(
        request,
        found,
        forms.ReasonedForm(request.POST or None),
        lambda data: life.decline_move(request=found, by=request.user, at=now, **data),
        heading="退回迁移申请",
        success="已退回，本户仍在迁出地登记。",
        sentence="退回后本户仍归迁出地登记，理由告知对方。",
        confirm_label="确认退回",
        tone="danger",
    )


@staff(EDIT)
def move_withdraw(request, pk):
    """Take the request back."""
    found, now = _request(request, pk, "organisation"), timezone.now()
    return _answer(
        request,
        found,
        forms.ReasonedForm(request.POST or None),
        lambda data: life.withdraw_move(request=found, by=request.user, at=now, **data),
        heading="撤回迁移申请",
        success="已撤回。",
        sentence="撤回后本户不迁移，对方不再看到这件申请。",
        confirm_label="确认撤回",
    )
