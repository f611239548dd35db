"""Receipts (签收): taken by one visitor, confirmed by another, voided and taken again, never edited."""

import base64
import binascii
import uuid

from django.core.files.base import ContentFile
from django.db import transaction

from disbursements.enums import LIVE_RECEIPT, LineStatus, ReceiptMethod, ReceiptStatus, SheetStatus
from disbursements.models import Receipt, SheetLine
from disbursements.procedure import receipts
from disbursements.rules.signing import Signing, refusal
from welfare import audit, dates, images, workflow
from welfare.errors import Refusal


@transaction.atomic
def take(
    *,
    line,
    method,
    image,
    received_at,
    by,
    visit=None,
    signer_name="",
    relation="",
    exception="",
    basis="",
    witness="",
):
    """The recipient signs for a line before ``by``. Returns the Receipt, to be confirmed by a second person.

    ``image`` is the PNG data URL of the signature pad, or the photo of a fingerprint (a file). At a visit
    ``by`` is a member of the team that drew the line; at the counter (no ``visit``) who drew it there.
    An empty ``signer_name`` means the recipient in person. A ``guardian`` needs relation and basis, a
    fingerprint a ``witness``. Raises Refusal in words: signing for another (代签、代领), the dead, a line
    already signed for or not handed out, the wrong visitor, a picture that is none.
    """
    line = _locked(line)
    if line.sheet.status != SheetStatus.DRAWN:
        raise Refusal(f"发放表现为“{line.sheet.get_status_display()}”，不能签收。")
    if line.status != LineStatus.PENDING or line.receipts.filter(status__in=LIVE_RECEIPT).exists():
        raise Refusal(f"{line.name}已经签收过，一行只能签收一次。如有误，请先作废原签收。")
    no = receipts.taker_refusal(line, visit, by, dates.today(received_at)) or _took_part(line, by)
    if no:
        raise Refusal(no)
    signing = Signing(
        method=method,
        signer_name=signer_name.strip() or line.name,
        relation=relation.strip(),
        exception=exception,
        basis=basis.strip(),
        witness=witness.strip(),
    )
    wrong = refusal(receipts.recipient_of(line), signing, dates.today(received_at))
    if wrong:
        raise Refusal(wrong[1], field=wrong[0])
    receipt = Receipt(
        line=line,
        visit=visit,
        received_at=received_at,
        taken_by=by,
        **{name: getattr(signing, name) for name in signing.__dataclass_fields__},
    )
    _keep_image(receipt, image)
    receipt.save()
    audit.record(
        action="receipt.take",
        label="签收",
        by=by,
        at=received_at,
        target=receipt,
        reason=signing.basis,
        after={"method": method, "exception": exception, "amount": line.amount},
    )
    return receipt


def confirm(*, receipt, by, at):
    """The second person confirms: the line is received and counts as help given. Raises Refusal when it may not."""
    return workflow.perform(receipt, "confirm", by=by, at=at)


def void(*, receipt, by, at, reason):
    """Void a receipt, so that the line may be signed for again; what was signed stays on record.

    Before its confirmation by either visitor, afterwards by who draws up sheets. Raises Refusal otherwise,
    without a reason, and once the sheet is closed.
    """
    no = void_refusal(receipt, by)
    if no:
        raise Refusal(no)
    return workflow.perform(receipt, "void", by=by, at=at, reason=reason)


def void_refusal(receipt, by):
    """Why ``by`` may not void this receipt; None when she may."""
    if by.may("sheet.draw_up", receipt.line.sheet.organisation):
        return None
    if receipt.status == ReceiptStatus.CONFIRMED:
        return "已确认的签收须由财务人员作废。"
    if receipt.taken_by_id == by.pk or (receipt.visit_id and receipts.is_on_team(by, receipt.visit)):
        return None
    return "只有经手这次签收的人员可以作废它。"


def _locked(line):
    rows = SheetLine.objects.select_related("sheet", "recipient", "custody__team", "custody__drawn_by")
    return rows.select_for_update(of=("self",)).get(pk=line.pk)


def _took_part(line, by):
    if workflow.duties_of(by, [line.sheet]).filter(duty__in=["approving", "paying"]).exists():
        return "您参与了这张表的造表或审批，不能再经手发放，请由其他人员办理。"
    return None


def _keep_image(receipt, image):
    """Clean the picture and keep it under a name that tells nothing. Raises Refusal when it is none."""
    is_drawn = receipt.method == ReceiptMethod.SIGNATURE
    try:
        kept = images.clean_signature(_decoded(image)) if is_drawn else images.clean_photo(image)
    except images.Refused as refused:
        raise Refusal(str(refused), field="image") from None
    name = f"{uuid.uuid4().hex}.{'png' if is_drawn else 'jpg'}"
    receipt.image.save(name, ContentFile(kept), save=False)


def _decoded(image):
    """The bytes of a PNG data URL; bytes and files as they are."""
    if not isinstance(image, str):
        return image
    head, _, body = image.partition(",")
    if head != "data:image/png;base64":
        raise images.Refused("没有收到签字，请本人在框内签字。")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise images.Refused("签字没有传完整，请重新签字。") from None
