"""Funds and stock: what is set aside, what lies in store."""

from django.urls import reverse
from django.utils import timezone

from disbursements.forms.funds import AdjustForm, AllocationForm, StoreForm, TakeInForm
from disbursements.models import Allocation, StockBalance, StockMovement
from disbursements.services import funds, stock
from disbursements.tables import AllocationTable, BalanceTable, MovementTable
from welfare.viewtools import form_page, list_page, load, staff


@staff("fund.manage", methods=("GET", "HEAD"))
def fund_list(request):
    """Allocations with what is left of each."""
    allocations = Allocation.objects.visible_to(request.user, "fund.manage")
    return list_page(
        request,
        AllocationTable,
        allocations.select_related("fund", "programme", "category", "made_by"),
        heading="资金安排",
        template="disbursements/funds.html",
        note="专款专用：每笔资金对应一个方案。已占用为已审批发放表的金额，审批时自动扣减。",
    )


@staff("fund.manage")
def allocation_new(request):
    form = AllocationForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: funds.allocate(**data, by=request.user, at=timezone.now()),
        heading="安排资金",
        done=reverse("funds"),
        success="资金已安排。",
        cancel_url=reverse("funds"),
        template="disbursements/form.html",
        trail=[("资金安排", reverse("funds")), ("办理", "")],
    )


@staff("fund.manage")
def allocation_adjust(request, pk):
    allocation = load(
        request, Allocation.objects.select_related("fund__organisation"), pk, permission="fund.manage"
    )
    form = AdjustForm(request.POST or None, initial={"amount": allocation.amount})
    return form_page(
        request,
        form,
        lambda data: funds.adjust(allocation=allocation, **data, by=request.user, at=timezone.now()),
        heading=f"调整资金安排：{allocation}",
        done=reverse("funds"),
        success="资金安排已调整。",
        cancel_url=reverse("funds"),
        template="disbursements/form.html",
        trail=[("资金安排", reverse("funds")), ("办理", "")],
    )


@staff("stock.view", methods=("GET", "HEAD"))
def stock_list(request):
    """What lies in every store of the user's scope."""
    balances = StockBalance.objects.visible_to(request.user, "stock.view").select_related("store", "item")
    return list_page(
        request,
        BalanceTable,
        balances,
        heading="物资库存",
        template="disbursements/stock.html",
        note="已预留为已审批、还没有领出的发放表所需；可用为还能列入新表的数量。",
        may_move=request.user.may("stock.move"),
    )


@staff("stock.view", methods=("GET", "HEAD"))
def movement_list(request):
    """The log of movements, newest first."""
    movements = StockMovement.objects.visible_to(request.user, "stock.view")
    return list_page(
        request,
        MovementTable,
        movements.select_related("store", "item", "sheet", "by"),
        heading="出入库流水",
        note="流水只增不改。",
        template="disbursements/movements.html",
    )


@staff("stock.move")
def store_new(request):
    form = StoreForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: stock.open_store(**data, by=request.user, at=timezone.now()),
        heading="新建库房",
        done=reverse("stock"),
        success="库房已建立。",
        cancel_url=reverse("stock"),
        template="disbursements/form.html",
        trail=[("物资库存", reverse("stock")), ("办理", "")],
    )


@staff("stock.move")
def stock_take_in(request):
    form = TakeInForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: stock.take_in(**data, by=request.user, at=timezone.now()),
        heading="物资入库",
        done=reverse("stock"),
        success="已入库。",
        cancel_url=reverse("stock"),
        template="disbursements/form.html",
        trail=[("物资库存", reverse("stock")), ("办理", "")],
    )
