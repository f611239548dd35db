"""Forms about pairs of persons that might be one."""

from django import forms

from beneficiaries.enums import DuplicateReason
from beneficiaries.forms.life import HeadForm, ReasonedForm
from beneficiaries.rules.same_person import GROUPS, differing, is_blank
from welfare.forms import FilterForm
from welfare.models import Organisation


class PairFilter(FilterForm):
    """Above the list of pairs."""

    community = forms.ModelChoiceField(
        Organisation.objects.none(), label="机构（含下级）", empty_label="全部"
    )
    reason = forms.ChoiceField(label="相同之处", choices=[("", "全部"), *DuplicateReason.choices])
    standing = forms.ChoiceField(label="结论", choices=[("", "待判定"), ("different", "已判定不是同一人")])

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = places(user)

    def narrow(self, queryset, chosen):
        if "community" in chosen:
            path = chosen["community"].path
            queryset = queryset.filter(
                first__household__organisation__path__startswith=path,
                second__household__organisation__path__startswith=path,
            )
        if "reason" in chosen:
            queryset = queryset.filter(reasons__contains=[chosen["reason"]])
        return queryset


def places(user):
    """The organisations over which the user may edit the registry, highest first."""
    return Organisation.objects.visible_to(user, "registry.edit").filter(is_active=True).order_by("path")


class ScanForm(forms.Form):
    """Where to look."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="查找范围（含下级）", empty_label=None
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = places(user)


class DifferentForm(ReasonedForm):
    """Why they are two people."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "例如：入户核实为同名两人、双胞胎、亲属共用电话。"


class SameForm(HeadForm):
    """Which record stays, what is taken from the other, who follows as head where the other goes."""

    survivor = forms.ChoiceField(label="保留哪一条记录", widget=forms.RadioSelect)
    take = forms.MultipleChoiceField(
        label="下列各项改用另一条记录的内容",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选的以保留的记录为准；保留的记录里空着的项，自动用另一条补上。",
    )
    field_order = ["survivor", "take", "new_head", "reason"]

    def __init__(self, *args, pair, staying, **kwargs):
        super().__init__(*args, staying=staying, label="另一条记录是户主的，原户新户主", **kwargs)
        first, second = pair.first, pair.second
        self.two = {"first": first, "second": second}
        self.fields["survivor"].choices = [
            (side, f"{name}：{one.name}，{one.household.number} 户（{one.household.organisation}）")
            for side, name, one in (("first", "甲", first), ("second", "乙", second))
        ]
        self.fields["take"].choices = [
            (group, GROUPS[group][0])
            for group in differing(first, second)
            if not (is_blank(first, group) or is_blank(second, group))
            and not (group == "birth" and first.id_number and second.id_number)
        ]
        if not self.fields["take"].choices:
            del self.fields["take"]
        if "new_head" in self.fields:
            self.fields["new_head"].required = False
            self.fields["new_head"].help_text = "并掉的那条记录在其户内是户主、户内还有他人时填写。"
