"""Programmes: their quota, and that one in use is not changed."""

from django.db import connection, transaction
from django.db.models import Count, Q

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme, Quota
from beneficiaries.queries.programmes import covered_communities
from welfare import audit, workflow
from welfare.errors import Refusal


def record_writing(*, programme, by, at):
    """Remember that ``by`` had a hand in the text of the programme: she cannot approve it."""
    workflow.record_duty(programme, by=by, duty="drafting", at=at)


def take_version(organiser, code):
    """The number of the office's next programme of that code. Until the transaction ends nobody else takes one,
    nor adds to the catalogue by loading a plan."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('beneficiaries.programmes'))")
    return Programme.objects.next_version(organiser, code)


def refuse_if_frozen(programme):
    """Raise Refusal unless the programme is in drafting. Call it before any change of it or of its parts."""
    if programme.status != ProgrammeStatus.DRAFT:
        now = ProgrammeStatus(programme.status).label
        raise Refusal(f"方案“{programme}”{now}，内容已锁定，不能修改。需要调整的，请退回修改或另立新版本。")


@transaction.atomic
def spread_quota(*, programme, by, at, spread="households"):
    """Divide ``quota_total`` over the communities: by their households on file, or evenly.

    Replaces the quotas of the whole programme (not those of a category). The parts sum to the total
    exactly: the largest remainders get what is left over, equal ones by organisation code. Without a single
    household on file the division is even. Raises Refusal when frozen or without total or community.
    """
    refuse_if_frozen(programme)
    if not programme.quota_total:
        raise Refusal("请先填写总名额，再分配。", field="quota_total")
    if not by.may("programme.write", programme.organiser):
        raise Refusal("您没有修改此方案的权限。")
    divide(programme, spread)
    record_writing(programme=programme, by=by, at=at)
    audit.record(action="programme.spread_quota", label="分配名额", by=by, at=at, target=programme)


def divide(programme, spread):
    """As ``spread_quota``, for a caller that has checked and records the act itself."""
    current = Q(households__is_archived=False)
    communities = list(covered_communities(programme).annotate(size=Count("households", filter=current)))
    if not communities:
        raise Refusal("实施范围内没有村(社区)，无法分配名额。")
    sizes = [community.size for community in communities]
    parts = shares(
        programme.quota_total, sizes if spread == "households" and any(sizes) else [1] * len(sizes)
    )
    programme.quotas.filter(category=None).delete()
    Quota.objects.bulk_create(
        Quota(programme=programme, organisation=community, count=count)
        for community, count in zip(communities, parts, strict=True)
        if count
    )


def shares(total, weights):
    """``total`` in whole parts by ``weights`` (largest remainder; equal ones in order)."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
