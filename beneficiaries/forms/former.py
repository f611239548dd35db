"""Filter above the households that have left."""

from django import forms

from beneficiaries.forms.registry import communities
from welfare.forms import FilterForm
from welfare.models import Organisation


class FormerFilter(FilterForm):
    community = forms.ModelChoiceField(Organisation.objects.none(), label="迁出村(社区)", empty_label="全部")
    number = forms.CharField(label="户编号", max_length=30)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities(user, "registry.view")

    def narrow(self, queryset, chosen):
        if "community" in chosen:
            queryset = queryset.filter(organisation=chosen["community"])
        if "number" in chosen:
            queryset = queryset.filter(household__number__istartswith=chosen["number"])
        return queryset
