"""The form that ticks services of a roster."""

from django import forms

from welfare.forms import DayField


class TickForm(forms.Form):
    wanted = forms.MultipleChoiceField(label="已提供的服务", required=False, widget=forms.MultipleHiddenInput)
    given_on = DayField(label="提供日期")
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="地点、承办单位等，可不填。"
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = [(key_of(row), row["service"].description) for row in rows]

    def clean_wanted(self):
        return [tuple(int(part) for part in key.split("-")) for key in self.cleaned_data["wanted"]]


def key_of(row):
    """What a row of the checklist is called in the form."""
    return f"{row['entry'].pk}-{row['service'].pk}"
