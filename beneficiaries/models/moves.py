"""A household on its way to another community, until somebody there takes it in."""

from django.db import models
from django.db.models import Q

from beneficiaries.enums import MoveAnswer
from beneficiaries.models.registry import Household
from welfare.models import Organisation, User
from welfare.scope import ScopedModel


class MoveRequest(ScopedModel):
    """迁移申请: handed over by who may not edit at the other place; nothing moves before it is accepted there."""

    scope_path = ("organisation", "moved_to")

    household = models.ForeignKey(Household, models.PROTECT, related_name="move_requests", verbose_name="户")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="迁出村(社区)"
    )
    moved_to = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="迁入村(社区)")
    left_on = models.DateField("迁出日期")
    reason = models.CharField("迁移原因", max_length=200)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    answer = models.CharField("结果", max_length=10, choices=MoveAnswer, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    answered_at = models.DateTimeField("办理时间", null=True)
    answer_note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "迁移申请"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(answer=""), name="move_request_one_open_per_household"
            ),
            models.CheckConstraint(
                condition=~Q(organisation=models.F("moved_to")), name="move_request_elsewhere"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="move_request_has_reason"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="move_request_answered_complete",
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.organisation} → {self.moved_to}"
