"""Forms of sheets: drawing up, handing out, filters, the bank's answer."""

from django import forms

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Programme, Roster
from disbursements.enums import LineStatus, SheetKind, SheetStatus
from disbursements.models import Allocation, Store
from visits.models import Team, TeamMember
from welfare import money
from welfare.errors import Refusal
from welfare.forms import FilterForm
from welfare.models import Organisation

COUNTER = "counter"


class DrawUpForm(forms.Form):
    """Which programme, for whom, which kind, out of what. Takes every final roster below the organisation."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label="方案")
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="填报单位", help_text="包括其下辖各村(社区)已定案的名册"
    )
    kind = forms.ChoiceField(label="表种", choices=SheetKind.choices)
    allocation = forms.ModelChoiceField(
        Allocation.objects.none(), label="资金", required=False, help_text="慰问金、一卡通必选"
    )
    store = forms.ModelChoiceField(Store.objects.none(), label="库房", required=False, help_text="慰问品必选")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        programmes = Programme.objects.visible_to(user).in_use()
        self.fields["programme"].queryset = programmes.order_by("-year", "code")
        self.fields["organisation"].queryset = (
            Organisation.objects.visible_to(user, "sheet.draw_up").filter(is_active=True).order_by("path")
        )
        allocations = Allocation.objects.visible_to(user, "sheet.draw_up")
        self.fields["allocation"].queryset = allocations.select_related("fund", "programme", "category")
        self.fields["allocation"].label_from_instance = lambda one: f"{one}，余{money.show(one.left)}元"
        self.fields["store"].queryset = Store.objects.visible_to(user).filter(is_active=True)

    def source(self):
        """The fund or the store that the kind needs; the other field is left out."""
        chosen = self.cleaned_data
        name = "store" if chosen["kind"] == SheetKind.GOODS else "allocation"
        return {name: chosen[name]}

    def rosters(self):
        """The final rosters of the programme below the organisation, in the user's scope."""
        chosen = self.cleaned_data
        rosters = Roster.objects.visible_to(self.user).filter(
            programme=chosen["programme"],
            status=RosterStatus.FINAL,
            organisation__path__startswith=chosen["organisation"].path,
        )
        return list(rosters.select_related("organisation", "programme").order_by("organisation__path"))


class HandOutForm(forms.Form):
    """Who draws: a member of one of the programme's teams, or the counter."""

    drawer = forms.ChoiceField(label="领取人", help_text="慰问组成员领出其走访对象的款物；柜台领出全部未领的")

    def __init__(self, *args, sheet, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet, self.user = sheet, user
        teams = Team.objects.filter(
            programme=sheet.programme_id, organisation__path__startswith=sheet.organisation.path
        ).values("pk")
        members = TeamMember.objects.filter(team__in=teams).select_related("team__organisation", "user")
        self.members = {f"{one.team_id}:{one.user_id}": one for one in members.order_by("team", "pk")}
        self.fields["drawer"].choices = [
            *((key, f"{one.team.organisation}{one.team}：{one.user}") for key, one in self.members.items()),
            (COUNTER, f"柜台：{user}"),
        ]

    def who(self):
        """(team or None, user)."""
        member = self.members.get(self.cleaned_data["drawer"])
        return (member.team, member.user) if member else (None, self.user)


class NoteForm(forms.Form):
    """A remark."""

    note = forms.CharField(label="说明", max_length=200, required=False)


class ExportReasonForm(forms.Form):
    """Why full numbers are needed; goes into the log."""

    reason = forms.CharField(
        label="导出用途",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如：送农商行代发。将写入操作记录",
    )


class BankResultForm(forms.Form):
    """One field a line: empty when paid, else why the bank returned it."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[self.name(line)] = forms.CharField(
                label=f"第{line.position}行 {line.name}（尾号{line.bank_last_four}）{line.amount}元",
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": "已付不填；退回的写明原因"}),
            )

    @staticmethod
    def name(line):
        return f"line_{line.pk}"

    def returned(self):
        """{line_id: reason}."""
        if not self.lines:
            raise Refusal("没有待登记的明细。")
        reasons = {line.pk: self.cleaned_data[self.name(line)].strip() for line in self.lines}
        return {pk: reason for pk, reason in reasons.items() if reason}


class SheetFilter(FilterForm):
    """Filter of the list of sheets."""

    number = forms.CharField(label="编号", max_length=80)
    kind = forms.ChoiceField(label="表种", choices=[("", "全部"), *SheetKind.choices])
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *SheetStatus.choices])

    def narrow(self, queryset, chosen):
        number = chosen.pop("number", "")
        return queryset.filter(number__icontains=number, **chosen)


class LineFilter(FilterForm):
    """Filter of the list of lines: what a figure of the summary leads to."""

    name = forms.CharField(label="姓名", max_length=60)
    programme = forms.IntegerField(widget=forms.HiddenInput)
    sheet = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.IntegerField(widget=forms.HiddenInput)
    category = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="表种", choices=[("", "全部"), *SheetKind.choices])
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *LineStatus.choices])

    PATHS = {
        "name": "name__icontains",
        "programme": "sheet__programme",
        "category": "entry__category",
        "kind": "sheet__kind",
    }

    def narrow(self, queryset, chosen):
        return queryset.filter(**{self.PATHS.get(name, name): value for name, value in chosen.items()})
