"""Guards about who is in doubt, against favour (relatives of staff), and against what a check found untrue."""

from beneficiaries.queries import disputes, relatives, rosters


def _numbered(positions):
    """第2号、第7号 of positions."""
    shown = "、".join(f"第{position}号" for position in positions[:10])
    return f"{shown}等 {len(positions)} 个对象" if len(positions) > 10 else shown


def _kin(attempt, roster):
    """Who on the roster is a relative of staff: as the page knows it already, or read."""
    known = attempt.data.get("kin")
    return relatives.of_roster(roster) if known is None else known


def relatives_are_checked(attempt):
    """Source: 近亲属备案, whose entries the next level checks in person before anybody agrees."""
    found = _kin(attempt, attempt.subject)
    said = attempt.data.get("kin_checks")
    unchecked, untrue = relatives.unchecked(found, relatives.findings(found) if said is None else said)
    if unchecked:
        return f"{_numbered(unchecked)}是工作人员的近亲属，须先由上一级当面核查。"
    if untrue:
        return f"{_numbered(untrue)}经近亲属核查情况不实，请先不予列入，或退回后重新核查。"
    return None


def approver_is_no_relative(attempt):
    own = relatives.own(_kin(attempt, attempt.subject), attempt.by)
    return f"{_numbered(own)}是您的近亲属，请回避，由其他人员办理。" if own else None


def nobody_is_found_untrue(attempt):
    found = disputes.untrue(attempt.subject)
    if not found:
        return None
    rows = attempt.subject.entries.filter(pk__in=found).order_by("position")
    positions = list(rows.values_list("position", flat=True))
    return f"{_numbered(positions)}抽查情况不实，请先不予列入，或退回抽查环节复核。"


def is_fit_to_be_final(attempt):
    """At the last step, whatever its kind: what the approval asks holds for the end of the procedure too."""
    steps = attempt.data.get("steps")
    is_last = steps[-1].pk == attempt.subject.step_id if steps else not rosters.next_step(attempt.subject)
    return (relatives_are_checked(attempt) or nobody_is_found_untrue(attempt)) if is_last else None


def worker_is_no_relative(attempt):
    """On one entry: her own relative is for somebody else to decide or check."""
    entry = attempt.subject
    if entry.position in relatives.own(_kin(attempt, entry.roster), attempt.by):
        return f"第{entry.position}号是您的近亲属，请回避，由其他人员办理。"
    return None


def is_a_relative(attempt):
    if attempt.subject.pk in _kin(attempt, attempt.subject.roster):
        return None
    return "这个对象没有备案为工作人员的近亲属，不必当面核查。"


def is_of_the_next_level(attempt):
    above = attempt.subject.roster.organisation.parent
    if above is None or attempt.by.may(attempt.move.permission, above):
        return None
    return f"近亲属须由上一级（{above}）当面核查，本级人员不能核查。"


def somebody_is_to_be_assessed(attempt):
    roster = attempt.subject
    if not roster.step.is_for_disputed or disputes.reasons(roster):
        return None
    return "本环节只评议有疑义的对象，现在没有，不必开会，请办理“免予评议”。"


def nobody_is_to_be_assessed(attempt):
    roster = attempt.subject
    if not roster.step.is_for_disputed:
        return "本环节须逐个评议，不能免予评议。"
    doubtful = len(disputes.reasons(roster))
    return f"有 {doubtful} 个对象有疑义，须召开评议会。" if doubtful else None
