"""Reads over 异议: which of them hold a roster, and which belong to one round of notice."""

from django.db.models import Q

from beneficiaries.enums import EntryStatus, ObjectionStatus
from beneficiaries.models import Objection


def holding(roster):
    """Open objections without whose answer the roster may not go on, whichever of its notices they came to.

    Of its entries, wherever they stood when it was filed; and to its notices, of nobody yet. Taking a notice
    down, posting it anew or returning the roster answers none of them.
    """
    return Objection.objects.filter(
        Q(entry__roster=roster) | Q(entry=None, notice__roster=roster), status=ObjectionStatus.OPEN
    )


def to_stop(notice):
    """Open objections of the notice whose entry still stands as if nothing had been said."""
    found = notice.objections.filter(status=ObjectionStatus.OPEN, entry__status=EntryStatus.LISTED)
    return found.select_related("entry").order_by("received_at", "pk")


def of_round(notice):
    """Every objection to this round of notice: to this notice, and to those of its step taken down before it."""
    return Objection.objects.filter(
        notice__roster=notice.roster_id, notice__step=notice.step_id, notice__posted_at__lte=notice.posted_at
    )
