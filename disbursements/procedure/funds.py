"""Committing money of an allocation: one conditional UPDATE, never check-then-write."""

from django.db.models import F

from disbursements.models import Allocation
from welfare import money
from welfare.errors import Refusal


def commit(allocation, amount):
    """Take ``amount`` out of what is left of the allocation. Raises Refusal naming what is left when it is too little.

    Two at once: PostgreSQL makes the second UPDATE wait for the first and tests the condition anew.
    """
    if not _take(allocation.pk, amount):
        allocation.refresh_from_db(fields=["amount", "committed"])
        short = amount - allocation.left
        raise Refusal(
            f"资金不足：“{allocation}”安排{money.show(allocation.amount)}元，还可用{money.show(allocation.left)}元，"
            f"本表需{money.show(amount)}元，差{money.show(short)}元。请先追加资金安排，或减少发放对象后重新造表。"
        )


def release(allocation, amount):
    """Give ``amount`` back to the allocation: its lines were voided or returned."""
    if amount:
        Allocation.objects.filter(pk=allocation.pk).update(committed=F("committed") - amount)


def _take(pk, amount):
    return Allocation.objects.filter(pk=pk, amount__gte=F("committed") + amount).update(
        committed=F("committed") + amount
    )
