"""Code lists of funds, stock, sheets and receipts. Labels are the trade's own words."""

from django.db import models


class SheetKind(models.TextChoices):
    """What a sheet hands over. ``word`` is the part of the number that names it."""

    CASH = "cash", "慰问金发放表"
    GOODS = "goods", "慰问品发放表"
    BANK = "bank", "一卡通发放明细"

    @property
    def word(self):
        return {"cash": "现金", "goods": "物资", "bank": "一卡通"}[self.value]


class SheetStatus(models.TextChoices):
    DRAFT = "draft", "待审批"
    APPROVED = "approved", "已审批"
    DRAWN = "drawn", "发放中"
    CLOSED = "closed", "已结清"
    VOIDED = "voided", "已作废"


# Sheets that hold money of a fund or goods of a store.
COMMITTED_SHEET = (SheetStatus.APPROVED, SheetStatus.DRAWN, SheetStatus.CLOSED)


class LineStatus(models.TextChoices):
    PENDING = "pending", "待领取"
    RECEIVED = "received", "已领取"
    VOIDED = "voided", "已作废"
    RETURNED = "returned", "已退回"


LIVE_LINE = (LineStatus.PENDING, LineStatus.RECEIVED)


class ReceiptStatus(models.TextChoices):
    TAKEN = "taken", "待确认"
    CONFIRMED = "confirmed", "已确认"
    VOIDED = "voided", "已作废"


LIVE_RECEIPT = (ReceiptStatus.TAKEN, ReceiptStatus.CONFIRMED)


class ReceiptMethod(models.TextChoices):
    SIGNATURE = "signature", "本人签字"
    FINGERPRINT = "fingerprint", "按手印"


class ReceiptException(models.TextChoices):
    """Why it was not plainly the recipient's own signature on the spot. A second person confirms each."""

    GUARDIAN = "guardian", "监护人代为签收（未成年人或无民事行为能力人）"
    ILLITERATE = "illiterate", "不会写字，按手印并有见证人"
    HOSPITAL = "hospital", "住院或外出，本人另行签收"


class MovementKind(models.TextChoices):
    TAKE_IN = "in", "入库"
    RESERVE = "reserve", "预留"
    RELEASE = "release", "解除预留"
    OUT = "out", "出库"
    BACK = "back", "退库"


# How a movement of each kind changes (what lies in the store, what of it is reserved).
EFFECT = {
    MovementKind.TAKE_IN: (1, 0),
    MovementKind.RESERVE: (0, 1),
    MovementKind.RELEASE: (0, -1),
    MovementKind.OUT: (-1, -1),
    MovementKind.BACK: (1, 1),
}
