"""Forms of pairing, institutions and attachments."""

from django import forms

from beneficiaries.enums import AttachmentPurpose, CodeKind
from beneficiaries.models import Code
from beneficiaries.queries import attachments as own_people
from beneficiaries.queries import pairings
from beneficiaries.services import attachments
from welfare.enums import Level
from welfare.forms import DayField, FilterForm
from welfare.models import Organisation, User

MOST_SHOWN = 20


class EndForm(forms.Form):
    """A day and a reason."""

    to_on = DayField(label="结束日期")
    reason = forms.CharField(label="原因", max_length=200)


class PickForm(forms.Form):
    """One of many, found by a search above the form: only what was found is drawn, all that may be is accepted."""

    def offer(self, name, found, label):
        """Draw ``found`` (at most MOST_SHOWN) as the choices of field ``name``."""
        self.fields[name].widget.choices = [(one.pk, label(one)) for one in found]


class PairingForm(PickForm):
    """A cadre for one or several households."""

    cadre = forms.ModelChoiceField(
        User.objects.none(),
        label="帮扶干部",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择帮扶干部；没有列出的，请在上面查找。"},
    )
    unit = forms.CharField(label="帮扶单位", max_length=100, required=False, help_text="如：县财政局")
    from_on = DayField(label="结对日期")

    def __init__(self, *args, cadres, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cadre"].queryset = cadres


class PairingFilter(FilterForm):
    """Above the households of the pairing pages."""

    township = forms.ModelChoiceField(Organisation.objects.none(), label="镇(街道)", empty_label="全部")
    community = forms.CharField(label="村(社区)", max_length=40)
    paired = forms.ChoiceField(label="结对", choices=[("", "全部"), ("no", "未结对"), ("yes", "已结对")])
    organisation = forms.ModelChoiceField(Organisation.objects.none(), widget=forms.HiddenInput)
    cadre = forms.ModelChoiceField(User.objects.all(), widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "registry.view")
        self.fields["organisation"].queryset = mine
        self.fields["township"].queryset = townships = mine.filter(level=Level.TOWNSHIP, is_active=True)
        if not townships.exists():
            del self.fields["township"]

    def narrow(self, queryset, chosen):
        for place in ("township", "organisation"):
            queryset = pairings.narrowed(queryset, organisation=chosen.get(place))
        if "community" in chosen:
            queryset = queryset.filter(organisation__name__icontains=chosen["community"])
        paired = {"yes": True, "no": False}.get(chosen.get("paired"))
        return pairings.narrowed(queryset, is_paired=paired, cadre=chosen.get("cadre"))


class CoverageFilter(FilterForm):
    """Above the coverage of communities."""

    community = forms.CharField(label="村(社区)或镇(街道)", max_length=40)
    unpaired = forms.BooleanField(label="只看有未结对户的")

    def narrow(self, queryset, chosen):
        if "community" in chosen:
            text = chosen["community"]
            queryset = queryset.filter(name__icontains=text) | queryset.filter(parent__name__icontains=text)
        return queryset.filter(unpaired__gt=0) if chosen.get("unpaired") else queryset


class InstitutionForm(forms.Form):
    """Facts of an institution."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="所在机构", empty_label=None)
    name = forms.CharField(label="单位名称", max_length=100)
    kind = forms.ModelChoiceField(
        Code.objects.filter(kind=CodeKind.INSTITUTION_KIND, is_active=True),
        label="单位类型",
        empty_label="请选择",
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=40, required=False, help_text="18 位，见营业执照。"
    )
    address = forms.CharField(label="地址", max_length=200, required=False)
    contact_name = forms.CharField(label="联系人", max_length=50, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    stopped_months = forms.IntegerField(label="停产月数", min_value=0, max_value=1200, required=False)
    bankrupt_on = DayField(label="进入破产程序日期", required=False)
    staff_count = forms.IntegerField(label="职工人数", min_value=0, max_value=10_000_000, required=False)
    note = forms.CharField(label="备注", max_length=300, required=False)
    fieldsets = [
        ("单位", ["organisation", "name", "kind", "credit_code", "address"]),
        ("联系", ["contact_name", "contact_phone"]),
        ("情况", ["stopped_months", "bankrupt_on", "staff_count", "note"]),
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "registry.edit").filter(is_active=True)
        self.fields["organisation"].queryset = mine

    def facts(self):
        """The cleaned facts."""
        return {
            name: self.cleaned_data[name] for name in InstitutionForm.base_fields if name != "organisation"
        }


class InstitutionChangeForm(InstitutionForm):
    """Change the facts; the phone number is never shown again: left empty it stays as it is."""

    reason = forms.CharField(label="更改理由", max_length=200, help_text="例如：实地核实、单位申报。")
    fieldsets = [
        ("单位", ["name", "kind", "credit_code", "address"]),
        *InstitutionForm.fieldsets[1:],
        ("记录", ["reason"]),
    ]

    def __init__(self, *args, institution, **kwargs):
        facts = {name: getattr(institution, name) for name in InstitutionForm.base_fields}
        super().__init__(*args, initial=facts | {"contact_phone": ""}, **kwargs)
        del self.fields["organisation"]
        if institution.kind_id and not institution.kind.is_active:  # kept, though no longer offered
            self.fields["kind"].queryset |= Code.objects.filter(pk=institution.kind_id)
        if institution.contact_phone:
            self.fields["contact_phone"].help_text = "留空则不改。"

    def facts(self):
        facts = super().facts()
        if not facts["contact_phone"]:
            del facts["contact_phone"]
        return facts


class InstitutionFilter(FilterForm):
    """Above the list of institutions."""

    text = forms.CharField(label="名称或信用代码", max_length=40)
    kind = forms.ModelChoiceField(
        Code.objects.filter(kind=CodeKind.INSTITUTION_KIND), label="类型", empty_label="全部"
    )
    archived = forms.ChoiceField(label="归档", choices=[("", "在册"), ("yes", "已归档"), ("all", "全部")])

    def narrow(self, queryset, chosen):
        if "text" in chosen:
            text = chosen["text"].strip()
            queryset = queryset.filter(name__icontains=text) | queryset.filter(credit_code__istartswith=text)
        if "kind" in chosen:
            queryset = queryset.filter(kind=chosen["kind"])
        if chosen.get("archived") == "all":
            return queryset
        return queryset.filter(is_archived=chosen.get("archived") == "yes")


class AttachmentForm(PickForm):
    """Where a member works or learns."""

    person = forms.ChoiceField(label="成员")
    purpose = forms.ChoiceField(label="关系", choices=AttachmentPurpose, widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        attachments.organisations(),
        label="单位或学校",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择单位或学校；没有列出的，请在上面查找。"},
    )
    place = forms.CharField(label="部门或班级", max_length=60, required=False)
    from_on = DayField(label="起始日期")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["person"].choices = [
            (pk, f"{person}（{person.birth_on:%Y}年生）" if person.birth_on else str(person))
            for pk, person in self.people.items()
        ]


class OwnPeopleFilter(FilterForm):
    """Above 本单位人员."""

    text = forms.CharField(label="姓名或拼音", max_length=20)
    purpose = forms.ChoiceField(label="关系", choices=[("", "全部"), *AttachmentPurpose.choices])

    def narrow(self, queryset, chosen):
        if "text" in chosen:
            queryset = own_people.named(queryset, chosen["text"])
        return queryset.filter(purpose=chosen["purpose"]) if "purpose" in chosen else queryset
