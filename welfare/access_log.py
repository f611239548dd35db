"""查看记录: who looked at whose whole numbers and papers, for the inspector.

The events are written by ``audit.viewed``; this page only reads those of the organisations where the
reader holds ``audit.view``.
"""

from datetime import timedelta

import django_tables2 as tables
from django import forms
from django.db.models import Count, Max, Q
from django.utils import timezone

from welfare import audit, dates
from welfare.forms import DayField, FilterForm
from welfare.tables import NOWRAP, WRAP, LedgerTable
from welfare.viewtools import list_page, staff

RECENT = timedelta(days=30)
MOST_VIEWERS = 12


class AccessFilter(FilterForm):
    """Above the list: by whom or on whom, and when."""

    actor = forms.CharField(label="查看人", max_length=40)
    target = forms.CharField(label="被查看人或内容", max_length=40)
    from_on = DayField(label="自")
    until_on = DayField(label="至")

    def narrow(self, queryset, chosen):
        if "actor" in chosen:
            queryset = queryset.filter(actor_name__icontains=chosen["actor"])
        if "target" in chosen:
            wanted = Q(label__icontains=chosen["target"]) | Q(target_label__icontains=chosen["target"])
            queryset = queryset.filter(wanted)
        if "from_on" in chosen:
            queryset = queryset.filter(at__date__gte=chosen["from_on"])
        if "until_on" in chosen:
            queryset = queryset.filter(at__date__lte=chosen["until_on"])
        return queryset


class AccessTable(LedgerTable):
    """One look a row, newest first."""

    at = tables.DateTimeColumn(verbose_name="时间", format="Y-m-d H:i", attrs=NOWRAP)
    actor_name = tables.Column(verbose_name="查看人", attrs=NOWRAP)
    label = tables.Column(verbose_name="内容", attrs=WRAP, orderable=False)
    target_label = tables.Column(verbose_name="对象", attrs=NOWRAP, orderable=False)
    reason = tables.Column(verbose_name="原因", default="—", attrs=WRAP, orderable=False)

    class Meta(LedgerTable.Meta):
        empty_text = "没有查看记录。"
        order_by = ("-at",)


def busiest(user, at):
    """Who looked most in the last 30 days: dicts of actor_name, looks, people (distinct), last; most people first."""
    recent = audit.views_visible_to(user).filter(at__gte=at - RECENT).order_by()
    grouped = recent.values("actor_id", "actor_name").annotate(
        looks=Count("pk"), people=Count("target_id", distinct=True), last=Max("at")
    )
    return grouped.order_by("-people", "-looks", "actor_name")[:MOST_VIEWERS]


@staff("audit.view", methods=("GET", "HEAD"))
def access_log(request):
    """Who looked at whom, within the inspector's scope."""
    now = timezone.now()
    return list_page(
        request,
        AccessTable,
        audit.views_visible_to(request.user),
        heading="查看记录",
        filter_form=AccessFilter,
        template="welfare/access_log.html",
        busiest=busiest(request.user, now),
        since_on=dates.today(now - RECENT),
    )
