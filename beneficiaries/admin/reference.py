"""What the admin pages of code lists and catalogues share: in and out by workbook, behind the same door as every upload."""

import os
import tempfile

from django import forms
from django.contrib import messages
from django.contrib.postgres.forms import SimpleArrayField
from django.shortcuts import redirect
from django.utils import timezone
from import_export import fields, resources
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ImportForm
from import_export.tmp_storages import TempFolderStorage
from import_export.widgets import BooleanWidget, ForeignKeyWidget, SimpleArrayWidget, Widget

from welfare import audit, excel
from welfare.admin import LedgerAdmin
from welfare.models import Organisation

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 20 * 1024 * 1024
KEEPERS = ("programme.write", "reference.manage")


def organisations_kept_by(user):
    """The organisations for which ``user`` keeps funds and lines: a programme officer her own and below, the
    administrator of organisations and reference data all."""
    if user is None:
        return Organisation.objects.none()
    if user.may("organisation.manage") or user.may("reference.manage"):
        return Organisation.objects.all()
    return Organisation.objects.visible_to(user, "programme.write")


class KeptOrganisation(ForeignKeyWidget):
    """An organisation by its code, of those the user keeps."""

    def __init__(self, user):
        super().__init__(Organisation, field="code")
        self.user = user

    def get_queryset(self, value, row, *args, **kwargs):
        return organisations_kept_by(self.user)


def in_words(widget):
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


class Labels(Widget):
    """A choice by its label (民族) instead of its code; the code is understood too."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    def clean(self, value, row=None, **kwargs):
        text = str(value or "").strip()
        found = {label: code for code, label in self.choices} | {code: code for code, _label in self.choices}
        if text not in found:
            raise ValueError(text)
        return found[text]

    def render(self, value, obj=None, **kwargs):
        return dict(self.choices).get(value, value)


def words_of(text):
    """["汉", "汉人"] of 汉、汉人 or 汉,汉人: however the words are parted."""
    for mark in "，、;；\n":
        text = text.replace(mark, ",")
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


class Words(SimpleArrayWidget):
    """Several words in one cell."""

    def clean(self, value, row=None, **kwargs):
        return words_of(str(value or ""))

    def render(self, value, obj=None, **kwargs):
        return "、".join(value or [])


class WordsField(SimpleArrayField):
    """Several words in one input."""

    def to_python(self, value):
        return super().to_python(",".join(words_of(value)) if isinstance(value, str) else value)

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list) else value


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
            self.fields["organisation"].widget = in_words(KeptOrganisation(user))

    def after_save_instance(self, instance, row, **kwargs):
        if not self._is_dry_run(kwargs):
            audit.record(
                action=f"{instance._meta.label}.import",
                label=f"导入{instance._meta.verbose_name}",
                by=self.user,
                at=timezone.now(),
                target=instance,
            )


def resource(model, names, key, **widgets):
    """A ReferenceResource of ``model`` with its columns headed in Chinese, rows told apart by ``key``."""
    columns = {
        name: fields.Field(attribute=name, column_name=str(model._meta.get_field(name).verbose_name))
        for name in names
    }
    for name, column in columns.items():
        widget = (
            widgets.get(name)
            or resources.ModelResource.widget_from_django_field(model._meta.get_field(name))()
        )
        column.widget = YesNo() if isinstance(widget, BooleanWidget) else in_words(widget)
    meta = type("Meta", (ReferenceResource.Meta,), {"model": model, "fields": names, "import_id_fields": key})
    return type(f"{model.__name__}Resource", (ReferenceResource,), {**columns, "Meta": meta})


class GuardedImportForm(ImportForm):
    """Looks at the file before any library opens it: size, kind, password, macros, zip bombs, far cells."""

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        try:
            upload = excel.load(file, file.name, max_bytes=MAX_BYTES, max_unpacked=MAX_UNPACKED)
        except excel.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        if upload.kind == "xls" or (upload.kind == "xlsx" and not upload.is_plain):
            raise forms.ValidationError("这种工作簿不能直接读取，请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
        file.seek(0)
        return file


class OwnTempStorage(TempFolderStorage):
    """Files between preview and confirmation, told apart from everything else in that folder by their names:
    the confirming form names the file, and must not name another."""

    PREFIX = "ledger-reference-"

    def get_full_path(self):
        if not os.path.basename(self.name or "").startswith(self.PREFIX):
            raise FileNotFoundError(self.name)
        return super().get_full_path()

    def _open(self, mode="r"):
        if self.name:
            return super()._open(mode)
        file = tempfile.NamedTemporaryFile(delete=False, prefix=self.PREFIX)  # noqa: SIM115 - the caller closes it
        self.name = file.name
        return file


class ReferenceAdmin(ImportExportMixin, LedgerAdmin):
    """Code lists and catalogues: read and kept by programme officers and the administrator."""

    view_permission = "programme.write"
    write_permission = "reference.manage"
    import_formats = export_formats = [XLSX, CSV]
    import_form_class = GuardedImportForm
    tmp_storage_class = OwnTempStorage
    show_change_form_export = False

    def _may(self, request, permission, obj=None):
        return any(request.user.may(name) for name in KEEPERS)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Organisation:
            kwargs.setdefault("queryset", organisations_kept_by(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

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
