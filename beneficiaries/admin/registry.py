"""Admin pages: code lists and catalogues, in and out by workbook: cleaned, and rolled back on any error."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils import timezone
from import_export import fields, resources
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.widgets import BooleanWidget, ForeignKeyWidget

from beneficiaries.models import FundSource, GoodsItem, HardshipCategory, MinimumLine
from welfare import audit, scope
from welfare.admin import LedgerAdmin
from welfare.models import Organisation


class ScopedOrganisation(ForeignKeyWidget):
    """An organisation by its code, of those the user sees; the administrator of organisations sees them all."""

    def __init__(self, user):
        super().__init__(Organisation, field="code")
        self.user = user

    def get_queryset(self, value, row, *args, **kwargs):
        if self.user is None:
            return Organisation.objects.none()
        if self.user.may("organisation.manage"):
            return Organisation.objects.all()
        return Organisation.objects.visible_to(self.user)


def _in_words(widget):
    """The widget, saying in Chinese what it cannot read; the row is then shown with its fault."""

    class InWords(type(widget)):
        def clean(self, value, row=None, **kwargs):
            try:
                return super().clean(value, row, **kwargs)
            except (ValueError, ArithmeticError, Organisation.DoesNotExist):
                raise ValueError(f"“{str(value)[:40]}”读不懂或不在您的范围内，请照已有的行填写。") from None

    widget.__class__ = InWords
    return widget


class YesNo(BooleanWidget):
    """是 and 否, besides what the library reads."""

    TRUE_VALUES = [*BooleanWidget.TRUE_VALUES, "是"]
    FALSE_VALUES = [*BooleanWidget.FALSE_VALUES, "否"]

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else "是" if value else "否"


class ReferenceResource(resources.ModelResource):
    """Rows by code, full_clean()ed like in a form, each change in the audit trail; one bad row stops all."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def __init__(self, *, user=None, **kwargs):
        super().__init__(**kwargs)
        self.user = user
        if "organisation" in self.fields:
            self.fields["organisation"].widget = _in_words(ScopedOrganisation(user))

    def after_save_instance(self, instance, row, **kwargs):
        if not self._is_dry_run(kwargs):
            audit.record(
                action=f"{instance._meta.label}.import",
                label=f"导入{instance._meta.verbose_name}",
                by=self.user,
                at=timezone.now(),
                target=instance,
            )


def _resource(model, names, key):
    """A ReferenceResource of ``model`` with its columns headed in Chinese, rows told apart by ``key``."""
    columns = {
        name: fields.Field(attribute=name, column_name=str(model._meta.get_field(name).verbose_name))
        for name in names
    }
    for name, column in columns.items():
        widget = resources.ModelResource.widget_from_django_field(model._meta.get_field(name))()
        column.widget = YesNo() if isinstance(widget, BooleanWidget) else _in_words(widget)
    meta = type("Meta", (ReferenceResource.Meta,), {"model": model, "fields": names, "import_id_fields": key})
    return type(f"{model.__name__}Resource", (ReferenceResource,), {**columns, "Meta": meta})


class ReferenceAdmin(ImportExportMixin, LedgerAdmin):
    """Code lists and catalogues: read and kept by programme officers and the administrator."""

    view_permission = "programme.write"
    write_permission = "reference.manage"
    import_formats = export_formats = [XLSX, CSV]
    show_change_form_export = False

    def _may(self, request, permission, obj=None):
        return any(request.user.may(name) for name in ("programme.write", "reference.manage"))

    def add_data_read_fail_error_to_form(self, form, error):
        form.add_error(
            "import_file", "文件打不开，或不是所选的格式。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
        )

    def process_import(self, request, **kwargs):
        """The second step; its file is gone after a double click or a day."""
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.warning(request, "这份文件已经导入或已过期。请查看列表，还没有导入的请重新上传。")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")

    def has_import_permission(self, request, *args, **kwargs):
        return self.has_add_permission(request)

    def has_export_permission(self, request, *args, **kwargs):
        return self.has_view_permission(request)

    def get_resource_kwargs(self, request, *args, **kwargs):
        return {**super().get_resource_kwargs(request, *args, **kwargs), "user": request.user}


@admin.register(HardshipCategory)
class HardshipCategoryAdmin(ReferenceAdmin):
    resource_classes = [
        _resource(
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
        _resource(
            GoodsItem, ["code", "name", "unit", "specification", "reference_price", "is_active"], ["code"]
        )
    ]
    list_display = ["name", "specification", "unit", "reference_price", "code", "is_active"]
    search_fields = ["name", "code"]


@admin.register(FundSource)
class FundSourceAdmin(ReferenceAdmin):
    resource_classes = [
        _resource(FundSource, ["code", "name", "organisation", "is_staff_benefit", "is_active"], ["code"])
    ]
    list_display = ["name", "organisation", "is_staff_benefit", "code", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["name", "code"]

    def get_queryset(self, request):
        rows = admin.ModelAdmin.get_queryset(self, request)
        if request.user.may("organisation.manage"):
            return rows
        return rows.filter(scope.condition(request.user, "organisation"))


@admin.register(MinimumLine)
class MinimumLineAdmin(ReferenceAdmin):
    resource_classes = [
        _resource(
            MinimumLine,
            ["organisation", "is_rural", "from_on", "monthly_amount"],
            ["organisation", "is_rural", "from_on"],
        )
    ]
    list_display = ["organisation", "is_rural", "from_on", "monthly_amount"]
    list_select_related = ["organisation"]
    list_filter = ["is_rural"]
