"""Forms of the register of complaints."""

from django import forms

from beneficiaries.enums import (
    UNSETTLED_COMPLAINT,
    ComplaintAbout,
    ComplaintChannel,
    ComplaintFinding,
    ComplaintStatus,
    FeedbackWay,
)
from beneficiaries.models import Household, Programme, Roster
from beneficiaries.services.complaints import LONGEST
from welfare.forms import DayField, FilterForm
from welfare.models import Organisation, User


class ComplaintForm(forms.Form):
    """A complaint as it was received."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="被反映机构", empty_label="请选择"
    )
    channel = forms.ChoiceField(label="来源", choices=ComplaintChannel)
    about = forms.ChoiceField(label="反映类别", choices=ComplaintAbout)
    received_on = DayField(label="收到日期")
    content = forms.CharField(
        label="反映内容",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="加密保存，只有督查人员和承办人能看到。",
    )
    complainant_name = forms.CharField(
        label="举报人", max_length=50, required=False, help_text="匿名的不填。加密保存，承办人也看不到。"
    )
    complainant_contact = forms.CharField(label="联系方式", max_length=100, required=False)
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="涉及方案", required=False, empty_label="不限"
    )
    entry_position = forms.IntegerField(
        label="名册中第几号", required=False, min_value=1, help_text="选了方案才需要填。"
    )
    household_number = forms.CharField(label="涉及户编号", max_length=30, required=False)
    fieldsets = [
        ("来源", ["organisation", "channel", "about", "received_on"]),
        ("内容", ["content"]),
        ("举报人", ["complainant_name", "complainant_contact"]),
        ("涉及的名册和户（可不填）", ["programme", "entry_position", "household_number"]),
    ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "complaint.handle").filter(is_active=True)
        self.fields["organisation"].queryset = mine.order_by("path")
        programmes = Programme.objects.visible_to(user).exclude(rosters=None)
        self.fields["programme"].queryset = programmes.order_by("-year", "code")

    def clean(self):
        """Find the roster, entry and household that are meant."""
        cleaned = super().clean()
        where, found = cleaned.get("organisation"), {"roster": None, "entry": None, "household": None}
        if where and cleaned.get("programme"):
            rosters = Roster.objects.filter(programme=cleaned["programme"], organisation=where)
            found["roster"] = (
                rosters.exclude(**{"status": "cancelled"}).order_by("supplement_to", "-pk").last()
            )
            if found["roster"] is None:
                self.add_error("programme", f"{where}在这个方案中没有名册。")
        if found["roster"] and cleaned.get("entry_position"):
            entries = found["roster"].entries.filter(position=cleaned["entry_position"])
            found["entry"] = entries.order_by("pk").first()
            if found["entry"] is None:
                self.add_error("entry_position", "名册中没有这个序号。")
        if where and cleaned.get("household_number"):
            homes = Household.objects.filter(
                number=cleaned["household_number"].strip(), organisation__path__startswith=where.path
            )
            found["household"] = homes.first()
            if found["household"] is None:
                self.add_error("household_number", f"{where}没有这个编号的户。")
        self.found = found
        return cleaned

    def facts(self):
        """What ``services.complaints.register`` takes."""
        names = ("organisation", "channel", "about", "received_on", "content")
        whom = ("complainant_name", "complainant_contact")
        return {name: self.cleaned_data[name] for name in (*names, *whom)} | self.found


class AssignComplaintForm(forms.Form):
    handler = forms.ModelChoiceField(
        User.objects.none(),
        label="承办人",
        empty_label="请选择",
        help_text="办理过被反映名册的人员应当回避，不在其中；没有合适人选的，请报上级督查交办。",
    )
    due_on = DayField(label="办结期限")

    def __init__(self, *args, handlers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = handlers


class ConcludeForm(forms.Form):
    finding = forms.ChoiceField(label="核查结论", choices=ComplaintFinding, widget=forms.RadioSelect)
    result = forms.CharField(
        label="核查情况",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="怎样核查的、查明什么、怎样处理。加密保存。",
    )


class FeedbackForm(forms.Form):
    way = forms.ChoiceField(label="反馈方式", choices=FeedbackWay, widget=forms.RadioSelect)
    on = DayField(label="反馈日期")


class ComplaintFilter(FilterForm):
    """Above the register."""

    standing = forms.ChoiceField(
        label="状态", choices=[("", "未办结"), ("late", "已逾期"), *ComplaintStatus.choices, ("all", "全部")]
    )
    about = forms.ChoiceField(label="类别", choices=[("", "全部"), *ComplaintAbout.choices])
    organisation = forms.CharField(label="被反映机构", max_length=40)

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def narrow(self, queryset, chosen):
        standing = chosen.get("standing", "")
        if standing in ("", "late"):
            queryset = queryset.exclude(**{"status": ComplaintStatus.CLOSED})
        if standing == "late":
            queryset = queryset.filter(due_on__lt=self.on, status__in=UNSETTLED_COMPLAINT)
        elif standing in ComplaintStatus.values:
            queryset = queryset.filter(**{"status": standing})
        if "about" in chosen:
            queryset = queryset.filter(about=chosen["about"])
        if "organisation" in chosen:
            queryset = queryset.filter(organisation__name__icontains=chosen["organisation"])
        return queryset
