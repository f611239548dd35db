"""A photo as proof: cleaned, kept with its small picture or not at all, voided and never deleted."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from welfare import audit, images
from welfare.errors import Refusal


def keep(row, photo, act):
    """Store ``photo`` as the proof of ``row`` (unsaved), do ``act()``, save: all or nothing. Returns the row.

    The photo (JPEG, PNG or WebP) is drawn again without camera data. Raises Refusal for another file and for one
    that proves the same already, and whatever ``act`` raises; then no file is left.
    """
    try:
        kept = images.clean_photo(photo)
    except images.Refused as refused:
        raise Refusal(str(refused), field="photo") from refused
    row.size, row.sha256 = len(kept), hashlib.sha256(kept).hexdigest()
    row.proof.name = f"{uuid.uuid4().hex}.jpg"
    try:
        with transaction.atomic():
            act()
            row.proof.save(row.proof.name, ContentFile(kept), save=False)
            row.proof.storage.save(row.thumbnail_name(), ContentFile(images.thumbnail(kept)))
            row.save(force_insert=True)
    except BaseException as error:
        _remove_files(row)
        if isinstance(error, IntegrityError) and "_proof_once" in str(error):
            raise Refusal("这张照片已经登记过，请另拍一张。", field="photo") from None
        raise
    return row


def _remove_files(row):
    storage = row.proof.storage
    if "/" in row.proof.name:  # it was stored
        storage.delete(row.thumbnail_name())
        storage.delete(row.proof.name)


def void(row, *, subject, label, by, at, reason):
    """Mark a locked ``row`` that was recorded wrongly, on the record of ``subject``. Returns it.

    Raises Refusal without a reason, or when it is voided already.
    """
    if not reason.strip():
        raise Refusal("请写明作废的原因。", field="reason")
    if row.voided_at is not None:
        raise Refusal("这条记录已经作废。")
    row.voided_by, row.voided_at, row.void_reason = by, at, reason.strip()[:200]
    row.save(update_fields=["voided_by", "voided_at", "void_reason"])
    name = row._meta.label_lower.split(".")[1]
    audit.record(
        action=f"{name}.void",
        label=f"作废{label}：{row}"[:100],
        by=by,
        at=at,
        target=subject,
        reason=reason,
        after={name: row.pk},
    )
    return row
