"""证明材料: files kept of a household, person or institution, checked, made anew and never thrown away."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import transaction

from beneficiaries.enums import CodeKind
from beneficiaries.models import Evidence, Household, Institution, Person
from welfare import audit, dates, images, pdfs
from welfare.errors import Refusal

MOST_FILES = 60
MOST_AT_ONCE = 20
MOST_BYTES_AT_ONCE = 60 * 1024 * 1024  # the proxy in front lets 64 MB through
JPEG, PDF = "image/jpeg", "application/pdf"
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FIELDS = {Household: "household", Person: "person", Institution: "institution"}


def add(*, subject, kind, file, by, at, title="", hardship=None, issued_on=None, valid_until=None):
    """Keep one file of ``subject`` (a Household, Person or Institution). Returns the Evidence.

    ``file`` is an upload (JPEG, PNG, WebP or PDF). A picture is drawn again as JPEG, upright and without
    camera data, with a small thumbnail beside it; a PDF is kept as it is once ``pdfs.check`` passed it.
    The name on disk is the server's own. ``hardship`` must be of that household or its members.

    Raises Refusal in words for any other file, for dates out of order, for a file that the subject has
    already (voided ones do not count), past 60 files, and for a subject merged into another. Nothing is
    left on disk when it raises.
    """
    kept = _cleaned(file)
    with transaction.atomic():
        subject = type(subject).objects.select_for_update(of=("self",)).get(pk=subject.pk)
        evidence = Evidence(
            **{_FIELDS[type(subject)]: subject},
            kind=kind,
            title=title.strip()[:100],
            hardship=hardship,
            issued_on=issued_on,
            valid_until=valid_until,
            content_type=JPEG if kept[:3] == b"\xff\xd8\xff" else PDF,
            size=len(kept),
            sha256=hashlib.sha256(kept).hexdigest(),
            uploaded_by=by,
            uploaded_at=at,
        )
        _refuse_wrong_facts(evidence, dates.today(at))
        _refuse_too_many_or_twice(evidence)
        _store(evidence, kept)
        _record(
            evidence,
            by,
            at,
            action="evidence.add",
            label=f"上传证明材料：{evidence}",
            after={
                "evidence": evidence.pk,
                "kind": str(kind),
                "size": evidence.size,
                "sha256": evidence.sha256,
            },
        )
    return evidence


def add_many(*, files, **act):
    """``add`` for several files of one kind, all or none. Returns the list of Evidence.

    A Refusal names the file at fault; the files before it are not kept either.
    """
    if len(files) > MOST_AT_ONCE:
        raise Refusal(
            f"一次最多上传 {MOST_AT_ONCE} 个文件，现在选了 {len(files)} 个，请分几次上传。", field="files"
        )
    if sum(file.size for file in files) > MOST_BYTES_AT_ONCE:
        raise Refusal("这批文件合计超过 60 MB，请分几次上传。", field="files")
    made = []
    try:
        with transaction.atomic():
            for file in files:
                made.append(add(file=file, **act))  # noqa: PERF401 - those made so far are needed when one is refused
    except Exception as error:
        for evidence in made:
            _remove_files(evidence)
        if isinstance(error, Refusal) and error.field == "files" and len(files) > 1:
            raise Refusal(f"{error.message}这一批都没有保存，请去掉它后重新选择。", field="files") from error
        raise
    return made


@transaction.atomic
def void(*, evidence, by, at, reason):
    """Mark a file as filed wrongly: it stays on record, shown struck through with its reason. Returns it.

    Raises Refusal without a reason or when it is voided already.
    """
    if not reason.strip():
        raise Refusal("请写明作废的原因。", field="reason")
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if evidence.voided_at is not None:
        raise Refusal("这份材料已经作废。")
    evidence.voided_by, evidence.voided_at, evidence.void_reason = by, at, reason.strip()[:200]
    evidence.save(update_fields=["voided_by", "voided_at", "void_reason"])
    _record(
        evidence,
        by,
        at,
        action="evidence.void",
        label=f"作废证明材料：{evidence}",
        reason=reason,
        after={"evidence": evidence.pk},
    )
    return evidence


def thumbnail_name(evidence):
    """Where the thumbnail of a picture lies, beside the picture."""
    return f"{evidence.file.name.removesuffix('.jpg')}.thumb.jpg"


def _cleaned(file):
    """The bytes to keep. Raises Refusal naming the file."""
    name = (getattr(file, "name", "") or "文件")[-40:]
    file.seek(0)
    data = file.read(max(images.PHOTO_BYTES, pdfs.MAX_BYTES) + 1)
    try:
        if pdfs.is_pdf(data):
            pdfs.check(data)
            return data
        if data.startswith(_OFFICE):
            raise Refusal(f"“{name}”：Word、Excel 等文件请另存为 PDF，或拍照后上传。", field="files")
        if data and not images.kind_of(data):
            why = "只接收 JPG、PNG、WebP 图片和 PDF。苹果手机请在相机设置中选“兼容性最佳”后重新拍照。"
            raise Refusal(f"“{name}”：{why}", field="files")
        return images.clean_photo(data)
    except (images.Refused, pdfs.Refused) as refused:
        raise Refusal(f"“{name}”：{refused}", field="files") from refused


def _refuse_wrong_facts(evidence, today):
    subject, kind = evidence.subject, evidence.kind
    if getattr(subject, "merged_into_id", None):
        raise Refusal(f"已并入“{subject.merged_into}”，请在那里上传。")
    if kind is None or kind.kind != CodeKind.EVIDENCE_KIND or not kind.is_active:
        raise Refusal("请选择材料种类。", field="kind")
    if evidence.issued_on and evidence.issued_on > today:
        raise Refusal("出具日期不能晚于今天。", field="issued_on")
    if evidence.issued_on and evidence.valid_until and evidence.valid_until < evidence.issued_on:
        raise Refusal("有效期不能早于出具日期。", field="valid_until")
    if evidence.hardship:
        household_id = evidence.household_id or getattr(subject, "household_id", None)
        of = evidence.hardship.household_id or evidence.hardship.person.household_id
        if household_id is None or of != household_id:
            raise Refusal("所证明的困难情况不是这一户的。", field="hardship")


def _refuse_too_many_or_twice(evidence):
    """The subject is locked, so that two uploads at once are judged one after the other."""
    field = _FIELDS[type(evidence.subject)]
    filed = Evidence.objects.filter(**{field: evidence.subject}, voided_at=None)
    twin = filed.filter(sha256=evidence.sha256).select_related("kind", "uploaded_by").first()
    if twin:
        when = f"{dates.today(twin.uploaded_at):%Y年%m月%d日}"
        raise Refusal(
            f"已有同样的文件：{when}{twin.uploaded_by}上传的“{twin}”，不必重复上传。", field="files"
        )
    if filed.count() >= MOST_FILES:
        raise Refusal(
            f"已有 {MOST_FILES} 份材料，不能再上传。请先作废过期或重复的，或把多页合成一个 PDF。",
            field="files",
        )


def _store(evidence, kept):
    """Write the file, its thumbnail and the row; no file is left when one of them fails."""
    is_picture = evidence.content_type == JPEG
    try:
        name = f"{uuid.uuid4().hex}.{'jpg' if is_picture else 'pdf'}"
        evidence.file.save(name, ContentFile(kept), save=False)
        if is_picture:
            small = ContentFile(images.thumbnail(kept))
            evidence.file.storage.save(thumbnail_name(evidence), small)
        evidence.save(force_insert=True)
    except Exception:
        _remove_files(evidence)
        raise


def _remove_files(evidence):
    if evidence.file:
        evidence.file.storage.delete(thumbnail_name(evidence))
        evidence.file.storage.delete(evidence.file.name)


def _record(evidence, by, at, **act):
    """On whom it is: so that it stands in the household's timeline."""
    audit.record(by=by, at=at, target=evidence.subject, organisation=evidence.scope_organisation(), **act)
