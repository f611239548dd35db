"""Guards about who is in doubt, against favour (relatives of staff), and against what a check found untrue."""

from beneficiaries.queries import disputes, objections, relatives, rosters


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


def _found_untrue(attempt):
    """第2号 …: whom the last check found not as stated, or ""; read once for all guards of an attempt."""
    if "untrue" not in attempt.data:
        attempt.data["untrue"] = disputes.untrue(attempt.subject)
    found = attempt.data["untrue"]
    rows = attempt.subject.entries.filter(pk__in=found).order_by("position") if found else []
    return _numbered([entry.position for entry in rows]) if found else ""


def nobody_is_found_untrue(attempt):
    who = _found_untrue(attempt)
    return f"{who}抽查情况不实，请先不予列入，或退回抽查环节复核。" if who else None


def untrue_are_not_shown(attempt):
    """A notice says who is to be helped; at its step nobody is struck."""
    who = _found_untrue(attempt)
    return f"{who}抽查情况不实，不能公示。请把名册退回到之前的环节，不予列入、撤下或复核。" if who else None


def is_fit_to_be_final(attempt):
    """At the last step, whatever its kind: what the approval asks holds for the end of the procedure too."""
    steps = attempt.data.get("steps")
    is_last = steps[-1].pk == attempt.subject.step_id if steps else not rosters.next_step(attempt.subject)
    if not is_last:
        return None
    return relatives_are_checked(attempt) or nobody_is_found_untrue(attempt) or nothing_is_unanswered(attempt)


def nothing_is_unanswered(attempt):
    """Every notice asks this when it closes; the end of the procedure asks once more, whatever led there.

    Only when it is done: a page that draws the button need not read it again.
    """
    if attempt.is_rehearsal:
        return None
    count = objections.holding(attempt.subject).count()
    return f"还有 {count} 件异议没有答复，不能定案。" if count else None


def worker_is_no_relative(attempt):
    """On one entry: her own relative is for somebody else to decide or check."""
    return _stands_back(attempt, attempt.subject, "办理")


def answerer_is_no_relative(attempt):
    """On one objection: what is said about her own relative is for somebody else to look into."""
    return _stands_back(attempt, attempt.subject.entry, "答复")


def _stands_back(attempt, entry, doing):
    if entry and any(relatives.is_staff(one, attempt.by) for one in relatives.of_entry(entry)):
        return f"第{entry.position}号是您的近亲属，请回避，由其他人员{doing}。"
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
