"""Staff pages of programmes: to read. They are written and approved in the admin."""

from django.shortcuts import render
from django.urls import reverse

from beneficiaries.forms.programmes import ProgrammeFilter
from beneficiaries.models import Programme
from beneficiaries.queries import framework, programme_page
from beneficiaries.tables.programmes import PROGRAMME_TONES, ProgrammeTable
from welfare.viewtools import list_page, load, move_buttons, staff


@staff("programme.view", methods=("GET", "HEAD"))
def programme_list(request):
    rows = Programme.objects.visible_to(request.user).select_related("organiser")
    return list_page(
        request,
        ProgrammeTable,
        rows,
        heading="慰问方案",
        filter_form=ProgrammeFilter,
        template="beneficiaries/programme_list.html",
        may_write=request.user.is_staff and request.user.may("programme.write"),
    )


@staff("programme.view", methods=("GET", "HEAD"))
def programme(request, pk):
    """One programme whole: what adds up, who, what, how, by when, out of which funds."""
    rows = Programme.objects.select_related("organiser", "parent", "written_by", "approved_by")
    found = load(request, rows, pk)
    findings, figures = programme_page.findings_and_figures(found)
    versions = programme_page.other_versions(found, request.user)
    quotas = list(found.quotas.select_related("organisation", "category"))
    return render(
        request,
        "beneficiaries/programme.html",
        {
            "programme": found,
            "status_tone": PROGRAMME_TONES[found.status],
            "buttons": move_buttons(found, request.user, _move_url(found)) if request.user.is_staff else [],
            "admin_url": _admin_url(request.user, found),
            "may_write": request.user.may("programme.write", found.organiser),
            "versions": versions,
            "has_earlier": any(other.version < found.version for other in versions),
            "facts": _facts(found),
            "findings": findings,
            "figures": figures,
            "cards": programme_page.categories(found),
            "steps": [
                {"label": str(step), "state": "todo", "sub": step.demands} for step in found.steps.all()
            ],
            "milestones": found.milestones.select_related("responsible_organisation"),
            "quotas": quotas,
            "quota_sum": sum(
                quota.count for quota in quotas if quota.organisation_id and quota.category_id is None
            ),
            "funds": found.foreseen_funds.select_related("fund"),
            "framework": framework.overview(found, request.user),
            "may_open": request.user.may("registry.view"),
        },
    )


def _move_url(programme):
    return lambda move: reverse("admin:beneficiaries_programme_move", args=[programme.pk, move])


def _admin_url(user, programme):
    """The programme in the admin, for who may write or approve it there."""
    may = any(user.may(name, programme.organiser) for name in ("programme.write", "programme.approve"))
    return (
        reverse("admin:beneficiaries_programme_change", args=[programme.pk]) if may and user.is_staff else ""
    )


def _facts(programme):
    return [
        ("方案编号", f"{programme.code}（第{programme.version}版）"),
        ("类型", programme.get_kind_display()),
        ("主办机构", str(programme.organiser)),
        ("节点", programme.season),
        (
            "期限",
            f"{programme.starts_on} 至 {programme.ends_on}{'（推定）' if programme.has_assumed_dates else ''}",
        ),
        ("所属总体方案", str(programme.parent) if programme.parent else None),
        ("总名额", f"{programme.quota_total}" if programme.quota_total is not None else None),
        ("家庭人口", programme.get_family_rule_display()),
        ("每次最高", f"{programme.cap_each:,} 元" if programme.cap_each else None),
        ("全年最高", f"{programme.cap_year:,} 元" if programme.cap_year else None),
        ("往年已享受者", "；".join(map(str, programme.earlier_help.all())) or None),
        (
            "本年度停办机构",
            "；".join(map(str, programme.barred.select_related("organisation"))) or None,
        ),
        ("监督电话", programme.hotline or None),
        ("受理异议", programme.objection_place or None),
        ("走访", f"提前 {programme.advance_notice_days} 天告知，每次至少 {programme.visitors_needed} 人"),
        ("拟订人", str(programme.written_by or "—")),
        ("批准人", str(programme.approved_by or "—")),
        ("互斥组", programme.exclusion_group or None),
    ]
