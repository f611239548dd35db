"""登记审批表 of entries, as the template prints them."""

from collections import Counter
from math import inf

from beneficiaries.enums import EntryStatus, Outcome, RosterStatus, StepKind
from beneficiaries.models import Decision, ProcedureStep
from beneficiaries.queries import entry_page
from welfare import masking
from welfare.enums import Level

LEVELS = {Level.COMMUNITY: "村（居）", Level.TOWNSHIP: "镇（街道）", Level.COUNTY: "县（市、区）"}
# What a box is for, by the kind of its step. The last approval decides: 审批; those before it are 审核.
KINDS = {StepKind.ASSESSMENT: "评议", StepKind.SUBMISSION: "负责人提交", StepKind.APPROVAL: "审核"}
AGREED = {StepKind.SUBMISSION: "同意提交。", StepKind.APPROVAL: "同意列入。"}
MEMBER_ROWS = 5  # lines of the household table, so that an empty one is filled in by hand
USUAL_BOXES = 3  # more of them, and each is made smaller: the form is one sheet


def forms(roster, entries, *, on):
    """The values of ``beneficiaries/_entry_form.html`` for each entry of a queryset, in a constant number of statements."""
    steps = list(ProcedureStep.objects.filter(programme=roster.programme_id).order_by("position"))
    whole = Decision.objects.filter(roster=roster, entry=None).select_related("step", "decided_by")
    whole = list(whole.exclude(step=None).order_by("pk"))
    return [_form(made, steps, whole) for made in entry_page.dossiers(entries, on)]


def _form(made, steps, whole):
    entry = made.entry
    people = [_member(one) for one in made.people]
    opinions = _opinions(entry, steps, whole)
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
        "opinions": opinions,
        "box_count": max(len(opinions), USUAL_BOXES),
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


def _opinions(entry, steps, whole):
    """A box for each assessment, submission and approval, in order; and for the step at which the entry was struck."""
    struck = _struck(entry)
    struck_at = struck.step_id if struck else None
    titles = _titles([step for step in steps if step.kind in KINDS or step.pk == struck_at])
    standing = _standing(entry, whole, struck)
    votes = _votes(entry, struck)
    return [_box(step, titles, _said(entry, step, votes, standing, struck)) for step in titles]


def _titles(steps):
    """{step: title}: its level and kind; where two would be called alike, each has its name beside it."""
    approvals = [step for step in steps if step.kind == StepKind.APPROVAL]
    titles = {}
    for step in steps:
        kind = "审批" if approvals and step == approvals[-1] else KINDS.get(step.kind)
        level = LEVELS.get(step.level, step.get_level_display())
        titles[step] = f"{level}{kind or step.get_kind_display()}意见"
    alike = Counter(titles.values())
    return {
        step: f"{title}（{step.name or f'环节{step.position}'}）" if alike[title] > 1 else title
        for step, title in titles.items()
    }


def _standing(entry, whole, struck):
    """{step id: the decision on the roster that holds for the entry}.

    Steps behind which the roster stands have been decided, the last time for good; what a return has undone
    lies before it again. An entry that was left behind was decided on as far as it came.
    """
    if struck is not None:
        whole = [one for one in whole if one.pk < struck.pk]
    elif failed := _failed(entry):
        whole = [one for one in whole if one.decided_at <= failed.concluded_at]
    reached = _reached(entry, struck)
    return {
        one.step_id: one
        for one in whole
        if one.step.position < reached and one.outcome in (Outcome.AGREED, Outcome.WAIVED)
    }


def _struck(entry):
    """The decision by which the entry was struck, or None."""
    made = [one for one in entry.decisions.all() if one.outcome == Outcome.STRUCK]
    return made[-1] if made and entry.status == EntryStatus.STRUCK else None


def _failed(entry):
    """The meeting that turned the entry down, or None."""
    votes = _own_votes(entry) if entry.status == EntryStatus.REJECTED else []
    return votes[0].assessment if votes else None


def _own_votes(entry):
    """Votes on it on its present roster, newest first: those of the roster it was carried from count no more."""
    return [
        vote
        for vote in entry.votes.all()
        if vote.is_passed is not None and vote.assessment.roster_id == entry.roster_id
    ]


def _reached(entry, struck):
    """The position the entry has come to: every step before it has been taken."""
    roster = entry.roster
    if struck is not None and struck.step_id:
        return struck.step.position
    if entry.status == EntryStatus.WITHDRAWN:
        return 0
    if failed := _failed(entry):
        return failed.step.position
    if roster.status in (RosterStatus.FINAL, RosterStatus.SUPERSEDED):
        return inf
    return roster.step.position if roster.step_id else 0


def _votes(entry, struck):
    """{step id: the vote that holds}: the newest, where the entry has passed the step or failed at it."""
    failed, reached = _failed(entry), _reached(entry, struck)
    found = {}
    for vote in _own_votes(entry):
        if vote.assessment.step.position < reached or vote.assessment == failed:
            found.setdefault(vote.assessment.step_id, vote)
    return found


def _said(entry, step, votes, standing, struck):
    """(text, name, time) of the box of a step; empty, to be filled in by hand, before it is decided."""
    if struck is not None and struck.step_id == step.pk:
        return f"不予列入：{_sentence(struck.reason)}", str(struck.decided_by), struck.decided_at
    if vote := votes.get(step.pk):
        return _vote_text(vote), f"主持人 {vote.assessment.chair}", vote.assessment.held_at
    if made := standing.get(step.pk):
        words = _sentence(made.reason)
        agreed = "" if words.startswith("同意") else AGREED.get(step.kind, "")
        return agreed + words, str(made.decided_by), made.decided_at
    if step.kind == StepKind.ASSESSMENT and step.is_for_disputed:
        return "本环节只评议有疑义的对象。", "", None
    return "", "", None


def _vote_text(vote):
    result = "同意列入" if vote.is_passed else "未通过"
    return (
        f"{_sentence(vote.opinion)}"
        f"民主评议同意 {vote.agree} 票，反对 {vote.against} 票，弃权 {vote.abstain} 票，{result}。"
    )


def _sentence(words):
    words = words.strip().rstrip("。")
    return f"{words}。" if words else ""


def _box(step, titles, said):
    text, name, at = said
    return {"label": titles[step], "text": text, "name": name, "at": at}
