"""Sheets (发放表) with their frozen lines, and custody of what a team drew."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models import GoodsItem, Person, Programme, Roster, RosterEntry
from disbursements.enums import LIVE_LINE, LineStatus, SheetKind, SheetStatus
from disbursements.models.funds import Allocation
from disbursements.models.stock import Store
from disbursements.querysets import SheetLineQuerySet, SheetQuerySet
from visits.models import Team
from welfare.crypto import EncryptedTextField
from welfare.models import Organisation, User
from welfare.money import MoneyField
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class Sheet(ScopedModel):
    """发放表: one kind (cash, goods, bank), drawn up from final rosters; frozen by its approval."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="sheets", verbose_name="填报单位"
    )
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="sheets", verbose_name="方案")
    kind = models.CharField("表种", max_length=8, choices=SheetKind)
    year = models.PositiveSmallIntegerField("年度")
    sequence = models.PositiveIntegerField("流水号")
    number = models.CharField("编号", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代"
    )
    allocation = models.ForeignKey(
        Allocation, models.PROTECT, null=True, blank=True, related_name="sheets", verbose_name="资金"
    )
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="sheets", verbose_name="库房"
    )
    rosters = models.ManyToManyField(Roster, related_name="sheets", verbose_name="名册")
    total_amount = MoneyField("合计（元）", default=0)
    line_count = models.PositiveIntegerField("人（户）数", default=0)
    status = StatusField("状态", choices=SheetStatus, default=SheetStatus.DRAFT)
    content_hash = models.CharField("内容校验码", max_length=64, blank=True, editable=False)
    drawn_up_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制表")
    drawn_up_at = models.DateTimeField("制表时间")
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="审批人"
    )
    approved_at = models.DateTimeField("审批时间", null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    closed_at = models.DateTimeField("结清时间", null=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    voided_at = models.DateTimeField("作废时间", null=True, editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发放表"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "kind", "sequence", "version"],
                name="sheet_number_version_once",
            ),
            status_known(SheetStatus, "sheet_status_known"),
            models.CheckConstraint(condition=Q(total_amount__gte=0), name="sheet_total_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="goods", allocation=None, store__isnull=False)
                | (~Q(kind="goods") & Q(allocation__isnull=False, store=None)),
                name="sheet_paid_from_fund_or_store",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="sheet_approved_at_by_together",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="sheet_closed_at_by_together",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="sheet_voided_at_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "drawn", "closed"])
                | (~Q(content_hash="") & Q(approved_at__isnull=False)),
                name="sheet_approved_has_hash",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drawn_up_by")),
                name="sheet_not_approved_by_drawer",
            ),
        ]

    def __str__(self):
        return f"{self.number}（第{self.version}版）" if self.version > 1 else self.number

    @property
    def is_goods(self):
        return self.kind == SheetKind.GOODS

    @property
    def is_bank(self):
        return self.kind == SheetKind.BANK


class Custody(ScopedModel):
    """领款领物: cash or goods of a sheet in one person's hands, from the keeper until received or brought back.

    ``team`` empty is the counter. Never edited; what comes back is a ``CustodyReturn``.
    """

    scope_path = "sheet__organisation"

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="custodies", verbose_name="发放表")
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="custodies", verbose_name="慰问组"
    )
    amount = MoneyField("金额（元）", default=0)
    line_count = models.PositiveIntegerField("份数")
    items = models.JSONField("物资", default=list, help_text="[{item, name, unit, quantity}]")
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="领取人")
    drawn_at = models.DateTimeField("领出时间")
    handed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发出人")

    class Meta:
        verbose_name = verbose_name_plural = "领款领物"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="custody_amount_not_negative"),
            models.CheckConstraint(condition=Q(line_count__gt=0), name="custody_not_empty"),
            models.CheckConstraint(
                condition=Q(team=None) | ~Q(drawn_by=F("handed_by")), name="custody_not_handed_to_oneself"
            ),
        ]

    def __str__(self):
        return f"{self.team or '柜台'}：{self.drawn_by}"


class CustodyReturn(ScopedModel):
    """缴回: what a drawer brought back to the keeper."""

    scope_path = "custody__sheet__organisation"

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="returns", verbose_name="领款领物")
    amount = MoneyField("金额（元）", default=0)
    line_count = models.PositiveIntegerField("份数")
    items = models.JSONField("物资", default=list)
    at = models.DateTimeField("缴回时间")
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收回人")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "缴回"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="custody_return_not_negative"),
            models.CheckConstraint(condition=Q(line_count__gt=0), name="custody_return_not_empty"),
        ]

    def __str__(self):
        return f"{self.custody} 缴回"


class SheetLine(ScopedModel):
    """发放明细: a snapshot of one entry and its recipient. Only ``status`` and ``custody`` change after approval."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="lines", verbose_name="发放表")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="lines", verbose_name="慰问对象")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="村(社区)")
    lineage = models.BigIntegerField(
        editable=False, help_text="of the entry: the same in every version of its roster"
    )
    is_goods = models.BooleanField("物资", default=False, editable=False)
    position = models.PositiveIntegerField("序号")
    recipient = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="领取人"
    )
    name = models.CharField("姓名", max_length=100)
    id_last_four = models.CharField("身份证后四位", max_length=4, blank=True)
    id_number = EncryptedTextField("身份证号", null=True, blank=True)
    village = models.CharField("村(社区)", max_length=100)
    group_name = models.CharField("组别", max_length=30, blank=True)
    category_name = models.CharField("慰问类别", max_length=60)
    amount = MoneyField("金额（元）", default=0)
    bank_name = models.CharField("开户行", max_length=60, blank=True)
    bank_card = EncryptedTextField("银行卡号", null=True, blank=True)
    bank_last_four = models.CharField("卡号后四位", max_length=4, blank=True)
    custody = models.ForeignKey(
        Custody, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name="经手领出"
    )
    note = models.CharField("备注", max_length=200, blank=True)
    status = StatusField("状态", choices=LineStatus, default=LineStatus.PENDING)
    settled_at = models.DateTimeField("办结时间", null=True, editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    objects = SheetLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发放明细"
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["lineage", "is_goods"],
                condition=Q(status__in=LIVE_LINE),
                name="sheet_line_entry_once_per_kind",
            ),
            models.UniqueConstraint(fields=["sheet", "position"], name="sheet_line_position_once"),
            status_known(LineStatus, "sheet_line_status_known"),
            models.CheckConstraint(
                condition=Q(is_goods=True, amount=0) | Q(is_goods=False, amount__gt=0),
                name="sheet_line_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="sheet_line_settled_at_by_together",
            ),
        ]

    def __str__(self):
        return f"{self.sheet} 第{self.position}行 {self.name}"


class SheetLineItem(ScopedModel):
    """Goods of a line."""

    scope_path = "line__organisation"

    line = models.ForeignKey(SheetLine, models.CASCADE, related_name="items", verbose_name="发放明细")
    item = models.ForeignKey(GoodsItem, models.PROTECT, related_name="+", verbose_name="物资")
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2)
    unit_price = MoneyField("单价（元）", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发放物资"
        ordering = ["line", "item_id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "item", "unit_price"], name="sheet_line_item_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="sheet_line_item_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="sheet_line_item_price_not_negative"),
        ]

    def __str__(self):
        return f"{self.item} {self.quantity:g}"
