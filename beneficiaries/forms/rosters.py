"""Forms about rosters."""

from django import forms

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Programme
from beneficiaries.queries import rosters as queries
from welfare.forms import FilterForm
from welfare.models import Organisation


class RosterFilter(FilterForm):
    programme = forms.ModelChoiceField(
        label="方案", queryset=Programme.objects.none(), empty_label="全部方案"
    )
    standing = forms.ChoiceField(label="状态", choices=[("", "全部"), *RosterStatus.choices])
    organisation = forms.CharField(label="村(社区)")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user).exclude(rosters=None)
        self.fields["programme"].queryset = programmes.order_by("-year", "code")

    def narrow(self, queryset, chosen):
        if "programme" in chosen:
            queryset = queryset.filter(programme=chosen["programme"])
        if "standing" in chosen:
            queryset = queryset.filter(status=chosen["standing"])
        if "organisation" in chosen:
            queryset = queryset.filter(organisation__name__icontains=chosen["organisation"])
        return queryset


class DraftForm(forms.Form):
    """A new roster: where, and in which programme."""

    organisation = forms.ModelChoiceField(
        label="村(社区)", queryset=Organisation.objects.none(), empty_label=None
    )
    programme = forms.ModelChoiceField(
        label="方案", queryset=Programme.objects.none(), empty_label=None, help_text="只列出已批准的方案。"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "roster.draft").filter(is_active=True)
        self.fields["organisation"].queryset = mine.order_by("path")
        programmes = Programme.objects.visible_to(user, "roster.draft").in_use()
        self.fields["programme"].queryset = programmes.order_by("-year", "code")


class ReturnForm(forms.Form):
    """Back to which step, and why."""

    step = forms.ModelChoiceField(
        label="退回到", queryset=None, required=False, empty_label="拟订（重新调整名单）"
    )
    reason = forms.CharField(label="退回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, roster, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = queries.earlier_steps(roster)
