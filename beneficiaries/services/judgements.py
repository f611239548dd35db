"""认定: answering the judged conditions of an entry, one by one or by the vote, and what follows for its category."""

from django.db import transaction

from beneficiaries.enums import CriterionKind, EntryStatus, RosterStatus
from beneficiaries.models import Judgement, Programme, Roster, RosterEntry
from beneficiaries.queries import exclusions, notices
from beneficiaries.queries import facts as facts_of
from beneficiaries.queries import judgements as queries
from beneficiaries.queries import rosters as rosters_of
from beneficiaries.queries.screening import tiers_of
from beneficiaries.rules import eligibility
from beneficiaries.rules.explanation import said
from beneficiaries.services import screening
from welfare import audit, dates, workflow
from welfare.errors import Refusal

# The move of the entry's machine that answers, by where its roster stands.
MOVE_AT = {RosterStatus.ASSESSING: "judge", RosterStatus.REVIEWING: "judge_in_review"}
FITS_NONE = "不符合所列类别，也不符合其他类别，请审核时决定是否不予列入"


@transaction.atomic
def answer(*, entry, criterion, is_met, reason, by, at):
    """Decide whether what a judged condition says is so of an entry. Returns the Judgement; an earlier answer stays on record.

    Who may, and whom four eyes bar: as for voting at an assessment step, as for deciding at a review step. When the
    answer rules the entry's category out, the entry moves to the next one that its facts (as on file today) and answers
    fit, that has a place left, and from which ``queries.exclusions`` (caps, what its family has) does not keep it; when
    there is none it stays and is marked as fitting none, with why, which a reviewer decides on: the answer stands in any
    case. An answer taken back moves it back. Raises Refusal without a reason, for a condition that is not asked of
    this entry, where the roster stands at no such step, and where the entry would move after the last notice showed it
    in its category: what is decided is what was shown.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明认定的理由。")
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    move = MOVE_AT.get(roster.status)
    if move is None:
        raise Refusal(f"名册现为“{roster.get_status_display()}”，评议或审核环节才能认定条件。")
    says = said(is_met, criterion.is_negated)
    workflow.perform(entry, move, by=by, at=at, reason=f"{criterion.wording}：{says}。{reason}")
    if criterion.kind != CriterionKind.JUDGED or criterion.pk not in {
        one.criterion.pk for one in queries.asked(entry)
    }:
        raise Refusal("这项条件不属于该对象所列的类别，不须认定。页面可能已过时，请刷新后再看。")
    entry.judgements.filter(criterion=criterion, is_current=True).update(is_current=False)
    judgement = Judgement.objects.create(
        entry=entry,
        criterion=criterion,
        step=roster.step,
        lap=roster.lap,
        is_met=is_met,
        reason=reason[:300],
        judged_at=at,
        judged_by=by,
    )
    _follow(entry, judgement, by, at)
    return judgement


def _follow(entry, judgement, by, at):
    """Put the entry where it belongs now, keep why, and say what became of it."""
    exclusions.hold(**exclusions.ids_of(exclusions.home_of_entry(entry)))
    Programme.objects.select_for_update(of=("self",)).get(pk=entry.programme_id)  # its places are counted
    tiers = tiers_of(entry.programme, entry.category.unit)
    facts = facts_of.of(entry.beneficiary, dates.today(at), entry.programme.family_rule)
    answers = queries.answers([entry.pk])[entry.pk]
    barred = _barred(entry)
    closed = _full(entry) | barred.keys()
    settled = eligibility.settle(
        tiers, entry.category_id, facts, answers, left=queries.left(entry), full=closed
    )
    before = entry.category
    if settled.tier.key != before.pk and (no := notices.shown_refusal(entry)):
        raise Refusal(f"按此认定应改列“{settled.tier.name}”，但{no}")
    entry.category_id, entry.fits_none = settled.tier.key, settled.fits_none
    entry.explanation, entry.tried = screening.accounts(tiers, settled.tier.key, facts, answers=answers)
    entry.save(update_fields=["category", "fits_none", "explanation", "tried"])
    if entry.category_id != before.pk:
        judgement.moved_from, judgement.moved_to = before, entry.category
        judgement.consequence = f"由“{before}”改列“{entry.category}”"
        audit.record(
            action="roster_entry.change_category",
            label="慰问对象：按认定改列类别",
            by=by,
            at=at,
            target=entry,
            before={"category": str(before)},
            after={"category": str(entry.category)},
        )
    elif settled.full:
        why = barred.get(settled.full.key, "名额已满").rstrip("。")
        judgement.consequence = f"{FITS_NONE}（符合“{settled.full.name}”，但{why}）"[:200]
    elif settled.fits_none:
        judgement.consequence = FITS_NONE
    judgement.save(update_fields=["moved_from", "moved_to", "consequence"])


def _full(entry):
    """Ids of the categories without a place left for one more of this roster; its own has one."""
    return {
        category
        for _what, category, count, used in rosters_of.places(entry.roster)
        if category and used >= count and category != entry.category_id
    }


def _barred(entry):
    """{id of another category: why the entry may not stand there}. Kept where many read it: names no other programme."""
    others = entry.programme.categories.filter(unit=entry.category.unit).exclude(pk=entry.category_id)
    return exclusions.of_move(entry, others.order_by("precedence"))


def settle_by_vote(*, assessment, votes, by, at):
    """A passing vote answers what nobody answered: whom the meeting agreed to meets the judged conditions of the category.

    ``votes``: the passed votes of the meeting, their entries listed. Called where the meeting is concluded, within its
    transaction. Returns the number of entries answered for; a constant number of statements.
    """
    passed = {vote.entry_id: vote for vote in votes}
    entries = list(
        RosterEntry.objects.filter(pk__in=passed, status=EntryStatus.LISTED)
        .select_related("programme", "category", "household__organisation", "household__housing_danger")
        .select_related("person__household__organisation", "person__household__housing_danger", "institution")
        .order_by("pk")
    )
    given, made, open_entries = queries.answers(passed), [], []
    tiers = {
        unit: tiers_of(assessment.roster.programme, unit)
        for unit in {entry.category.unit for entry in entries}
    }
    for entry in entries:
        own = next(tier for tier in tiers[entry.category.unit] if tier.key == entry.category_id)
        missing = [
            (node, is_negated)
            for node, is_negated in eligibility.judged(own.nodes)
            if node.key not in given[entry.pk]
        ]
        made += [
            _by_vote(assessment, passed[entry.pk], node.key, not is_negated, by, at)
            for node, is_negated in missing
        ]
        open_entries += [entry] if missing else []
    for one in made:
        given[one.entry_id][one.criterion_id] = eligibility.Answer(one.is_met, one.reason)
    Judgement.objects.bulk_create(made)
    _explain_again(open_entries, tiers, given, dates.today(at))
    return len(open_entries)


def _by_vote(assessment, vote, criterion, is_met, by, at):
    return Judgement(
        entry_id=vote.entry_id,
        criterion_id=criterion,
        step_id=assessment.step_id,
        lap=assessment.lap,
        is_met=is_met,
        reason=f"民主评议表决通过（{vote}）",
        is_by_vote=True,
        judged_at=at,
        judged_by=by,
    )


def _explain_again(entries, tiers, answers, on):
    """Keep with each entry how it stands with these answers."""
    for unit, own_tiers in tiers.items():
        own = [entry for entry in entries if entry.category.unit == unit]
        if not own:
            continue
        rule = own[0].programme.family_rule
        facts = screening.LOADERS[unit]([entry.beneficiary for entry in own], on, rule)
        for entry in own:
            entry.explanation, entry.tried = screening.accounts(
                own_tiers, entry.category_id, facts[entry.beneficiary.pk], answers=answers[entry.pk]
            )
    RosterEntry.objects.bulk_update(entries, ["explanation", "tried"], batch_size=None)
