"""慰问类别: who is in, by which conditions and papers, what each gets, and how many there may be."""

import secrets

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import Basis, CriterionKind, Fact, Operator, StandardKind, Unit
from beneficiaries.models.catalogue import Code, CodeField, GoodsItem
from beneficiaries.models.programmes import Programme
from beneficiaries.rules import standards
from welfare.models import Organisation
from welfare.money import MoneyField


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
    most_per_household = models.PositiveSmallIntegerField(
        "每户最多（人）",
        null=True,
        blank=True,
        help_text="同一户已有这么多人列入本方案的，不再列入本类别；不填，几人符合就列几人。只用于以人为对象的类别",
    )
    is_for_minors = models.BooleanField("对象为未成年人", default=False)
    adds_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_by",
        verbose_name="在此类别标准上增发",
        help_text="填了：先得该类别的标准，再加本类别的；不填：只得本类别的标准",
    )

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
            models.CheckConstraint(
                condition=Q(adds_to=None) | ~Q(adds_to=F("id")), name="aid_category_adds_to_another"
            ),
            models.CheckConstraint(
                condition=Q(most_per_household=None) | Q(most_per_household__gte=1, unit=Unit.PERSON),
                name="aid_category_most_of_persons",
                violation_error_message="“每户最多”只用于以人为对象的类别，至少1人。",
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


class EvidenceRequirement(models.Model):
    """证明材料 a category asks for: its kind, what is accepted instead, and what is assumed without it.

    ``assumed_fact`` takes ``assumed_value`` in the eyes of the criteria when neither the paper nor a substitute is in
    force, whatever is on file (no proof of income: the year's minimum wage is counted). With the paper what is on file
    counts; if nothing is, the fact is unknown.
    """

    unscoped = "part of a programme; holds no person"

    category = models.ForeignKey(AidCategory, models.CASCADE, related_name="requirements")
    kind = CodeField("evidence_kind", "证明材料")
    substitutes = models.ManyToManyField(
        Code,
        blank=True,
        related_name="+",
        verbose_name="可以替代的材料",
        limit_choices_to={"kind": "evidence_kind", "is_active": True},
    )
    is_required = models.BooleanField("必须", default=True)
    assumed_fact = models.CharField("缺证明时推定", max_length=24, choices=Fact, blank=True)
    assumed_value = MoneyField("推定为（元）", null=True, blank=True)
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "所需证明材料"
        ordering = ["category", "id"]
        constraints = [
            models.UniqueConstraint(fields=["category", "kind"], name="evidence_requirement_once"),
            models.CheckConstraint(condition=Q(kind__isnull=False), name="evidence_requirement_has_kind"),
            models.CheckConstraint(
                condition=Q(assumed_fact="", assumed_value=None)
                | (~Q(assumed_fact="") & Q(assumed_value__isnull=False)),
                name="evidence_requirement_assumes_whole",
            ),
            models.CheckConstraint(
                condition=Q(assumed_fact__in=["", Fact.INCOME, Fact.MEDICAL, Fact.LOSS])
                & (Q(assumed_value=None) | Q(assumed_value__gte=0)),
                name="evidence_requirement_assumes_an_amount",
            ),
        ]

    def __str__(self):
        return str(self.kind)


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
    is_floor = models.BooleanField("不低于", default=False, help_text="方案写“不低于”的，勾选")

    class Meta:
        verbose_name = verbose_name_plural = "慰问标准"
        ordering = ["category", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="cash") | Q(amount__gt=0, goods_item=None),
                name="standard_cash_has_amount",
                violation_error_message="慰问金须填写大于0的金额，不选物资。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="goods") | Q(goods_item__isnull=False, quantity__gt=0),
                name="standard_goods_has_item_and_quantity",
                violation_error_message="慰问品须选择物资，并填写大于0的数量。",
            ),
        ]

    def __str__(self):
        return standards.line_in_words(self)


class Quota(models.Model):
    """名额 of one organisation and all below it, or of each community (no organisation); of the programme or a category."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="quotas")
    category = models.ForeignKey(
        AidCategory, models.CASCADE, null=True, blank=True, related_name="quotas", verbose_name="类别"
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="村(社区)",
        help_text="填镇(街道)的，其下各名册合计；不填的，每个村(社区)各有此名额",
    )
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
        return f"{self.organisation or '每个村(社区)'} {self.count}"
