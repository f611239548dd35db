"""Admin pages: code lists and catalogues, in and out by workbook: cleaned, and rolled back on any error."""

from django.contrib import admin

from beneficiaries.admin.reference import (
    Labels,
    ReferenceAdmin,
    Words,
    WordsField,
    organisations_kept_by,
    resource,
)
from beneficiaries.enums import CodeKind
from beneficiaries.models import Code, FundSource, GoodsItem, HardshipCategory, MinimumLine
from welfare.enums import Level


@admin.register(Code)
class CodeAdmin(ReferenceAdmin):
    """Words are added, renamed and switched off; what has been used keeps its code and is never deleted."""

    resource_classes = [
        resource(
            Code,
            ["kind", "code", "name", "aliases", "position", "is_active"],
            ["kind", "code"],
            kind=Labels(CodeKind.choices),
            aliases=Words(),
        )
    ]
    list_display = ["name", "kind", "code", "other_words", "standard", "position", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "code", "aliases"]
    fields = ["kind", "code", "name", "aliases", "position", "is_active", "standard"]

    @admin.display(description="别名")
    def other_words(self, code):
        """The aliases as one text."""
        return "、".join(code.aliases) or "—"

    def get_readonly_fields(self, request, obj=None):
        return ["kind", "code", "standard"] if obj else ["standard"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "aliases":
            kwargs["form_class"] = WordsField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(HardshipCategory)
class HardshipCategoryAdmin(ReferenceAdmin):
    resource_classes = [
        resource(
            HardshipCategory,
            ["code", "name", "is_sensitive", "is_personal", "position", "is_active"],
            ["code"],
        )
    ]
    list_display = ["name", "code", "is_personal", "is_sensitive", "position", "is_active"]
    list_filter = ["is_active", "is_sensitive", "is_personal"]
    search_fields = ["name", "code"]


@admin.register(GoodsItem)
class GoodsItemAdmin(ReferenceAdmin):
    resource_classes = [
        resource(
            GoodsItem, ["code", "name", "unit", "specification", "reference_price", "is_active"], ["code"]
        )
    ]
    list_display = ["name", "specification", "unit", "reference_price", "code", "is_active"]
    search_fields = ["name", "code"]


class KeptByOrganisation:
    """Rows that belong to an organisation are changed by who keeps reference data for it."""

    def _may(self, request, permission, obj=None):
        if not super()._may(request, permission, obj):
            return False
        if obj is None or permission == self.view_permission:
            return True
        return organisations_kept_by(request.user).filter(pk=obj.organisation_id).exists()


@admin.register(FundSource)
class FundSourceAdmin(KeptByOrganisation, ReferenceAdmin):
    resource_classes = [
        resource(FundSource, ["code", "name", "organisation", "is_staff_benefit", "is_active"], ["code"])
    ]
    list_display = ["name", "organisation", "is_staff_benefit", "code", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["name", "code"]

    def get_queryset(self, request):
        rows = admin.ModelAdmin.get_queryset(self, request)
        return rows.filter(organisation__in=organisations_kept_by(request.user))


@admin.register(MinimumLine)
class MinimumLineAdmin(KeptByOrganisation, ReferenceAdmin):
    """Published figures: every county's are shown, each county's are written by its own officers."""

    resource_classes = [
        resource(
            MinimumLine,
            ["organisation", "is_rural", "from_on", "monthly_amount"],
            ["organisation", "is_rural", "from_on"],
        )
    ]
    list_display = ["organisation", "is_rural", "from_on", "monthly_amount"]
    list_select_related = ["organisation"]
    list_filter = ["is_rural"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organisation":
            kwargs["queryset"] = organisations_kept_by(request.user).filter(level=Level.COUNTY)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
