"""Forms of funds and stock."""

from django import forms

from beneficiaries.models import AidCategory, FundSource, GoodsItem, Programme
from disbursements.models import Store
from welfare.models import Organisation
from welfare.scope import condition


class AllocationForm(forms.Form):
    """Set money of a fund aside."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label="方案")
    fund = forms.ModelChoiceField(FundSource.objects.none(), label="资金来源")
    category = forms.ModelChoiceField(
        AidCategory.objects.none(), label="限用类别", required=False, help_text="不选则全方案可用"
    )
    amount = forms.DecimalField(label="安排金额（元）", max_digits=14, decimal_places=2, min_value=0)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user).in_use()
        self.fields["programme"].queryset = programmes.order_by("-year", "code")
        funds = FundSource.objects.filter(condition(user, "organisation", "fund.manage"), is_active=True)
        self.fields["fund"].queryset = funds.order_by("code")
        categories = AidCategory.objects.filter(programme__in=self.fields["programme"].queryset)
        self.fields["category"].queryset = categories.select_related("programme").order_by(
            "programme", "precedence"
        )
        self.fields["category"].label_from_instance = lambda one: f"{one.name}（{one.programme}）"


class AdjustForm(forms.Form):
    """Change an allocation, with a reason."""

    amount = forms.DecimalField(label="调整为（元）", max_digits=14, decimal_places=2, min_value=0)
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class StoreForm(forms.Form):
    """A new store."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="机构")
    name = forms.CharField(label="库房名称", max_length=60)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(user, "stock.move")


class TakeInForm(forms.Form):
    """Goods arrive."""

    store = forms.ModelChoiceField(Store.objects.none(), label="库房")
    item = forms.ModelChoiceField(GoodsItem.objects.filter(is_active=True).order_by("code"), label="物资")
    quantity = forms.DecimalField(label="数量", max_digits=10, decimal_places=2, min_value=0)
    note = forms.CharField(label="来源或单据号", max_length=100, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = Store.objects.visible_to(user, "stock.move").filter(is_active=True)
