"""Forms of teams, planning, notices, visits, surveys and needs."""

from django import forms

from beneficiaries.models import Programme
from visits.enums import Channel, HousingDanger, Mode, NeedKind, NeedStatus, Outgoing, VisitStatus
from visits.models import Survey, Team
from visits.queries import people
from welfare.forms import DayField, FilterForm
from welfare.models import Organisation, User


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


def lines(rows=3, **attrs):
    return forms.Textarea(attrs={"rows": rows, **attrs})


# -- teams ----------------------------------------------------------------------------------------------
class TeamPlaceForm(forms.Form):
    """Where a team is to be formed: asked first, because it says who may be chosen."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label="方案")
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="机构")

    def __init__(self, *args, programmes, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["organisation"].queryset = organisations


class TeamForm(forms.Form):
    name = forms.CharField(label="组名", max_length=40, help_text="如“第一组”")
    leader = forms.ModelChoiceField(User.objects.none(), label="组长")
    members = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="组员",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="只能由组员亲自走访，不能由他人替代。一人可参加多个组。",
    )
    vehicle = forms.CharField(label="车辆（司机）", max_length=60, required=False)
    gather_time = forms.TimeField(label="集合时间", widget=Clock, required=False)
    gather_place = forms.CharField(label="集合地点", max_length=100, required=False)

    def __init__(self, *args, users, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = self.fields["members"].queryset = users


# -- planning -------------------------------------------------------------------------------------------
class PlanForm(forms.Form):
    """One team to many households, on some days."""

    team = forms.ModelChoiceField(Team.objects.none(), label="慰问组")
    first_on = DayField(label="走访日期")
    last_on = DayField(label="走访至（只走一天的不填）", required=False)
    minutes = forms.TypedChoiceField(
        label="每户时长",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "按户数自动安排"), *((n, f"{n} 分钟") for n in (10, 15, 20, 30, 45, 60))],
    )
    mode = forms.ChoiceField(label="方式", choices=Mode, initial=Mode.HOME)

    def __init__(self, *args, teams, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "结束日期不能早于开始日期。")
        elif first and last and (last - first).days > 30:
            self.add_error("last_on", "一次最多安排31天，请分次安排。")
        return cleaned


class SlotForm(forms.Form):
    """A day and time for one visit."""

    planned_on = DayField(label="走访日期")
    slot_from = forms.TimeField(label="开始时间", widget=Clock)
    slot_to = forms.TimeField(label="结束时间", widget=Clock)

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("slot_from"), cleaned.get("slot_to")
        if begin and end and end <= begin:
            self.add_error("slot_to", "结束时间要晚于开始时间。")
        return cleaned


class RescheduleForm(SlotForm):
    team = forms.ModelChoiceField(Team.objects.none(), label="慰问组")
    reason = forms.CharField(label="改期理由", widget=lines(2), max_length=300)

    field_order = ["team", "planned_on", "slot_from", "slot_to", "reason"]

    def __init__(self, *args, teams, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams


class AnnounceForm(forms.Form):
    told_on = DayField(label="告知日期")
    channel = forms.ChoiceField(label="告知方式", choices=Channel)
    told_whom = forms.CharField(label="告知对象", max_length=50, initial="户主或家属")


# -- the visit ------------------------------------------------------------------------------------------
class CompleteForm(forms.Form):
    place = forms.CharField(label="走访地点", max_length=100, initial="家中")
    finding = forms.CharField(
        label="走访情况", widget=lines(4), max_length=2000, help_text="见到了谁，家里情况如何，送去了什么"
    )


class AbsentForm(forms.Form):
    reason = forms.CharField(
        label="没有遇到的原因", widget=lines(2), max_length=300, help_text="如：住院、外出务工、敲门无人应答"
    )


class SurveyForm(forms.ModelForm):
    """入户调查表, in the order of the paper form. The service checks what belongs together."""

    housing_dangers = forms.MultipleChoiceField(
        label="住房安全隐患", choices=HousingDanger, widget=forms.CheckboxSelectMultiple, required=False
    )
    outgoings = forms.MultipleChoiceField(
        label="主要支出", choices=Outgoing, widget=forms.CheckboxSelectMultiple, required=False
    )
    fieldsets = [
        ("受访人", ["informant", "informant_relation"]),
        ("家庭成员", ["members_at_home", "members_agree", "member_changes"]),
        ("住房", ["housing_kind", "housing_dangers"]),
        ("收入与支出", ["income_agrees", "monthly_income", "outgoings", "yearly_outgoing"]),
        ("健康与就业", ["health_changes", "work"]),
        ("帮扶与需求", ["help_held", "opinions"]),
    ]

    class Meta:
        model = Survey
        fields = [
            "informant",
            "informant_relation",
            "members_at_home",
            "members_agree",
            "member_changes",
            "housing_kind",
            "housing_dangers",
            "income_agrees",
            "monthly_income",
            "outgoings",
            "yearly_outgoing",
            "health_changes",
            "work",
            "help_held",
            "opinions",
        ]
        widgets = {
            "member_changes": lines(2),
            "health_changes": lines(2),
            "help_held": lines(2),
            "opinions": lines(3),
        }

    def _post_clean(self):
        """Leave the instance alone: only the service writes it."""


class PhotoForm(forms.Form):
    file = forms.FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment", "data-photo-input": ""}),
        error_messages={"required": "请先拍照或选择照片。", "empty": "这个文件是空的，请重新拍照。"},
    )
    caption = forms.CharField(
        label="说明", max_length=100, required=False, help_text="如：与户主合影、住房外观"
    )


class NeedForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=NeedKind)
    text = forms.CharField(label="诉求内容", widget=lines(3), max_length=500)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="解决情况", widget=lines(3), max_length=1000, help_text="怎样解决的，由谁办理"
    )


# -- filters --------------------------------------------------------------------------------------------
class VisitFilter(FilterForm):
    """Narrows a list of visits."""

    STATES = [
        ("", "全部状态"),
        *VisitStatus.choices,
        ("overdue", "逾期未走访"),
        ("unconfirmed", "待确认"),
        ("untold", "待告知"),
    ]
    mine = forms.BooleanField(label="只看我的组")
    programme = forms.ModelChoiceField(Programme.objects.none(), label="方案", empty_label="全部方案")
    team = forms.ModelChoiceField(Team.objects.none(), label="慰问组", empty_label="全部组")
    state = forms.ChoiceField(label="状态", choices=STATES)
    first_on = DayField(label="日期从")
    last_on = DayField(label="至")

    def __init__(self, *args, user, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.on = user, on
        teams = Team.objects.visible_to(user)
        self.fields["team"].queryset = teams.select_related("organisation")
        self.fields["programme"].queryset = Programme.objects.filter(pk__in=teams.values("programme"))

    def narrow(self, queryset, chosen):
        simple = {
            "team": "team",
            "programme": "team__programme",
            "first_on": "planned_on__gte",
            "last_on": "planned_on__lte",
        }
        queryset = queryset.filter(
            **{simple[name]: value for name, value in chosen.items() if name in simple}
        )
        if chosen.get("mine"):
            queryset = queryset.of_teams_of(self.user)
        state = chosen.get("state")
        if state == "overdue":
            return queryset.planned().filter(planned_on__lt=self.on)
        if state == "unconfirmed":
            return queryset.awaiting_confirmation()
        if state == "untold":
            return queryset.to_announce()
        return queryset.filter(status=state) if state else queryset


class NeedFilter(FilterForm):
    status = forms.ChoiceField(label="状态", choices=[("", "全部状态"), *NeedStatus.choices])
    kind = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *NeedKind.choices])
    text = forms.CharField(label="内容含", max_length=50)

    def narrow(self, queryset, chosen):
        if "text" in chosen:
            queryset = queryset.filter(text__icontains=chosen.pop("text"))
        return queryset.filter(**chosen)


class TeamFilter(FilterForm):
    programme = forms.ModelChoiceField(Programme.objects.none(), label="方案", empty_label="全部方案")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(user)
        self.fields["programme"].queryset = Programme.objects.filter(pk__in=teams.values("programme"))

    def narrow(self, queryset, chosen):
        return queryset.filter(**chosen)


def users_for(organisation, on):
    """Who may be chosen for a team at the organisation."""
    return people.may_visit(organisation, on)
