"""Reads over 异议: which of them hold a roster or an entry, and which belong to one round of notice."""

from django.db.models import Exists, OuterRef, Q

from beneficiaries.enums import EntryStatus, ObjectionAction, ObjectionStatus
from beneficiaries.models import AssessmentVote, Objection
from beneficiaries.queries import rosters


def holding(roster):
    """Open objections without whose answer the roster may not go on, whichever of its notices they came to.

    Of its entries, wherever they stood when it was filed; and to its notices, of nobody yet. Taking a notice
    down, posting it anew or returning the roster answers none of them.
    """
    return Objection.objects.filter(
        Q(entry__roster=roster) | Q(entry=None, notice__roster=roster), status=ObjectionStatus.OPEN
    )


def promised():
    """Objections answered by a new assessment of their entry that has not been held since."""
    held = AssessmentVote.objects.filter(
        entry=OuterRef("entry"), assessment__concluded_at__gt=OuterRef("answered_at")
    )
    return Objection.objects.filter(~Exists(held), action=ObjectionAction.REASSESS)


def is_held(entry, besides=None):
    """Is the entry to stay stopped: for an open objection (other than ``besides``), or a promised assessment
    to which its roster does not come from where it stands?"""
    if entry.objections.filter(status=ObjectionStatus.OPEN).exclude(pk=besides).exists():
        return True
    roster = entry.roster
    return promised().filter(entry=entry).exists() and not rosters.assesses_from(roster, roster.step)


def to_stop(notice):
    """Open objections of the notice whose entry still stands as if nothing had been said."""
    found = notice.objections.filter(status=ObjectionStatus.OPEN, entry__status=EntryStatus.LISTED)
    return found.select_related("entry").order_by("received_at", "pk")


def of_round(notice):
    """Every objection to this round of notice: to this notice, and to those of its step taken down before it."""
    return Objection.objects.filter(
        notice__roster=notice.roster_id, notice__step=notice.step_id, notice__posted_at__lte=notice.posted_at
    )
