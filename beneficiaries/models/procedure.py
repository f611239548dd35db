"""The procedure of a programme: its ordered steps, and its deadlines."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beneficiaries.enums import MilestoneKind, NoticeChannelKind, StepKind
from beneficiaries.models.programmes import Programme
from welfare.enums import Level
from welfare.models import Organisation, User


def in_words(share):
    """A share as people say it: 三分之二, 半数, 10%"""
    named = {"0.6666": "三分之二", "0.6667": "三分之二", "0.5": "半数", "0.8": "五分之四", "1": "全部"}
    text = f"{share:f}".rstrip("0").rstrip(".")
    return named.get(text) or f"{share * 100:f}".rstrip("0").rstrip(".") + "%"


def wall():
    """Where a notice hangs unless the plan says otherwise."""
    return [NoticeChannelKind.WALL.value]


class ProcedureStep(models.Model):
    """One step of the procedure. Which of the numbers count depends on the kind."""

    unscoped = "part of a programme; holds no person"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("环节", max_length=12, choices=StepKind)
    level = models.CharField("级别", max_length=12, choices=Level, default=Level.COMMUNITY)
    name = models.CharField("名称", max_length=40, blank=True)
    days = models.PositiveSmallIntegerField("公示天数", null=True, blank=True)
    is_working_days = models.BooleanField("按工作日计", default=False)
    round_number = models.PositiveSmallIntegerField("第几榜", null=True, blank=True)
    channels = ArrayField(
        models.CharField(max_length=10, choices=NoticeChannelKind),
        default=wall,
        blank=True,
        verbose_name="公示方式",
        help_text="方案要求的每一种都须拍照（网站可截图）登记后才能办结",
    )
    quorum_share = models.DecimalField(
        "到会比例不低于", max_digits=5, decimal_places=4, null=True, blank=True
    )
    pass_share = models.DecimalField("同意比例不低于", max_digits=5, decimal_places=4, null=True, blank=True)
    sample_share = models.DecimalField("抽查比例", max_digits=5, decimal_places=4, null=True, blank=True)
    sample_number = models.PositiveIntegerField("抽查户数", null=True, blank=True)
    is_for_disputed = models.BooleanField("只评议有疑义的对象", default=False, help_text="不勾选为逐个评议")

    class Meta:
        verbose_name = verbose_name_plural = "程序环节"
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "position"],
                name="procedure_step_position_once",
                violation_error_message="此次序已用于本方案的另一环节，请改为不同的次序。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="notice") | Q(days__gt=0), name="procedure_step_notice_has_days"
            ),
            models.CheckConstraint(
                condition=~Q(kind="check") | Q(sample_share__gt=0) | Q(sample_number__gt=0),
                name="procedure_step_check_has_sample",
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=NoticeChannelKind.values)
                & (~Q(kind="notice") | ~Q(channels=[])),
                name="procedure_step_notice_has_known_channels",
            ),
        ]

    def __str__(self):
        return self.name or f"{self.get_level_display()}{self.get_kind_display()}"

    @property
    def channel_names(self):
        """The channels through which a notice must be shown, in words."""
        return [NoticeChannelKind(kind).label for kind in self.channels]

    @property
    def demands(self):
        """What the step asks for, in words: 公示3天, 到会三分之二以上 …"""
        parts = []
        if self.kind == StepKind.NOTICE:
            parts.append(f"公示{self.days}{'个工作日' if self.is_working_days else '天'}")
            parts.append(f"公示方式：{'、'.join(self.channel_names)}")
        if self.kind == StepKind.ASSESSMENT and self.quorum_share:
            parts.append(f"到会{in_words(self.quorum_share)}以上")
        if self.kind == StepKind.ASSESSMENT and self.pass_share:
            parts.append(f"同意{in_words(self.pass_share)}以上")
        if self.kind == StepKind.CHECK:
            parts.append(
                f"抽查{self.sample_number}户" if self.sample_number else f"抽查{in_words(self.sample_share)}"
            )
        return "，".join(parts)


class Milestone(models.Model):
    """时间节点 with the responsible unit and person. ``due_text`` keeps the words of the plan."""

    unscoped = "part of a programme; names staff only"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones")
    name = models.CharField("事项", max_length=100)
    kind = models.CharField("种类", max_length=8, choices=MilestoneKind, default=MilestoneKind.WORK)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    due_on = models.DateField("截止日期", null=True, blank=True)
    due_time = models.TimeField("截止时刻", null=True, blank=True)
    due_text = models.CharField("方案原文", max_length=60, blank=True)
    responsible_unit = models.CharField("责任单位", max_length=60, blank=True)
    responsible_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="责任机构",
        help_text="填了，到期提醒送到该机构",
    )
    is_each_community = models.BooleanField(
        "各村(社区)的",
        default=False,
        help_text="勾选后，实施范围内各村(社区)都在待办中看到，直到主办机构登记完成",
    )
    responsible_person = models.CharField("责任人", max_length=40, blank=True)
    recipient = models.CharField("报送对象", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    done_at = models.DateTimeField("完成时间", null=True, editable=False)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="登记人"
    )
    done_note = models.CharField("完成情况", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "时间节点"
        ordering = ["programme", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                name="milestone_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="milestone_done_at_by_together",
            ),
            models.CheckConstraint(
                condition=Q(is_each_community=False) | Q(responsible_organisation=None),
                name="milestone_of_one_or_of_each",
                violation_error_message="勾选“各村(社区)的”，就不再填责任机构。",
            ),
        ]

    def __str__(self):
        return self.name
