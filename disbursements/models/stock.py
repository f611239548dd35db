"""Goods: stores, what lies in them, and every movement."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models import GoodsItem
from disbursements.enums import MovementKind
from welfare.models import Organisation, User
from welfare.scope import ScopedModel


class Store(ScopedModel):
    """库房 of an organisation."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="stores", verbose_name="机构")
    name = models.CharField("名称", max_length=60)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "库房"
        ordering = ["organisation", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="store_name_once")]

    def __str__(self):
        return self.name


class StockBalance(ScopedModel):
    """What lies in a store (``quantity``), and how much of it approved sheets have reserved."""

    scope_path = "store__organisation"

    store = models.ForeignKey(Store, models.PROTECT, related_name="balances", verbose_name="库房")
    item = models.ForeignKey(GoodsItem, models.PROTECT, related_name="+", verbose_name="物资")
    quantity = models.DecimalField("在库数量", max_digits=12, decimal_places=2, default=0)
    reserved = models.DecimalField("已预留", max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = verbose_name_plural = "库存"
        ordering = ["store", "item"]
        constraints = [
            models.UniqueConstraint(fields=["store", "item"], name="stock_balance_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_balance_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("quantity")), name="stock_reserved_lies_in_store"
            ),
        ]

    def __str__(self):
        return f"{self.store} {self.item}"

    @property
    def free(self):
        """What may still be reserved."""
        return self.quantity - self.reserved


class StockMovement(ScopedModel):
    """出入库流水. Append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

    scope_path = "store__organisation"

    store = models.ForeignKey(Store, models.PROTECT, related_name="movements", verbose_name="库房")
    item = models.ForeignKey(GoodsItem, models.PROTECT, related_name="+", verbose_name="物资")
    kind = models.CharField("种类", max_length=8, choices=MovementKind)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2)
    sheet = models.ForeignKey(
        "disbursements.Sheet", models.PROTECT, null=True, related_name="movements", verbose_name="发放表"
    )
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经手人")
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "出入库流水"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_movement_positive"),
            models.CheckConstraint(
                condition=Q(kind="in") | Q(sheet__isnull=False), name="stock_movement_for_a_sheet"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.item} {self.quantity}"
