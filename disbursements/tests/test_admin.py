"""The admin of this room: sheets to read and to approve through the same gate."""

import pytest
from django.urls import reverse

from disbursements.tests import factories as make
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["sheet", "stockmovement", "allocation"])
def test_the_lists_open_in_scope_and_for_nobody_without_the_right(client, model):
    made = make.office(households=1)
    make.drawn_sheet(made, "goods")
    reader = user_with(
        "programme_officer",
        made.township,
        {"sheet": "keeper", "stockmovement": "keeper"}.get(model, "accountant"),
    )
    client.force_login(reader)
    assert client.get(reverse(f"admin:disbursements_{model}_changelist")).status_code == 200
    client.force_login(user_with("programme_officer", made.township))
    assert client.get(reverse(f"admin:disbursements_{model}_changelist")).status_code == 403


def test_a_sheet_is_approved_there_and_outsiders_do_not_find_it(client):
    made = make.office(households=1)
    sheet = make.sheet(made)
    client.force_login(user_with("programme_approver", made.township, "sheet_approver"))
    assert (
        "审批发放表"
        in client.get(reverse("admin:disbursements_sheet_change", args=[sheet.pk])).content.decode()
    )
    move = reverse("admin:disbursements_sheet_move", args=[sheet.pk, "approve"])
    client.force_login(user_with("programme_approver", made.other_township, "sheet_approver"))
    assert client.get(move).status_code == 404
    client.force_login(user_with("programme_approver", made.township, "sheet_approver"))
    assert (
        client.post(move, {"reason": "", "form_key": "8d1de4ce-8be1-4ac3-8a9c-2f5f3c4d5e6f"}).status_code
        == 302
    )
    sheet.refresh_from_db()
    assert sheet.status == "approved"


def test_handing_out_without_a_drawer_is_refused_in_words():
    made = make.office(households=1)
    sheet = make.approved_sheet(made)
    with pytest.raises(Refusal, match="选择领取人"):
        workflow.perform(sheet, "hand_out", by=made.keeper, at=make.LATER)
