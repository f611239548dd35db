"""A household moves to another community: at once by who may edit at both, else handed over and taken in there."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from beneficiaries.enums import MoveAnswer
from beneficiaries.models import FormerResidence, MoveRequest
from beneficiaries.queries import life
from beneficiaries.rules.places import is_rural_name
from beneficiaries.services.life import ground
from welfare import dates
from welfare.enums import Level
from welfare.errors import Refusal


@transaction.atomic
def move(*, household, to, left_on, by, at, reason, group_name="", address=""):
    """The household belongs to the community ``to`` from now on. Returns the Household.

    Its number, members, hardships, cards and help stay with it. The community it leaves keeps it as it was
    up to this moment (``FormerResidence``) and sees nothing later. Rosters it stands on keep it, and pay it
    out, where it was listed. Raises Refusal without the right at both places, for an archived household, for
    anything but another community in use, for a day ahead, and while it waits to be taken in elsewhere.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    (household,) = ground.hold(household)
    ground.need_right(by, household.organisation, to)
    _check(household, to, left_on, on)
    if life.open_request(household):
        raise Refusal("本户有一件迁移申请正等对方接收，请先撤回。")
    return _move(
        household, to, left_on=left_on, by=by, at=at, reason=reason, group_name=group_name, address=address
    )


@transaction.atomic
def request_move(*, household, to, left_on, by, at, reason):
    """Hand the household over to a community where ``by`` may not edit. Returns the MoveRequest.

    Nothing changes before somebody there accepts. Raises Refusal as ``move`` does, the right asked here alone.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    (household,) = ground.hold(household)
    ground.need_right(by, household.organisation)
    _check(household, to, left_on, on)
    waiting = MoveRequest(
        household=household,
        organisation=household.organisation,
        moved_to=to,
        left_on=left_on,
        reason=reason[:200],
        requested_by=by,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            waiting.save()
    except IntegrityError as error:
        if "move_request_one_open_per_household" in str(error):
            raise Refusal("本户已有一件迁移申请在等对方接收，不用重复申请。") from error
        raise
    ground.record(
        household,
        action="move_request",
        label=f"申请迁往{to}",
        by=by,
        at=at,
        reason=reason,
        after={"to": to.code},
    )
    return waiting


@transaction.atomic
def accept_move(*, request, by, at, reason, group_name="", address=""):
    """Take the household in: it moves now. Returns the Household.

    Raises Refusal without the right at the new place, when it was answered already, and when the
    household is no longer where it was handed over.
    """
    ground.begin(by=by, at=at, reason=reason)
    household, request = _held(request)
    ground.need_right(by, request.moved_to)
    _check(household, request.moved_to, request.left_on, dates.today(at))
    if household.organisation_id != request.organisation_id:
        raise Refusal("本户已不在原来的村(社区)，请退回申请，由现在的村(社区)重新办理。")
    _answer(request, MoveAnswer.ACCEPTED, by, at, reason)
    return _move(
        household,
        request.moved_to,
        left_on=request.left_on,
        by=by,
        at=at,
        reason=request.reason,
        group_name=group_name,
        address=address,
    )


@transaction.atomic
def decline_move(*, request, by, at, reason):
    """Do not take the household in; it stays where it is. Returns the MoveRequest. Raises Refusal as ``accept_move``."""
    ground.begin(by=by, at=at, reason=reason)
    household, request = _held(request)
    ground.need_right(by, request.moved_to)
    return _closed(household, request, MoveAnswer.DECLINED, "退回迁移申请", by, at, reason)


@transaction.atomic
def withdraw_move(*, request, by, at, reason):
    """Take the request back. Returns the MoveRequest. Raises Refusal without the right at the place it leaves."""
    ground.begin(by=by, at=at, reason=reason)
    household, request = _held(request)
    ground.need_right(by, request.organisation)
    return _closed(household, request, MoveAnswer.WITHDRAWN, "撤回迁移申请", by, at, reason)


def _held(request):
    (household,) = ground.hold(request.household)
    rows = MoveRequest.objects.select_related("organisation", "moved_to")
    request = rows.select_for_update(of=("self",)).get(pk=request.pk)
    if request.answer:
        raise Refusal(f"这件迁移申请{request.get_answer_display()}，没有重复办理。")
    return household, request


def _closed(household, request, answer, label, by, at, reason):
    _answer(request, answer, by, at, reason)
    ground.record(
        household,
        action="move_answer",
        label=f"{label}：{request.moved_to}",
        by=by,
        at=at,
        reason=reason,
    )
    return request


def _answer(request, answer, by, at, note):
    request.answer, request.answered_by, request.answered_at = answer, by, at
    request.answer_note = note[:200]
    request.save(update_fields=["answer", "answered_by", "answered_at", "answer_note"])


def _check(household, to, left_on, on):
    ground.need_current(household)
    if to.pk == household.organisation_id:
        raise Refusal("本户就在这个村(社区)，请另选迁入地。", field="to")
    if to.level != Level.COMMUNITY or not to.is_active:
        raise Refusal("迁入地须是在用的村(社区)。", field="to")
    ground.need_day(left_on, on, field="left_on", what="迁出日期")


def _move(household, to, *, left_on, by, at, reason, group_name, address):
    old = household.organisation
    # The moment is the database's own and lies before the change: earlier states are told apart by it.
    FormerResidence.objects.create(
        household=household,
        organisation=old,
        moved_to=to,
        left_on=left_on,
        left_at=Now(),
        moved_by=by,
        reason=reason[:200],
    )
    ground.record(
        household, action="moved_out", label=f"迁往{to}", by=by, at=at, reason=reason, after={"to": to.code}
    )
    household.organisation, household.is_rural = to, is_rural_name(to.name)
    household.group_name, household.address = group_name, address
    household.save(update_fields=["organisation", "is_rural", "group_name", "address"])
    ground.record(
        household,
        action="moved_in",
        label=f"由{old}迁入",
        by=by,
        at=at,
        reason=reason,
        after={"from": old.code, "left_on": left_on},
    )
    return household
