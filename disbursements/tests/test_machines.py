"""From × to × role for sheets, written out by hand; and four eyes across rosters and sheets."""

import pytest

from disbursements.enums import SheetStatus
from disbursements.services import sheets
from disbursements.tests import factories as make
from disbursements.workflows import LINE, RECEIPT, SHEET
from welfare import workflow
from welfare.roles import ROLES
from welfare.testing.personas import user_with
from welfare.workflow import Attempt, Refused

pytestmark = pytest.mark.django_db

# move: (roles that may, states it starts from, states it may end in)
TABLE = {
    "approve": ({"sheet_approver"}, {"draft"}, {"approved"}),
    "hand_out": ({"keeper"}, {"approved", "drawn"}, {"drawn"}),
    "send": ({"accountant"}, {"approved"}, {"drawn"}),
    "close": ({"accountant"}, {"drawn"}, {"closed"}),
    "discard": ({"accountant"}, {"draft"}, {"voided"}),
    "void": ({"sheet_approver"}, {"approved", "drawn"}, {"voided"}),
}
TOWNSHIP_ROLES = [code for code, role in ROLES.items() if "township" in role.levels]


def test_the_table_of_sheets_is_complete():
    assert {move.name: (set(move.sources), set(move.possible_targets)) for move in SHEET.moves} == {
        name: (sources, targets) for name, (_roles, sources, targets) in TABLE.items()
    }


def test_who_may_do_what_in_which_state():
    made = make.office(households=1)
    sheet = make.sheet(made)
    for role in TOWNSHIP_ROLES:
        user = user_with(role, made.township)
        for status in SheetStatus.values:
            sheet.status = status
            for move in SHEET.moves:
                refused = workflow.refusal(SHEET, Attempt(sheet, move, user, make.LATER, is_rehearsal=True))
                kind = refused.kind if refused else None
                may, sources, _targets = TABLE[move.name]
                if role not in may:
                    assert kind == "permission", (role, status, move.name)
                elif status not in sources:
                    assert kind == "state", (role, status, move.name)
                else:
                    assert kind not in {"permission", "state"}, (role, status, move.name)


def test_lines_and_receipts_move_through_services_alone():
    assert all(move.permission is None for machine in (LINE, RECEIPT) for move in machine.moves)


@pytest.mark.parametrize("duty", ["drafting", "assessing", "submitting", "checking", "approving"])
def test_whoever_took_part_in_the_roster_cannot_approve_its_sheet(duty):
    made = make.office(households=1)
    sheet = make.sheet(made)
    workflow.record_duty(made.roster, by=made.approver, duty=duty, at=make.LATER, stage="3")
    with pytest.raises(Refused, match="请由其他人员办理") as refused:
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    assert refused.value.kind == "four_eyes"


def test_whoever_drew_up_the_sheet_cannot_approve_it():
    made = make.office(households=1)
    sheet = make.sheet(made)
    workflow.record_duty(sheet, by=made.approver, duty="paying", at=make.LATER)
    with pytest.raises(Refused, match="造表付款"):
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)


@pytest.mark.parametrize("duty", ["approving", "paying"])
def test_whoever_approved_or_drew_up_cannot_hand_out(duty):
    made = make.office(households=1)
    sheet = make.approved_sheet(made)
    workflow.record_duty(sheet, by=made.keeper, duty=duty, at=make.LATER)
    with pytest.raises(Refused, match="领出款物"):
        sheets.hand_out(sheet=sheet, team=made.team, by=made.keeper, to=made.leader, at=make.LATER)


@pytest.mark.parametrize("duty", ["drafting", "submitting", "checking", "approving"])
def test_whoever_took_part_in_the_roster_cannot_draw_up_its_sheet(duty):
    made = make.office(households=1)
    workflow.record_duty(made.roster, by=made.accountant, duty=duty, at=make.LATER, stage="3")
    with pytest.raises(sheets.Refusal, match="不能再造表付款"):
        make.sheet(made)


def test_a_button_that_rests_says_what_the_gate_would_say():
    made = make.office(households=1)
    sheet = make.sheet(made)
    workflow.record_duty(made.roster, by=made.approver, duty="assessing", at=make.LATER)
    options = {one.move.name: one for one in workflow.options(sheet, by=made.approver, at=make.LATER)}
    with pytest.raises(Refused) as refused:
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    assert options["approve"].why_not == refused.value.message


def test_the_diagram_prints():
    assert "draft --> approved: 审批发放表" in SHEET.mermaid()
