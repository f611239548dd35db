"""List of programmes."""

import django_tables2 as tables

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme
from welfare.tables import NOWRAP, WRAP, LedgerTable, StatusColumn

PROGRAMME_TONES = {
    ProgrammeStatus.DRAFT: "neutral",
    ProgrammeStatus.SUBMITTED: "warn",
    ProgrammeStatus.APPROVED: "good",
    ProgrammeStatus.CLOSED: "neutral",
}


class ProgrammeTable(LedgerTable):
    name = tables.Column(verbose_name="方案名称", linkify=("programme", [tables.A("pk")]), attrs=WRAP)
    organiser = tables.Column(verbose_name="主办机构")
    season = tables.Column(verbose_name="节点", attrs=NOWRAP)
    starts_on = tables.DateColumn(verbose_name="开始", format="Y-m-d", attrs=NOWRAP)
    ends_on = tables.DateColumn(verbose_name="结束", format="Y-m-d", attrs=NOWRAP)
    quota_total = tables.Column(verbose_name="名额", default="—", attrs={"td": {"class": "num"}})
    version = tables.Column(verbose_name="版本", attrs={"td": {"class": "num"}})
    status = StatusColumn(verbose_name="状态", tones=PROGRAMME_TONES)

    class Meta(LedgerTable.Meta):
        model = Programme
        fields = ("name", "organiser", "season", "starts_on", "ends_on", "quota_total", "version", "status")
        empty_text = "没有符合条件的慰问方案。"
