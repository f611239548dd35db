"""What a framework says of itself beside what its children come to: see ``rules.rollup``. A constant number of statements."""

from django.db.models import Count, Q, Sum

from beneficiaries.enums import ProgrammeStatus, SpendingKind, StatedSubject
from beneficiaries.models import AidCategory, ForeseenFund, Programme
from beneficiaries.rules import rollup

NOT_RELIEF = (SpendingKind.STAFF, SpendingKind.WORK)


def lines(programme, children, total):
    """[rollup.Line] of the framework over ``children`` (framework.Child), whose sum is ``total``.

    None when the reader sees only some of its children: a part cannot be held against the whole.
    """
    if Programme.objects.of_framework(programme).count() > len(children):
        return None
    newest = _newest([one.programme for one in children])
    funds = _funds([programme.pk, *(one.pk for one in newest)])
    sums = rollup.Sums(
        listed={
            StatedSubject.HOUSEHOLDS: total.households,
            StatedSubject.PERSONS: total.persons,
            StatedSubject.INSTITUTIONS: total.institutions,
            StatedSubject.TOTAL: total.value,
            StatedSubject.CASH: total.cash,
            StatedSubject.GOODS: total.goods,
        },
        entries=total.entries,
        value=total.value,
        planned=_whole(_quotas(newest).values()),
        foreseen=_whole(funds.get(one.pk) for one in newest),
        is_final=all(one.rosters == one.final > 0 for one in children if one.programme in newest),
    )
    stated = programme.stated_figures.filter(category=None).order_by("id")
    return rollup.lines(stated, programme.quota_total, funds.get(programme.pk), sums)


def _newest(programmes):
    """Of each campaign the version in use, else the newest; ``programmes`` stand by code, newest first."""
    found = {}
    for one in programmes:
        key = (one.organiser_id, one.code, one.year)
        if key not in found or (
            found[key].status != ProgrammeStatus.APPROVED and one.status == ProgrammeStatus.APPROVED
        ):
            found[key] = one
    return list(found.values())


def _quotas(programmes):
    """{programme: quota}: its own total, else that of its categories when each has one, else None."""
    counts = {}
    rows = AidCategory.objects.filter(programme__in=programmes).order_by("pk")
    for pk, quota in rows.values_list("programme", "quota"):
        counts.setdefault(pk, []).append(quota)
    return {
        one.pk: one.quota_total if one.quota_total is not None else _whole(counts.get(one.pk, [None]))
        for one in programmes
    }


def _funds(programmes):
    """{programme: yuan of relief it foresees}; missing where it foresees none or leaves an amount blank."""
    rows = ForeseenFund.objects.filter(programme__in=programmes).exclude(spending_kind__in=NOT_RELIEF)
    sums = rows.order_by().values_list("programme")
    sums = sums.annotate(whole=Sum("amount"), blank=Count("pk", filter=Q(amount=None)))
    return {pk: whole for pk, whole, blank in sums if not blank}


def _whole(numbers):
    """Their sum; None when one of them is not known."""
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)
