"""What the registry adds to the menu and to 待办."""

from django.urls import reverse

from beneficiaries.enums import ImportState
from beneficiaries.models import RegisterImport
from beneficiaries.services import imports
from welfare import dates, menu, todo


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(menu.Item("登记表导入", "import_list", "登记", 30, ("registry.import",), "upload"))
    todo.register(imports_to_confirm)


def imports_to_confirm(user, on):
    """My uploads that are checked and wait for confirmation."""
    mine = RegisterImport.objects.visible_to(user, "registry.import")
    for upload in mine.filter(uploaded_by=user, state=ImportState.CHECKED):
        yield todo.Todo(
            title=f"确认导入：{upload.filename}",
            url=reverse("import_preview", args=[upload.pk]),
            kind="导入",
            detail=f"新增 {upload.new_count}，变更 {upload.changed_count}，有误 {upload.bad_count}",
            since_on=dates.today(upload.uploaded_at),
            due_on=dates.today(upload.uploaded_at + imports.KEPT_FOR),
        )
