"""Admin page of a category: its conditions, papers, standards and quota; and what a change of them would do."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from beneficiaries.admin.programmes import PartInline, PartsAudited, WhileDrafting
from beneficiaries.enums import CriterionKind, Fact, Unit
from beneficiaries.forms.programmes import CategoryForm, CriterionForm, StandardForm
from beneficiaries.forms.unsaved import Filled, changed_sides
from beneficiaries.models import AidCategory, Criterion, EvidenceRequirement, Quota, Standard
from beneficiaries.queries import impact
from beneficiaries.rules.fact_kinds import ASSUMABLE
from welfare import dates, scope
from welfare.admin import LedgerAdmin, row_id


class CriterionFormSet(forms.BaseInlineFormSet):
    """A group goes only when what is below it goes as well: the database would take that along without a word."""

    def clean(self):
        super().clean()
        going = {form.instance.pk for form in self.deleted_forms if form.instance.pk}
        for form in self.initial_forms:
            parent = (getattr(form, "cleaned_data", None) or {}).get("parent") or form.instance.parent
            if form.instance.pk not in going and parent and parent.pk in going:
                below = sum(one.instance.parent_id == parent.pk for one in self.initial_forms)
                raise forms.ValidationError(
                    f"条件组“{parent}”下面还有{below}行条件，不能只删除这个组：请把它们一并勾选删除，或先改选别的上级条件。"
                )


class CriterionInline(PartInline):
    model = Criterion
    form = CriterionForm
    formset = CriterionFormSet
    fields = ["position", "kind", "parent", "is_negated", "fact", "operator", "value", "wording"]
    verbose_name_plural = "条件（没有上级的各行须同时满足；条件组先保存，再选为下级条件的“上级条件”）"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Criterion.objects.filter(
                category_id=self.parent_id(request), kind__in=[CriterionKind.ALL, CriterionKind.ANY]
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


HOW_ASSUMED = (
    "设了推定，凡没有上传有效证明（本材料或替代材料，未作废、未过期）的，登记的金额一律不计，按推定金额核算，"
    "可能因此列入，也可能因此不符合；有证明的按登记金额；有证明而金额未登记的待核，不推定。保存前请用“预览影响”核对。"
)


class RequirementForm(forms.ModelForm):
    """What is assumed without the paper is an amount of money."""

    class Meta:
        model = EvidenceRequirement
        exclude = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        amounts = [(fact, label) for fact, label in Fact.choices if fact in ASSUMABLE]
        self.fields["assumed_fact"].choices = [("", "不推定"), *amounts]
        self.fields["assumed_fact"].help_text = HOW_ASSUMED

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("assumed_fact") and cleaned.get("assumed_value") is None:
            self.add_error("assumed_value", "请填写缺证明时按多少元推定。")
        if not cleaned.get("assumed_fact") and cleaned.get("assumed_value") is not None:
            self.add_error("assumed_fact", "请选择推定的是哪一项。")
        return cleaned


class RequirementInline(PartInline):
    model = EvidenceRequirement
    form = RequirementForm
    fields = ["kind", "substitutes", "is_required", "assumed_fact", "assumed_value", "note"]
    verbose_name_plural = (
        "所需证明材料（设了推定的：没有有效证明或替代材料，不论登记多少，一律按推定金额筛选）"
    )


class StandardInline(PartInline):
    model = Standard
    form = StandardForm
    fields = [
        "kind",
        "basis",
        "amount",
        "goods_item",
        "quantity",
        "unit_price",
        "months",
        "description",
        "is_floor",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("goods_item")


class CategoryQuotaInline(PartInline):
    model = Quota
    fields = ["organisation", "count"]
    verbose_name_plural = "本类别的名额分配（不填则只按方案名额）"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation")


@admin.register(AidCategory)
class AidCategoryAdmin(PartsAudited, WhileDrafting, LedgerAdmin):
    """Reached from its programme; there it is added and removed."""

    form = CategoryForm
    change_form_template = "admin/category_change_form.html"
    list_display = ["name", "programme", "public_label", "precedence", "quota"]
    list_select_related = ["programme"]
    search_fields = ["name", "programme__name"]
    inlines = [CriterionInline, RequirementInline, StandardInline, CategoryQuotaInline]
    readonly_fields = ["programme"]
    fields = [
        "programme",
        "name",
        "public_label",
        "unit",
        "precedence",
        "quota",
        "is_combinable",
        "most_per_household",
        "is_for_minors",
        "adds_to",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(scope.condition(request.user, "programme__organiser"))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "adds_to":
            pk = row_id(request.resolver_match.kwargs.get("object_id"))
            others = AidCategory.objects.filter(programme__categories=pk).exclude(pk=pk)
            kwargs["queryset"] = others.order_by("precedence")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        self.hold(request, obj.programme)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        if formset.model is Quota:
            for one in formset.forms:
                one.instance.programme = form.instance.programme
        super().save_formset(request, form, formset, change)

    # -- what the change would do
    def get_urls(self):
        preview = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(require_POST(self.preview)),
            name="beneficiaries_aidcategory_preview",
        )
        return [preview, *super().get_urls()]

    def preview(self, request, object_id):
        """Who would come in or fall out if the form were saved as it is filled in. Writes nothing."""
        category = self.get_object(request, object_id)
        if category is None:
            raise Http404("没有找到这个类别，或它不在您的工作范围内。")
        if not self.has_change_permission(request, category):
            raise PermissionDenied("方案已锁定，或您没有修改此方案的权限。")
        old = {unit: impact.side(category.programme, unit) for unit in Unit}
        programme, is_valid, faults, changed = category.programme, *self._filled_in(request, category)
        groups = []
        if is_valid:
            new = changed_sides(old, changed)
            for unit in Unit:
                if old[unit] != new[unit]:
                    paths = impact.reach(programme, request.user)
                    today = dates.today(timezone.now())
                    groups += impact.of_change(
                        unit, old[unit], new[unit], user=request.user, paths=paths, on=today
                    )
        context = {
            **self.admin_site.each_context(request),
            "title": f"预览影响：{category}",
            "category": AidCategory.objects.select_related("programme").get(pk=category.pk),
            "faults": faults,
            "groups": groups,
            "may_see": bool(scope.paths(request.user, "registry.view")),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/category_preview.html", context)

    def _filled_in(self, request, category):
        """(is it valid, sentences of what is wrong, the changed Filled or None) of the form as it was sent."""
        form = self.get_form(request, category, change=True)(request.POST, instance=category)
        formsets, _inlines = self._create_formsets(request, category, change=True)
        wanted = [one for one in formsets if one.model in (Criterion, EvidenceRequirement)]
        if form.is_valid() and all([one.is_valid() for one in wanted]):
            by_model = {one.model: one for one in wanted}
            return True, [], Filled.of(form.instance, by_model[Criterion], by_model[EvidenceRequirement])
        faults = [error for errors in form.errors.values() for error in errors]
        for formset in wanted:
            faults += [error for row in formset.errors for errors in row.values() for error in errors]
            faults += formset.non_form_errors()
        return False, faults, None
