"""Teams, planned visits, what was told ahead, found, photographed and asked for."""

import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beneficiaries.models import Household, Programme, RosterEntry
from visits.enums import (
    IN_PERSON,
    Channel,
    HousingDanger,
    HousingKind,
    Mode,
    NeedKind,
    NeedStatus,
    Outgoing,
    VisitStatus,
)
from visits.querysets import NeedQuerySet, TeamQuerySet, TeamScopedQuerySet, VisitQuerySet
from welfare import dates
from welfare.models import Organisation, User
from welfare.money import MoneyField
from welfare.scope import ScopedModel
from welfare.workflow import StatusField, status_known


class TeamScopedModel(ScopedModel):
    """Base: seen by the members of the team that ``team_path`` leads to, and over the organisation."""

    team_path = "visit__team"
    scope_path = "visit__organisation"
    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Team(TeamScopedModel):
    """慰问组 of one programme at one organisation. The leader is a member too."""

    team_path = ""
    scope_path = "organisation"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="teams", verbose_name="方案")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams", verbose_name="机构")
    name = models.CharField("组名", max_length=40)
    leader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="组长")
    vehicle = models.CharField("车辆（司机）", max_length=60, blank=True)
    gather_time = models.TimeField("集合时间", null=True, blank=True)
    gather_place = models.CharField("集合地点", max_length=100, blank=True)
    formed_at = models.DateTimeField("组建时间")
    formed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "慰问组"
        ordering = ["-programme", "organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "name"],
                name="team_name_once",
                violation_error_message="这个机构在本方案中已有同名的慰问组。",
            ),
        ]

    def __str__(self):
        return self.name


class TeamMember(TeamScopedModel):
    """A visitor on a team. Nobody else may make the team's visits (严禁替代)."""

    team_path = "team"
    scope_path = "team__organisation"

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="team_memberships", verbose_name="走访人员")

    class Meta:
        verbose_name = verbose_name_plural = "组员"
        ordering = ["team", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_member_once")]

    def __str__(self):
        return str(self.user)


class Visit(TeamScopedModel):
    """走访: one team at one household, person or institution, on a day, in a slot.

    ``organisation`` is the community visited; ``household`` is empty only for an institution.
    ``done_at`` is when the team stood at the door, whether it met somebody (done) or not (absent).
    """

    team_path = "team"
    scope_path = "organisation"

    team = models.ForeignKey(Team, models.PROTECT, related_name="visits", verbose_name="慰问组")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="visits", verbose_name="村(社区)"
    )
    entry = models.ForeignKey(
        RosterEntry, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="慰问对象"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="户"
    )
    mode = models.CharField("方式", max_length=8, choices=Mode, default=Mode.HOME)
    planned_on = models.DateField("走访日期")
    slot_from = models.TimeField("开始时间", null=True, blank=True)
    slot_to = models.TimeField("结束时间", null=True, blank=True)
    follow_up_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name="补访自"
    )
    status = StatusField("状态", choices=VisitStatus, default=VisitStatus.PLANNED)
    place = models.CharField("走访地点", max_length=100, blank=True)
    finding = models.TextField("走访情况", max_length=2000, blank=True)
    status_reason = models.CharField("说明", max_length=300, blank=True)
    planned_at = models.DateTimeField("安排时间")
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="安排人")
    done_at = models.DateTimeField("到访时间", null=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    confirmed_at = models.DateTimeField("确认时间", null=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        ordering = ["planned_on", "slot_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(household__isnull=False), name="visit_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(slot_from=None, slot_to=None) | Q(slot_to__gt=F("slot_from")),
                name="visit_slot_in_order",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="planned"), name="visit_one_planned_per_entry"
            ),
            models.UniqueConstraint(
                fields=["team", "planned_on", "slot_from"],
                condition=Q(status="planned", slot_from__isnull=False),
                name="visit_one_per_team_and_slot",
            ),
            models.UniqueConstraint(
                fields=["follow_up_of"], condition=~Q(status="cancelled"), name="visit_one_follow_up"
            ),
            models.CheckConstraint(condition=~Q(follow_up_of=F("id")), name="visit_not_own_follow_up"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="visit_done_at_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (Q(done_at__isnull=False) & ~Q(finding="") & ~Q(place="")),
                name="visit_done_has_place_and_finding",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["absent", "cancelled"]) | ~Q(status_reason=""),
                name="visit_not_made_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(status="done"), name="visit_confirmed_only_when_done"
            ),
            status_known(VisitStatus, "visit_status_known"),
        ]
        indexes = [
            models.Index(fields=["team", "planned_on"], name="visit_team_day"),
            models.Index(fields=["organisation", "planned_on"], name="visit_organisation_day"),
        ]

    def __str__(self):
        return f"{self.whom}（{self.planned_on:%m月%d日}）"

    @property
    def whom(self):
        """Who is visited: the person, the institution, or the head of the household."""
        if self.entry and (self.entry.person or self.entry.institution):
            return self.entry.person or self.entry.institution
        return self.household.head or self.household

    @property
    def slot(self):
        """09:00–09:30, or nothing."""
        return f"{self.slot_from:%H:%M}–{self.slot_to:%H:%M}" if self.slot_from else ""

    @property
    def must_be_told(self):
        """People are told ahead when somebody comes to them and the programme asks for it."""
        return self.mode in IN_PERSON and self.team.programme.advance_notice_days > 0

    @property
    def notice_given(self):
        """The notice of the day as it stands now, or None."""
        return self.notices.select_related("visit__team__programme").filter(for_on=self.planned_on).first()

    @property
    def tell_by_on(self):
        """The last day on which the household can be told in time."""
        return self.planned_on - timedelta(days=self.team.programme.advance_notice_days)


class VisitConfirmation(TeamScopedModel):
    """A member of the team puts her name to a visit, on her own login. The first is who completed it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="confirmations")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="走访人员")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "走访确认"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "user"], name="visit_confirmation_once_per_user")
        ]

    def __str__(self):
        return f"{self.user}"


class AdvanceNotice(TeamScopedModel):
    """上门告知: whom we told, when, of which day. A visit moved to another day must be told again."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="notices")
    told_on = models.DateField("告知日期")
    for_on = models.DateField("告知的走访日期")
    channel = models.CharField("告知方式", max_length=10, choices=Channel)
    told_whom = models.CharField("告知对象", max_length=50)
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "上门告知"
        ordering = ["told_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "for_on"], name="advance_notice_once_per_day_told"),
            models.CheckConstraint(
                condition=Q(told_on__lte=F("for_on")), name="advance_notice_before_the_visit"
            ),
            models.CheckConstraint(condition=~Q(told_whom=""), name="advance_notice_told_somebody"),
        ]

    def __str__(self):
        return f"{self.told_on:%m月%d日}{self.get_channel_display()}告知{self.told_whom}"

    @property
    def is_late(self):
        """Told later than the programme asks: the visit cannot be recorded on that day."""
        return self.told_on > self.for_on - timedelta(days=self.visit.team.programme.advance_notice_days)


class Survey(TeamScopedModel):
    """入户调查表 of one visit: typed answers, so that they can be counted."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="survey")
    informant = models.CharField("受访人", max_length=50)
    informant_relation = models.CharField("与户主关系", max_length=20, blank=True)
    members_at_home = models.PositiveSmallIntegerField("当日在家人数")
    members_agree = models.BooleanField("家庭成员与登记一致", default=True)
    member_changes = models.CharField(
        "成员变化", max_length=300, blank=True, help_text="与登记不一致时必填，如新增、死亡、外出"
    )
    housing_kind = models.CharField("住房类型", max_length=14, choices=HousingKind)
    housing_dangers = ArrayField(
        models.CharField(max_length=12, choices=HousingDanger),
        default=list,
        blank=True,
        verbose_name="住房安全隐患",
    )
    income_agrees = models.BooleanField("收入与登记一致", default=True)
    monthly_income = MoneyField("核实的月人均收入（元）", null=True, blank=True)
    outgoings = ArrayField(
        models.CharField(max_length=10, choices=Outgoing), default=list, blank=True, verbose_name="主要支出"
    )
    yearly_outgoing = MoneyField("近一年家庭支出（元）", null=True, blank=True)
    health_changes = models.CharField("健康变化", max_length=500, blank=True)
    work = models.CharField("就业情况", max_length=200, blank=True)
    help_held = models.CharField(
        "已享受的帮扶", max_length=500, blank=True, help_text="如低保、医疗救助、助学、其他部门慰问"
    )
    opinions = models.TextField("需求与意见", max_length=1000, blank=True)
    filled_at = models.DateTimeField("填写时间")
    filled_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填写人")

    class Meta:
        verbose_name = verbose_name_plural = "入户调查表"
        constraints = [
            models.CheckConstraint(
                condition=Q(members_agree=True) | ~Q(member_changes=""), name="survey_member_changes_told"
            ),
            models.CheckConstraint(
                condition=Q(income_agrees=True) | Q(monthly_income__isnull=False),
                name="survey_other_income_told",
            ),
            models.CheckConstraint(
                condition=(Q(monthly_income=None) | Q(monthly_income__gte=0))
                & (Q(yearly_outgoing=None) | Q(yearly_outgoing__gte=0)),
                name="survey_money_not_negative",
            ),
        ]

    def __str__(self):
        return f"入户调查表：{self.visit}"

    @property
    def danger_labels(self):
        """The dangers in words."""
        return "、".join(HousingDanger(value).label for value in self.housing_dangers)


def _photo_name(photo, filename):
    return f"visits/{photo.taken_at:%Y/%m}/{uuid.uuid4().hex}.jpg"


class Photo(TeamScopedModel):
    """A photo of a visit, cleaned of everything that is not picture. Served by a view that asks who looks."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    file = models.FileField("照片", upload_to=_photo_name)
    caption = models.CharField("说明", max_length=100, blank=True)
    taken_at = models.DateTimeField("上传时间")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拍摄人")

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"
        ordering = ["taken_at", "id"]

    def __str__(self):
        return self.caption or f"照片{self.pk}"


class Need(TeamScopedModel):
    """诉求: what somebody asked for, followed until solved. ``household`` is empty for an institution."""

    scope_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="needs", verbose_name="村(社区)"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="needs", verbose_name="户"
    )
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="needs", verbose_name="走访")
    kind = models.CharField("类别", max_length=10, choices=NeedKind)
    text = models.CharField("内容", max_length=500)
    status = StatusField("状态", choices=NeedStatus, default=NeedStatus.OPEN)
    noted_at = models.DateTimeField("提出时间")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    answer = models.TextField("解决情况", max_length=1000, blank=True)
    solved_at = models.DateTimeField("解决时间", null=True, editable=False)
    solved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        ordering = ["noted_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="need_has_words"),
            models.CheckConstraint(
                condition=Q(status="open", solved_at=None, solved_by=None)
                | (Q(status="solved", solved_at__isnull=False, solved_by__isnull=False) & ~Q(answer="")),
                name="need_solved_with_words",
            ),
            status_known(NeedStatus, "need_status_known"),
        ]
        indexes = [models.Index(fields=["organisation", "status"], name="need_organisation_status")]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.text[:20]}"

    @property
    def whom(self):
        """Who asked: the head of the household, or the institution."""
        return (self.household.head or self.household) if self.household_id else self.visit.whom

    def age_in_days(self, on):
        """Days from the noting until it was solved, or until the date ``on``."""
        return (dates.today(self.solved_at) if self.solved_at else on).toordinal() - dates.today(
            self.noted_at
        ).toordinal()
