"""List of uploads."""

import django_tables2 as tables

from beneficiaries.enums import ImportState
from welfare.tables import NOWRAP, NUM, LedgerTable, StatusColumn

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
    kind = tables.Column(verbose_name="种类", attrs=NOWRAP)
    organisation = tables.Column(verbose_name="范围", attrs=NOWRAP)
    uploaded_by = tables.Column(verbose_name="上传人", default="命令行", attrs=NOWRAP)
    uploaded_at = tables.DateTimeColumn(verbose_name="上传时间", format="Y-m-d H:i", attrs=NOWRAP)
    new_count = tables.Column(verbose_name="新增", attrs=NUM)
    changed_count = tables.Column(verbose_name="变更", attrs=NUM)
    bad_count = tables.Column(verbose_name="有误", attrs=NUM)
    state = StatusColumn(verbose_name="状态", tones=TONES, attrs=NOWRAP)

    class Meta(LedgerTable.Meta):
        empty_text = "还没有导入过登记表。"
