"""A new version of a final roster: what may be done to its entries before it walks again."""

from django.db import transaction

from beneficiaries.enums import EntryStatus
from beneficiaries.models import Roster, RosterEntry
from beneficiaries.queries import exclusions
from beneficiaries.queries import rosters as queries
from beneficiaries.services import screening
from welfare import audit, dates, workflow
from welfare.errors import Refusal

# What a copy has of its own; everything else is taken over from the earlier entry.
OWN = frozenset({"id", "roster", "status", "status_reason", "earlier", "root", "holds_place", "lineage"})
FRESH = frozenset({"doubt", "doubted_at", "doubted_by"})


def copies(entries, roster):
    """Unsaved copies of final ``entries`` for the new version ``roster``: listed, in their old numbers."""
    taken = [field.attname for field in RosterEntry._meta.concrete_fields if field.name not in OWN | FRESH]
    for entry in entries:
        yield RosterEntry(
            roster=roster,
            earlier=entry,
            root_id=entry.lineage,
            holds_place=False,
            **{name: getattr(entry, name) for name in taken},
        )


@transaction.atomic
def change_category(*, entry, category, by, at, reason):
    """Put a listed entry of a roster in drafting under another category of the programme. Returns it.

    Its conditions and family size are taken anew. Raises Refusal without a reason, for the same category, one
    of another programme or for another unit, where ``queries.exclusions`` keeps its family from it, and once the
    roster walks.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明调整理由。", field="reason")
    roster = Roster.objects.select_related("programme").get(pk=entry.roster_id)
    workflow.perform(roster, "revise", by=by, at=at, reason=f"第{entry.position}号调整类别：{reason}")
    entry = RosterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.status != EntryStatus.LISTED:
        raise Refusal(f"该对象{entry.get_status_display()}，不能调整类别。")
    if category.programme_id != entry.programme_id or category.unit != entry.category.unit:
        raise Refusal("请选择本方案中同一单位（户、人、单位）的类别。", field="category")
    if category.pk == entry.category_id:
        raise Refusal("类别没有变化。", field="category")
    before, entry.category = entry.category, category
    _take_family(entry)
    if no := exclusions.of_move(entry, [category], viewer=by).get(category.pk):
        raise Refusal(f"不能改列“{category}”：{no}", field="category")
    entry.explanation, entry.tried = screening.account(
        category=category, beneficiary=entry.beneficiary, on=dates.today(at)
    )
    entry.fits_none = False
    entry.status_reason = f"调整类别：{reason}"[:300]
    entry.save(
        update_fields=["category", "explanation", "tried", "fits_none", "family_size", "status_reason"]
    )
    audit.record(
        action="roster_entry.change_category",
        label="调整类别",
        by=by,
        at=at,
        target=entry,
        reason=reason,
        before={"category": str(before)},
        after={"category": str(category)},
    )
    return entry


def _take_family(entry):
    """Hold the entry's family, so that nothing else is listed for it meanwhile, and count it anew."""
    kind, pk = home = exclusions.home_of_entry(entry)
    exclusions.hold(**exclusions.ids_of(home))
    rule = entry.programme.family_rule
    entry.family_size = queries.family_sizes([pk], rule)[pk] if kind == "household" else 1


@transaction.atomic
def restore(*, entry, by, at, reason):
    """List again an entry of the earlier version that was withdrawn from this one, in drafting. Returns it."""
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "restore", by=by, at=at, reason=reason)
