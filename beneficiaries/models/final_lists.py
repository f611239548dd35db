"""公布: the final result of a roster as residents may read it."""

import secrets

from django.db import models
from django.db.models import Q

from beneficiaries.enums import FinalListStatus
from beneficiaries.models.notices import MaskedRow
from beneficiaries.models.rosters import Roster, RosterEntry
from welfare.models import User
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


def _token():
    return secrets.token_urlsafe(16)


class FinalList(ScopedModel):
    """公布 of a final roster: frozen texts and rows of its own. Unlike a 公示 it asks for no objection."""

    scope_path = "roster__organisation"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="final_lists")
    token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    unit_name = models.CharField("公布单位", max_length=100)
    community_name = models.CharField("村(社区)", max_length=100)
    hotline = models.CharField("监督电话", max_length=30)
    display_until_on = models.DateField("撤下日期")
    is_rehearsal = models.BooleanField("演练", default=False)
    status = StatusField("状态", choices=FinalListStatus, default=FinalListStatus.PUBLISHED)
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="公布人")

    class Meta:
        verbose_name = verbose_name_plural = "结果公布"
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster"], condition=Q(status="published"), name="final_list_one_published_per_roster"
            ),
            status_known(FinalListStatus, "final_list_status_known"),
        ]

    def __str__(self):
        return self.title


class FinalListRow(MaskedRow):
    """One frozen masked row of a final list."""

    scope_path = "final_list__roster__organisation"

    final_list = models.ForeignKey(FinalList, models.PROTECT, related_name="rows")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="final_rows")

    class Meta:
        verbose_name = verbose_name_plural = "公布名单"
        ordering = ["final_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["final_list", "position"], name="final_list_row_position_once"),
            models.UniqueConstraint(fields=["final_list", "entry"], name="final_list_row_entry_once"),
            models.CheckConstraint(condition=~Q(public_label=""), name="final_list_row_has_public_label"),
        ]
