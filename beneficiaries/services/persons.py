"""A person's facts, cleaned the same way however they come in: by hand, by workbook, by factory."""

from beneficiaries.enums import DisabilityKind
from beneficiaries.models import Person
from beneficiaries.rules.outside import ON_FILE_ELSEWHERE
from welfare import crypto, identity, masking, pinyin
from welfare.errors import Refusal

FACTS = (
    "name",
    "relation",
    "health",
    "disability_kind",
    "disability_grade",
    "major_disease",
    "school_stage",
    "political_status",
    "is_veteran",
    "is_counted",
    "not_counted_reason",
    "sex",
    "birth_on",
    "died_on",
    "left_on",
    "left_reason",
    "registered_on",
    "note",
    "listed_disease",
    "veteran_kind",
    "ethnic_group",
    "marriage",
    "work_state",
)
NUMBERS = ("id_number", "phone", "disability_certificate")
# The digit of a certificate for the kind, as GB/T 26341 and the certificates order them.
CERTIFICATE_KINDS = dict(enumerate(DisabilityKind, start=1))


def set_facts(person, *, on, id_number=None, phone=None, disability_certificate=None, **facts):
    """Put cleaned facts on an unsaved or loaded Person, indexes and search terms with them. Saves nothing.

    The NUMBERS None leave what is there, "" clears. ``on`` is today. A certificate gives the kind and grade
    of the disability, a kind of veteran makes a veteran. Raises Refusal (with the field) when a number or
    a pair of facts is wrong.
    """
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"no such facts of a person: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(person, name, value)
    if not person.name:
        raise Refusal("姓名没有填写。", field="name")
    if id_number is not None:
        _set_id_number(person, id_number, on)
    if phone is not None:
        _set_phone(person, phone)
    if disability_certificate is not None:
        _set_certificate(person, disability_certificate)
    if person.veteran_kind_id:
        person.is_veteran = True
    if person.disability_grade and not person.disability_kind:
        raise Refusal("填了残疾等级，请一并填写残疾类别。", field="disability_kind")
    if not person.is_counted and not person.not_counted_reason:
        raise Refusal("不计入家庭人口的，请写明原因。", field="not_counted_reason")
    person.search_terms = pinyin.search_terms(person.name)


def _set_id_number(person, text, on):
    if not text:
        person.id_number = person.id_number_index = person.id_tail_index = person.id_tail6_index = None
        return
    try:
        parsed = identity.parse_id_number(text, on=on)
    except identity.Invalid as error:
        raise Refusal(str(error), field="id_number") from error
    person.id_number = parsed.number
    person.id_number_index = crypto.blind_index("id", parsed.number)
    person.id_tail_index = crypto.tail_index("id", parsed.number)
    person.id_tail6_index = crypto.tail_index("id", parsed.number, 6)
    person.birth_on, person.sex = parsed.birth_on, parsed.sex


def _set_phone(person, text):
    if not text:
        person.phone = person.phone_index = person.phone_tail_index = None
        return
    try:
        number = identity.parse_phone(text)
    except identity.Invalid as error:
        raise Refusal(str(error), field="phone") from error
    person.phone = number
    person.phone_index = crypto.blind_index("phone", number)
    person.phone_tail_index = crypto.tail_index("phone", number)


def _set_certificate(person, text):
    if not text:
        person.disability_certificate = None
        return
    try:
        parsed = identity.parse_disability_certificate(text)
    except identity.Invalid as error:
        raise Refusal(str(error), field="disability_certificate") from error
    if person.id_number and parsed.id_number != person.id_number:
        raise Refusal("残疾证号的前 18 位与本人身份证号不同，请核对。", field="disability_certificate")
    kind = CERTIFICATE_KINDS[parsed.kind]
    if (person.disability_kind or kind) != kind or (person.disability_grade or parsed.grade) != parsed.grade:
        raise Refusal(
            "残疾证号末两位的类别、等级与所填的不同，请对照证件核对。", field="disability_certificate"
        )
    person.disability_certificate = parsed.number
    person.disability_kind, person.disability_grade = kind, parsed.grade


def taken_sentence(found, user):
    """Why a registered ID number cannot be registered again; outside the user's scope neither who nor where."""
    is_mine = user is None or Person.objects.visible_to(user).filter(pk=found.pk).exists()
    if not is_mine:
        return ON_FILE_ELSEWHERE
    return f"此身份证号已登记在 {found.household} 户（{masking.mask_name(found.name)}），同一人不能登记两次。请核对号码，或先办理迁出。"


def refuse_taken(person, user):
    """Raise Refusal when another person on file has this ID number."""
    if person.id_number_index is None:
        return
    found = (
        Person.objects.filter(id_number_index=person.id_number_index)
        .exclude(pk=person.pk)
        .select_related("household")
        .first()
    )
    if found:
        raise Refusal(taken_sentence(found, user), field="id_number")
