"""What staff keep of their searches: a filter under a name, a list as a file."""

from django.db import models
from django.db.models import Q

from welfare.models import Job, Organisation, User
from welfare.scope import ScopedModel


class SavedFilter(models.Model):
    """Conditions of a list under a name of one's own."""

    unscoped = "a user's own conditions; the list itself is scoped when it is opened"

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=40, help_text="name of the list's address")
    name = models.CharField("名称", max_length=40)
    query = models.CharField(max_length=1000, help_text="the query string, without page and order")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["position", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="saved_filter_name_once",
                violation_error_message="已有同名的常用筛选。",
            ),
        ]

    def __str__(self):
        return self.name


class ListExport(ScopedModel):
    """A list taken out as a workbook: by whom, of what, whole numbers or masked, and until when it can be fetched."""

    scope_path = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="范围")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导出人")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    title = models.CharField("内容", max_length=200)
    query = models.CharField(max_length=1000, help_text="the filter it was taken with")
    is_unmasked = models.BooleanField("含完整号码", default=False)
    reason = models.CharField("用途", max_length=200, blank=True)
    row_count = models.PositiveIntegerField("行数", null=True)
    file = models.FileField(upload_to="exports/%Y/%m/", max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField("申请时间")

    class Meta:
        verbose_name = verbose_name_plural = "名单导出"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_unmasked=False) | ~Q(reason=""), name="list_export_unmasked_has_reason"
            ),
        ]

    def __str__(self):
        return self.title
