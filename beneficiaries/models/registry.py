"""The registry: households, persons, institutions, hardships, bank cards."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from beneficiaries.enums import (
    DisabilityKind,
    HealthState,
    PoliticalStatus,
    Relation,
    SchoolStage,
    Sex,
)
from beneficiaries.models.catalogue import CodeField, HardshipCategory
from beneficiaries.querysets import (
    FACTS_OR_EARLIEST,
    INCOME_OR_LOWEST,
    NUMBER_AS_BYTES,
    HouseholdQuerySet,
    PersonQuerySet,
)
from welfare.crypto import BlindIndexField, EncryptedTextField
from welfare.models import Organisation
from welfare.money import MoneyField
from welfare.scope import ScopedModel

PRESENT = Q(died_on=None, left_on=None)


class Household(ScopedModel):
    """户. Facts that rules read are typed columns, each with the day it was true on; ``facts_on`` is the newest of them.

    Its members are the persons whose ``household`` it is; earlier states stand in ``HouseholdVersion``,
    the communities it has left in ``FormerResidence``.
    """

    scope_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="households", verbose_name="村(社区)"
    )
    number = models.CharField("户编号", max_length=30, unique=True)
    group_name = models.CharField("组别", max_length=30, blank=True)
    address = models.CharField("家庭住址", max_length=200, blank=True)
    is_rural = models.BooleanField("农村", default=True)
    monthly_income = MoneyField("家庭月人均收入（元）", null=True, blank=True)
    income_on = models.DateField("收入核定日期", null=True, blank=True)
    medical_cost = MoneyField("近12个月自付医疗费（元）", null=True, blank=True)
    medical_on = models.DateField("医疗费截至日期", null=True, blank=True)
    disaster_loss = MoneyField("灾害事故损失（元）", null=True, blank=True)
    loss_on = models.DateField("受灾或事故日期", null=True, blank=True)
    housing = CodeField("housing", "住房情况")
    housing_danger = CodeField("housing_danger", "房屋安全等级")
    facts_on = models.DateField("数据日期", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    registered_on = models.DateField("建档日期")
    is_archived = models.BooleanField("已归档", default=False)
    archived_on = models.DateField("归档日期", null=True, blank=True)
    archived_reason = models.CharField("归档原因", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "户"
        ordering = ["organisation", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_income=None) | Q(monthly_income__gte=0),
                name="household_income_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(medical_cost=None) | Q(medical_cost__gte=0), name="household_medical_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(disaster_loss=None) | Q(disaster_loss__gte=0), name="household_loss_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_archived=False, archived_on=None, archived_reason="", merged_into=None)
                | (Q(is_archived=True, archived_on__isnull=False) & ~Q(archived_reason="")),
                name="household_archived_with_date_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="household_not_into_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "number"], name="household_organisation"),
            models.Index(NUMBER_AS_BYTES, name="household_number_prefix"),
            models.Index(INCOME_OR_LOWEST, "organisation", "id", name="household_by_income"),
            models.Index(FACTS_OR_EARLIEST, "organisation", "id", name="household_by_facts"),
        ]

    def __str__(self):
        return f"{self.number}"

    @property
    def head(self):
        """The head of household among ``members`` (prefetch them for lists), or None."""
        return next((person for person in self.members.all() if person.relation == Relation.HEAD), None)


class DisabilityInWords:
    """Of a person's row, as it is or in an earlier version."""

    @property
    def disability(self):
        """视力二级; empty without a disability."""
        grade = f"{'一二三四'[self.disability_grade - 1]}级" if self.disability_grade else ""
        return f"{self.get_disability_kind_display()}{grade}" if self.disability_kind else ""


class Person(DisabilityInWords, ScopedModel):
    """人员. Numbers are encrypted; the indexes beside them serve equality and tail search inside scope."""

    scope_path = "household__organisation"

    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name="户")
    name = models.CharField("姓名", max_length=60)
    relation = models.CharField("与户主关系", max_length=14, choices=Relation)
    id_number = EncryptedTextField("身份证号", null=True, blank=True)
    id_number_index = BlindIndexField(null=True, editable=False)
    id_tail_index = BlindIndexField(null=True, editable=False, db_index=True)
    id_tail6_index = BlindIndexField(null=True, editable=False, db_index=True)
    phone = EncryptedTextField("联系电话", null=True, blank=True)
    phone_index = BlindIndexField(null=True, editable=False, db_index=True)
    phone_tail_index = BlindIndexField(null=True, editable=False, db_index=True)
    sex = models.CharField("性别", max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    health = models.CharField("健康状况", max_length=10, choices=HealthState, default=HealthState.HEALTHY)
    disability_kind = models.CharField("残疾类别", max_length=14, choices=DisabilityKind, blank=True)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    disability_certificate = EncryptedTextField("残疾证号", null=True, blank=True)
    listed_disease = CodeField("disease", "病种")
    major_disease = models.CharField("重大疾病", max_length=60, blank=True)
    school_stage = models.CharField("在读阶段", max_length=12, choices=SchoolStage, blank=True)
    political_status = models.CharField(
        "政治面貌", max_length=14, choices=PoliticalStatus, default=PoliticalStatus.MASSES
    )
    is_veteran = models.BooleanField("退役军人", default=False)
    veteran_kind = CodeField("veteran_kind", "优抚对象类别")
    ethnic_group = CodeField("ethnic_group", "民族")
    marriage = CodeField("marriage", "婚姻状况")
    work_state = CodeField("work_state", "就业状况")
    is_counted = models.BooleanField("计入家庭人口", default=True)
    not_counted_reason = models.CharField("不计入原因", max_length=100, blank=True)
    died_on = models.DateField("死亡日期", null=True, blank=True)
    left_on = models.DateField("迁出日期", null=True, blank=True)
    left_reason = models.CharField("迁出原因", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入"
    )
    registered_on = models.DateField("登记日期", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    note = models.CharField("备注", max_length=300, blank=True)
    search_terms = ArrayField(models.CharField(max_length=40), default=list, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["household", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                name="person_id_number_once",
                violation_error_message="此身份证号已登记。",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relation="head", died_on=None, left_on=None),
                name="person_one_head_per_household",
            ),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_number_index__isnull=True)
                | Q(id_number__isnull=False, id_number_index__isnull=False),
                name="person_id_number_with_index",
            ),
            models.CheckConstraint(
                condition=Q(disability_grade=None) | Q(disability_grade__range=(1, 4)),
                name="person_disability_grade_one_to_four",
            ),
            models.CheckConstraint(
                condition=Q(is_counted=True) | ~Q(not_counted_reason=""), name="person_not_counted_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(veteran_kind=None) | Q(is_veteran=True), name="person_veteran_kind_of_veteran"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(left_on__isnull=False) & ~Q(merged_into=F("id"))),
                name="person_merged_has_left",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_terms"], name="person_search_terms"),
            # Households with such a member, read from the index alone.
            models.Index(fields=["household"], condition=PRESENT, name="person_present"),
            models.Index(fields=["birth_on", "household"], condition=PRESENT, name="person_born"),
            models.Index(
                fields=["household"], condition=PRESENT & ~Q(disability_kind=""), name="person_disabled"
            ),
            models.Index(
                fields=["household"], condition=PRESENT & ~Q(school_stage=""), name="person_student"
            ),
            models.Index(fields=["household"], condition=PRESENT & Q(is_veteran=True), name="person_veteran"),
            models.Index(
                fields=["work_state", "household"],
                condition=PRESENT & Q(work_state__isnull=False),
                name="person_work_state",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_present(self):
        """Living and not moved away."""
        return self.died_on is None and self.left_on is None


class Institution(ScopedModel):
    """单位: a hard-up enterprise, or a unit that is itself visited."""

    scope_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="institutions", verbose_name="所在机构"
    )
    name = models.CharField("单位名称", max_length=100)
    kind = CodeField("institution_kind", "单位类型")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = EncryptedTextField("联系电话", null=True, blank=True)
    stopped_months = models.PositiveSmallIntegerField("停产月数", null=True, blank=True)
    bankrupt_on = models.DateField("进入破产程序日期", null=True, blank=True)
    staff_count = models.PositiveIntegerField("职工人数", null=True, blank=True)
    facts_on = models.DateField("数据日期", null=True, blank=True)
    registered_on = models.DateField("建档日期")
    is_archived = models.BooleanField("已归档", default=False)
    note = models.CharField("备注", max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="institution_credit_code_once"
            ),
        ]

    def __str__(self):
        return self.name


class Hardship(ScopedModel):
    """A person or household holds a category, for a period, on a basis."""

    scope_path = ("household__organisation", "person__household__organisation")

    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="hardships")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="hardships")
    category = models.ForeignKey(HardshipCategory, models.PROTECT, related_name="+", verbose_name="困难类别")
    level = models.CharField("等级", max_length=20, blank=True)
    basis = models.CharField("认定依据", max_length=200, blank=True)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "困难情况"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                name="hardship_of_household_or_person",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="hardship_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["household", "category"],
                condition=Q(to_on=None, household__isnull=False),
                name="hardship_household_category_once",
            ),
            models.UniqueConstraint(
                fields=["person", "category"],
                condition=Q(to_on=None, person__isnull=False),
                name="hardship_person_category_once",
            ),
        ]
        indexes = [  # who holds a category now
            models.Index(
                fields=["category", "household"],
                condition=Q(to_on=None, household__isnull=False),
                name="hardship_households_now",
            ),
            models.Index(
                fields=["category", "person"],
                condition=Q(to_on=None, person__isnull=False),
                name="hardship_persons_now",
            ),
        ]

    def __str__(self):
        return str(self.category)

    def scope_organisation(self):
        return (self.household or self.person.household).organisation


class BankAccount(ScopedModel):
    """A bank card (一卡通) of a person."""

    scope_path = "person__household__organisation"

    person = models.ForeignKey(Person, models.PROTECT, related_name="bank_accounts", verbose_name="持卡人")
    bank_name = models.CharField("开户银行", max_length=60)
    number = EncryptedTextField("银行卡号")
    number_index = BlindIndexField(editable=False, db_index=True)
    tail_index = BlindIndexField(null=True, editable=False, db_index=True)
    is_current = models.BooleanField("使用中", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "银行卡"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_current=True), name="bank_account_one_current_per_person"
            ),
        ]

    def __str__(self):
        return self.bank_name
