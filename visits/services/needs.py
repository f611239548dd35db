"""诉求: noted at a visit, followed until solved."""

from django.db import transaction

from visits.enums import VisitStatus
from visits.models import Need
from visits.workflows import substitution
from welfare import audit, workflow
from welfare.errors import Refusal


@transaction.atomic
def note(*, visit, kind, text, by, at):
    """Note what somebody asked for at a visit. Returns the Need.

    Open to members of the team and to whoever follows needs there. Raises Refusal otherwise, for a
    cancelled visit, or without words.
    """
    if not by.may("need.follow", visit.organisation):
        no = substitution(visit.team, by)
        if no:
            raise Refusal(no)
    if visit.status == VisitStatus.CANCELLED:
        raise Refusal("这次走访已取消，不能在此记录诉求。")
    if not text.strip():
        raise Refusal("请写明诉求内容。", field="text")
    need = Need.objects.create(
        organisation=visit.organisation,
        household=visit.household,
        visit=visit,
        kind=kind,
        text=text.strip()[:500],
        noted_by=by,
        noted_at=at,
    )
    audit.record(
        action="need.note", label="记录诉求", by=by, at=at, target=need, organisation=visit.organisation
    )
    return need


def solve(*, need, answer, by, at):
    """Say how a need was solved. Returns it. Raises Refusal without words or when already solved."""
    return workflow.perform(need, "solve", by=by, at=at, reason=answer)


def reopen(*, need, reason, by, at):
    """Take a need up again that was not solved after all. Returns it. Raises Refusal."""
    return workflow.perform(need, "reopen", by=by, at=at, reason=reason)
