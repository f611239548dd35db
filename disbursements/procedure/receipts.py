"""Who may take and who may confirm a receipt."""

from beneficiaries.enums import EntryStatus
from beneficiaries.models import RosterEntry
from disbursements.rules.signing import Recipient
from visits.models import TeamMember


def source_key(receipt):
    """Key of the HelpGiven row that a confirmed receipt writes."""
    return f"receipt:{receipt.pk}"


def recipient_of(line):
    """The line's recipient, as far as signing goes, as registered now."""
    person = line.recipient
    if person is None:
        return Recipient(name=line.name)
    return Recipient(line.name, person.birth_on, person.disability_kind, person.died_on)


def recipient_refusal(line):
    """Why this line cannot be paid out, whoever signs; None when it can."""
    person = line.recipient
    if person is not None and person.died_on:
        return f"{line.name}已登记去世，不能发放。请把款物缴回，并在发放表上作废此行。"
    if line.entry.status == EntryStatus.SUPERSEDED and not _stands(line.lineage):
        return f"修订后的名册已不列入{line.name}，不能发放。请把款物缴回，并在发放表上作废此行。"
    return None


def _stands(lineage):
    return RosterEntry.objects.filter(lineage=lineage, status=EntryStatus.FINAL).exists()


def is_on_team(user, visit):
    """Whether the user is a member of the team that makes the visit."""
    return TeamMember.objects.filter(team=visit.team_id, user=user).exists()


def taker_refusal(line, visit, by, on=None):
    """Why ``by`` may not take this receipt (on the day ``on``, when given); None when she may.

    At a visit: a member of the visiting team, which drew this line, from the day of the visit. At the
    counter: who drew it there.
    """
    custody = line.custody
    if custody is None:
        return "这一行的款物还没有领出，不能签收。请先由出纳（仓管）发到慰问组。"
    if visit is None:
        if custody.team_id is not None:
            return f"这一行的款物已由{custody.team}领出，请在走访时签收。"
        if custody.drawn_by_id != by.pk:
            return f"柜台款物由{custody.drawn_by}经手，请由其办理签收。"
        return None
    if visit.entry is None or visit.entry.lineage != line.lineage:
        return "这次走访的对象不是这一行的领取人，请核对后再签收。"
    if not is_on_team(by, visit):
        return "您不是这个慰问组的成员，不能代为走访、发放（严禁替代）。"
    if on is not None and on < visit.planned_on:
        return f"走访安排在{visit.planned_on:%Y年%m月%d日}，到日才能签收。要提前走访，请先改期并重新告知。"
    if custody.team_id != visit.team_id:
        return f"这一行的款物由{custody.team or '柜台'}领出，不在您所在的慰问组手中。"
    return None


def second_person_refusal(receipt, by):
    """Why ``by`` may not confirm this receipt; None when she may."""
    if by.pk == receipt.taken_by_id:
        return "签收须由另一名工作人员确认，不能自己确认自己办的签收。"
    if receipt.visit_id:
        if not is_on_team(by, receipt.visit):
            return "您不是这个慰问组的成员，不能确认这次签收（严禁替代）。"
    elif not by.may("receipt.confirm", receipt.line.organisation):
        return "柜台签收须由有“确认签收”权限的人员复核。"
    return None
