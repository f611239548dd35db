"""登记审批表 of entries, as the template prints them."""

from beneficiaries.enums import EntryStatus, Outcome, StepKind
from beneficiaries.models import Decision, ProcedureStep
from beneficiaries.queries import entry_page
from welfare import masking
from welfare.enums import Level

# The boxes every form has, also where the programme skips the level.
BOXES = ((Level.TOWNSHIP, "镇（街道）审核意见"), (Level.COUNTY, "县（市、区）审批意见"))
MEMBER_ROWS = 5  # lines of the household table, so that an empty one is filled in by hand


def forms(roster, entries, *, on):
    """The values of ``beneficiaries/_entry_form.html`` for each entry of a queryset, in a constant number of statements."""
    steps = list(ProcedureStep.objects.filter(programme=roster.programme_id).order_by("position"))
    whole = Decision.objects.filter(roster=roster, entry=None).select_related("step", "decided_by")
    agreed = _agreed(whole.order_by("decided_at", "pk"))
    return [_form(made, steps, agreed) for made in entry_page.dossiers(entries, on)]


def _agreed(decisions):
    """{step id: the agreement that stands}: a return undoes those before it."""
    found = {}
    for one in decisions:
        if one.outcome == Outcome.RETURNED:
            found.clear()
        elif one.outcome == Outcome.AGREED:
            found[one.step_id] = one
    return found


def _form(made, steps, agreed):
    entry = made.entry
    people = [_member(one) for one in made.people]
    return {
        "entry": entry,
        "programme": entry.programme,
        "organisation": entry.roster.organisation,
        "name": str(entry),
        "number": getattr(made.home, "number", ""),
        "address": made.home.address,
        "income": getattr(made.home, "monthly_income", None),
        "people": people,
        "blank_rows": range(max(MEMBER_ROWS - len(people), 0)),
        "entitlement": made.entitlement,
        "files": list(dict.fromkeys(str(one.kind) for one in made.files)),
        "lacking": [str(one) for one in made.lacking],
        "is_crowded": len(people) > MEMBER_ROWS + 2,
        "opinions": [_assessed(entry, steps), *_decided(entry, steps, agreed)],
    }


def _member(person):
    return {
        "name": person.name,
        "relation": person.get_relation_display(),
        "sex": person.get_sex_display(),
        "birth": person.birth_on,
        "id_number": masking.mask_id(person.id_number),
        "health": person.disability or person.get_health_display(),
        "work": str(person.work_state or "") or person.get_school_stage_display(),
    }


def _assessed(entry, steps):
    label = "村（居）评议意见"
    if not any(step.kind == StepKind.ASSESSMENT for step in steps):
        return _box(label, "本方案不设民主评议。", is_skipped=True)
    vote = next((one for one in entry.votes.all() if one.is_passed is not None), None)
    if vote is None:
        return _box(label)
    opinion = f"{vote.opinion.rstrip('。')}。" if vote.opinion else ""
    result = "同意列入" if vote.is_passed else "未通过"
    text = (
        f"{opinion}民主评议同意 {vote.agree} 票，反对 {vote.against} 票，弃权 {vote.abstain} 票，{result}。"
    )
    return _box(label, text, f"主持人 {vote.assessment.chair}", vote.assessment.held_at)


def _decided(entry, steps, agreed):
    """A box for each approval, the township's first; the usual two also where the programme skips them."""
    struck = {one.step_id: one for one in entry.decisions.all() if one.outcome == Outcome.STRUCK}
    approvals = [step for step in steps if step.kind == StepKind.APPROVAL]
    labels = dict(BOXES)
    for level, label in BOXES:
        here = [step for step in approvals if step.level == level]
        yield from (_opinion(label, step, struck, agreed, entry) for step in here)
        if not here:
            yield _box(label, "本方案不设此级审核。", is_skipped=True)
    for step in approvals:
        if step.level not in labels:
            yield _opinion(f"{step}意见", step, struck, agreed, entry)


def _opinion(label, step, struck, agreed, entry):
    made = struck.get(step.pk) or (agreed.get(step.pk) if _went_through(entry) else None)
    if made is None:
        return _box(label)
    said = "不予列入" if made.outcome == Outcome.STRUCK else "同意列入"
    reason = f"：{made.reason.rstrip('。')}" if made.outcome == Outcome.STRUCK else ""
    return _box(label, f"{said}{reason}。", str(made.decided_by), made.decided_at)


def _went_through(entry):
    return entry.status in (EntryStatus.LISTED, EntryStatus.STOPPED, EntryStatus.FINAL)


def _box(label, text="", name="", at=None, *, is_skipped=False):
    return {"label": label, "text": text, "name": name, "at": at, "is_skipped": is_skipped}
