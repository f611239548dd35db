"""Code lists of the kernel."""

from django.db import models


class Level(models.TextChoices):
    """Levels of the organisation tree, highest first. ``rank`` orders them."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县(区)"
    TOWNSHIP = "township", "镇(街道)"
    COMMUNITY = "community", "村(社区)"
    GROUP = "group", "组(网格)"

    @property
    def rank(self):
        """0 for the highest level, growing downwards."""
        return list(Level).index(self)


class Line(models.TextChoices):
    """The line (系统) an organisation belongs to."""

    GOVERNMENT = "government", "政府"
    UNION = "union", "工会"
    SCHOOL = "school", "学校"
    HOSPITAL = "hospital", "医院"
    CHARITY = "charity", "慈善组织"
    ENTERPRISE = "enterprise", "企业"
    PARTNER = "partner", "帮扶单位"


class JobState(models.TextChoices):
    """Technical state of a background job; never a business status."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"
