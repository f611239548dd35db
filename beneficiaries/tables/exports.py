"""List of one's exports."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from welfare.tables import NOWRAP, NUM, WRAP, LedgerTable
from welfare.templatetags.ledger import status_badge

TONES = {"done": "good", "failed": "bad", "running": "info"}


class ExportTable(LedgerTable):
    """One row per export, with its job."""

    title = tables.Column(verbose_name="内容", attrs=WRAP, orderable=False)
    organisation = tables.Column(verbose_name="范围", orderable=False)
    is_unmasked = tables.Column(verbose_name="号码", attrs=NOWRAP, orderable=False)
    row_count = tables.Column(verbose_name="行数", attrs=NUM, orderable=False)
    requested_at = tables.Column(verbose_name="申请时间", attrs=NOWRAP, orderable=False)
    state = tables.Column(
        verbose_name="状态", accessor="job__state", attrs=NOWRAP, orderable=False, empty_values=()
    )

    class Meta(LedgerTable.Meta):
        empty_text = "还没有导出过名单。请先在“困难群众”列表中选好条件，再点“导出”。"

    def render_title(self, value, record):
        return format_html('<a href="{}">{}</a>', reverse("list_export", args=[record.pk]), value)

    def render_is_unmasked(self, value):
        return "完整" if value else "隐去"

    def render_requested_at(self, value):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")

    def render_state(self, record):
        if record.sha256:
            return status_badge("可下载", "good") if record.file else status_badge("已清除")
        if record.job is None:
            return status_badge("未完成")
        return status_badge(record.job.get_state_display(), TONES.get(record.job.state, "neutral"))
