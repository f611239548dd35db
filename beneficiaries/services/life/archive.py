"""A household is put away, and taken out again."""

from django.db import transaction

from beneficiaries.queries import life
from beneficiaries.services.life import ground
from welfare.errors import Refusal


@transaction.atomic
def archive(*, household, by, at, reason):
    """Put a household away: it is in no list, no screening, no roster any more; all of it stays readable.

    Returns the Household. Raises Refusal when it is archived already, stands on a roster of a programme
    under way, or waits to be taken in elsewhere.
    """
    on = ground.begin(by=by, at=at, reason=reason)
    (household,) = ground.hold(household)
    ground.need_right(by, household.organisation)
    ground.need_current(household)
    ground.refuse_listed(
        life.live_entries(household=household), "本户在{}，不能归档。请先在名册上撤下，或待方案结束再办。"
    )
    if life.open_request(household):
        raise Refusal("本户有一件迁移申请正等对方接收，请先撤回。")
    ground.close(household, on=on, reason=reason)
    ground.record(household, action="archive", label="归档", by=by, at=at, reason=reason)
    return household


@transaction.atomic
def restore(*, household, by, at, reason):
    """Take an archived household out again. Returns it.

    Raises Refusal when it is not archived, was merged into another, or has nobody left: then a member is
    brought back, and the household with her.
    """
    ground.begin(by=by, at=at, reason=reason)
    (household,) = ground.hold(household)
    ground.need_right(by, household.organisation)
    if not household.is_archived:
        raise Refusal("本户没有归档，无需恢复。")
    if household.merged_into_id:
        raise Refusal(f"本户已并入 {household.merged_into.number} 户，不能恢复。")
    if not ground.present(household):
        raise Refusal("本户没有在册成员。请先把误登记的成员“恢复在册”，本户随之恢复。")
    was = household.archived_reason
    ground.reopen(household)
    ground.record(
        household, action="restore", label="恢复归档户", by=by, at=at, reason=reason, after={"was": was}
    )
    return household
