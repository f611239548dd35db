"""Reads of judged conditions: what is asked of an entry, and what was answered."""

from collections import defaultdict
from dataclasses import dataclass

from beneficiaries.models import Criterion, Judgement
from beneficiaries.rules import eligibility
from beneficiaries.rules.eligibility import Answer


@dataclass(frozen=True)
class Asked:
    """A judged condition of an entry: the row, whether it speaks against who meets it, and the answer so far (or None)."""

    criterion: Criterion
    is_negated: bool
    judgement: Judgement | None


def answers(entries):
    """``{entry id: {criterion id: Answer}}`` as they stand now."""
    found = defaultdict(dict)
    rows = Judgement.objects.filter(entry__in=entries, is_current=True)
    for entry, criterion, is_met, reason in rows.values_list("entry", "criterion", "is_met", "reason"):
        found[entry][criterion] = Answer(is_met, reason)
    return found


def left(entry):
    """Ids of the categories that the entry was moved from by what was judged."""
    return set(entry.judgements.exclude(moved_from=None).values_list("moved_from", flat=True))


def asked(entry):
    """The judged conditions of the entry's category, then of those it was moved from: a list of Asked."""
    given = {
        judgement.criterion_id: judgement
        for judgement in entry.judgements.filter(is_current=True).select_related("judged_by", "step")
    }
    rows = Criterion.objects.filter(category__in={entry.category_id, *left(entry)})
    by_category = defaultdict(list)
    for row in rows.select_related("category").order_by("category__precedence", "position", "id"):
        by_category[row.category_id].append(row)
    found = []
    for category_rows in by_category.values():
        by_id = {row.pk: row for row in category_rows}
        found += [
            Asked(by_id[node.key], is_negated, given.get(node.key))
            for node, is_negated in eligibility.judged(eligibility.tree(category_rows))
        ]
    return sorted(found, key=lambda one: one.criterion.category_id != entry.category_id)


def history(entry):
    """Everything that was ever judged of the entry, newest first."""
    rows = entry.judgements.select_related(
        "criterion__category", "step", "judged_by", "moved_from", "moved_to"
    )
    return list(rows.order_by("-judged_at", "-id"))
