"""Forms about entries of rosters."""

from django import forms

from beneficiaries.enums import EntryOrigin, PaymentMode
from beneficiaries.models import Programme
from welfare.forms import FilterForm
from welfare.models import Organisation


class CandidateForm(forms.Form):
    """Look for whom to list (GET)."""

    category = forms.ModelChoiceField(label="慰问类别", queryset=None, empty_label=None)
    q = forms.CharField(label="姓名、身份证号或户编号", max_length=40)

    def __init__(self, *args, roster, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = roster.programme.categories.order_by("precedence")


class PickForm(forms.Form):
    """One of the candidates found, and why."""

    beneficiary = forms.TypedChoiceField(label="列入对象", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="列入理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明困难情况和依据。",
    )
    exception_reason = forms.CharField(
        label="仍列入的理由",
        max_length=200,
        required=False,
        help_text="只在往年已享受、方案规定原则上不再列入时填写。",
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["beneficiary"].choices = [(found.pk, found.shown) for found in candidates]


class NominateForm(PickForm):
    """Listed by the clerk: nominated by the community, or on the person's own application."""

    origin = forms.ChoiceField(
        label="来源",
        choices=[(o.value, o.label) for o in (EntryOrigin.NOMINATION, EntryOrigin.APPLICATION)],
    )
    evidence_named = forms.CharField(
        label="所附材料",
        max_length=300,
        required=False,
        help_text="本人申请的必填：申请书之外随附的材料，如“低保证复印件、诊断证明”。",
    )
    mode = forms.ChoiceField(label="领取方式", choices=PaymentMode.choices, initial=PaymentMode.CASH)
    field_order = ("beneficiary", "origin", "reason", "evidence_named", "mode", "exception_reason")


class AssignForm(PickForm):
    """Handed down by an organisation above the roster."""

    assigned_by = forms.ModelChoiceField(label="下达机构", queryset=None, empty_label=None)
    field_order = ("beneficiary", "assigned_by", "reason", "exception_reason")

    def __init__(self, *args, senders, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assigned_by"].queryset = senders


class PaymentForm(forms.Form):
    mode = forms.ChoiceField(label="领取方式", choices=PaymentMode.choices, widget=forms.RadioSelect)


class LetterForm(forms.Form):
    """What the person is told."""

    reason = forms.CharField(
        label="不予列入的理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写给本人看，也可能被他人看到：不写病情、残疾和身份证号。",
    )


class MustVisitFilter(FilterForm):
    programme = forms.ModelChoiceField(label="方案", queryset=None, empty_label="全部方案")
    organisation = forms.CharField(label="村(社区)")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.visible_to(user, "roster.assign").order_by(
            "-year", "code"
        )

    def narrow(self, queryset, chosen):
        if "programme" in chosen:
            queryset = queryset.filter(programme=chosen["programme"])
        if "organisation" in chosen:
            queryset = queryset.filter(roster__organisation__name__icontains=chosen["organisation"])
        return queryset


class ListForm(forms.Form):
    """A workbook of people to be listed on one roster."""

    file = forms.FileField(
        label="名单文件",
        help_text=".xlsx、.xls 或 .csv，一次最多 2000 行。表头在哪一行、各列什么次序都可以。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class MustVisitListForm(ListForm):
    """A workbook of must-visits for all rosters below an organisation."""

    programme = forms.ModelChoiceField(label="方案", queryset=None, empty_label=None)
    organisation = forms.ModelChoiceField(label="下达机构", queryset=None, empty_label=None)
    field_order = ("programme", "organisation", "file")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user, "roster.assign").in_use()
        self.fields["programme"].queryset = programmes.order_by("-year", "code")
        mine = Organisation.objects.visible_to(user, "roster.assign").filter(is_active=True)
        self.fields["organisation"].queryset = mine.exclude(children=None).distinct().order_by("path")
