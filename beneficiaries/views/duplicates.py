"""疑似重复: the list, one pair side by side, the verdicts, a new scan."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import Relation, Verdict
from beneficiaries.forms import duplicates as forms
from beneficiaries.queries import duplicates as queries
from beneficiaries.services import duplicates
from beneficiaries.tables.duplicates import PairTable
from welfare.viewtools import form_page, list_page, staff

EDIT = "registry.edit"
CONFIRM = "beneficiaries/duplicate_confirm.html"


@staff(EDIT, methods=("GET", "HEAD"))
def pair_list(request):
    """Pairs that wait, or that were found to be different."""
    standing = "different" if request.GET.get("standing") == "different" else queries.OPEN
    return list_page(
        request,
        PairTable,
        queries.for_table(request.user, standing),
        heading="疑似重复",
        filter_form=partial(forms.PairFilter, user=request.user),
        template="beneficiaries/duplicates.html",
        last_scan=queries.last_scan(request.user, duplicates.SCAN_JOB),
        most=duplicates.MOST_ALIKE,
    )


@staff(EDIT)
def scan_new(request):
    """Look again, as a job."""
    return form_page(
        request,
        forms.ScanForm(request.POST or None, user=request.user),
        lambda data: duplicates.start_scan(by=request.user, at=timezone.now(), **data),
        heading="重新查找疑似重复",
        done=lambda job: reverse("job", args=[job.pk]) if job else reverse("duplicates"),
        submit_label="开始查找",
        cancel_url=reverse("duplicates"),
        note="在后台比对所选范围内的全部人员；已判定过的不再列出。",
    )


def loaded(request, pk, right=None):
    """The pair if both persons are in scope, else 404; 403 without ``right`` over both."""
    found = queries.for_page().visible_to(request.user, "registry.view").filter(pk=pk).first()
    if found is None:
        raise Http404("没有找到这一对，或其中一人不在您的工作范围内。")
    if right and not may_judge(request.user, found):
        raise PermissionDenied("您可以查看，但没有两人所在村(社区)的登记权限，不能判定。")
    return found


def may_judge(user, pair):
    """The right to edit over both persons."""
    return all(user.may(EDIT, one.household.organisation) for one in (pair.first, pair.second))


@staff(EDIT, methods=("GET", "HEAD"))
def pair(request, pk):
    """The two records side by side."""
    found = loaded(request, pk)
    is_open = not (found.verdict or found.first.merged_into_id or found.second.merged_into_id)
    may = may_judge(request.user, found)
    return render(
        request,
        "beneficiaries/duplicate.html",
        {
            "pair": found,
            "reasons": queries.reason_labels(found),
            "lines": queries.comparison(found),
            "may_judge": may and is_open,
            "may_reconsider": may and found.verdict == Verdict.DIFFERENT,
        },
    )


def _verdict_page(request, found, form, act, **page):
    return form_page(
        request,
        form,
        act,
        **{
            "template": CONFIRM,
            "pair": found,
            "lines": queries.comparison(found),
            "done": reverse("duplicates"),
            "cancel_url": reverse("duplicate", args=[found.pk]),
            **page,
        },
    )


@staff(EDIT)
def pair_different(request, pk):
    """They are two people."""
    found, now = loaded(request, pk, EDIT), timezone.now()
    return _verdict_page(
        request,
        found,
        forms.DifferentForm(request.POST or None),
        lambda data: duplicates.different(pair=found, by=request.user, at=now, reason=data["reason"]),
        heading=f"判定：{found.first}和{found.second}不是同一人",
        success="已判定不是同一人，今后不再提示。",
        sentence="判定后这一对不再提示；判错了可以在“已判定不是同一人”里撤销。",
        confirm_label="确认不是同一人",
    )


@staff(EDIT)
def pair_same(request, pk):
    """They are one person: merge."""
    found, now = loaded(request, pk, EDIT), timezone.now()
    form = forms.SameForm(request.POST or None, pair=found, staying=_may_follow(found))

    def act(data):
        return duplicates.same(
            pair=found,
            survivor=form.two[data["survivor"]],
            take=data.get("take", ()),
            new_head=form.chosen_head(),
            by=request.user,
            at=now,
            reason=data["reason"],
        )

    return _verdict_page(
        request,
        found,
        form,
        act,
        heading=f"合并：{found.first}和{found.second}是同一人",
        success=lambda kept: f"已合并，保留 {kept.household.number} 户的{kept.name}。" if kept else "",
        sentence="困难情况、银行卡、单位关系、证明材料和已获救助都归到保留的记录；两条都有的只留一份。",
        consequences=[
            "合并后不能撤销；被并的记录标为已合并，其历史照旧可查。",
            "名册、发放表和签收照原样保留。",
            "被并的人是其户最后一人的，该户一并并入保留的户。",
        ],
        confirm_label="确认合并",
        tone="danger",
    )


def _may_follow(found):
    """Who may head a household when its head's record is merged away into another household."""
    first, second = found.first, found.second
    if first.household_id == second.household_id:
        return []
    people = []
    for one in (first, second):
        if one.relation == Relation.HEAD and one.is_present:
            people += one.household.members.present().exclude(pk=one.pk).order_by("pk")
    return people


@staff(EDIT)
def pair_reconsider(request, pk):
    """Take back the verdict "different"."""
    found, now = loaded(request, pk, EDIT), timezone.now()
    return _verdict_page(
        request,
        found,
        forms.ReasonedForm(request.POST or None),
        lambda data: duplicates.reconsider(pair=found, by=request.user, at=now, reason=data["reason"]),
        heading="撤销判定",
        success="已撤销判定，这一对重新待判定。",
        sentence="撤销后这一对重新列入待判定。",
        confirm_label="确认撤销",
    )
