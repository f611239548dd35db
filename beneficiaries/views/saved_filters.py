"""常用筛选: the conditions of the list of households kept under a name; everybody has her own."""

from django import forms
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from beneficiaries.forms.finding import SavedFilterForm
from beneficiaries.models import SavedFilter
from beneficiaries.services import saved_filters
from beneficiaries.views.registry_list import PAGE, READ, registry_filter
from welfare.viewtools import form_page, staff, was_submitted

TEMPLATE = "beneficiaries/saved_filter_form.html"


def _own(request, pk):
    found = SavedFilter.objects.filter(user=request.user, page=PAGE, pk=pk).first()
    if found is None:
        raise Http404("没有找到这个常用筛选。")
    return found


@staff("registry.view", methods=READ)
def saved_filter_list(request):
    """One's own filters, to open, rename and delete."""
    found = []
    for saved in SavedFilter.objects.filter(user=request.user, page=PAGE):
        conditions = registry_filter(request, QueryDict(saved.query))
        found.append({"saved": saved, "words": conditions.words()})
    return render(request, "beneficiaries/saved_filters.html", {"found": found})


@staff("registry.view")
def saved_filter_new(request):
    """Keep the conditions in the address under a name."""
    conditions = registry_filter(request, request.GET)
    query = conditions.query()

    def act(data):
        return saved_filters.keep(user=request.user, page=PAGE, name=data["name"], query=query)

    here = f"{reverse('registry')}?{query}"
    return form_page(
        request,
        SavedFilterForm(request.POST if request.method == "POST" else None),
        act,
        heading="存为常用筛选",
        note=f"条件：{conditions.words() or '（没有）'}",
        done=here,
        success="已存为常用筛选，列表上方可随时打开。",
        template=TEMPLATE,
        cancel_url=here,
    )


@staff("registry.view")
def saved_filter_rename(request, pk):
    """Give one of one's own filters another name."""
    saved = _own(request, pk)
    sent = request.POST if request.method == "POST" else None
    return form_page(
        request,
        SavedFilterForm(sent, initial={"name": saved.name}),
        lambda data: saved_filters.rename(saved=saved, name=data["name"]),
        heading=f"改名：{saved.name}",
        done=reverse("saved_filters"),
        success="已改名。",
        template=TEMPLATE,
        cancel_url=reverse("saved_filters"),
    )


@staff("registry.view")
def saved_filter_delete(request, pk):
    """Forget one of one's own filters."""
    if was_submitted(request):  # the second click finds nothing to forget
        return redirect("saved_filters")
    saved = _own(request, pk)
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: saved_filters.delete(saved=saved),
        heading=f"删除常用筛选：{saved.name}",
        done=reverse("saved_filters"),
        success="已删除。",
        template="components/confirm.html",
        sentence="只删除这个名称和它的条件，名单和档案不受影响。",
        facts=[("条件", registry_filter(request, QueryDict(saved.query)).words())],
        confirm_label="删除",
        tone="danger",
        cancel_url=reverse("saved_filters"),
    )
