"""The summary of a programme: every number leads to the lines behind it."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from beneficiaries.models import Programme
from disbursements.documents.summary import summary_workbook
from disbursements.queries.summary import summary
from welfare import audit, dates
from welfare.viewtools import send_workbook, staff


@staff("report.view", methods=("GET", "HEAD"))
def summary_list(request):
    """Programmes that have sheets."""
    programmes = Programme.objects.visible_to(request.user).exclude(sheets=None)
    context = {"programmes": programmes.select_related("organiser").order_by("-year", "code", "-version")}
    return render(request, "disbursements/summaries.html", context)


@staff("report.view", methods=("GET", "HEAD"))
def summary_page(request, pk):
    programme = load_programme(request, pk)
    found, may_see = summary(programme, request.user), request.user.may("sheet.view")

    def behind(**narrowed):
        return lines_url(programme, **narrowed) if may_see else ""

    context = {
        "programme": programme,
        "found": found,
        "by_organisation": _groups(found.by_organisation, behind, "organisation"),
        "by_category": _groups(found.by_category, behind, "category"),
        "received_url": behind(status="received"),
        "card_url": behind(status="received", kind="bank"),
        "goods_url": behind(status="received", kind="goods"),
        "waiting_url": behind(status="pending"),
        "may_see_sheets": may_see,
        "may_export": request.user.may("export"),
    }
    return render(request, "disbursements/summary.html", context)


@staff("export", methods=("GET", "HEAD"))
def summary_export(request, pk):
    """The summary as a workbook; logged."""
    programme = load_programme(request, pk)
    now = timezone.now()
    audit.viewed(by=request.user, at=now, target=programme, what="汇总表（导出）")
    return send_workbook(
        lambda target: summary_workbook(programme, target, dates.today(now), request.user),
        filename=f"{programme}汇总表.xlsx",
    )


def load_programme(request, pk):
    """A programme within reach, or 404."""
    programme = Programme.objects.visible_to(request.user).filter(pk=pk).select_related("organiser").first()
    if programme is None:
        raise Http404("没有找到这个方案，或它不在您的工作范围内。")
    return programme


def _groups(groups, behind, name):
    """Rows of a table: [{label, figures, url}], the url leading to the received lines of the group.

    ``behind`` gives the address of lines, "" for who may not see them.
    """
    return [
        {
            "label": str(group.of),
            "figures": group.figures,
            "url": behind(**{name: group.of.pk}, status="received"),
            "waiting_url": behind(**{name: group.of.pk}, status="pending"),
        }
        for group in groups
    ]


def lines_url(programme, **narrowed):
    """Address of the lines behind a figure."""
    return f"{reverse('lines')}?{urlencode({'programme': programme.pk, **narrowed})}"
