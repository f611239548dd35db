"""单位 registered and changed by hand: hard-up enterprises, and units that are themselves visited."""

from django.db import IntegrityError, transaction
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from beneficiaries.enums import CodeKind
from beneficiaries.models import Code, Institution
from welfare import audit, dates, history, identity, masking
from welfare.errors import Refusal

# Facts that rules read: a change of one of them is dated.
DATED = ("stopped_months", "bankrupt_on", "staff_count")
FACTS = (*("name", "kind", "credit_code", "address", "contact_name", "contact_phone", "note"), *DATED)


@transaction.atomic
def register(*, organisation, by, at, **facts):
    """A new institution of ``organisation``; ``facts`` are of FACTS. Returns the Institution.

    Raises Refusal (with the field) without a name or kind, for a wrong or registered credit code, a wrong
    phone number, bankruptcy in the future, and a name the organisation has already.
    """
    today = dates.today(at)
    institution = Institution(organisation=organisation, registered_on=today)
    _set_facts(institution, facts, today)
    if any(getattr(institution, name) is not None for name in DATED):
        institution.facts_on = today
    _refuse_taken(institution, by)
    _save(institution)
    _record(institution, by, at, action="institution.register", label="登记单位")
    return institution


@transaction.atomic
def change(*, institution, by, at, reason, **facts):
    """Change facts; when one of DATED changes, ``facts_on`` becomes today. Returns the Institution.

    Raises Refusal without a reason, when nothing changed, and as ``register``.
    """
    institution = _locked(institution, by, at, reason)
    old = {name: getattr(institution, name) for name in FACTS}
    _set_facts(institution, facts, dates.today(at))
    changed = [name for name in FACTS if getattr(institution, name) != old[name]]
    if not changed:
        raise Refusal("没有改动任何内容。")
    if any(name in DATED for name in changed):
        institution.facts_on = dates.today(at)
    _refuse_taken(institution, by)
    _save(institution)
    _record(
        institution,
        by,
        at,
        action="institution.change",
        label="更改单位信息",
        reason=reason,
        before={name: _shown(name, old[name]) for name in changed},
        after={name: _shown(name, getattr(institution, name)) for name in changed},
    )
    return institution


@transaction.atomic
def archive(*, institution, by, at, reason):
    """Put an institution away: it stays on record and no longer stands in the list. Returns it.

    Raises Refusal without a reason or when it is archived already.
    """
    institution = _locked(institution, by, at, reason)
    if institution.is_archived:
        raise Refusal("这个单位已经归档。")
    institution.is_archived = True
    institution.save(update_fields=["is_archived"])
    _record(institution, by, at, action="institution.archive", label="归档单位", reason=reason)
    return institution


@transaction.atomic
def restore(*, institution, by, at, reason):
    """Take an archived institution up again. Returns it. Raises Refusal without a reason or when it is not archived."""
    institution = _locked(institution, by, at, reason)
    if not institution.is_archived:
        raise Refusal("这个单位没有归档。")
    institution.is_archived = False
    institution.save(update_fields=["is_archived"])
    _record(institution, by, at, action="institution.restore", label="恢复单位", reason=reason)
    return institution


def credit_code(text):
    """The 18 characters of a 统一社会信用代码, "" for none. Raises Refusal when they cannot be one."""
    code = identity.clean_number(text).replace("-", "")
    if not code:
        return ""
    if len(code) != 18 or not code.isascii():
        raise Refusal(f"统一社会信用代码应为 18 位数字和字母，现为 {len(code)} 位。", field="credit_code")
    try:
        return uscc.validate(code)
    except ValidationError as error:
        why = "校验码不对，请对照营业执照核对每一位（没有字母 I、O、S、V、Z）。"
        raise Refusal(f"统一社会信用代码{why}", field="credit_code") from error


def _locked(institution, by, at, reason):
    if not reason.strip():
        raise Refusal("请写明理由。", field="reason")
    history.stamp(by=by, at=at)
    rows = Institution.objects.select_for_update(of=("self",)).select_related("organisation", "kind")
    return rows.get(pk=institution.pk)


def _set_facts(institution, facts, today):
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"no such facts of an institution: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(institution, name, value.strip() if isinstance(value, str) else value)
    if not institution.name:
        raise Refusal("请填写单位名称。", field="name")
    kind = institution.kind
    if kind is None or kind.kind != CodeKind.INSTITUTION_KIND:
        raise Refusal("请选择单位类型。", field="kind")
    institution.credit_code = credit_code(institution.credit_code)
    if institution.bankrupt_on and institution.bankrupt_on > today:
        raise Refusal("进入破产程序的日期不能晚于今天。", field="bankrupt_on")
    if facts.get("contact_phone"):
        try:
            institution.contact_phone = identity.parse_phone(facts["contact_phone"])
        except identity.Invalid as error:
            raise Refusal(str(error), field="contact_phone") from error
    institution.contact_phone = institution.contact_phone or None


def _refuse_taken(institution, user):
    others = Institution.objects.exclude(pk=institution.pk)
    if institution.credit_code:
        taken = others.filter(credit_code=institution.credit_code)
        if mine := taken.visible_to(user, "registry.view").first() if user else taken.first():
            raise Refusal(f"此统一社会信用代码已登记为“{mine}”（{mine.organisation}）。", field="credit_code")
        if taken.exists():
            raise Refusal("此统一社会信用代码已由其他机构登记，请联系上级核对。", field="credit_code")
    if others.filter(
        organisation=institution.organisation, name=institution.name, is_archived=False
    ).exists():
        raise Refusal("本机构已登记同名单位，请核对是否重复。", field="name")


def _save(institution):
    """Save; a code registered a moment ago becomes a sentence."""
    try:
        with transaction.atomic():
            institution.save()
    except IntegrityError as error:
        if "institution_credit_code_once" in str(error):
            raise Refusal("此统一社会信用代码刚刚被登记，请刷新后核对。", field="credit_code") from error
        raise


def _record(institution, by, at, **act):
    audit.record(by=by, at=at, target=institution, organisation=institution.organisation, **act)


def _shown(name, value):
    if name == "contact_phone":
        return masking.mask_phone(value)
    return str(value) if isinstance(value, Code) else value
