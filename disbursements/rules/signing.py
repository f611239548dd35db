"""Who may sign for a line: the recipient in person, or a guardian on a basis; nobody for another."""

from dataclasses import dataclass
from datetime import date

from disbursements.enums import ReceiptException, ReceiptMethod
from welfare.identity import age_on

ADULT = 18
INCAPABLE = frozenset({"intellectual", "mental", "multiple"})


@dataclass(frozen=True)
class Recipient:
    """The person (or unit) a line is for, as far as signing goes."""

    name: str
    birth_on: date | None = None
    disability_kind: str = ""
    died_on: date | None = None

    def is_minor(self, on):
        """Under eighteen on that day."""
        return self.birth_on is not None and age_on(self.birth_on, on) < ADULT


@dataclass(frozen=True)
class Signing:
    """What the visitor says about a signature."""

    method: str
    signer_name: str
    relation: str = ""
    exception: str = ""
    basis: str = ""
    witness: str = ""


def refusal(recipient, signing, on):
    """(field, Chinese sentence) why this signature does not count on that day, or None when it does."""
    if recipient.died_on is not None:
        return "", f"{recipient.name}已登记去世，不能发放。请把款物缴回，并在发放表上作废此行。"
    return _of_signer(recipient, signing, on) or _of_manner(recipient, signing)


def _of_signer(recipient, signing, on):
    if signing.exception == ReceiptException.GUARDIAN:
        if not (recipient.is_minor(on) or recipient.disability_kind in INCAPABLE):
            return "exception", (
                f"{recipient.name}登记为成年且无智力、精神残疾，不能由他人代签、代领。"
                "如确无民事行为能力，请先在登记中核实并更新，再由监护人签收。"
            )
        if signing.signer_name == recipient.name:
            return "signer_name", "监护人签收的，请填写监护人本人的姓名。"
        if not signing.relation:
            return "relation", "监护人签收的，须填写与领取人的关系。"
        if not signing.basis:
            return "basis", "监护人签收的，须填写依据，如户口簿、监护证明或残疾证。"
        return None
    if signing.signer_name != recipient.name:
        return "signer_name", (
            f"须由{recipient.name}本人签收，不得代签、代领。本人不在的，请另约时间再访；"
            "未成年人或无民事行为能力人，请选监护人签收并填写关系和依据。"
        )
    if recipient.is_minor(on):
        return "exception", f"{recipient.name}是未成年人，须由监护人签收并填写关系和依据。"
    return None


def _of_manner(recipient, signing):
    if signing.method == ReceiptMethod.FINGERPRINT and not signing.witness:
        return "witness", "按手印的，须有见证人在场并填写见证人姓名。"
    if signing.exception == ReceiptException.ILLITERATE and signing.method != ReceiptMethod.FINGERPRINT:
        return "method", "不会写字的，请按手印并拍照，由见证人在场见证。"
    if signing.witness and signing.witness in {recipient.name, signing.signer_name}:
        return "witness", "见证人不能是签收人或领取人自己。"
    if signing.exception and not signing.basis:
        return "basis", "特殊情形须写明依据或经过。"
    return None
