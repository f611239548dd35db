"""Programmes: who may be helped, with what, out of which funds, by which procedure, by when."""

import secrets

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import (
    Basis,
    CriterionKind,
    Exactness,
    Fact,
    Operator,
    ProgrammeKind,
    ProgrammeStatus,
    StandardKind,
    StatedSubject,
    StepKind,
    Unit,
)
from beneficiaries.models.catalogue import FundSource, GoodsItem
from beneficiaries.querysets import ProgrammeQuerySet
from welfare.enums import Level
from welfare.models import Organisation, User
from welfare.money import MoneyField
from welfare.quantities import plain
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class Programme(ScopedModel):
    """慰问方案, one version. Approved by somebody other than its author; then frozen."""

    scope_path = "organiser"

    code = models.SlugField("方案编号", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("方案名称", max_length=120)
    kind = models.CharField("类型", max_length=14, choices=ProgrammeKind, default=ProgrammeKind.RELIEF)
    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="programmes", verbose_name="主办机构"
    )
    covered = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="+",
        verbose_name="实施范围",
        help_text="不填为主办机构下辖全部村(社区)",
    )
    season = models.CharField("节点", max_length=40, help_text="如 2027年春节")
    year = models.PositiveSmallIntegerField("年度")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    purpose = models.TextField("说明", blank=True)
    hotline = models.CharField("监督电话", max_length=30, blank=True)
    objection_place = models.CharField("受理异议地点", max_length=100, blank=True)
    quota_total = models.PositiveIntegerField("总名额", null=True, blank=True)
    exclusion_group = models.CharField(
        "互斥组", max_length=40, blank=True, help_text="同组方案的对象不重复享受"
    )
    hides_second_character = models.BooleanField("公示隐去姓名第二字", default=True)
    shows_minors_as_household = models.BooleanField("未成年人以户公示", default=True)
    display_days = models.PositiveSmallIntegerField("公示结束后保留天数", default=7)
    advance_notice_days = models.PositiveSmallIntegerField("走访提前告知天数", default=2)
    visitors_needed = models.PositiveSmallIntegerField("每次走访至少人数", default=2)
    is_rehearsal = models.BooleanField("演练", default=False, editable=False)
    status = StatusField("状态", choices=ProgrammeStatus, default=ProgrammeStatus.DRAFT)
    written_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="拟订人", editable=False, null=True
    )
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="提交人"
    )
    approved_at = models.DateTimeField("批准时间", null=True, editable=False)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="批准人"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "慰问方案"
        ordering = ["-year", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="programme_code_version_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programme_dates_in_order"),
            status_known(ProgrammeStatus, "programme_status_known"),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="programme_approved_at_by_together",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="programme_not_approved_by_author",
            ),
        ]

    def __str__(self):
        return self.name


def _category_code():
    return f"c-{secrets.token_hex(4)}"


class AidCategory(models.Model):
    """慰问类别（档次） of a programme. Lower ``precedence`` wins."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="categories", verbose_name="慰问方案"
    )
    code = models.SlugField("代码", max_length=30, default=_category_code)
    name = models.CharField("名称", max_length=60)
    public_label = models.CharField(
        "公开名称", max_length=40, blank=True, help_text="不得含疾病、残疾或儿童字样；公示前必填"
    )
    unit = models.CharField("对象单位", max_length=12, choices=Unit, default=Unit.HOUSEHOLD)
    precedence = models.PositiveSmallIntegerField("优先次序", default=1)
    quota = models.PositiveIntegerField("名额", null=True, blank=True)
    is_combinable = models.BooleanField("可与其他类别同时享受", default=False)
    is_for_minors = models.BooleanField("对象为未成年人", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "慰问类别"
        ordering = ["programme", "precedence"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="aid_category_code_once"),
            models.UniqueConstraint(
                fields=["programme", "precedence"],
                name="aid_category_precedence_once",
                violation_error_message="此优先次序已用于本方案的另一类别，请改为不同的次序。",
            ),
        ]

    def __str__(self):
        return self.name


class Criterion(models.Model):
    """One row of a category's condition: a group (all, any), a test of a fact, or a judged condition.

    Rows without parent are joined by *all*. ``value`` is a number as text, or names separated by 、.
    """

    unscoped = "part of a programme; holds no person"

    category = models.ForeignKey(AidCategory, models.CASCADE, related_name="criteria")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name="上级条件"
    )
    kind = models.CharField("种类", max_length=8, choices=CriterionKind, default=CriterionKind.TEST)
    is_negated = models.BooleanField("取反", default=False)
    fact = models.CharField("项目", max_length=24, choices=Fact, blank=True)
    operator = models.CharField("比较", max_length=10, choices=Operator, blank=True)
    value = models.CharField("值", max_length=200, blank=True)
    wording = models.CharField(
        "认定内容", max_length=200, blank=True, help_text="由评议认定的条件，如“品学兼优”"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "条件"
        ordering = ["category", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="test") | (~Q(fact="") & ~Q(operator="")),
                name="criterion_test_has_fact_and_operator",
            ),
            models.CheckConstraint(
                condition=~Q(kind="judged") | ~Q(wording=""), name="criterion_judged_has_wording"
            ),
        ]

    def __str__(self):
        if self.kind in (CriterionKind.ALL, CriterionKind.ANY):
            return f"{self.position}. {self.get_kind_display()}"
        return self.wording or f"{self.get_fact_display()}{self.get_operator_display()}{self.value}"


class Standard(models.Model):
    """慰问标准: one line of cash, goods or service in a category."""

    unscoped = "part of a programme; holds no person"

    category = models.ForeignKey(AidCategory, models.CASCADE, related_name="standards")
    kind = models.CharField("种类", max_length=8, choices=StandardKind)
    basis = models.CharField("计算单位", max_length=14, choices=Basis, default=Basis.HOUSEHOLD)
    amount = MoneyField("金额（元）", null=True, blank=True)
    goods_item = models.ForeignKey(
        GoodsItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="物资"
    )
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    unit_price = MoneyField("单价（元）", null=True, blank=True)
    months = models.PositiveSmallIntegerField("月数", null=True, blank=True)
    description = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "慰问标准"
        ordering = ["category", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="cash") | Q(amount__gt=0, goods_item=None), name="standard_cash_has_amount"
            ),
            models.CheckConstraint(
                condition=~Q(kind="goods") | Q(goods_item__isnull=False, quantity__gt=0),
                name="standard_goods_has_item_and_quantity",
            ),
        ]

    def __str__(self):
        if self.kind == StandardKind.CASH:
            return f"{self.get_basis_display()}慰问金{plain(self.amount)}元"
        if self.kind == StandardKind.GOODS:
            return f"{self.get_basis_display()}{self.goods_item.name}{plain(self.quantity)}{self.goods_item.unit}"
        return self.description


class Quota(models.Model):
    """名额 of one organisation, in the whole programme or one category."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="quotas")
    category = models.ForeignKey(
        AidCategory, models.CASCADE, null=True, blank=True, related_name="quotas", verbose_name="类别"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="村(社区)")
    count = models.PositiveIntegerField("名额")

    class Meta:
        verbose_name = verbose_name_plural = "名额分配"
        ordering = ["programme", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "category"], name="quota_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"{self.organisation} {self.count}"


def in_words(share):
    """A share as people say it: 三分之二, 半数, 10%"""
    named = {"0.6666": "三分之二", "0.6667": "三分之二", "0.5": "半数", "0.8": "五分之四", "1": "全部"}
    text = f"{share:f}".rstrip("0").rstrip(".")
    return named.get(text) or f"{share * 100:f}".rstrip("0").rstrip(".") + "%"


class ProcedureStep(models.Model):
    """One step of the procedure. Which of the numbers count depends on the kind."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("环节", max_length=12, choices=StepKind)
    level = models.CharField("级别", max_length=12, choices=Level, default=Level.COMMUNITY)
    name = models.CharField("名称", max_length=40, blank=True)
    days = models.PositiveSmallIntegerField("公示天数", null=True, blank=True)
    is_working_days = models.BooleanField("按工作日计", default=False)
    round_number = models.PositiveSmallIntegerField("第几榜", null=True, blank=True)
    quorum_share = models.DecimalField(
        "到会比例不低于", max_digits=5, decimal_places=4, null=True, blank=True
    )
    pass_share = models.DecimalField("同意比例不低于", max_digits=5, decimal_places=4, null=True, blank=True)
    sample_share = models.DecimalField("抽查比例", max_digits=5, decimal_places=4, null=True, blank=True)
    sample_number = models.PositiveIntegerField("抽查户数", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "程序环节"
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "position"],
                name="procedure_step_position_once",
                violation_error_message="此次序已用于本方案的另一环节，请改为不同的次序。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="notice") | Q(days__gt=0), name="procedure_step_notice_has_days"
            ),
            models.CheckConstraint(
                condition=~Q(kind="check") | Q(sample_share__gt=0) | Q(sample_number__gt=0),
                name="procedure_step_check_has_sample",
            ),
        ]

    def __str__(self):
        return self.name or f"{self.get_level_display()}{self.get_kind_display()}"

    @property
    def demands(self):
        """What the step asks for, in words: 公示3天, 到会三分之二以上 …"""
        parts = []
        if self.kind == StepKind.NOTICE:
            parts.append(f"公示{self.days}{'个工作日' if self.is_working_days else '天'}")
        if self.kind == StepKind.ASSESSMENT and self.quorum_share:
            parts.append(f"到会{in_words(self.quorum_share)}以上")
        if self.kind == StepKind.ASSESSMENT and self.pass_share:
            parts.append(f"同意{in_words(self.pass_share)}以上")
        if self.kind == StepKind.CHECK:
            parts.append(
                f"抽查{self.sample_number}户" if self.sample_number else f"抽查{in_words(self.sample_share)}"
            )
        return "，".join(parts)


class Milestone(models.Model):
    """时间节点 with the responsible unit and person. ``due_text`` keeps the words of the plan."""

    unscoped = "part of a programme; names staff only"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones")
    name = models.CharField("事项", max_length=100)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    due_on = models.DateField("截止日期", null=True, blank=True)
    due_text = models.CharField("方案原文", max_length=60, blank=True)
    responsible_unit = models.CharField("责任单位", max_length=60, blank=True)
    responsible_person = models.CharField("责任人", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "时间节点"
        ordering = ["programme", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                name="milestone_dates_in_order",
            )
        ]

    def __str__(self):
        return self.name


class ForeseenFund(models.Model):
    """资金安排 as the plan foresees it; the binding allocation is made in the disbursement room."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="foreseen_funds")
    fund = models.ForeignKey(FundSource, models.PROTECT, related_name="+", verbose_name="资金来源")
    amount = MoneyField("金额（元）", null=True, blank=True)
    spending = models.CharField("用途", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金安排"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="foreseen_fund_not_negative"
            )
        ]

    def __str__(self):
        return f"{self.fund} {self.amount or ''}"


class StatedFigure(models.Model):
    """A figure as the plan states it, kept beside the computed one."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stated_figures")
    subject = models.CharField("指标", max_length=30, choices=StatedSubject)
    text = models.CharField("原文", max_length=120)
    low = models.DecimalField("数值", max_digits=14, decimal_places=2, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=14, decimal_places=2, null=True, blank=True)
    exactness = models.CharField("精确程度", max_length=10, choices=Exactness, default=Exactness.EXACT)
    is_lump_sum = models.BooleanField("总额", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "方案载明数字"
        ordering = ["programme", "id"]

    def __str__(self):
        return self.text
