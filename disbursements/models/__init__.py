"""Models of funds, stock, sheets, receipts and services."""

from disbursements.models.aid_services import ServiceGiven
from disbursements.models.funds import Allocation
from disbursements.models.receipts import Receipt
from disbursements.models.sheets import Custody, CustodyReturn, Sheet, SheetLine, SheetLineItem
from disbursements.models.stock import StockBalance, StockMovement, Store

__all__ = [
    "Allocation",
    "Custody",
    "CustodyReturn",
    "Receipt",
    "ServiceGiven",
    "Sheet",
    "SheetLine",
    "SheetLineItem",
    "StockBalance",
    "StockMovement",
    "Store",
]
