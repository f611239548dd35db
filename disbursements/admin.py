"""The admin of this room: sheets to read and to move, allocations and movements to read."""

from django.contrib import admin

from disbursements.models import Allocation, Sheet, StockMovement
from welfare.admin import LedgerAdmin, WorkflowAdmin


@admin.register(Sheet)
class SheetAdmin(WorkflowAdmin):
    """Approving here goes through the same gate as on the staff page."""

    view_permission = "sheet.view"
    bulk_moves = ("approve",)
    list_display = ["number", "version", "kind", "programme", "organisation", "total_amount", "status"]
    list_filter = ["kind", "status"]
    list_select_related = ["programme", "organisation"]
    search_fields = ["number"]
    fields = [
        "number",
        "version",
        "kind",
        "programme",
        "organisation",
        "allocation",
        "store",
        "line_count",
        "total_amount",
        "status",
        "content_hash",
        "drawn_up_by",
        "approved_by",
        "approved_at",
        "closed_at",
    ]

    def has_delete_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False


@admin.register(Allocation)
class AllocationAdmin(LedgerAdmin):
    view_permission = "fund.manage"
    list_display = ["fund", "programme", "category", "amount", "committed", "made_by"]
    list_select_related = ["fund", "programme", "category", "made_by"]


@admin.register(StockMovement)
class StockMovementAdmin(LedgerAdmin):
    view_permission = "stock.view"
    list_display = ["at", "store", "kind", "item", "quantity", "sheet", "by"]
    list_filter = ["kind"]
    list_select_related = ["store", "item", "sheet", "by"]
