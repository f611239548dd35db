"""Pairing: a household's cadres, a cadre's own households, and how far an office's households are covered."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents.pairings import pairing_list
from beneficiaries.forms.papers import MOST_SHOWN, CoverageFilter, EndForm, PairingFilter, PairingForm
from beneficiaries.models import Household, Pairing
from beneficiaries.queries import pairings as queries
from beneficiaries.services import pairings
from beneficiaries.tables.papers import CadreTable, CoverageTable, MyHouseholdTable, PairingHouseholdTable
from beneficiaries.views import papers
from welfare import audit, dates, masking, roles
from welfare.viewtools import form_page, list_page, load, send_workbook, staff

READ = ("GET", "HEAD")
EDIT = "registry.edit"
MOST_ROWS = 20_000  # of a workbook made while the browser waits


def _tabs(current):
    pages = [("pairings", "覆盖情况"), ("pairing_households", "户"), ("pairing_cadres", "帮扶干部")]
    return [{"label": label, "url": reverse(name), "is_current": name == current} for name, label in pages]


@staff("registry.view", methods=READ)
def coverage(request):
    """Per community: how many households are paired, how many are not."""
    found = queries.totals(request.user)
    return list_page(
        request,
        CoverageTable,
        queries.coverage(request.user),
        heading="结对帮扶",
        filter_form=CoverageFilter,
        template="beneficiaries/pairings.html",
        tabs=_tabs("pairings"),
        totals=found | {"unpaired": found["count"] - found["paired"]},
    )


@staff("registry.view", methods=READ)
def household_list(request):
    """Households with their cadres; the unpaired ones are a filter away, and may be paired from here."""
    may_edit = request.user.may(EDIT)
    table = PairingHouseholdTable if may_edit else partial(PairingHouseholdTable, exclude=("select",))
    return list_page(
        request,
        table,
        queries.households(request.user),
        heading="结对帮扶",
        filter_form=partial(PairingFilter, user=request.user),
        template="beneficiaries/pairing_households.html",
        tabs=_tabs("pairing_households"),
        may_edit=may_edit,
        workbook_url=_workbook_url(request) if request.user.may("export") else "",
    )


def _workbook_url(request):
    return f"{reverse('pairing_workbook')}?{request.GET.urlencode()}"


@staff("registry.view", methods=READ)
def cadre_list(request):
    """Cadres and how many households each looks after."""
    return list_page(
        request,
        CadreTable,
        queries.cadres(request.user),
        heading="结对帮扶",
        template="beneficiaries/pairing_cadres.html",
        tabs=_tabs("pairing_cadres"),
    )


@staff("export", methods=READ)
def workbook(request):
    """The list as filtered, as a workbook, of the organisations where the user may export; written down."""
    form = PairingFilter(request.GET, user=request.user)
    rows = form.apply(queries.households(request.user, "export")).order_by(
        "organisation__path", "number", "pk"
    )
    count = rows.count()
    if count > MOST_ROWS:
        messages.error(request, f"有 {count} 户，一次最多导出 {MOST_ROWS} 户，请先选一个镇(街道)。")
        return redirect(f"{reverse('pairing_households')}?{request.GET.urlencode()}")
    now = timezone.now()
    where = next(held.organisation for held in roles.assignments_of(request.user))
    response = send_workbook(
        lambda target: pairing_list(rows, target, on=dates.today(now)), filename="结对帮扶名单.xlsx"
    )
    if request.method == "GET":
        audit.viewed(by=request.user, at=now, target=where, what=f"结对帮扶名单（导出 {count} 户）")
    return response


@staff(methods=READ)
def my_pairings(request):
    """The households that look to me: name, village and group. The telephone number, masked, and the way to the
    household's page only where I may read the registry; otherwise the community arranges the visit."""
    return list_page(
        request,
        lambda rows: MyHouseholdTable([_mine(pairing, request.user) for pairing in rows]),
        queries.of_cadre(request.user).prefetch_related("household__members"),
        heading="我的结对户",
        template="beneficiaries/my_pairings.html",
    )


def _mine(pairing, user):
    household = pairing.household
    may_view = user.may("registry.view", household.organisation)
    phone = masking.mask_phone(household.head.phone if household.head else "") if may_view else ""
    return {
        "head": pairing.head_name or "未登记户主",
        "url": papers.tab_of(household, "pairing") if may_view else "",
        "place": f"{household.organisation}{household.group_name}",
        "size": pairing.size,
        "phone": phone or ("—" if may_view else "请向村(社区)询问"),
        "unit": pairing.unit,
        "from_on": pairing.from_on,
    }


@staff(EDIT)
def pairing_new(request):
    """Pair one cadre with the households named in the address: ``?household=1&household=2``."""
    found = _households(request)
    today = dates.today(timezone.now())
    reach = pairings.cadres_for([one.organisation for one in found], today)
    form = PairingForm(request.POST or None, cadres=reach, initial={"from_on": today})
    text = " ".join(request.GET.get("q", "").split())[:40]
    names = _offered(reach, found, text)
    form.offer("cadre", names[:MOST_SHOWN], _cadre_label)

    def act(data):
        return pairings.pair_many(households=found, by=request.user, at=timezone.now(), **data)

    one = found[0] if len(found) == 1 else None
    back = papers.tab_of(one, "pairing") if one else f"{reverse('pairing_households')}?paired=no"
    return form_page(
        request,
        form,
        partial(_pair, request, act),
        heading=f"结对帮扶：{len(found)} 户",
        done=back,
        template="beneficiaries/pick_form.html",
        crumbs=papers.crumbs_of(one) if one else [("结对帮扶", reverse("pairings"))],
        cancel_url=back,
        submit_label="结对",
        facts=[("户", "、".join(f"{row.head_name or '未登记户主'}（{row.number}）" for row in found))],
        pick={
            "label": "查找帮扶干部",
            "text": text,
            "hidden": [("household", row.pk) for row in found],
            "shown": min(len(names), MOST_SHOWN),
            "has_more": len(names) > MOST_SHOWN,
            "hint": "先列出本村(社区)和本镇(街道)的人员；其他人员请输入姓名查找。",
        },
    )


def _pair(request, act, data):
    made, skipped = act(data)
    if made:
        messages.success(request, f"已结对 {len(made)} 户。")
    if skipped:
        told = "；".join(f"{household.number} {why}" for household, why in skipped[:10])
        messages.warning(request, f"有 {len(skipped)} 户没有结对：{told}")
    return made


def _households(request):
    """The households of the address, every one in scope and with the right to change it; else 404."""
    ids = request.GET.getlist("household")
    if (
        not ids
        or len(ids) > pairings.MOST_AT_ONCE
        or not all(i.isascii() and i.isdigit() and len(i) < 19 for i in ids)
    ):
        raise Http404(f"请在列表中勾选 1 到 {pairings.MOST_AT_ONCE} 户。")
    first = load(request, Household.objects.select_related("organisation"), ids[0], permission=EDIT)
    wanted = {int(i) for i in ids}
    rows = (
        queries.households(request.user, EDIT)
        if len(wanted) > 1
        else Household.objects.visible_to(request.user)
    )
    found = list(
        rows.select_related("organisation").with_head_name().filter(pk__in=wanted | {first.pk}).order_by("pk")
    )
    if len(found) != len(wanted):
        raise Http404("有的户不在您的工作范围内，或已归档。")
    return found


def _offered(reach, households, text):
    """Cadres whose name holds ``text``; without it those of the households' own community and township."""
    if text:
        reach = reach.filter(full_name__icontains=text)
    else:
        places = {one.organisation_id for one in households} | {
            one.organisation.parent_id for one in households
        }
        reach = reach.filter(role_assignments__organisation__in=places).distinct()
    return list(reach.prefetch_related("role_assignments__organisation")[: MOST_SHOWN + 1])


def _cadre_label(user):
    """Enough to tell two of one name apart: position, and where she works."""
    places = dict.fromkeys(str(held.organisation) for held in user.role_assignments.all())
    return (
        f"{user.full_name}（{'，'.join(filter(None, [user.position, '、'.join(places)])) or user.username}）"
    )


@staff(EDIT)
def pairing_end(request, pk):
    """A pairing ends."""
    pairing = load(
        request, Pairing.objects.select_related("household__organisation", "cadre"), pk, permission=EDIT
    )
    back = papers.tab_of(pairing.household, "pairing")
    form = EndForm(request.POST or None, initial={"to_on": dates.today(timezone.now())})
    return form_page(
        request,
        form,
        lambda data: pairings.end(pairing=pairing, by=request.user, at=timezone.now(), **data),
        heading=f"结束结对帮扶：{pairing.cadre}",
        done=back,
        success="结对已结束。",
        template="beneficiaries/paper_form.html",
        crumbs=papers.crumbs_of(pairing.household),
        cancel_url=back,
        submit_label="结束结对",
        facts=[],
    )
