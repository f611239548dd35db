"""What somebody decides about a pair, once."""

from django.db import transaction

from beneficiaries.enums import Verdict
from beneficiaries.models import DuplicatePair
from beneficiaries.services.duplicates.merging import merge_persons
from beneficiaries.services.life import ground
from welfare import audit
from welfare.errors import Refusal
from welfare.models import Organisation


@transaction.atomic
def different(*, pair, by, at, reason):
    """They are two people: the pair is never shown again. Returns it.

    Raises Refusal without a reason or the right over both, and when somebody else was faster.
    """
    ground.begin(by=by, at=at, reason=reason)
    pair = _held(pair, by)
    return _judge(pair, Verdict.DIFFERENT, by, at, reason)


@transaction.atomic
def same(*, pair, survivor, by, at, reason, take=(), new_head=None):
    """They are one person: the other record is merged into ``survivor``. Returns the surviving Person.

    ``take`` and ``new_head`` as in ``merging.merge_persons``, which says what follows and what is refused.
    Raises Refusal also when somebody else was faster, or ``survivor`` is neither of the two.
    """
    ground.begin(by=by, at=at, reason=reason)
    pair = _held(pair, by)
    two = {pair.first_id: pair.first, pair.second_id: pair.second}
    if survivor.pk not in two:
        raise Refusal("请选择保留两条记录中的哪一条。", field="survivor")
    kept = two.pop(survivor.pk)
    (absorbed,) = two.values()
    _judge(pair, Verdict.SAME, by, at, reason)
    return merge_persons(
        survivor=kept, absorbed=absorbed, take=take, new_head=new_head, by=by, at=at, reason=reason
    )


@transaction.atomic
def reconsider(*, pair, by, at, reason):
    """Take back a verdict "different": the pair is open again. Returns it.

    Raises Refusal for a pair that is open, or merged: that cannot be undone here.
    """
    ground.begin(by=by, at=at, reason=reason)
    pair = _locked(pair)
    _need_right(pair, by)
    if pair.verdict != Verdict.DIFFERENT:
        raise Refusal("只有判定为“不是同一人”的才能撤销判定。")
    pair.verdict, pair.judged_by, pair.judged_at, pair.note = "", None, None, ""
    pair.save(update_fields=["verdict", "judged_by", "judged_at", "note"])
    _record(pair, by, at, reason, "撤销判定：不是同一人")
    return pair


def _locked(pair):
    rows = DuplicatePair.objects.select_related(
        "first__household__organisation", "second__household__organisation", "judged_by"
    )
    found = rows.select_for_update(of=("self",)).filter(pk=pair.pk).first()
    if found is None:
        raise Refusal("这一对已不再相同，刚从清单撤销，无需判定。")
    return found


def _held(pair, by):
    pair = _locked(pair)
    _need_right(pair, by)
    if pair.verdict:
        raise Refusal(f"这一对刚由{pair.judged_by}判定为“{pair.get_verdict_display()}”，没有重复办理。")
    if pair.first.merged_into_id or pair.second.merged_into_id:
        raise Refusal("其中一条记录已与别的记录合并，无需再判定。")
    return pair


def _need_right(pair, by):
    ground.need_right(by, pair.first.household.organisation, pair.second.household.organisation)


def _judge(pair, verdict, by, at, reason):
    pair.verdict, pair.judged_by, pair.judged_at, pair.note = verdict, by, at, reason[:200]
    pair.save(update_fields=["verdict", "judged_by", "judged_at", "note"])
    _record(pair, by, at, reason, f"判定：{pair.get_verdict_display()}")
    return pair


def _record(pair, by, at, reason, label):
    """On the trail of the office over both: neither community reads the other's name in its own."""
    one, other = (side.household.organisation.path for side in (pair.first, pair.second))
    shared = [
        a for a, b in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False) if a == b
    ]
    audit.record(
        action="duplicate.judge",
        label=label,
        by=by,
        at=at,
        target=pair,
        organisation=Organisation.objects.filter(pk__in=shared).order_by("-path").first(),
        reason=reason,
        after={"persons": [pair.first_id, pair.second_id], "verdict": pair.verdict},
    )
