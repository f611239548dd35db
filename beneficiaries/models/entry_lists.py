"""导入名单: an uploaded list of people to be listed, and its checked rows."""

from django.db import models
from django.db.models import Q

from beneficiaries.enums import ImportState
from beneficiaries.models.categories import AidCategory
from beneficiaries.models.programmes import Programme
from beneficiaries.models.registry import Household, Institution, Person
from beneficiaries.models.rosters import Roster
from welfare.models import Organisation, User
from welfare.scope import ScopedModel


class EntryList(ScopedModel):
    """One uploaded list: checked at once, previewed, then confirmed or cancelled.

    Of one roster (``roster``), or of all rosters below ``organisation``; ``is_handed_down`` makes its people
    must-visits (上级指定) of the organisation.
    """

    scope_path = "organisation"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name="方案")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="机构")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, related_name="+", verbose_name="名册")
    is_handed_down = models.BooleanField("下达必访对象", default=False)
    file = models.FileField(upload_to="lists/%Y/%m/")
    filename = models.CharField("文件名", max_length=200)
    sheet = models.CharField(max_length=100, blank=True)
    header_row = models.PositiveSmallIntegerField(default=0)
    remarks = models.TextField(blank=True, help_text="what was not read, one a line")
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    good_count = models.PositiveIntegerField("可列入", default=0)
    bad_count = models.PositiveIntegerField("有误", default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入名单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_handed_down=True) | Q(roster__isnull=False),
                name="entry_list_of_a_roster_or_handed_down",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="entry_list_confirmed_at_by_together",
            ),
        ]

    def __str__(self):
        return self.filename


class EntryListRow(ScopedModel):
    """One row of an uploaded list. It keeps whom it was found to name, and no number of a person."""

    scope_path = "upload__organisation"

    upload = models.ForeignKey(EntryList, models.CASCADE, related_name="rows")
    excel_row = models.PositiveIntegerField()
    shown = models.JSONField(default=dict, help_text="the words of the row by column key, without numbers")
    errors = models.JSONField(default=list, help_text="[cell, heading, reason]")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(AidCategory, models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("列入理由", max_length=500, blank=True)
    exception_reason = models.CharField("仍列入的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入名单行"
        ordering = ["excel_row"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "excel_row"], name="entry_list_row_once"),
            models.CheckConstraint(
                condition=~Q(errors=[])
                | Q(roster__isnull=False, category__isnull=False, household__isnull=False)
                | Q(roster__isnull=False, category__isnull=False, person__isnull=False)
                | Q(roster__isnull=False, category__isnull=False, institution__isnull=False),
                name="entry_list_row_good_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.excel_row}"

    @property
    def beneficiary(self):
        """The household, person or institution it was found to name."""
        return self.household or self.person or self.institution

    @property
    def who(self):
        """The beneficiary, as services take it."""
        return {self.category.unit: self.beneficiary}

    @property
    def home(self):
        """What groups it with its family."""
        if self.institution_id:
            return ("institution", self.institution_id)
        return ("household", self.household_id or self.person.household_id)
