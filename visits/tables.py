"""Lists of visits, teams and needs."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from visits.enums import NeedStatus, VisitStatus
from visits.models import Need, Team, Visit
from welfare.tables import NOWRAP, NUM, WRAP, DateColumn, LedgerTable, StatusColumn
from welfare.templatetags.ledger import status_badge

VISIT_TONES = {
    VisitStatus.PLANNED: "info",
    VisitStatus.DONE: "good",
    VisitStatus.ABSENT: "warn",
    VisitStatus.CANCELLED: "neutral",
}
NEED_TONES = {NeedStatus.OPEN: "warn", NeedStatus.SOLVED: "good"}


class WhomColumn(tables.Column):
    """The visited, leading to the visit."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_values=(), orderable=False, attrs=NOWRAP, **kwargs)

    def render(self, record):
        return format_html('<a href="{}">{}</a>', reverse("visit", args=[record.pk]), record.whom)


class VisitTable(LedgerTable):
    planned_on = DateColumn(verbose_name="走访日期", attrs=NOWRAP)
    slot = tables.Column(
        verbose_name="时段", order_by=("planned_on", "slot_from"), empty_values=(), attrs=NOWRAP
    )
    whom = WhomColumn(verbose_name="慰问对象")
    organisation = tables.Column(verbose_name="村(社区)", order_by=("organisation__path",))
    household__group_name = tables.Column(verbose_name="组", default="—", attrs=NOWRAP)
    team = tables.Column(verbose_name="慰问组", order_by=("team__name",), attrs=NOWRAP)
    mode = tables.Column(verbose_name="方式", attrs=NOWRAP)
    told = tables.Column(verbose_name="告知", empty_values=(), orderable=False, attrs=NOWRAP)
    status = StatusColumn(verbose_name="状态", tones=VISIT_TONES, attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        model = Visit
        fields = []
        sequence = [
            "planned_on",
            "slot",
            "whom",
            "organisation",
            "household__group_name",
            "team",
            "mode",
            "told",
            "status",
        ]

    def render_told(self, record):
        if record.is_told:
            return "已告知"
        return "未告知" if record.status == VisitStatus.PLANNED and record.must_be_told else "—"

    def render_status(self, record, value):
        if record.status == VisitStatus.DONE and record.confirmed_at is None:
            return status_badge("待确认", "warn")
        return status_badge(value, VISIT_TONES[record.status])


class TeamTable(LedgerTable):
    name = tables.Column(
        verbose_name="组名", linkify=lambda record: reverse("team", args=[record.pk]), attrs=NOWRAP
    )
    programme = tables.Column(verbose_name="方案", order_by=("programme__name",))
    organisation = tables.Column(verbose_name="机构", order_by=("organisation__path",), attrs=NOWRAP)
    leader = tables.Column(verbose_name="组长", order_by=("leader__full_name",), attrs=NOWRAP)
    member_count = tables.Column(verbose_name="人数", attrs=NUM)
    visit_count = tables.Column(verbose_name="走访户数", attrs=NUM)
    vehicle = tables.Column(verbose_name="车辆（司机）", default="—")

    class Meta(LedgerTable.Meta):
        model = Team
        fields = []
        empty_text = "还没有慰问组。"


class NeedTable(LedgerTable):
    text = tables.Column(
        verbose_name="诉求",
        linkify=lambda record: reverse("need", args=[record.pk]),
        attrs=WRAP,
    )
    kind = tables.Column(verbose_name="类别", attrs=NOWRAP)
    whom = tables.Column(verbose_name="提出的户", empty_values=(), orderable=False, attrs=NOWRAP)
    organisation = tables.Column(verbose_name="村(社区)", order_by=("organisation__path",), attrs=NOWRAP)
    noted_at = tables.DateTimeColumn(verbose_name="提出时间", format="Y-m-d", attrs=NOWRAP)
    days = tables.Column(
        verbose_name="已过天数",
        empty_values=(),
        order_by=("-noted_at",),
        attrs=NUM,
    )
    status = StatusColumn(verbose_name="状态", tones=NEED_TONES, attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        model = Need
        fields = []
        empty_text = "没有符合条件的诉求。"

    def __init__(self, *args, on=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def render_whom(self, record):
        return record.whom

    def render_days(self, record):
        return record.age_in_days(self.on)
