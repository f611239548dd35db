"""What several rooms read: code lists, hardship categories, goods, funds, the minimum living line, help given."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from beneficiaries.enums import CodeKind, HelpState
from welfare.models import Organisation
from welfare.money import MoneyField
from welfare.scope import ScopedModel


class Code(models.Model):
    """One word of a code list (民族, 婚姻状况, 病种 …): the standard's code, the word, and other words for it."""

    unscoped = "code list"

    kind = models.CharField("代码表", max_length=20, choices=CodeKind)
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=40)
    aliases = ArrayField(
        models.CharField(max_length=40),
        verbose_name="别名",
        default=list,
        blank=True,
        help_text="导入时也认得的写法，用逗号隔开",
    )
    standard = models.CharField("所依标准", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码表"
        ordering = ["kind", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="code_once_per_kind"),
            models.UniqueConstraint(fields=["kind", "name"], name="code_name_once_per_kind"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """A word stands for one code of its list: no alias is another's name or alias."""
        super().clean()
        words = {self.name, *self.aliases}
        for other in Code.objects.filter(kind=self.kind).exclude(pk=self.pk):
            if shared := words & {other.name, *other.aliases}:
                said = (
                    f"“{'、'.join(sorted(shared))}”已是“{other.name}”（{other.code}）的名称或别名，请换一个。"
                )
                raise ValidationError({"name" if self.name in shared else "aliases": said})


def CodeField(kind, verbose_name):
    """A nullable reference to a Code of one kind. Without an index: nobody looks for people by one code alone."""
    return models.ForeignKey(
        Code,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=verbose_name,
        limit_choices_to={"kind": kind, "is_active": True},
    )


class HardshipCategory(models.Model):
    """困难类别: a code list; offices add their own."""

    unscoped = "code list"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    is_sensitive = models.BooleanField("敏感", default=False, help_text="涉及疾病、残疾或儿童，不得公开")
    is_personal = models.BooleanField(
        "属于个人", default=False, help_text="由本人持有（如退役军人），而非全户"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "困难类别"
        ordering = ["position", "code"]

    def __str__(self):
        return self.name


class MinimumLine(models.Model):
    """最低生活保障标准 of a county from a date on, per month and head."""

    unscoped = "public figures"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="minimum_lines", verbose_name="县(区)"
    )
    is_rural = models.BooleanField("农村")
    from_on = models.DateField("执行日期")
    monthly_amount = MoneyField("月标准（元）")

    class Meta:
        verbose_name = verbose_name_plural = "低保标准"
        ordering = ["organisation", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "is_rural", "from_on"], name="minimum_line_once"),
            models.CheckConstraint(condition=Q(monthly_amount__gt=0), name="minimum_line_positive"),
        ]

    def __str__(self):
        return f"{self.organisation} {'农村' if self.is_rural else '城镇'} {self.monthly_amount}"


class FundSource(models.Model):
    """资金来源. Earmarked: an allocation names programme and spending."""

    unscoped = "catalogue"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="funds", verbose_name="管理机构"
    )
    is_staff_benefit = models.BooleanField("职工福利经费", default=False)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金来源"
        ordering = ["code"]

    def __str__(self):
        return self.name


class GoodsItem(models.Model):
    """物资: unit, specification and reference price."""

    unscoped = "catalogue"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("品名", max_length=60)
    unit = models.CharField("单位", max_length=10)
    specification = models.CharField("规格", max_length=60, blank=True)
    reference_price = MoneyField("参考单价（元）", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "物资"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(reference_price__gte=0), name="goods_item_price_not_negative")
        ]

    def __str__(self):
        return f"{self.name}（{self.specification or self.unit}）"


class HelpGiven(ScopedModel):
    """What somebody received, from any programme: one row per receipt line, written at receipt, void and return."""

    scope_path = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    programme = models.ForeignKey("beneficiaries.Programme", models.PROTECT, related_name="help_given")
    category = models.ForeignKey("beneficiaries.AidCategory", models.PROTECT, related_name="+")
    household = models.ForeignKey(
        "beneficiaries.Household", models.PROTECT, null=True, related_name="help_given"
    )
    person = models.ForeignKey("beneficiaries.Person", models.PROTECT, null=True, related_name="help_given")
    institution = models.ForeignKey(
        "beneficiaries.Institution", models.PROTECT, null=True, related_name="help_given"
    )
    year = models.PositiveSmallIntegerField("年度")
    amount = MoneyField("金额", default=0)
    goods_value = MoneyField("物资折价", default=0)
    goods_text = models.CharField("物资", max_length=200, blank=True)
    received_on = models.DateField("领取日期")
    source_key = models.CharField(
        max_length=60, unique=True, help_text="what wrote it: kind and id of the receipt"
    )
    state = models.CharField(max_length=10, choices=HelpState, default=HelpState.RECEIVED)

    class Meta:
        verbose_name = verbose_name_plural = "已获救助"
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, goods_value__gte=0), name="help_given_not_negative"
            ),
            models.CheckConstraint(
                condition=(
                    Q(household__isnull=False, person=None, institution=None)
                    | Q(household=None, person__isnull=False, institution=None)
                    | Q(household=None, person=None, institution__isnull=False)
                ),
                name="help_given_one_beneficiary",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "year"], name="help_given_household"),
            models.Index(fields=["programme", "state"], name="help_given_programme"),
        ]

    def __str__(self):
        return f"{self.programme} {self.amount}"
