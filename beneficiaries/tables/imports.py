"""List of uploads."""

import django_tables2 as tables

from beneficiaries.enums import ImportState
from welfare.tables import LedgerTable, StatusColumn

NUM = {"td": {"class": "num"}, "th": {"class": "num"}}
TONES = {
    ImportState.UPLOADED: "info",
    ImportState.CHECKED: "warn",
    ImportState.CONFIRMED: "good",
    ImportState.CANCELLED: "neutral",
    ImportState.REFUSED: "bad",
}


class ImportTable(LedgerTable):
    """One row per upload, newest first."""

    filename = tables.Column(verbose_name="文件", linkify=("import_preview", [tables.A("pk")]))
    organisation = tables.Column(verbose_name="范围", attrs={"td": {"class": "nowrap"}})
    uploaded_by = tables.Column(verbose_name="上传人", default="命令行", attrs={"td": {"class": "nowrap"}})
    uploaded_at = tables.DateTimeColumn(
        verbose_name="上传时间", format="Y-m-d H:i", attrs={"td": {"class": "nowrap"}}
    )
    new_count = tables.Column(verbose_name="新增", attrs=NUM)
    changed_count = tables.Column(verbose_name="变更", attrs=NUM)
    unchanged_count = tables.Column(verbose_name="无变化", attrs=NUM)
    bad_count = tables.Column(verbose_name="有误", attrs=NUM)
    state = StatusColumn(verbose_name="状态", tones=TONES, attrs={"td": {"class": "nowrap"}})

    class Meta(LedgerTable.Meta):
        empty_text = "还没有导入过登记表。"
