"""Must-visits (上级指定): nobody below the organisation that sent them takes them off a roster."""

from beneficiaries.enums import LIVE_ENTRY, EntryOrigin

# Whoever holds one of these at the level that sent an entry, or above, may decide about it.
DECIDERS = ("roster.assign", "roster.draft", "roster.review")


def sender_agrees(attempt):
    """Guard of what takes one entry off."""
    sender = attempt.subject.assigned_by
    if sender is None or _acts_for(attempt.by, sender):
        return None
    return (
        f"本对象由{sender}指定，{sender}以下不能“{attempt.move.label}”。如情况有变，请报{sender}撤回或决定。"
    )


def nothing_is_handed_down(attempt):
    """Guard of what takes all entries off at once."""
    sent = attempt.subject.entries.filter(origin=EntryOrigin.ASSIGNED, status__in=LIVE_ENTRY)
    for entry in sent.select_related("assigned_by").order_by("assigned_by__path", "pk"):
        if not _acts_for(attempt.by, entry.assigned_by):
            return f"名册中有{entry.assigned_by}指定的对象，{entry.assigned_by}以下不能“{attempt.move.label}”。请先报其撤回。"
    return None


def _acts_for(user, sender):
    return user is None or any(user.may(permission, sender) for permission in DECIDERS)
