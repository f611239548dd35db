"""What bears on agreeing to many rosters at once, in a number of queries that does not grow with them."""

from collections import Counter, defaultdict

from beneficiaries.enums import ObjectionStatus
from beneficiaries.models import ProcedureStep
from beneficiaries.queries import roster_page
from beneficiaries.queries.rosters import duties_on


def reviewed(rosters, user, on):
    """{roster id: {totals, units, notes, objections, then, known, duties}} for the page that asks before agreeing.

    ``notes`` are the warnings, each with the entry's number and name; ``then`` where the roster goes;
    ``known`` and ``duties`` save the gate's rehearsal from reading them again.
    """
    heard = roster_page.objections_of(rosters)
    rows = roster_page.rows_of(rosters, on=on, is_live_only=True, objections=heard)
    programmes = {roster.programme_id for roster in rosters}
    steps = defaultdict(list)
    for step in ProcedureStep.objects.filter(programme__in=programmes).order_by("position"):
        steps[step.programme_id].append(step)
    unanswered = Counter(one.notice.roster_id for one in heard if one.status == ObjectionStatus.OPEN)
    duties = duties_on(rosters, user)
    return {
        roster.pk: _of(roster, rows[roster.pk], steps[roster.programme_id])
        | {"objections": unanswered[roster.pk], "duties": duties[roster.pk]}
        for roster in rosters
    }


def _of(roster, rows, steps):
    entries = [row["entry"] for row in rows]
    return {
        "totals": roster_page.totals(rows),
        "units": units(entries),
        "notes": [
            f"第{row['entry'].position}号{row['entry']}：{'；'.join(row['warnings'])}"
            for row in rows
            if row["warnings"]
        ],
        "then": _then(roster, steps),
        "known": roster_page.known_of(rows) | {"steps": steps},
    }


def units(entries):
    """Counter of what the entries are: 户, 人, 家 (institutions)."""
    return Counter("户" if one.household_id else "人" if one.person_id else "家" for one in entries)


def _then(roster, steps):
    here = roster.step.position if roster.step_id else 0
    after = next((step for step in steps if step.position > here), None)
    return f"转入“{after}”环节" if after else "名册定案"
