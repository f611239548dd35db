"""Forms that find: conditions above the list of households, a filter kept under a name, a list taken out."""

from urllib.parse import urlencode

from django import forms

from beneficiaries.enums import CodeKind
from beneficiaries.queries import choices, households
from welfare import scope
from welfare.forms import DayField, FilterForm
from welfare.models import Organisation

ARCHIVED = [("", "在册"), ("yes", "已归档"), ("all", "全部")]
YEARS = {"min_value": 0, "max_value": 130}


class ListedChoice(forms.TypedChoiceField):
    """A select of rows by id; the form that holds it says which (``offer``)."""

    def __init__(self, **kwargs):
        super().__init__(**{"coerce": int, "empty_value": None, **kwargs})

    def offer(self, choices):
        """Accept and show these (id, name)."""
        self.choices = [("", "全部"), *choices]

    def word(self, value):
        """The name of a chosen id."""
        return dict(self.choices).get(value, "").strip()


class RegistryFilter(FilterForm):
    """Above the list of households; the fields after ``text`` are folded away."""

    organisation = ListedChoice(label="机构")
    category = ListedChoice(label="困难类别")
    text = forms.CharField(label="户编号、姓名或拼音", max_length=40)
    level = forms.CharField(label="困难等级", max_length=20)
    age_from = forms.IntegerField(label="有成员年满（岁）", **YEARS)
    age_to = forms.IntegerField(label="有成员不超过（岁）", **YEARS)
    income_to = forms.DecimalField(
        label="月人均收入不高于（元）", min_value=0, max_digits=12, decimal_places=2
    )
    housing_danger = ListedChoice(label="房屋安全等级")
    work_state = ListedChoice(label="有成员就业状况")
    facts_before = DayField(label="数据早于")
    archived = forms.ChoiceField(label="档案", choices=ARCHIVED)
    has_disabled = forms.BooleanField(label="有残疾人")
    has_student = forms.BooleanField(label="有在读学生")
    has_veteran = forms.BooleanField(label="有退役军人")
    lives_alone = forms.BooleanField(label="独居")
    folded = (
        *("level", "age_from", "age_to", "income_to", "housing_danger", "work_state", "facts_before"),
        *("archived", "has_disabled", "has_student", "has_veteran", "lives_alone"),
    )

    def __init__(self, *args, user, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        lists = choices.of_lists(CodeKind.HOUSING_DANGER, CodeKind.WORK_STATE)
        for name in (choices.CATEGORY, CodeKind.HOUSING_DANGER, CodeKind.WORK_STATE):
            self.fields[name].offer(lists[name])
        chosen = self.data.get("organisation", "")
        self.fields["organisation"].offer(choices.organisations(user, "registry.view", chosen))

    def conditions(self):
        """What was filled in and is valid, as plain values: for ``households.narrow`` and for a job's arguments."""
        self.is_valid()
        return {name: _plain(value) for name, value in self.cleaned_data.items() if value not in _NOTHING}

    def narrow(self, queryset, chosen):
        return households.narrow(queryset, self.conditions(), on=self.on)

    def query(self):
        """The conditions as a query string, without page and order."""
        return urlencode(
            {name: "on" if value is True else value for name, value in self.conditions().items()}
        )

    def words(self):
        """The conditions in words: 困难类别：低保户；独居."""
        told = []
        for name in self.conditions():
            value, field = self.cleaned_data[name], self.fields[name]
            shown = value
            if isinstance(field, forms.ChoiceField):
                shown = field.word(value) if isinstance(field, ListedChoice) else dict(field.choices)[value]
            told.append(field.label if value is True else f"{field.label}：{shown}")
        return "；".join(told)


class SavedFilterForm(forms.Form):
    """The name of a kept filter."""

    name = forms.CharField(label="名称", max_length=40, help_text="例如：低保且危房、80岁以上独居。")


class ExportForm(forms.Form):
    """Which list is taken out, with or without whole numbers."""

    kind = forms.ChoiceField(
        label="内容",
        choices=[("persons", "每人一行：这些户的在册成员，带户信息"), ("households", "每户一行")],
        widget=forms.RadioSelect,
        initial="persons",
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="范围", empty_label=None)
    numbers = forms.ChoiceField(
        label="身份证号、电话和住址",
        choices=[("masked", "隐去中间几位（住址到组）"), ("whole", "完整号码和住址")],
        widget=forms.RadioSelect,
        initial="masked",
    )
    reason = forms.CharField(
        label="用途",
        max_length=200,
        required=False,
        help_text="导出完整号码必须填写；写在表上，并记入操作记录。",
    )

    def __init__(self, *args, user, chosen=None, **kwargs):
        super().__init__(*args, **kwargs)
        tops = Organisation.objects.filter(path__in=scope.paths(user, "export"))
        if chosen:
            tops = Organisation.objects.visible_to(user, "registry.view").filter(pk=chosen)
        self.fields["organisation"].queryset = tops.order_by("path")
        self.fields["organisation"].initial = tops.order_by("path").first()

    @property
    def is_unmasked(self):
        """Whether whole numbers were asked for."""
        return self.cleaned_data["numbers"] == "whole"


_NOTHING = (None, "", False)


def _plain(value):
    return value if isinstance(value, int | str) else str(value)
