"""Evidence files: listed, added, voided, and handed out to who may see the record they belong to."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from beneficiaries.forms.evidence import EvidenceForm
from beneficiaries.models import Household, Institution
from beneficiaries.queries import evidence as queries
from beneficiaries.services import evidence
from beneficiaries.views import papers
from welfare import audit
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, send_file, staff

READ = ("GET", "HEAD")
EDIT = "registry.edit"
# The file shows itself and does nothing else, wherever it is opened.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; sandbox"


@staff("registry.view", methods=READ)
def evidence_list(request, pk):
    """The files of a household, of one of its people when asked."""
    found = load(request, Household.objects.select_related("organisation"), pk, permission="registry.view")
    part = papers.of_household(found, request.user, request.GET.get("member", ""))
    return render(
        request,
        "beneficiaries/evidence_list.html",
        {"household": found, "heading": "证明材料", "papers": part},
    )


@staff(EDIT)
def evidence_new(request, pk):
    """File one or several papers of a household or its people."""
    found = load(request, Household.objects.select_related("organisation"), pk, permission=EDIT)
    people = list(found.members.order_by("died_on", "left_on", "pk"))
    form = EvidenceForm(request.POST or None, request.FILES or None, household=found, people=people)
    return _new(request, form, found, papers.crumbs_of(found), papers.tab_of(found))


@staff(EDIT)
def institution_evidence_new(request, pk):
    """File papers of an institution."""
    found = load(request, Institution.objects.select_related("organisation"), pk, permission=EDIT)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    return _new(request, form, found, papers.crumbs_of(found), papers.tab_of(found))


def _new(request, form, found, crumbs, back):
    def act(_data):
        return evidence.add_many(
            subject=form.person() or found, by=request.user, at=timezone.now(), **form.facts()
        )

    return form_page(
        request,
        form,
        act,
        heading="上传证明材料",
        done=back,
        success=lambda made: f"已保存 {len(made)} 份材料。",
        template="beneficiaries/paper_form.html",
        crumbs=crumbs,
        cancel_url=back,
        submit_label="上传",
        facts=[],
        form_class="two-columns",
    )


@staff(EDIT)
def evidence_void(request, pk):
    """Mark a file as filed wrongly."""
    found = load(request, queries.to_serve(), pk, permission=EDIT)
    owner = papers.owner_of(found)
    back = papers.tab_of(owner)
    form = ReasonForm(request.POST or None, label="作废原因")
    form.fields["reason"].max_length = 200

    def act(data):
        return evidence.void(evidence=found, by=request.user, at=timezone.now(), reason=data["reason"])

    return form_page(
        request,
        form,
        act,
        heading=f"作废证明材料：{found}",
        done=back,
        success="已作废，材料仍留档备查。",
        template="beneficiaries/paper_form.html",
        crumbs=papers.crumbs_of(owner),
        cancel_url=back,
        submit_label="作废",
        facts=[("材料", str(found)), ("谁的", papers.whose(found)), ("上传", f"{found.uploaded_by}")],
        note="作废的材料不删除，划线显示并注明原因。",
    )


@staff("registry.view", methods=READ)
def evidence_file(request, pk):
    """The file itself; who looked is written down."""
    found = load(request, queries.to_serve(), pk, permission="registry.view")
    response = _answer(
        found, found.file.name, found.content_type, is_download=found.content_type == evidence.PDF
    )
    if request.method == "GET":
        audit.viewed(
            by=request.user, at=timezone.now(), target=found.subject, what=f"证明材料：{found}（编号{pk}）"
        )
    return response


@staff("registry.view", methods=READ)
def evidence_thumbnail(request, pk):
    """The thumbnail of a picture, too small to be read: not written down."""
    found = load(request, queries.to_serve(), pk, permission="registry.view")
    if found.content_type != evidence.JPEG:
        raise Http404("这份材料没有缩略图。")
    return _answer(found, evidence.thumbnail_name(found), evidence.JPEG, is_download=False)


def _answer(found, name, content_type, *, is_download):
    try:
        stored = found.file.storage.open(name)
    except FileNotFoundError:
        raise Http404("文件不在存储中，请联系系统管理员从备份恢复。") from None
    extension = "pdf" if content_type == evidence.PDF else "jpg"
    response = send_file(
        stored,
        filename=f"{found.kind}-{found.pk}.{extension}",
        content_type=content_type,
        is_download=is_download,
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
