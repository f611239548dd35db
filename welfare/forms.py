"""Forms: the renderer of our look, the filter form, the reason form, the one-time key."""

import uuid
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms.renderers import TemplatesSetting


class LedgerFormRenderer(TemplatesSetting):
    """Renders every form and field through ``templates/forms/``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"


FIRST_YEAR, LAST_YEAR = 1900, 2100


def refuse_odd_year(on: date | datetime):
    """Refuse the slip of a key (year 1, 0206, 9999), which later reckoning of days and periods would stumble over."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValidationError(f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，请核对日期。")


class DayField(forms.DateField):
    """A date of our time, with the browser's own picker, which reads 2026-01-05 whatever the language."""

    default_validators = (refuse_odd_year,)

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class MomentField(forms.DateTimeField):
    """A day and time of our time, with the browser's own picker."""

    default_validators = (refuse_odd_year,)

    def __init__(self, **kwargs):
        picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", picker)
        super().__init__(**kwargs)


class FilterForm(forms.Form):
    """A GET form above a list. Subclasses implement ``narrow(queryset)``; empty fields filter nothing.

    Fields named in ``folded`` are shown behind 更多条件.
    """

    folded = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def apply(self, queryset):
        """The queryset narrowed by the valid fields."""
        self.is_valid()
        return self.narrow(
            queryset, {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        )

    @property
    def is_unfolded(self):
        """Whether one of the folded fields is filled in."""
        return any(self.data.get(name) for name in self.folded)

    def narrow(self, queryset, chosen):
        """Override: filter ``queryset`` by ``chosen`` (only the fields that were filled in)."""
        return queryset


class ReasonForm(forms.Form):
    """Confirm with words."""

    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

    def __init__(self, *args, is_required=True, label="理由", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required
        self.fields["reason"].label = label


def new_form_key():
    """A fresh one-time key for a form about to be shown."""
    return str(uuid.uuid4())


def form_key(sent):
    """A one-time key as it was sent, in its one spelling; "" for a missing or broken one."""
    try:
        return str(uuid.UUID(str(sent)))
    except ValueError:
        return ""


def claim_form_key(key, user):
    """Claim a form's one-time key inside the transaction of its act.

    True the first time; False when the same form was already submitted (a double click: the second
    waits here until the first has committed). A missing or broken key claims nothing and is True.
    """
    key = form_key(key)
    if not key:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO welfare_submittedform (key, user_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [key, user.pk if user and user.is_authenticated else None],
        )
        return cursor.rowcount == 1
