"""民主评议: the meeting, its votes, its conclusion."""

from datetime import datetime, time

from django.db import transaction

from beneficiaries.models import Assessment, AssessmentAttendee, AssessmentVote, Roster
from beneficiaries.queries import disputes, relatives
from beneficiaries.queries import rosters as queries
from beneficiaries.rules import assessment as rules
from beneficiaries.services import judgements
from welfare import dates, workflow
from welfare.errors import Refusal


@transaction.atomic
def open_meeting(*, roster, held_at, place, chair, recorder, attendees, by, at, minutes=""):
    """Record a meeting of the current assessment step. Returns the Assessment.

    ``attendees``: dicts of name, capacity, is_present, absence_reason (and user). Raises Refusal when
    nobody is named, a name comes twice, an absence has no reason, or the meeting lies in the future
    or before the day on which the roster came to this step: it would have assessed another list.
    """
    people = [_attendee(number, given) for number, given in enumerate(attendees, start=1)]
    if not people:
        raise Refusal("请登记应到人员。")
    names = [person.name for person in people]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Refusal(f"参会人员“{twice}”登记了两次，请核对。")
    if held_at > at:
        raise Refusal("评议会的时间不能晚于现在。", field="held_at")
    workflow.perform(roster, "open_meeting", by=by, at=at)
    since_on = roster.step_since_on
    if since_on and held_at < datetime.combine(since_on, time.min, dates.SHANGHAI):
        raise Refusal(
            f"名册{since_on:%Y年%m月%d日}才进入本环节，评议会不能早于这一天，请核对时间。", field="held_at"
        )
    meeting = Assessment.objects.create(
        roster=roster,
        step=roster.step,
        lap=roster.lap,
        held_at=held_at,
        place=place,
        chair=chair,
        recorder=recorder,
        minutes=minutes,
        expected_count=len(people),
        present_count=sum(person.is_present for person in people),
        absence_reasons="；".join(
            f"{person.name}（{person.absence_reason}）" for person in people if not person.is_present
        )[:300],
        recorded_by=by,
    )
    for person in people:
        person.assessment = meeting
    AssessmentAttendee.objects.bulk_create(people)
    return meeting


def _attendee(number, given):
    person = AssessmentAttendee(
        name=given.get("name", "").strip(),
        capacity=given.get("capacity", "").strip(),
        is_present=given.get("is_present", True),
        absence_reason=given.get("absence_reason", "").strip(),
        user=given.get("user"),
    )
    if not person.name:
        raise Refusal(f"第 {number} 名参会人员没有填姓名。")
    if not person.is_present and not person.absence_reason:
        raise Refusal(f"“{person.name}”没有到会，请填写缺席原因。")
    return person


def waive(*, roster, by, at, reason=""):
    """No meeting at a step for the doubtful where nobody is: written down as a decision, and on to the next step.

    Raises Refusal at a step that assesses everybody, and when somebody is in doubt.
    """
    return workflow.perform(roster, "waive_assessment", by=by, at=at, reason=reason)


@transaction.atomic
def record_votes(*, assessment, votes, by, at):
    """Write down the votes: {entry id: dict(agree, against, abstain, withdrawn, opinion)}; may be repeated.

    Raises Refusal naming the entry whose votes do not add up to those present less those withdrawn, for which
    somebody has withdrawn who was not there, or whose relative among those present has not withdrawn. Where
    only the doubtful are assessed, others have no votes.
    """
    Roster.objects.select_for_update(of=("self",)).get(pk=assessment.roster_id)
    workflow.perform(assessment, "record", by=by, at=at)
    wanted = disputes.to_assess(assessment.roster, assessment.step)
    entries = {entry.pk: entry for entry in queries.for_pages(wanted)}
    present = set(assessment.attendees.filter(is_present=True).values_list("name", flat=True))
    rows = []
    for entry_id, given in votes.items():
        entry = entries.get(entry_id)
        if entry is None:
            raise Refusal("有的对象已不在评议名单中，请刷新后再记。")
        row = AssessmentVote(assessment=assessment, entry=entry, **_votes(given))
        no = rules.vote_refusal(
            agree=row.agree,
            against=row.against,
            abstain=row.abstain,
            withdrawn=row.withdrawn,
            present=assessment.present_count,
        )
        no = no or rules.strangers_refusal(row.withdrawn, present)
        if no:
            raise Refusal(f"第{entry.position}号{entry}：{no}")
        rows.append(row)
    no = relatives.withdrawal_refusal(assessment, {row.entry_id: row.withdrawn for row in rows})
    if no:
        raise Refusal(no)
    AssessmentVote.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["assessment", "entry"],
        update_fields=["agree", "against", "abstain", "withdrawn", "opinion"],
    )


def _votes(given):
    return {name: given.get(name) or 0 for name in ("agree", "against", "abstain")} | {
        name: (given.get(name) or "").strip() for name in ("withdrawn", "opinion")
    }


@transaction.atomic
def void(*, assessment, by, at, reason):
    """A meeting without quorum or entered wrongly counts for nothing; another may be held. Returns the Assessment.

    It stays on record with its votes and ``reason``. Raises Refusal once its result is announced.
    """
    Roster.objects.select_for_update(of=("self",)).get(pk=assessment.roster_id)
    return workflow.perform(assessment, "void", by=by, at=at, reason=reason)


@transaction.atomic
def conclude(*, assessment, by, at):
    """Close the meeting: quorum held, every entry voted on. Failed entries are rejected; the roster moves on.

    A must-visit that failed stays on the roster: the organisation that sent it decides.
    Whether an entry passed is reckoned among those who voted on it, withdrawn relatives not counted. A passing vote
    also answers the judged conditions of the entry's category that nobody answered.
    Returns the roster.
    """
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=assessment.roster_id)
    workflow.perform(assessment, "conclude", by=by, at=at)
    share = assessment.step.pass_share
    votes = counted(assessment)
    AssessmentVote.objects.bulk_update(votes, ["is_passed"])
    judgements.settle_by_vote(
        assessment=assessment, votes=[vote for vote in votes if vote.is_passed], by=by, at=at
    )
    failed = [vote for vote in votes if not vote.is_passed and vote.entry.assigned_by_id is None]
    _reject(failed, roster, share, by, at)
    return workflow.perform(roster, "conclude_assessment", by=by, at=at)


def counted(assessment):
    """The votes of the meeting, each with whether its entry passes (``is_passed``, unsaved), in order."""
    votes = list(queries.votes_for_pages(assessment))
    for vote in votes:
        voters = vote.agree + vote.against + vote.abstain
        vote.is_passed = rules.is_passed(agree=vote.agree, voters=voters, share=assessment.step.pass_share)
    return votes


def _reject(failed, roster, share, by, at):
    entries = queries.for_pages(roster.entries.filter(pk__in=[vote.entry_id for vote in failed]))
    workflow.perform_many(entries, "reject", by=by, at=at, reason="民主评议未通过")
    for vote in failed:
        vote.entry.status_reason = f"评议同意 {vote.agree} 票，反对 {vote.against} 票，弃权 {vote.abstain} 票，未达{rules.pass_text(share)}"
    if failed:
        type(failed[0].entry).objects.bulk_update([vote.entry for vote in failed], ["status_reason"])
