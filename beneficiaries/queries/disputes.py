"""Which entries of a roster are in doubt: those alone are voted on where a step asks for no more."""

from beneficiaries.enums import EntryStatus, ObjectionStatus
from beneficiaries.models import Objection, SampleFinding


def reasons(roster):
    """{entry id: [why it is in doubt]} of the entries that stand, in a constant number of queries.

    In doubt is what somebody objected to (answered, or the entry would be stopped), what a check found
    untrue, a condition that is not met or that nobody has answered yet, and what was marked by hand.
    """
    found = {}
    rows = roster.entries.filter(status=EntryStatus.LISTED).order_by("position", "id")
    for pk, explanation, doubt in rows.values_list("pk", "explanation", "doubt"):
        why = [*_of_conditions(explanation), *([f"标明疑义：{doubt}"] if doubt else [])]
        if why:
            found[pk] = why
    answered = Objection.objects.filter(
        entry__roster=roster, entry__status=EntryStatus.LISTED, status=ObjectionStatus.ANSWERED
    )
    for pk, reference in answered.order_by("received_at").values_list("entry", "reference"):
        found.setdefault(pk, []).append(f"有异议 {reference}")
    for pk, finding in untrue(roster).items():
        found.setdefault(pk, []).append(f"抽查不实：{finding}")
    return found


def _of_conditions(explanation):
    """The conditions of an entry, as decided when it was listed, that are not plainly met."""
    for line in explanation:
        if not line.get("depth") and line.get("is_met") is not True:
            yield f"{'条件不符' if line.get('is_met') is False else '条件待认定'}：{line['text']}"


def untrue(roster):
    """{entry id: finding} of the standing entries whose latest finding is that things are not as stated."""
    latest = (
        SampleFinding.objects.filter(entry__roster=roster, entry__status=EntryStatus.LISTED)
        .exclude(is_true=None)
        .order_by("entry_id", "-sample_check__lap", "-sample_check__drawn_at", "-pk")
        .distinct("entry_id")
    )
    rows = latest.values_list("entry", "is_true", "finding")
    return {entry: finding for entry, is_true, finding in rows if not is_true}


def to_assess(roster, step):
    """The entries that are voted on at an assessment step, in order: all that stand, or those in doubt alone."""
    standing = roster.entries.filter(status=EntryStatus.LISTED).order_by("position", "id")
    return standing.filter(pk__in=reasons(roster)) if step.is_for_disputed else standing
