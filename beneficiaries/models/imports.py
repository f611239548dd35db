"""Uploaded registers and their staged rows."""

from django.db import models

from beneficiaries.enums import ImportKind, ImportState, RowKind
from welfare.crypto import BlindIndexField, EncryptedTextField
from welfare.models import Job, Organisation, User
from welfare.scope import ScopedModel


class RegisterImport(ScopedModel):
    """One upload of a register: checked by a job, previewed, then confirmed or cancelled.

    ``job`` is the newest one that works on it: its check, or the writing of a large one.
    """

    scope_path = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="机构")
    kind = models.CharField("种类", max_length=14, choices=ImportKind, default=ImportKind.PERSONS)
    file = models.FileField(upload_to="imports/%Y/%m/")
    filename = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    message = models.TextField(blank=True, help_text="why it was refused, or remarks, one a line")
    sheet = models.CharField(
        max_length=100, blank=True, help_text="the sheet that was read, and its header row"
    )
    header_row = models.PositiveSmallIntegerField(default=0)
    new_count = models.PositiveIntegerField("新增", default=0)
    changed_count = models.PositiveIntegerField("变更", default=0)
    unchanged_count = models.PositiveIntegerField("无变化", default=0)
    bad_count = models.PositiveIntegerField("有误", default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记表导入"
        ordering = ["-id"]

    def __str__(self):
        return self.filename


class ImportRow(ScopedModel):
    """One staged row of an upload, until it is confirmed, cancelled or a day old.

    Written by COPY (``services.register.staging``). ``values`` are typed plain values by column key; the
    numbers stand beside them, encrypted, with the blind indexes that they are compared and written with.
    """

    scope_path = "upload__organisation"

    upload = models.ForeignKey(RegisterImport, models.CASCADE, related_name="rows", db_index=False)
    excel_row = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RowKind)
    values = models.JSONField(
        default=dict, help_text="plain values by column key, none of them a number of a person"
    )
    id_number = EncryptedTextField("身份证号", null=True)
    id_index = BlindIndexField(null=True)
    id_tail = BlindIndexField(null=True)
    id_tail6 = BlindIndexField(null=True)
    phone = EncryptedTextField("联系电话", null=True)
    phone_index = BlindIndexField(null=True)
    phone_tail = BlindIndexField(null=True)
    certificate = EncryptedTextField("残疾证号", null=True)
    certificate_index = BlindIndexField(null=True)
    card = EncryptedTextField("银行卡号", null=True)
    card_index = BlindIndexField(null=True)
    card_tail = BlindIndexField(null=True)
    changes = models.JSONField(default=list, help_text="[heading, before, after] for changed rows, masked")
    errors = models.JSONField(default=list, help_text="[cell, heading, reason] for bad rows")

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        ordering = ["excel_row"]
        constraints = [models.UniqueConstraint(fields=["upload", "excel_row"], name="import_row_once")]

    def __str__(self):
        return f"{self.excel_row}"
