"""方案文件 and copies: load a plan, take one out, copy it to another season, begin its next version."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from beneficiaries import plan_file
from beneficiaries.forms.plans import CopyForm, PlanUploadForm
from beneficiaries.models import Programme
from beneficiaries.queries.plans import plan_of
from beneficiaries.rules import plan_check
from beneficiaries.services import plans
from welfare.forms import new_form_key
from welfare.viewtools import form_page, load, staff, submit


def _loaded(request, pk, permission=None):
    return load(request, Programme.objects.select_related("organiser"), pk, permission=permission)


def _address(made):
    return reverse("programme", args=[made.pk]) if made else reverse("programmes")


@staff("programme.write")
def plan_upload(request):
    """Choose a plan file, see what it says and what does not add up, then load it."""
    is_post = request.method == "POST"
    form = PlanUploadForm(
        request.POST if is_post else None, request.FILES if is_post else None, user=request.user
    )
    context = {"form": form, "form_key": new_form_key(), "cancel_url": reverse("programmes")}
    if not is_post or not form.is_valid():
        return render(request, "beneficiaries/plan_upload.html", context)
    plan, organiser = form.cleaned_data["plan"], form.cleaned_data["organiser"]
    if not form.cleaned_data["file"]:
        ok, made = submit(
            request,
            form,
            lambda: plans.load_plan(plan=plan, organiser=organiser, by=request.user, at=timezone.now()),
            success="方案已载入，状态为拟订。请核对后提交审批。",
        )
        if ok:
            return redirect(_address(made))
    context |= {
        "plan": plan,
        "organiser": organiser,
        "text": form.cleaned_data["text"],
        "year": form.cleaned_data["year"] or "",
        "findings": plan_check.check(plan),
        "facts": _facts(plan),
    }
    return render(request, "beneficiaries/plan_upload.html", context)


def _facts(plan):
    settings = plan.settings
    period = f"{settings['starts_on']} 至 {settings['ends_on']}" if settings["starts_on"] else None
    return [
        ("方案名称", settings["name"]),
        ("方案编号", settings["code"]),
        ("期限", period),
        ("慰问类别", "、".join(category.name for category in plan.categories) or None),
        ("程序", " → ".join(step.name or step.kind.label for step in plan.steps) or None),
        ("时间节点", f"{len(plan.milestones)} 项"),
        ("载明数字", f"{len(plan.stated)} 项"),
    ]


@staff("programme.view", methods=("GET", "HEAD"))
def plan_download(request, pk):
    """The programme as a plan file."""
    programme = _loaded(request, pk)
    response = HttpResponse(
        plan_file.write(plan_of(programme)), content_type="application/toml; charset=utf-8"
    )
    name = f"{programme.code}-{programme.year}-v{programme.version}.toml"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


@staff("programme.write")
def programme_copy(request, pk):
    """The same programme for another season."""
    programme = _loaded(request, pk, "programme.write")
    form = CopyForm(request.POST if request.method == "POST" else None, initial={"year": programme.year + 1})
    return form_page(
        request,
        form,
        lambda data: plans.copy(programme=programme, year=data["year"], by=request.user, at=timezone.now()),
        heading=f"复制到下一年：{programme}",
        done=_address,
        success="已复制为新的方案，状态为拟订。请逐项核对日期、名额和资金。",
        note="类别、条件、标准、程序都照搬；农历日期按新的一年换算，公历日期取相同的月日；名单和完成情况不带过来。",
        submit_label="复制",
        cancel_url=_address(programme),
    )


@staff("programme.write")
def programme_revise(request, pk):
    """The next version of a programme in use."""
    programme = _loaded(request, pk, "programme.write")
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: plans.revise(programme=programme, by=request.user, at=timezone.now()),
        heading=f"另立新版本：{programme}",
        done=_address,
        success="新版本已建立，状态为拟订。修改后提交审批。",
        template="components/confirm.html",
        sentence=f"第{programme.version}版照常执行，已建立的名册不受影响；新版本批准后，新建名册按新版本办理。",
        facts=[("方案", programme), ("现行版本", f"第{programme.version}版")],
        confirm_label="另立新版本",
        cancel_url=_address(programme),
    )
