"""Institutions: list, page, register, change, archive."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.papers import (
    InstitutionChangeForm,
    InstitutionFilter,
    InstitutionForm,
)
from beneficiaries.models import HelpGiven, Institution, RosterEntry
from beneficiaries.services import institutions
from beneficiaries.tables.papers import InstitutionTable
from beneficiaries.views import papers
from welfare import masking, panels
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, list_page, load, staff

READ = ("GET", "HEAD")
EDIT = "registry.edit"
ROWS = Institution.objects.select_related("organisation", "kind")


@staff("registry.view", methods=READ)
def institution_list(request):
    """The institutions of the user's organisations."""
    return list_page(
        request,
        InstitutionTable,
        ROWS.visible_to(request.user, "registry.view"),
        heading="单位",
        filter_form=InstitutionFilter,
        template="beneficiaries/institutions.html",
        may_edit=request.user.may(EDIT),
    )


@staff("registry.view", methods=READ)
def institution(request, pk):
    """One institution: facts, evidence, help received, rosters; tabs of other rooms."""
    found = load(request, ROWS, pk, permission="registry.view")
    others = panels.of("institution", request.user)
    tabs = [("papers", "证明材料"), ("help", "已获帮扶")]
    if request.user.may("roster.view", found.organisation):
        tabs.append(("rosters", "评审记录"))
    tabs += [(panel.key, panel.label) for panel in others]
    chosen = request.GET.get("tab", "papers")
    chosen = chosen if chosen in dict(tabs) else "papers"
    context = {
        "institution": found,
        "facts": _facts(found),
        "tab": chosen,
        "tabs": [
            {"label": label, "url": papers.tab_of(found, key), "is_current": key == chosen}
            for key, label in tabs
        ],
        "may_edit": request.user.may(EDIT, found.organisation),
    }
    panel = next((one for one in others if one.key == chosen), None)
    if panel:
        context |= {"panel": panel, **panel.load(found, request.user)}
    else:
        context |= _TABS[chosen](found, request.user)
    return render(request, "beneficiaries/institution.html", context)


def _facts(found):
    return [
        ("所在机构", found.organisation),
        ("类型", found.kind),
        ("统一社会信用代码", found.credit_code),
        ("地址", found.address),
        ("联系人", found.contact_name),
        ("联系电话", masking.mask_phone(found.contact_phone)),
        ("停产月数", found.stopped_months),
        ("进入破产程序日期", found.bankrupt_on),
        ("职工人数", found.staff_count),
        ("数据日期", found.facts_on),
        ("建档日期", found.registered_on),
        ("备注", found.note),
    ]


def _papers_tab(found, user):
    return {"papers": papers.of_institution(found, user)}


def _help_tab(found, user):
    rows = HelpGiven.objects.filter(institution=found).select_related("programme", "category")
    return {"help": rows}


def _rosters_tab(found, user):
    rows = RosterEntry.objects.visible_to(user, "roster.view").filter(institution=found)
    rows = rows.select_related("roster__organisation", "roster__step", "programme", "category", "person")
    return {"entries": list(rows.order_by("-added_at", "-pk"))}


_TABS = {"papers": _papers_tab, "help": _help_tab, "rosters": _rosters_tab}


@staff(EDIT)
def institution_new(request):
    """Register an institution by hand."""
    form = InstitutionForm(request.POST or None, user=request.user)

    def act(data):
        return institutions.register(
            organisation=data["organisation"], by=request.user, at=timezone.now(), **form.facts()
        )

    return form_page(
        request,
        form,
        act,
        heading="登记单位",
        done=lambda made: papers.page_of(made) if made else reverse("institutions"),
        success="已登记。可继续上传证明材料。",
        template="beneficiaries/paper_form.html",
        crumbs=[("单位", reverse("institutions"))],
        cancel_url=reverse("institutions"),
        form_class="two-columns",
        facts=[],
    )


@staff(EDIT)
def institution_edit(request, pk):
    """Change the facts, with a reason."""
    found = load(request, ROWS, pk, permission=EDIT)
    form = InstitutionChangeForm(request.POST or None, institution=found, user=request.user)

    def act(data):
        return institutions.change(
            institution=found, by=request.user, at=timezone.now(), reason=data["reason"], **form.facts()
        )

    page = partial(_page, request, found, form, act)
    return page(heading="更改单位信息", success="单位信息已更改。", form_class="two-columns")


@staff(EDIT)
def institution_archive(request, pk):
    """Put an institution away, or take an archived one up again."""
    found = load(request, ROWS, pk, permission=EDIT)
    word = "恢复" if found.is_archived else "归档"
    service = institutions.restore if found.is_archived else institutions.archive
    form = ReasonForm(request.POST or None, label=f"{word}原因")

    def act(data):
        return service(institution=found, by=request.user, at=timezone.now(), reason=data["reason"])

    note = "归档后不再列入名单，材料和历史都保留。" if word == "归档" else ""
    return _page(
        request, found, form, act, heading=f"{word}单位", success=f"已{word}。", submit_label=word, note=note
    )


def _page(request, found, form, act, **context):
    return form_page(
        request,
        form,
        act,
        done=papers.page_of(found),
        template="beneficiaries/paper_form.html",
        crumbs=papers.crumbs_of(found),
        cancel_url=papers.page_of(found),
        facts=[],
        **context,
    )
