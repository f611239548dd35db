"""Programmes: who may be helped, with what, out of which funds, by which procedure, by when."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import FamilyRule, ProgrammeKind, ProgrammeStatus
from beneficiaries.querysets import ProgrammeQuerySet
from welfare.models import Organisation, User
from welfare.money import MoneyField
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
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="所属总体方案",
        help_text="部门、镇(街道)或基层单位的方案归入总体方案，合计、覆盖和查重一并核对",
    )
    season = models.CharField("节点", max_length=40, help_text="如 2027年春节")
    year = models.PositiveSmallIntegerField("年度")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    starts_text = models.CharField(
        "开始日期原文", max_length=40, blank=True, help_text="如 农历冬月廿八；复制到下一年时按此换算"
    )
    ends_text = models.CharField("结束日期原文", max_length=40, blank=True)
    has_assumed_dates = models.BooleanField(
        "期限为推定", default=False, help_text="方案没有写明起止日期，按惯例录入的，勾选"
    )
    purpose = models.TextField("说明", blank=True)
    remarks = models.TextField(
        "录入说明", blank=True, help_text="录入时看出的问题，一行一条，与核对意见一并提示"
    )
    hotline = models.CharField("监督电话", max_length=30, blank=True)
    objection_place = models.CharField("受理异议地点", max_length=100, blank=True)
    quota_total = models.PositiveIntegerField("总名额", null=True, blank=True)
    exclusion_group = models.CharField(
        "互斥组", max_length=40, blank=True, help_text="同组方案的对象不重复享受"
    )
    family_rule = models.CharField(
        "家庭人口计法",
        max_length=10,
        choices=FamilyRule,
        default=FamilyRule.COUNTED,
        help_text="人均收入和按人发放都按此计",
    )
    cap_each = MoneyField(
        "每次最高（元）", null=True, blank=True, help_text="一户在本方案中款物合计不超过；不填为不限"
    )
    cap_year = MoneyField(
        "全年最高（元）", null=True, blank=True, help_text="一户本年度各方案款物累计不超过；不填为不限"
    )
    hides_second_character = models.BooleanField("公示隐去姓名第二字", default=True)
    shows_minors_as_household = models.BooleanField("未成年人以户公示", default=True)
    is_listed = models.BooleanField(
        "列入公示网站目录", default=True, help_text="不列入的，凭公示上的网址或二维码查看"
    )
    objection_days = models.PositiveSmallIntegerField("异议答复期限（工作日）", default=5)
    closes_without_stopped = models.BooleanField(
        "异议未决也可办结", default=False, help_text="异议未决的对象留下，另行补充公示"
    )
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
            models.UniqueConstraint(
                fields=["organiser", "code", "version"], name="programme_code_version_once"
            ),
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
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="programme_not_own_parent"
            ),
            models.CheckConstraint(
                condition=(Q(cap_each=None) | Q(cap_each__gt=0)) & (Q(cap_year=None) | Q(cap_year__gt=0)),
                name="programme_caps_positive",
            ),
            models.CheckConstraint(
                condition=Q(objection_days__gt=0), name="programme_objection_days_positive"
            ),
        ]

    def __str__(self):
        return self.name


class EarlierHelp(models.Model):
    """Who was helped in an earlier year (by one programme, or any) is not helped again: in principle or strictly.

    *Strictly* leaves her out of the screening and refuses her entry; *in principle* warns, and asks a reason.
    """

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="earlier_help")
    year = models.PositiveSmallIntegerField("年度")
    programme_code = models.SlugField("方案编号", max_length=40, blank=True, help_text="不填为该年度任何方案")
    is_strict = models.BooleanField("一律不再列入", default=False, help_text="不勾选为原则上不再列入")

    class Meta:
        verbose_name = verbose_name_plural = "往年已享受者"
        ordering = ["programme", "-year", "programme_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "programme_code"], name="earlier_help_rule_once"
            )
        ]

    def __str__(self):
        how = "一律不再列入" if self.is_strict else "原则上不再列入"
        return f"{self.year}年{self.programme_code or '任何方案'}已享受的，{how}"


class BarredOrganisation(models.Model):
    """An organisation that loses this year (false reports …): nobody of it or below may be listed."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="barred")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="机构")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "本年度停办机构"
        ordering = ["programme", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="barred_organisation_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="barred_organisation_has_reason"),
        ]

    def __str__(self):
        return f"{self.organisation}：{self.reason}"
