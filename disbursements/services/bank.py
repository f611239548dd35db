"""一卡通: recording what the bank did with a sheet that was sent to it."""

from django.db import transaction

from beneficiaries.services import help as help_given
from disbursements.enums import LineStatus, SheetStatus
from disbursements.models import Sheet
from disbursements.procedure import funds
from welfare import dates, money, workflow
from welfare.errors import Refusal


@transaction.atomic
def record_result(*, sheet, by, at, returned=None):
    """The bank has answered: every pending line is paid but those in ``returned`` ({line_id: reason}).

    Paid lines count as help given; the money of returned ones is free again, and their entries may stand
    on a follow-up sheet. Returns (paid, returned) counts. Raises Refusal without bank.manage, for a sheet
    that is not at the bank, a dead recipient among the paid, and an unknown line.
    """
    returned = returned or {}
    if not by.may("bank.manage", sheet.organisation):
        raise Refusal("您没有办理一卡通代发的权限。")
    sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not sheet.is_bank or sheet.status != SheetStatus.DRAWN:
        raise Refusal("这张表还没有送银行代发，不能登记结果。")
    lines = list(
        sheet.lines.filter(status=LineStatus.PENDING).select_related(
            "entry__roster", "entry__programme", "recipient", "sheet"
        )
    )
    by_pk = {line.pk: line for line in lines}
    if not lines or set(returned) - set(by_pk):
        raise Refusal("银行结果与本表的待办明细对不上，请刷新后再登记。")
    paid = [line for line in lines if line.pk not in returned]
    dead = next((line for line in paid if line.recipient and line.recipient.died_on), None)
    if dead:
        raise Refusal(f"第{dead.position}行{dead.name}已登记去世，不能按已付登记。请追回后作为退回登记。")
    for pk, reason in returned.items():
        workflow.perform(by_pk[pk], "return", by=by, at=at, reason=reason)
        sheet.lines.filter(pk=pk).update(note=reason[:200])
    funds.release(sheet.allocation, money.total(by_pk[pk].amount for pk in returned))
    workflow.perform_many(sheet.lines.filter(pk__in=[line.pk for line in paid]), "receive", by=by, at=at)
    help_given.record_many(
        [
            {
                "entry": line.entry,
                "amount": line.amount,
                "received_on": dates.today(at),
                "source_key": f"bank:{line.pk}",
            }
            for line in paid
        ]
    )
    return len(paid), len(returned)
