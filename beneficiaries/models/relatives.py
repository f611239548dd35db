"""近亲属备案: relatives of staff, whose entries on a roster the next level checks in person."""

from django.db import models
from django.db.models import Q

from beneficiaries.enums import Kinship
from beneficiaries.models.registry import Person
from beneficiaries.models.rosters import RosterEntry
from welfare.models import Organisation, User
from welfare.scope import ScopedModel


class StaffRelative(ScopedModel):
    """A member of staff, or the holder of a post, and one relative: a person on file, or a name.

    ``kinship`` is what the relative is to the member of staff. An ended one stays on record.
    """

    scope_path = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="工作单位")
    staff = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工作人员账号"
    )
    staff_name = models.CharField("工作人员姓名", max_length=50)
    post = models.CharField("职务", max_length=50, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="staff_relatives", verbose_name="在册人员"
    )
    name = models.CharField("近亲属姓名", max_length=50)
    kinship = models.CharField("与工作人员的关系", max_length=12, choices=Kinship)
    note = models.CharField("说明", max_length=200, blank=True)
    declared_at = models.DateTimeField("备案时间")
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="备案人")
    ended_at = models.DateTimeField("注销时间", null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="注销人"
    )
    end_reason = models.CharField("注销原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "近亲属备案"
        ordering = ["organisation", "staff_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "staff_name", "name", "kinship", "person"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="staff_relative_once",
            ),
            models.CheckConstraint(
                condition=~Q(staff_name="") & ~Q(name=""), name="staff_relative_names_both"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="staff_relative_ended_whole",
            ),
        ]

    def __str__(self):
        return f"{self.staff_name}的{self.get_kinship_display()}{self.name}"


class RelativeCheck(ScopedModel):
    """当面核查 of an entry that is a relative of staff, by the next level. Never edited; the latest counts."""

    scope_path = "entry__roster__organisation"

    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="relative_checks")
    relative = models.ForeignKey(StaffRelative, models.PROTECT, related_name="checks")
    is_true = models.BooleanField("情况属实")
    finding = models.CharField("核查情况", max_length=300)
    checked_on = models.DateField("核查日期")
    checked_at = models.DateTimeField("登记时间")
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="核查人")

    class Meta:
        verbose_name = verbose_name_plural = "近亲属核查"
        ordering = ["entry", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(finding=""), name="relative_check_has_words"),
        ]

    def __str__(self):
        return self.finding
