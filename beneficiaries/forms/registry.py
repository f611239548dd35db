"""Forms of the registry: household, member, card, hardship."""

from django import forms
from django.db.models import Q

from beneficiaries.enums import (
    CodeKind,
    DisabilityKind,
    HealthState,
    PoliticalStatus,
    Relation,
    SchoolStage,
)
from beneficiaries.models import Code, HardshipCategory
from beneficiaries.rules import homonyms
from beneficiaries.services.households import DATED
from beneficiaries.services.persons import NUMBERS
from welfare.enums import Level
from welfare.forms import DayField
from welfare.models import Organisation

EMPTY = [("", "—")]
GRADES = [("", "—"), (1, "一级"), (2, "二级"), (3, "三级"), (4, "四级")]
ECONOMY = ["monthly_income", "income_on", "medical_cost", "medical_on", "disaster_loss", "loss_on"]
AMOUNT = {"min_value": 0, "max_digits": 12, "decimal_places": 2, "required": False}


def communities(user, permission):
    """The communities where ``user`` holds the permission: for selects."""
    return Organisation.objects.visible_to(user, permission).filter(level=Level.COMMUNITY, is_active=True)


class CategoryChoice(forms.ModelChoiceField):
    """A select of the hardship categories in use."""

    def __init__(self, **kwargs):
        active = HardshipCategory.objects.filter(is_active=True)
        super().__init__(active, **{"label": "困难类别", "empty_label": "全部", **kwargs})


class CodeChoice(forms.ModelChoiceField):
    """A select of one code list; a word out of use stays where it already stands."""

    def __init__(self, kind, **kwargs):
        words = Code.objects.filter(kind=kind)
        super().__init__(
            words, **{"label": CodeKind(kind).label, "empty_label": "—", "required": False, **kwargs}
        )

    def offer(self, current=None):
        """Offer the words in use, and ``current`` (a Code or None) though it may be out of use."""
        self.queryset = self.queryset.filter(Q(is_active=True) | Q(pk=current.pk if current else None))


class WithCodes(forms.Form):
    """A form with CodeChoice fields: offers what is in use, and what stands there now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, CodeChoice):
                field.offer(self.initial.get(name))


class HouseholdFacts(WithCodes):
    """Facts of a household; a day left empty is today when its fact changes."""

    group_name = forms.CharField(label="组别", max_length=30, required=False)
    address = forms.CharField(label="家庭住址", max_length=200, required=False)
    is_rural = forms.TypedChoiceField(
        label="城乡", choices=[("True", "农村"), ("False", "城镇")], coerce=lambda text: text == "True"
    )
    housing = CodeChoice(CodeKind.HOUSING)
    housing_danger = CodeChoice(CodeKind.HOUSING_DANGER)
    monthly_income = forms.DecimalField(label="家庭月人均收入（元）", **AMOUNT)
    income_on = DayField(label="收入核定日期", required=False, help_text="留空则为今天。")
    medical_cost = forms.DecimalField(label="近12个月自付医疗费（元）", **AMOUNT)
    medical_on = DayField(label="医疗费截至日期", required=False)
    disaster_loss = forms.DecimalField(label="灾害事故损失（元）", **AMOUNT)
    loss_on = DayField(label="受灾或事故日期", required=False)
    note = forms.CharField(label="备注", max_length=300, required=False)

    def facts(self):
        """The cleaned facts of the household."""
        return {name: self.cleaned_data[name] for name in HouseholdFacts.base_fields}

    def clean(self):
        """A day without its amount says nothing."""
        cleaned = super().clean()
        for amount, day in DATED.items():
            if cleaned.get(day) and cleaned.get(amount) is None and amount not in self.errors:
                self.add_error(day, "填了日期，请一并填写金额；没有的请把日期清空。")
        return cleaned


class Reasoned(forms.Form):
    """Words for the trail."""

    reason = forms.CharField(
        label="更改理由", max_length=200, help_text="例如：入户核实、本人申报、证件更正。"
    )


class HouseholdChangeForm(HouseholdFacts, Reasoned):
    """Change the facts of a household."""

    fieldsets = [
        ("住所", ["group_name", "address", "is_rural", "housing", "housing_danger"]),
        ("经济情况", ECONOMY),
        ("记录", ["note", "reason"]),
    ]

    @classmethod
    def initial_of(cls, household):
        """What is on file, for the form."""
        return {name: getattr(household, name) for name in HouseholdFacts.base_fields}


class MemberFacts(WithCodes):
    """Facts of a person. Numbers are never shown again: left empty they stay as they are."""

    name = forms.CharField(label="姓名", max_length=60)
    relation = forms.ChoiceField(label="与户主关系", choices=EMPTY + Relation.choices)
    id_number = forms.CharField(label="身份证号", max_length=40, required=False, strip=True)
    phone = forms.CharField(label="联系电话", max_length=40, required=False)
    ethnic_group = CodeChoice(CodeKind.ETHNIC_GROUP)
    marriage = CodeChoice(CodeKind.MARRIAGE)
    health = forms.ChoiceField(label="健康状况", choices=HealthState.choices)
    listed_disease = CodeChoice(CodeKind.DISEASE)
    major_disease = forms.CharField(label="病情说明", max_length=60, required=False)
    disability_certificate = forms.CharField(
        label="残疾证号", max_length=40, required=False, help_text="残疾类别和等级由证号得出。"
    )
    disability_kind = forms.ChoiceField(
        label="残疾类别", choices=EMPTY + DisabilityKind.choices, required=False
    )
    disability_grade = forms.TypedChoiceField(
        label="残疾等级", choices=GRADES, coerce=int, empty_value=None, required=False
    )
    school_stage = forms.ChoiceField(label="在读阶段", choices=EMPTY + SchoolStage.choices, required=False)
    political_status = forms.ChoiceField(label="政治面貌", choices=PoliticalStatus.choices)
    work_state = CodeChoice(CodeKind.WORK_STATE)
    is_veteran = forms.BooleanField(label="退役军人", required=False)
    veteran_kind = CodeChoice(CodeKind.VETERAN_KIND)
    is_counted = forms.BooleanField(label="计入家庭人口", required=False, initial=True)
    not_counted_reason = forms.CharField(label="不计入的原因", max_length=100, required=False)

    def facts(self):
        """The cleaned facts of the person; an empty number is left out."""
        values = {name: self.cleaned_data[name] for name in MemberFacts.base_fields}
        return {name: value for name, value in values.items() if value != "" or name not in NUMBERS}


class MemberForm(MemberFacts):
    """A new member; with a card, if there is one."""

    bank_name = forms.CharField(label="开户银行", max_length=60, required=False)
    bank_number = forms.CharField(label="银行卡号", max_length=40, required=False)
    fieldsets = [
        ("本人", ["name", "relation", "id_number", "phone", "ethnic_group", "marriage"]),
        ("健康", ["health", "listed_disease", "major_disease"]),
        ("残疾", ["disability_certificate", "disability_kind", "disability_grade"]),
        ("情况", ["school_stage", "work_state", "political_status", "is_veteran", "veteran_kind"]),
        ("家庭人口", ["is_counted", "not_counted_reason"]),
        ("银行卡（可不填）", ["bank_name", "bank_number"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "id_number"
        ].help_text = "18 位；出生日期和性别由此得出。暂无身份证号可不填，发放前须补齐。"

    def facts(self):
        names = ("bank_name", "bank_number")
        return {**super().facts(), **{name: self.cleaned_data[name] for name in names}}


class MemberChangeForm(MemberFacts, Reasoned):
    """Change a member's facts."""

    fieldsets = [*MemberForm.fieldsets[:-1], ("记录", ["reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in NUMBERS:
            self.fields[name].help_text = "留空则不改。"

    @classmethod
    def initial_of(cls, person):
        """What is on file, without numbers."""
        return {name: getattr(person, name) for name in MemberFacts.base_fields if name not in NUMBERS}


class RegisterForm(HouseholdFacts, MemberForm):
    """A new household and its head."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="村(社区)", empty_label=None)
    number = forms.CharField(label="户编号", max_length=30, required=False, help_text="留空由系统编号。")
    fieldsets = [
        ("户信息", ["organisation", "number", *HouseholdChangeForm.fieldsets[0][1]]),
        ("经济情况", [*ECONOMY, "note"]),
        ("户主", ["name", "id_number", "phone", "ethnic_group", "marriage"]),
        *MemberForm.fieldsets[1:],
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["relation"]
        self.fields["organisation"].queryset = communities(user, "registry.edit")

    def head(self):
        """The facts of the head."""
        self.cleaned_data["relation"] = Relation.HEAD
        return MemberForm.facts(self)

    def household(self):
        """The facts of the household."""
        return HouseholdFacts.facts(self)


class BankForm(forms.Form):
    """A card."""

    bank_name = forms.CharField(label="开户银行", max_length=60)
    number = forms.CharField(label="银行卡号", max_length=40)


class HardshipForm(forms.Form):
    """A category held from a date on, by the household or one of its members."""

    category = CategoryChoice(empty_label="请选择")
    holder = forms.ChoiceField(label="持有人")
    level = forms.CharField(label="等级", max_length=20, required=False)
    from_on = DayField(label="起始日期")
    basis = forms.CharField(
        label="认定依据", max_length=200, help_text="例如：低保证号、残疾证、村(社区)证明。"
    )

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(person.pk): person for person in household.members.present()}
        self.fields["holder"].choices = [
            ("", "全户"),
            *(
                (pk, homonyms.member(person.name, person.get_relation_display(), person.birth_on))
                for pk, person in self.members.items()
            ),
        ]
        self.fields["holder"].required = False


class HardshipEndForm(Reasoned):
    """A category no longer held."""

    to_on = DayField(label="终止日期")
    field_order = ["to_on", "reason"]
