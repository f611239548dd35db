"""Every date that a form or an admin page takes lies within our time, whoever wrote the form."""

import importlib
import pkgutil
from datetime import date

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

import beneficiaries.forms
import disbursements.forms
import visits.forms
import welfare
from welfare.forms import DayField, MomentField

FORMS = (beneficiaries.forms, disbursements.forms, visits.forms, welfare)
SKIPPED = ("welfare.tests", "welfare.testing", "welfare.management", "welfare.migrations", "welfare.wsgi")


def modules(package):
    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
        if not found.name.startswith(SKIPPED):
            yield importlib.import_module(found.name)


def form_classes():
    found = {
        one
        for package in FORMS
        for module in modules(package)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, forms.BaseForm) and hasattr(one, "base_fields")
    }
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


def test_no_form_takes_a_date_of_another_time():
    taken, loose = 0, []
    for form in form_classes():
        if form.__module__.startswith("django"):
            continue
        for name, field in form.base_fields.items():
            if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
                taken += 1
                is_ours = isinstance(field, DayField | MomentField)
                # forms of the admin get their fields from the admin, below
                if not is_ours and not (form.__module__.endswith(".programmes")):
                    loose.append(f"{form.__module__}.{form.__name__}.{name}")
    assert taken > 30
    assert not loose


def test_no_admin_page_takes_a_date_of_another_time(rf):
    loose, taken, request = [], 0, rf.get("/")
    for model, page in admin.site._registry.items():
        parts = [page, *(inline(model, admin.site) for inline in page.inlines)]
        for part in parts:
            for field in part.model._meta.fields:
                if type(field) is models.DateField and field.editable:  # moments are stamped, not typed
                    made = part.formfield_for_dbfield(field, request)
                    taken += made is not None
                    if made is not None and not isinstance(made, DayField | MomentField):
                        loose.append(f"{part.model.__name__}.{field.name}")
    assert taken > 4
    assert not loose


@pytest.mark.parametrize("text", ["0001-01-01", "0206-01-05", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_a_slip_of_the_key_is_refused_in_words(text):
    with pytest.raises(ValidationError, match="年份应在 1900 至 2100 年之间"):
        DayField().clean(text)
    with pytest.raises(ValidationError, match="年份应在 1900 至 2100 年之间"):
        MomentField().clean(f"{text}T00:00")


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_of_our_time_is_taken_as_it_is(on):
    assert DayField().clean(on.isoformat()) == on
