"""Pages of the events of whole households: split, merge, archive, restore."""

from django.http import Http404
from django.utils import timezone

from beneficiaries.forms import life as forms
from beneficiaries.models import Household
from beneficiaries.queries import households
from beneficiaries.queries import life as queries
from beneficiaries.services import life
from beneficiaries.views.life import EDIT, event_page, find_page, loaded, number_in, on_rosters, tab_of
from welfare.viewtools import load, staff

MOST = 20


@staff(EDIT)
def household_split(request, pk):
    """Some members become a household of their own."""
    found, now = loaded(request, pk), timezone.now()
    form = forms.SplitForm(request.POST or None, members=list(found.members.present().order_by("pk")))

    def act(data):
        return life.split(
            household=found,
            relations=form.relations(),
            new_head=form.chosen_head(),
            copy_facts=data["copy_facts"],
            group_name=data["group_name"],
            address=data["address"],
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        found,
        form,
        act,
        heading="分户",
        done=lambda made: tab_of(made.pk if made else found.pk),
        success=lambda made: f"已分出新户 {made.number}。",
        sentence="选出分出去的成员及其在新户的身份。个人的困难情况、银行卡和经历随人；已获救助仍记在原户。",
        consequences=[
            "全户持有的困难类别留在原户，新户须重新认定。",
            *on_rosters(queries.live_entries(household=found)),
        ],
        confirm_label="确认分户",
    )


@staff(EDIT)
def household_merge(request, pk):
    """Look for the other household (GET ``q``), choose it (GET ``other``), take it in (POST)."""
    found, now = loaded(request, pk), timezone.now()
    chosen = number_in(request, "other")
    if chosen is None:
        return find_page(request, found, heading="并户", households=_search(request, found))
    rows = Household.objects.select_related("organisation")
    other = load(request, rows, chosen, permission=EDIT)
    if other.pk == found.pk:
        raise Http404("不能把一户并入它自己。")
    members = list(other.members.present().order_by("pk"))
    form = forms.MergeForm(request.POST or None, members=members)

    def act(data):
        return life.merge(
            absorbed=other,
            into=found,
            relations=form.relations(),
            reason=data["reason"],
            by=request.user,
            at=now,
        )

    return event_page(
        request,
        found,
        form,
        act,
        heading=f"并户：把 {other.number} 户并入本户",
        success=f"{other.number} 户已并入本户。",
        facts=[
            ("被并的户", f"{other.number}（{other.organisation}{other.group_name}）"),
            ("在册成员", "、".join(one.name for one in members) or "无"),
            ("留下的户", f"{found.number}（{found.organisation}{found.group_name}）"),
        ],
        sentence="成员、困难情况、证明材料、结对和已获救助都转到留下的户；两户都持有的困难类别只留一份。",
        consequences=["被并的户随之归档，不能恢复；它的名册、发放表和签收照原样保留。"],
        confirm_label="确认并户",
        tone="danger",
    )


def _search(request, household):
    text = " ".join(request.GET.get("q", "").split())[:40]
    if not text:
        return []
    rows = Household.objects.visible_to(request.user, EDIT).current().exclude(pk=household.pk)
    found = households.matching(rows.select_related("organisation"), text).order_by("number")[:MOST]
    households.complete(found)
    return found


@staff(EDIT)
def household_archive(request, pk):
    """Put a household away."""
    found, now = loaded(request, pk), timezone.now()
    form = forms.ReasonedForm(request.POST or None)
    return event_page(
        request,
        found,
        form,
        lambda data: life.archive(household=found, reason=data["reason"], by=request.user, at=now),
        heading="归档",
        success="本户已归档。",
        sentence="归档后本户不再列入名单、筛选和名册；全部记录保留，可以恢复。",
        confirm_label="确认归档",
        tone="danger",
    )


@staff(EDIT)
def household_restore(request, pk):
    """Take an archived household out again."""
    found, now = loaded(request, pk), timezone.now()
    form = forms.ReasonedForm(request.POST or None)
    return event_page(
        request,
        found,
        form,
        lambda data: life.restore(household=found, reason=data["reason"], by=request.user, at=now),
        heading="恢复归档户",
        success="本户已恢复。",
        facts=[("归档日期", found.archived_on), ("归档原因", found.archived_reason)],
        sentence="恢复后本户重新列入名单，可以筛选和列入名册。",
        confirm_label="确认恢复",
    )
