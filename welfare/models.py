"""Organisations, users and roles; the audit trail; jobs. Mechanisms, no cases."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from welfare import roles
from welfare.enums import JobState, Level, Line
from welfare.scope import ScopedModel, ScopedQuerySet


class OrganisationQuerySet(ScopedQuerySet):
    def under(self, organisation):
        """The organisation itself and everything below it."""
        return self.filter(path__startswith=organisation.path)

    def above(self, organisation):
        """The organisation itself and everything above it, highest first."""
        ids = [int(part) for part in organisation.path.strip("/").split("/")]
        return self.filter(pk__in=ids).order_by("path")


class Organisation(ScopedModel):
    """A node of the tree: county, township, community, or a unit of another line.

    ``path`` is the chain of ids from the root ("/1/4/9/"), kept by ``save``; a subtree is a prefix.
    """

    scope_path = ""

    code = models.CharField("机构代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机构"
    )
    level = models.CharField("级别", max_length=12, choices=Level)
    line = models.CharField("系统", max_length=12, choices=Line, default=Line.GOVERNMENT)
    path = models.CharField(max_length=200, editable=False, db_index=False, default="")
    hotline = models.CharField("监督电话", max_length=30, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="organisation_path", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_own_parent"),
            models.UniqueConstraint(fields=["parent", "name"], name="organisation_name_once_below_parent"),
        ]

    def __str__(self):
        return self.short_name or self.name

    def clean(self):
        super().clean()
        if self.pk and self.parent and self.path and self.covers(self.parent):
            raise ValidationError({"parent": f"{self.parent}在{self}之下，不能作它的上级，请另选。"})

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            old, self.path = self.path, path
            Organisation.objects.filter(pk=self.pk).update(path=path)
            if old:
                for below in Organisation.objects.filter(parent=self):
                    below.parent = self
                    below.save()

    def covers(self, other):
        """True for itself and for everything below it."""
        return other.path.startswith(self.path)

    def at_level(self, level):
        """This organisation or its nearest ancestor at ``level``; None when there is none."""
        return Organisation.objects.above(self).filter(level=level).last()

    def office_for(self, level, above=None):
        """Who does here what is to be done at ``level``: the nearest organisation, itself first, at that level
        or above it. A tree without an office there hands the duty up; the highest takes what nobody above can.
        ``above`` are ``objects.above(self)`` in order, if read already.
        """
        above = above or list(Organisation.objects.above(self))
        fit = [one for one in above if Level(one.level).rank <= Level(level).rank]
        return fit[-1] if fit else above[0]


class User(AbstractUser):
    """A member of staff. What she may do comes from her role assignments alone."""

    unscoped = "staff accounts, administered by the administrator who sees no case"

    first_name = last_name = None
    full_name = models.CharField("姓名", max_length=50)
    phone = models.CharField("工作电话", max_length=30, blank=True)
    position = models.CharField("职务", max_length=50, blank=True)

    objects = UserManager()
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name

    def may(self, permission, organisation=None, *, level=None):
        """See ``roles.has_permission``."""
        return roles.has_permission(self, permission, organisation, level=level)

    def has_perm(self, perm, obj=None):
        """Django's own permissions are given to nobody, so they are not read; see ``may``."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label):
        return self.is_active and self.is_superuser


class RoleAssignmentQuerySet(models.QuerySet):
    def in_force(self, on):
        """Assignments whose last day has not passed and whose user and organisation are active."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on), organisation__is_active=True)


class RoleAssignment(models.Model):
    """User × role × organisation, until a last day."""

    unscoped = "says what staff may do; holds no case"

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name="用户")
    role = models.CharField("角色", max_length=24, choices=roles.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="role_assignments", verbose_name="机构"
    )
    expires_on = models.DateField("有效期至", null=True, blank=True)
    granted_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "角色授权"
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                name="role_assignment_once",
                violation_error_message="该用户在该机构已有此角色。",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class DutyRecord(models.Model):
    """Who did which duty on which case, at which stage: what four eyes are judged by. Written by the gate."""

    unscoped = "user ids and duties; read by the gate only"

    case_type = models.CharField(max_length=60)
    case_id = models.BigIntegerField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20)
    stage = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "履职记录"
        indexes = [models.Index(fields=["case_type", "case_id", "user"], name="duty_record_case")]


class AuditEvent(models.Model):
    """One act. Append-only: the database refuses UPDATE, DELETE and TRUNCATE.

    No foreign keys, so that nothing that happens to a user or a case can touch it.
    """

    unscoped = "read through audit.events_visible_to, which scopes by organisation_path"

    at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField("操作人", max_length=80)
    organisation_id = models.BigIntegerField(null=True)
    organisation_path = models.CharField(max_length=200, default="/")
    action = models.CharField("动作", max_length=60)
    label = models.CharField("说明", max_length=100, blank=True)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target_label = models.CharField("对象", max_length=200, blank=True)
    reason = models.TextField("理由", blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    source = models.CharField("来源", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_event_target"),
            models.Index(fields=["organisation_id", "id"], name="audit_event_organisation"),
            models.Index(fields=["actor_id", "id"], name="audit_event_actor"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.label or self.action}"


class AuditLink(models.Model):
    """The seal of one event: its place in its organisation's chain. Append-only, one per event."""

    unscoped = "hashes only"

    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link", db_constraint=False)
    organisation_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "记录封签"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "sequence"], name="audit_link_sequence_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_link_sequence_from_one"),
        ]


class Job(ScopedModel):
    """Long work in the background, one row each, with progress."""

    kind = models.CharField("种类", max_length=60)
    label = models.CharField("名称", max_length=120)
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField("进展", max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField("错误", blank=True)
    result_url = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="jobs", verbose_name="提交人")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="机构")
    created_at = models.DateTimeField("提交时间")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_cancel_requested = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(attempts__lte=3), name="job_at_most_three_attempts"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        ]

    def __str__(self):
        return self.label

    @property
    def percent(self):
        """0 to 100, for the progress bar."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_finished(self):
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class SubmittedForm(models.Model):
    """A form's one-time key, claimed by the first submission, so that a double click makes one row."""

    unscoped = "random keys only"

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "已提交表单"


class CalendarDay(models.Model):
    """Whether a date is a working day, as officially announced (holidays and make-up days)."""

    unscoped = "public calendar"

    on = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("工作日")
    name = models.CharField("节假日", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["on"]

    def __str__(self):
        return f"{self.on} {'工作日' if self.is_working else self.name or '休息日'}"
