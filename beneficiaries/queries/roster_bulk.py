"""What bears on agreeing to many rosters at once, in a number of queries that does not grow with them."""

from collections import Counter, defaultdict

from django.db.models import Count

from beneficiaries.enums import EntryStatus, ObjectionStatus
from beneficiaries.models import Objection, ProcedureStep, Roster
from beneficiaries.queries import roster_page
from beneficiaries.queries.rosters import origins
from welfare.models import DutyRecord


def reviewed(rosters, user, on):
    """{roster id: {totals, units, notes, objections, then, known, duties}} for the page that asks before agreeing.

    ``notes`` are the warnings, each with the entry's number and name; ``then`` where the roster goes;
    ``known`` and ``duties`` save the gate's rehearsal from reading them again.
    """
    rows = roster_page.rows_of(rosters, on=on, is_live_only=True)
    programmes = {roster.programme_id for roster in rosters}
    steps = defaultdict(list)
    for step in ProcedureStep.objects.filter(programme__in=programmes).order_by("position"):
        steps[step.programme_id].append(step)
    objections = dict(
        Objection.objects.filter(notice__roster__in=rosters, status=ObjectionStatus.OPEN)
        .order_by()
        .values_list("notice__roster")
        .annotate(count=Count("pk"))
    )
    duties = _duties(rosters, user)
    return {
        roster.pk: _of(roster, rows[roster.pk], steps[roster.programme_id])
        | {"objections": objections.get(roster.pk, 0), "duties": duties[roster.pk]}
        for roster in rosters
    }


def _of(roster, rows, steps):
    entries = [row["entry"] for row in rows]
    stopped = sum(entry.status == EntryStatus.STOPPED for entry in entries)
    return {
        "totals": roster_page.totals(rows),
        "units": units(entries),
        "notes": [
            f"第{row['entry'].position}号{row['entry']}：{'；'.join(row['warnings'])}"
            for row in rows
            if row["warnings"]
        ],
        "then": _then(roster, steps),
        "known": roster_page.known_of(rows) | {"steps": steps, "live": len(rows), "stopped": stopped},
    }


def units(entries):
    """Counter of what the entries are: 户, 人, 家 (institutions)."""
    return Counter("户" if one.household_id else "人" if one.person_id else "家" for one in entries)


def _then(roster, steps):
    here = roster.step.position if roster.step_id else 0
    after = next((step for step in steps if step.position > here), None)
    return f"转入“{after}”环节" if after else "名册定案"


def _duties(rosters, user):
    """The user's duty records on each roster and on all it comes from, whose entries it continues."""
    cases = origins(rosters)
    records = DutyRecord.objects.filter(
        case_type=Roster._meta.label_lower, case_id__in=set().union(*cases.values(), set()), user=user
    )
    records = list(records.order_by("at"))
    return {pk: [one for one in records if one.case_id in own] for pk, own in cases.items()}
