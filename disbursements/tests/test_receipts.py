"""Receipts: who may take, sign and confirm them; voiding; what they write."""

import copy
from datetime import date

import pytest

from beneficiaries.enums import HelpState
from beneficiaries.models import HelpGiven, Person
from disbursements.enums import SheetKind
from disbursements.models import Receipt
from disbursements.services import receipts, sheets
from disbursements.tests import factories as make
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def drawn(once):
    return once(drawn_office)


def drawn_office():
    made = make.office(households=2)
    made.sheet = make.drawn_sheet(made)
    made.line = made.sheet.lines.order_by("position")[0]
    return made


@pytest.fixture
def made(drawn, db):
    return copy.deepcopy(drawn)


def change(line, **facts):
    """Change the registry behind the line's recipient."""
    Person.objects.filter(pk=line.recipient_id).update(**facts)


def test_a_confirmed_receipt_writes_the_help_given(made):
    receipt = make.confirmed(made, made.line)
    help_given = HelpGiven.objects.get(source_key=f"receipt:{receipt.pk}")
    assert (help_given.amount, help_given.household, help_given.state) == (
        200,
        made.line.entry.household,
        "received",
    )
    made.line.refresh_from_db()
    assert made.line.status == "received"
    assert AuditEvent.objects.filter(action="disbursements.Receipt.confirm").exists()


def test_nobody_signs_before_the_day_of_the_visit(made):
    visit = make.visit(made, made.line.entry)
    eve = make.LATER.replace(year=2026, month=1, day=5)
    with pytest.raises(Refusal, match="到日才能签收"):
        make.taken(made, made.line, visit=visit, received_at=eve)


def test_a_receipt_that_nobody_confirmed_is_no_help_yet(made):
    make.taken(made, made.line)
    made.line.refresh_from_db()
    assert made.line.status == "pending"
    assert not HelpGiven.objects.exists()


def test_goods_are_told_in_words(made):
    goods = make.drawn_sheet(made, SheetKind.GOODS)
    make.confirmed(made, goods.lines.first())
    help_given = HelpGiven.objects.get()
    assert help_given.goods_text == "大米1袋、食用油1桶、棉被1床"
    assert (help_given.amount, help_given.goods_value) == (0, 300)


@pytest.mark.parametrize("signer", ["邻居王五", "村干部李四"])
def test_nobody_signs_for_another(made, signer):
    with pytest.raises(Refusal, match="不得代签、代领"):
        make.taken(made, made.line, signer_name=signer)


def test_an_adult_has_no_guardian(made):
    with pytest.raises(Refusal, match="不能由他人代签、代领"):
        make.taken(
            made, made.line, signer_name="王五", exception="guardian", relation="侄子", basis="本人腿脚不便"
        )


def test_a_minor_is_signed_for_by_the_guardian_with_relation_and_basis(made):
    change(made.line, birth_on=date(2015, 5, 1))
    visit = make.visit(made, made.line.entry)
    with pytest.raises(Refusal, match="未成年人，须由监护人签收"):
        make.taken(made, made.line, visit=visit)
    guardian = {"signer_name": "王芳", "exception": "guardian", "visit": visit}
    with pytest.raises(Refusal, match="与领取人的关系"):
        make.taken(made, made.line, **guardian)
    with pytest.raises(Refusal, match="须填写依据"):
        make.taken(made, made.line, relation="母亲", **guardian)
    receipt = make.taken(made, made.line, relation="母亲", basis="户口簿", **guardian)
    assert receipts.confirm(receipt=receipt, by=made.member, at=make.LATER).status == "confirmed"


def test_who_cannot_write_gives_a_fingerprint_before_a_witness(made):
    facts = {
        "method": "fingerprint",
        "exception": "illiterate",
        "basis": "不识字",
        "visit": make.visit(made, made.line.entry),
    }
    with pytest.raises(Refusal, match="须有见证人"):
        make.taken(made, made.line, image=make.fingerprint(), **facts)
    with pytest.raises(Refusal, match="见证人不能是签收人"):
        make.taken(made, made.line, image=make.fingerprint(), witness=made.line.name, **facts)
    receipt = make.taken(made, made.line, image=make.fingerprint(), witness="孙代表", **facts)
    assert receipt.image.name.endswith(".jpg")


def test_the_dead_are_not_paid(made):
    change(made.line, died_on=date(2026, 1, 20))
    with pytest.raises(Refusal, match="已登记去世"):
        make.taken(made, made.line)


def test_a_recipient_who_died_since_is_not_confirmed(made):
    receipt = make.taken(made, made.line)
    change(made.line, died_on=date(2026, 1, 24))
    with pytest.raises(Refusal, match="已登记去世"):
        receipts.confirm(receipt=Receipt.objects.get(pk=receipt.pk), by=made.member, at=make.LATER)
    assert not HelpGiven.objects.exists()


def test_only_the_visiting_team_takes_receipts(made):
    visit = make.visit(made, made.line.entry)
    for stranger in (user_with("visitor", made.community), made.keeper):
        with pytest.raises(Refusal, match="严禁替代"):
            make.taken(made, made.line, visit=visit, by=stranger)


def test_the_second_person_is_another_member_of_the_team(made):
    receipt = make.taken(made, made.line)
    with pytest.raises(Refusal, match="不能自己确认"):
        receipts.confirm(receipt=receipt, by=made.leader, at=make.LATER)
    with pytest.raises(Refusal, match="严禁替代"):
        receipts.confirm(receipt=receipt, by=user_with("visitor", made.community), at=make.LATER)


def test_a_visit_to_somebody_else_takes_no_receipt(made):
    other = make.visit(made, made.entries[1])
    with pytest.raises(Refusal, match="不是这一行的领取人"):
        make.taken(made, made.line, visit=other)


def test_nothing_is_signed_for_that_was_not_handed_out():
    made = make.office(households=1)
    sheet = make.approved_sheet(made)
    with pytest.raises(Refusal, match="已审批"):
        make.taken(made, sheet.lines.get())


def test_a_line_is_signed_for_once(made):
    visit = make.visit(made, made.line.entry)
    make.taken(made, made.line, visit=visit)
    with pytest.raises(Refusal, match="只能签收一次"):
        make.taken(made, made.line, visit=visit, by=made.member)


@pytest.mark.parametrize(
    "image", ["", "data:image/png;base64,", "data:image/png;base64,%%%", "text", make.signature(4, 4)]
)
def test_a_picture_that_is_none_is_refused(made, image):
    with pytest.raises(Refusal) as refused:
        make.taken(made, made.line, image=image)
    assert refused.value.field == "image"


def test_a_voided_receipt_stays_and_the_line_is_signed_for_again(made):
    visit = make.visit(made, made.line.entry)
    receipt = make.confirmed(made, made.line, visit=visit)
    with pytest.raises(Refusal, match="须由财务人员作废"):
        receipts.void(receipt=receipt, by=made.leader, at=make.LATER, reason="签错了行")
    with pytest.raises(Refusal, match="须写明理由"):
        receipts.void(receipt=receipt, by=made.accountant, at=make.LATER, reason=" ")
    receipts.void(receipt=receipt, by=made.accountant, at=make.LATER, reason="签错了行")
    assert HelpGiven.objects.get().state == HelpState.VOIDED
    made.line.refresh_from_db()
    assert (made.line.status, made.line.settled_at) == ("pending", None)
    make.confirmed(made, made.line, visit=visit)
    assert HelpGiven.objects.filter(state=HelpState.RECEIVED).count() == 1
    assert Receipt.objects.get(status="voided").void_reason == "签错了行"


def test_a_closed_sheet_keeps_its_receipts():
    made = make.office(households=1)
    sheet = make.drawn_sheet(made)
    receipt = make.confirmed(made, sheet.lines.get())
    sheets.close(sheet=sheet, by=made.accountant, at=make.LATER)
    with pytest.raises(Refusal, match="已结清"):
        receipts.void(
            receipt=Receipt.objects.get(pk=receipt.pk), by=made.accountant, at=make.LATER, reason="x"
        )


def test_the_counter_is_confirmed_by_who_may():
    made = make.office(households=1)
    sheet = make.approved_sheet(made)
    sheets.hand_out(sheet=sheet, team=None, by=made.keeper, to=made.keeper, at=make.LATER)
    line = sheet.lines.get()
    at_counter = {"line": line, "method": "signature", "image": make.signature(), "received_at": make.LATER}
    with pytest.raises(Refusal, match="经手"):
        receipts.take(by=user_with("keeper", made.township), **at_counter)
    receipt = receipts.take(by=made.keeper, **at_counter)
    with pytest.raises(Refusal, match="柜台签收须由"):
        receipts.confirm(receipt=receipt, by=made.leader, at=make.LATER)
    assert receipts.confirm(receipt=receipt, by=user_with("head", made.community), at=make.LATER).second_by
