"""抽查 before the visits: a sample that anybody can draw again, findings, the end."""

import secrets

from django.db import transaction

from beneficiaries.enums import EntryStatus
from beneficiaries.models import Roster, SampleCheck, SampleFinding
from beneficiaries.queries import disputes, relatives
from beneficiaries.rules import sampling
from welfare import workflow
from welfare.errors import Refusal


def size_of(step, total):
    """How many of ``total`` entries a check step draws at random."""
    return sampling.sample_size(total, share=step.sample_share, number=step.sample_number)


@transaction.atomic
def draw(*, roster, by, at, seed=None):
    """Draw the sample of the current check step by its share or number. Returns the SampleCheck.

    ``seed`` makes it reproducible (see ``rules.sampling``); without one it is chosen at random and kept, and so
    are the numbers it was drawn from. Who was found untrue before a return is looked at again in any case.
    """
    workflow.perform(roster, "draw_sample", by=by, at=at)
    entries = {entry.position: entry for entry in roster.entries.filter(status=EntryStatus.LISTED)}
    seed = seed or secrets.token_hex(4)
    check = SampleCheck.objects.create(
        roster=roster,
        step=roster.step,
        lap=roster.lap,
        seed=seed,
        drawn_from=sampling.in_ranges(entries),
        drawn_at=at,
        drawn_by=by,
    )
    size = size_of(roster.step, len(entries))
    untrue = disputes.untrue(roster)
    again = [position for position, entry in entries.items() if entry.pk in untrue]
    drawn = sampling.draw(entries, seed=seed, size=size)
    SampleFinding.objects.bulk_create(
        SampleFinding(sample_check=check, entry=entries[position]) for position in sorted({*drawn, *again})
    )
    return check


@transaction.atomic
def record_finding(*, finding, is_true, text, by, at, is_key=False):
    """Write down what was found at one entry; ``is_key`` marks a 重点慰问对象. May be repeated until finished."""
    if not text.strip():
        raise Refusal("请写明核查情况。", field="finding")
    check = SampleCheck.objects.get(pk=finding.sample_check_id)
    if finding.entry.position in relatives.own(relatives.of_roster(check.roster), by):
        raise Refusal(f"第{finding.entry.position}号是您的近亲属，请回避，由其他人员核查。")
    workflow.perform(check, "record", by=by, at=at)
    finding.is_true, finding.finding, finding.is_key = is_true, text.strip(), is_key
    finding.found_at, finding.found_by = at, by
    finding.save(update_fields=["is_true", "finding", "is_key", "found_at", "found_by"])
    type(finding.entry).objects.filter(pk=finding.entry_id).update(is_key=is_key)
    return finding


@transaction.atomic
def finish(*, check, by, at):
    """Close the check, every finding recorded; the roster moves on. What proved untrue stays for the reviewer."""
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=check.roster_id)
    workflow.perform(check, "finish", by=by, at=at)
    return workflow.perform(roster, "finish_check", by=by, at=at)
