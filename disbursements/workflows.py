"""The machines of sheets, their lines and receipts. Lines and receipts move through services only."""

from beneficiaries.queries import rosters
from beneficiaries.services import help as help_given
from disbursements.enums import LineStatus, ReceiptStatus, SheetStatus
from disbursements.models import Receipt
from disbursements.procedure import receipts, sheets
from disbursements.queries.problems import problems
from welfare import workflow
from welfare.workflow import Machine, Move

NAMED = 5  # problems named in one sentence


# -- guards of sheets --------------------------------------------------------------------------------


def _has_lines(attempt):
    return None if attempt.subject.line_count else "表内没有发放对象，请作废后重新造表。"


def _has_no_problems(attempt):
    found = problems(attempt.subject)
    if not found:
        return None
    more = f" 等{len(found)}项" if len(found) > NAMED else ""
    return "有发放对象不能付款：" + "；".join(str(problem) for problem in found[:NAMED]) + more


def _is_not_bank(attempt):
    return "一卡通发放明细由银行代发，不领出现金。" if attempt.subject.is_bank else None


def _is_bank(attempt):
    return None if attempt.subject.is_bank else "只有一卡通发放明细由银行代发。"


def _says_to_whom(attempt):
    """Handing out needs a drawer and lines, which only ``services.sheets.hand_out`` brings."""
    return None if attempt.is_rehearsal or attempt.data.get("lines") else "请在发放表页面选择领取人后领出。"


def _has_lines_to_hand_out(attempt):
    if attempt.subject.lines.pending().filter(custody=None).exists():
        return None
    return "没有待领出的款物，全部已由各组领出或办结。"


def _lines_are_all_settled(attempt):
    left = attempt.subject.lines.pending().count()
    return f"还有{left}行没有签收，也没有缴回退回。请先办结每一行。" if left else None


def _receipts_are_confirmed(attempt):
    open_ones = Receipt.objects.filter(line__sheet=attempt.subject, status=ReceiptStatus.TAKEN).count()
    return f"还有{open_ones}份签收等第二人确认。" if open_ones else None


def _hands_are_empty(attempt):
    wrong = sheets.unbalanced(attempt.subject)
    return (
        f"领出与签收、缴回不符：{'、'.join(str(custody) for custody in wrong)}。请核对后缴回。"
        if wrong
        else None
    )


def _nothing_was_received(attempt):
    if attempt.subject.lines.received().exists():
        return "已有人领取，不能整表作废。请结清后，对有误的行单独处理。"
    if attempt.subject.lines.pending().exclude(custody=None).exists():
        return "还有款物在慰问组手中，请先缴回再作废。"
    return None


def _cases(sheet):
    """The sheet, and its rosters with all they come from: who decided on an earlier version does not pay."""
    return [sheet, *(one for roster in sheet.rosters.order_by("pk") for one in rosters.chain(roster))]


SHEET = workflow.register(
    Machine(
        model="disbursements.Sheet",
        label="发放表",
        statuses=SheetStatus,
        initial=SheetStatus.DRAFT,
        cases=_cases,
        moves=(
            Move(
                "approve",
                "审批发放表",
                (SheetStatus.DRAFT,),
                SheetStatus.APPROVED,
                "sheet.approve",
                guards=(_has_lines, _has_no_problems),
                stamp="approved",
                duty="approving",
                bars=frozenset({"drafting", "assessing", "submitting", "checking", "approving", "paying"}),
                change=sheets.freeze,
            ),
            Move(
                "hand_out",
                "领出款物",
                (SheetStatus.APPROVED, SheetStatus.DRAWN),
                SheetStatus.DRAWN,
                "sheet.hand_out",
                guards=(_is_not_bank, _has_lines_to_hand_out, _says_to_whom),
                duty="handing_out",
                bars=frozenset({"approving", "paying"}),
                change=sheets.into_hands,
            ),
            Move(
                "send",
                "送银行代发",
                (SheetStatus.APPROVED,),
                SheetStatus.DRAWN,
                "bank.manage",
                guards=(_is_bank,),
                duty="paying",
                bars=frozenset({"approving"}),
            ),
            Move(
                "close",
                "结清发放表",
                (SheetStatus.DRAWN,),
                SheetStatus.CLOSED,
                "sheet.draw_up",
                guards=(_receipts_are_confirmed, _lines_are_all_settled, _hands_are_empty),
                stamp="closed",
                duty="paying",
                bars=frozenset({"approving", "handing_out"}),
            ),
            Move(
                "discard",
                "撤销待审批的表",
                (SheetStatus.DRAFT,),
                SheetStatus.VOIDED,
                "sheet.draw_up",
                needs_reason=True,
                stamp="voided",
                change=sheets.drop_lines,
                tone="danger",
            ),
            Move(
                "void",
                "作废发放表",
                (SheetStatus.APPROVED, SheetStatus.DRAWN),
                SheetStatus.VOIDED,
                "sheet.approve",
                guards=(_nothing_was_received,),
                needs_reason=True,
                stamp="voided",
                change=sheets.let_go,
                tone="danger",
            ),
        ),
    )
)


# -- lines -------------------------------------------------------------------------------------------


def _unsettle(attempt):
    attempt.subject.settled_at = attempt.subject.settled_by = None


LINE = workflow.register(
    Machine(
        model="disbursements.SheetLine",
        label="发放明细",
        statuses=LineStatus,
        initial=LineStatus.PENDING,
        cases=lambda line: [line.sheet],
        moves=(
            Move("receive", "领取", (LineStatus.PENDING,), LineStatus.RECEIVED, None, stamp="settled"),
            Move(
                "reopen",
                "重新签收",
                (LineStatus.RECEIVED,),
                LineStatus.PENDING,
                None,
                needs_reason=True,
                change=_unsettle,
            ),
            Move("void", "作废", (LineStatus.PENDING,), LineStatus.VOIDED, None, stamp="settled"),
            Move(
                "return",
                "退回",
                (LineStatus.PENDING,),
                LineStatus.RETURNED,
                None,
                needs_reason=True,
                stamp="settled",
            ),
        ),
    )
)


# -- receipts ----------------------------------------------------------------------------------------


def _is_another_person(attempt):
    return receipts.second_person_refusal(attempt.subject, attempt.by)


def _recipient_can_be_paid(attempt):
    return receipts.recipient_refusal(attempt.subject.line)


def _settle(attempt):
    receipt, line = attempt.subject, attempt.subject.line
    workflow.perform(line, "receive", by=attempt.by, at=attempt.at)
    help_given.record(
        entry=line.entry,
        amount=line.amount,
        goods=[(part.item, part.quantity, part.unit_price) for part in line.items.select_related("item")],
        received_at=receipt.received_at,
        source_key=receipts.source_key(receipt),
    )


def _void_reason(attempt):
    attempt.subject.void_reason = attempt.reason.strip()


def _take_back(attempt):
    receipt = attempt.subject
    _void_reason(attempt)
    if receipt.status == ReceiptStatus.CONFIRMED:
        workflow.perform(receipt.line, "reopen", by=attempt.by, at=attempt.at, reason=attempt.reason)
        help_given.void(source_key=receipts.source_key(receipt))


def _sheet_is_open(attempt):
    if attempt.subject.line.sheet.status == SheetStatus.DRAWN:
        return None
    return "发放表已结清，签收不能再改。"


RECEIPT = workflow.register(
    Machine(
        model="disbursements.Receipt",
        label="签收",
        statuses=ReceiptStatus,
        initial=ReceiptStatus.TAKEN,
        cases=lambda receipt: [receipt.line.sheet],
        moves=(
            Move(
                "confirm",
                "确认签收",
                (ReceiptStatus.TAKEN,),
                ReceiptStatus.CONFIRMED,
                None,
                guards=(_is_another_person, _sheet_is_open, _recipient_can_be_paid),
                stamp="second",
                duty="confirming",
                bars=frozenset({"approving", "paying"}),
                change=_settle,
            ),
            Move(
                "void",
                "作废签收",
                (ReceiptStatus.TAKEN, ReceiptStatus.CONFIRMED),
                ReceiptStatus.VOIDED,
                None,
                guards=(_sheet_is_open,),
                needs_reason=True,
                stamp="voided",
                change=_take_back,
                tone="danger",
            ),
        ),
    )
)
