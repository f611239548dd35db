"""Allocations (资金安排): setting money of a fund aside for a programme."""

from django.db import transaction

from beneficiaries.enums import ProgrammeKind
from disbursements.models import Allocation
from welfare import audit, money
from welfare.errors import Refusal


@transaction.atomic
def allocate(*, programme, fund, amount, by, at, category=None):
    """Set ``amount`` of ``fund`` aside for ``programme`` (only for ``category``, if given). Returns the Allocation.

    Raises Refusal without fund.manage at the fund's organisation, for an amount that is not positive,
    for a staff-benefit fund on relief or the reverse (专款专用), a foreign category, or a second time.
    """
    _demand_right(fund, by)
    amount = _positive(amount)
    no = earmark_refusal(fund, programme)
    if no:
        raise Refusal(no, field="fund")
    if category is not None and category.programme_id != programme.pk:
        raise Refusal(f"“{category}”不是方案“{programme}”的类别，请重新选择。", field="category")
    if Allocation.objects.filter(fund=fund, programme=programme, category=category).exists():
        raise Refusal("这项资金已为该方案（类别）安排过，请在原安排上调整金额。", field="fund")
    made = Allocation.objects.create(
        fund=fund, programme=programme, category=category, amount=amount, made_by=by, made_at=at
    )
    audit.record(
        action="allocation.make", label="安排资金", by=by, at=at, target=made, after={"amount": amount}
    )
    return made


@transaction.atomic
def adjust(*, allocation, amount, by, at, reason):
    """Change how much is set aside. Raises Refusal below what approved sheets hold, or without a reason."""
    _demand_right(allocation.fund, by)
    amount = _positive(amount)
    if not reason.strip():
        raise Refusal("调整资金安排须写明理由。", field="reason")
    before = allocation.amount
    if not Allocation.objects.filter(pk=allocation.pk, committed__lte=amount).update(amount=amount):
        allocation.refresh_from_db()
        raise Refusal(
            f"已审批的发放表占用{money.show(allocation.committed)}元，不能调低到{money.show(amount)}元。",
            field="amount",
        )
    allocation.refresh_from_db()
    audit.record(
        action="allocation.adjust",
        label="调整资金安排",
        by=by,
        at=at,
        target=allocation,
        reason=reason,
        before={"amount": before},
        after={"amount": amount},
    )
    return allocation


def earmark_refusal(fund, programme):
    """Why this fund may not be spent on this programme, or None: staff benefits and relief never mix."""
    is_staff = programme.kind == ProgrammeKind.STAFF_BENEFIT
    if fund.is_staff_benefit and not is_staff:
        return f"“{fund}”是职工福利经费，不能用于{programme.get_kind_display()}方案（专款专用）。请另选资金来源。"
    if is_staff and not fund.is_staff_benefit:
        return f"“{fund}”不是职工福利经费，不能用于职工慰问方案（专款专用）。请另选资金来源。"
    if not fund.is_active:
        return f"“{fund}”已停用，请另选资金来源。"
    return None


def _demand_right(fund, by):
    if not by.may("fund.manage", fund.organisation):
        raise Refusal(f"您没有管理“{fund}”的权限，请由{fund.organisation}的财务人员办理。")


def _positive(amount):
    try:
        amount = money.yuan(amount)
    except money.Invalid as invalid:
        raise Refusal(str(invalid), field="amount") from None
    if amount <= 0:
        raise Refusal("安排金额须大于零。", field="amount")
    return amount
