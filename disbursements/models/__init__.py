"""Models of funds, stock, sheets and receipts."""

from disbursements.models.funds import Allocation
from disbursements.models.receipts import Receipt
from disbursements.models.sheets import Custody, CustodyReturn, Sheet, SheetLine, SheetLineItem
from disbursements.models.stock import StockBalance, StockMovement, Store

__all__ = [
    "Allocation",
    "Custody",
    "CustodyReturn",
    "Receipt",
    "Sheet",
    "SheetLine",
    "SheetLineItem",
    "StockBalance",
    "StockMovement",
    "Store",
]
