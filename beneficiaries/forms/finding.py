"""Forms that find: the conditions above the list of households."""

from django import forms

from beneficiaries.forms.registry import CategoryChoice, communities
from beneficiaries.queries import households
from welfare.forms import FilterForm
from welfare.models import Organisation


class RegistryFilter(FilterForm):
    """Above the list of households."""

    community = forms.ModelChoiceField(Organisation.objects.none(), label="村(社区)", empty_label="全部")
    category = CategoryChoice()
    text = forms.CharField(label="户编号、姓名或拼音", max_length=40)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities(user, "registry.view")

    def narrow(self, queryset, chosen):
        if "community" in chosen:
            queryset = queryset.filter(organisation=chosen["community"])
        if "category" in chosen:
            queryset = households.holding(queryset, chosen["category"])
        if "text" in chosen:
            queryset = households.matching(queryset, chosen["text"])
        return queryset
