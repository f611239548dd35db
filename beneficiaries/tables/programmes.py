"""List of programmes."""

import django_tables2 as tables

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme
from welfare.tables import LedgerTable, StatusColumn

PROGRAMME_TONES = {
    ProgrammeStatus.DRAFT: "neutral",
    ProgrammeStatus.SUBMITTED: "warn",
    ProgrammeStatus.APPROVED: "good",
    ProgrammeStatus.CLOSED: "neutral",
}


class ProgrammeTable(LedgerTable):
    name = tables.Column(
        verbose_name="方案名称", linkify=("programme", [tables.A("pk")]), attrs={"td": {"class": "wrap"}}
    )
    organiser = tables.Column(verbose_name="主办机构")
    season = tables.Column(verbose_name="节点", attrs={"td": {"class": "nowrap"}})
    starts_on = tables.DateColumn(verbose_name="开始", format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    ends_on = tables.DateColumn(verbose_name="结束", format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    quota_total = tables.Column(verbose_name="名额", default="—", attrs={"td": {"class": "num"}})
    version = tables.Column(verbose_name="版本", attrs={"td": {"class": "num"}})
    status = StatusColumn(verbose_name="状态", tones=PROGRAMME_TONES)

    class Meta(LedgerTable.Meta):
        model = Programme
        fields = ("name", "organiser", "season", "starts_on", "ends_on", "quota_total", "version", "status")
        empty_text = "没有符合条件的慰问方案。"
