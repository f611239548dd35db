"""Forms of the procedure: revisions, doubts, relatives of staff, milestones."""

from django import forms

from beneficiaries.enums import Kinship
from beneficiaries.models import AidCategory
from welfare.forms import DayField, FilterForm
from welfare.models import Organisation

REASON = forms.Textarea(attrs={"rows": 3})


class CategoryForm(forms.Form):
    """Another category for an entry, and why."""

    category = forms.ModelChoiceField(label="改为", queryset=AidCategory.objects.none(), empty_label=None)
    reason = forms.CharField(label="调整理由", max_length=200, widget=REASON)

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        others = AidCategory.objects.filter(programme=entry.programme_id, unit=entry.category.unit)
        self.fields["category"].queryset = others.exclude(pk=entry.category_id).order_by("precedence")


class DoubtForm(forms.Form):
    reason = forms.CharField(
        label="疑义", max_length=200, widget=REASON, help_text="写明哪里不清楚、谁反映的。"
    )


class RelativeForm(forms.Form):
    """One relative of a member of staff."""

    organisation = forms.ModelChoiceField(
        label="工作单位", queryset=Organisation.objects.none(), empty_label=None
    )
    staff_name = forms.CharField(label="工作人员姓名", max_length=50)
    post = forms.CharField(label="职务", max_length=50, required=False, help_text="如：村主任、社区网格员")
    kinship = forms.ChoiceField(label="近亲属是其", choices=Kinship.choices)
    name = forms.CharField(label="近亲属姓名", max_length=50)
    id_number = forms.CharField(
        label="近亲属身份证号",
        max_length=20,
        required=False,
        help_text="填写后与在册人员准确对应，不另行保存；不填的按姓名提示，由核查人分辨。",
    )
    note = forms.CharField(label="说明", max_length=200, required=False)
    fieldsets = [
        ("工作人员", ["organisation", "staff_name", "post"]),
        ("近亲属", ["kinship", "name", "id_number", "note"]),
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "relative.declare").filter(is_active=True)
        self.fields["organisation"].queryset = mine.order_by("path")


class RelativeFilter(FilterForm):
    staff = forms.CharField(label="工作人员", max_length=40)
    name = forms.CharField(label="近亲属", max_length=40)
    state = forms.ChoiceField(label="状态", choices=[("", "有效"), ("ended", "已注销"), ("all", "全部")])

    def narrow(self, queryset, chosen):
        if "staff" in chosen:
            queryset = queryset.filter(staff_name__icontains=chosen["staff"])
        if "name" in chosen:
            queryset = queryset.filter(name__icontains=chosen["name"])
        state = chosen.get("state")
        return queryset if state == "all" else queryset.filter(ended_at__isnull=state != "ended")


class RelativeCheckForm(forms.Form):
    """What the next level found in person."""

    is_true = forms.TypedChoiceField(
        label="核查结论",
        choices=[("yes", "情况属实"), ("no", "情况不实")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    checked_on = DayField(label="核查日期")
    finding = forms.CharField(
        label="核查情况", max_length=300, widget=REASON, help_text="何人在场、看到什么、依据什么。"
    )


class MilestoneForm(forms.Form):
    note = forms.CharField(label="完成情况", max_length=200, widget=REASON)


class MilestoneFilter(FilterForm):
    state = forms.ChoiceField(label="状态", choices=[("", "未完成"), ("done", "已完成"), ("all", "全部")])

    def narrow(self, queryset, chosen):
        state = chosen.get("state")
        return queryset if state == "all" else queryset.filter(done_at__isnull=state != "done")
