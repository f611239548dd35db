"""近亲属备案: declaring relatives of staff, ending a declaration, checking an entry in person."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from beneficiaries.enums import Kinship
from beneficiaries.models import Person, RelativeCheck, Roster, StaffRelative
from beneficiaries.queries import relatives as queries
from welfare import audit, crypto, dates, identity, workflow
from welfare.errors import Refusal
from welfare.models import Organisation, User


@transaction.atomic
def declare(
    *,
    organisation,
    staff_name,
    name,
    kinship,
    by,
    at,
    staff=None,
    post="",
    id_number="",
    person=None,
    note="",
):
    """Put one relative of a member of staff of ``organisation`` on the register. Returns the StaffRelative.

    ``id_number`` ties her to the person on file with that number, wherever that is; nothing tells whether
    there is one. A member of staff given by name is tied to her account where only one nearby bears it. Raises
    Refusal without both names, for a number that is none, and for what is declared already.
    """
    if not by.may("relative.declare", organisation):
        raise workflow.Refused(f"您没有为{organisation}办理近亲属备案的权限。", kind="permission")
    staff_name, name = staff_name.strip() or str(staff or ""), name.strip()
    if not staff_name:
        raise Refusal("请填写工作人员姓名。", field="staff_name")
    if not name:
        raise Refusal("请填写近亲属姓名。", field="name")
    person = person or _on_file(id_number)
    staff = staff or _account_of(staff_name, organisation)
    try:
        with transaction.atomic():
            made = StaffRelative.objects.create(
                organisation=organisation,
                staff=staff,
                staff_name=staff_name,
                post=post.strip(),
                person=person,
                name=name,
                kinship=Kinship(kinship),
                note=note.strip(),
                declared_at=at,
                declared_by=by,
            )
    except IntegrityError:
        raise Refusal(f"{staff_name}的这名近亲属已经备案，不必重复。") from None
    audit.record(action="relative.declare", label="近亲属备案", by=by, at=at, target=made)
    return made


def _account_of(name, organisation):
    """The one active account of that name at the office, above it or below it; None when there are none or several."""
    near = Q(role_assignments__organisation__path__startswith=organisation.path) | Q(
        role_assignments__organisation__in=Organisation.objects.above(organisation)
    )
    found = User.objects.filter(near, full_name=name, is_active=True).order_by("pk").distinct()[:2]
    return found[0] if len(found) == 1 else None


def _on_file(id_number):
    """The person with that number, or None; a broken number is refused."""
    text = identity.clean_number(id_number or "")
    if not text:
        return None
    try:
        number = identity.parse_id_number(text).number
    except identity.Invalid as error:
        raise Refusal(str(error), field="id_number") from None
    return Person.objects.filter(id_number_index=crypto.blind_index("id", number)).first()


@transaction.atomic
def end(*, relative, by, at, reason):
    """End a declaration (no longer staff, wrongly declared …), with a reason; it stays on record. Returns it."""
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明注销原因。", field="reason")
    relative = StaffRelative.objects.select_for_update(of=("self",)).get(pk=relative.pk)
    if not by.may("relative.declare", relative.organisation):
        raise workflow.Refused("您没有注销备案的权限。", kind="permission")
    if queries.is_staff(relative, by):
        raise Refusal("自己的近亲属备案须由其他人员注销。")
    if relative.ended_at:
        raise Refusal("这项备案已经注销。")
    relative.ended_at, relative.ended_by, relative.end_reason = at, by, reason
    relative.save(update_fields=["ended_at", "ended_by", "end_reason"])
    audit.record(action="relative.end", label="注销近亲属备案", by=by, at=at, target=relative, reason=reason)
    return relative


@transaction.atomic
def check(*, entry, is_true, finding, checked_on, by, at):
    """Record that an entry whose beneficiary is a relative of staff was checked in person. Returns the checks.

    One row for each relative declared; the latest counts. The gate sees to it that ``by`` is of the next level
    and no relative herself. Raises Refusal without words or for a day to come.
    """
    finding = finding.strip()
    if not finding:
        raise Refusal("请写明核查情况。", field="finding")
    if checked_on > dates.today(at):
        raise Refusal("核查日期不能晚于今天。", field="checked_on")
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    workflow.perform(entry, "check_relative", by=by, at=at, reason=finding)
    return RelativeCheck.objects.bulk_create(
        RelativeCheck(
            entry=entry,
            relative=relative,
            is_true=is_true,
            finding=finding,
            checked_on=checked_on,
            checked_at=at,
            checked_by=by,
        )
        for relative in queries.of_roster(entry.roster)[entry.pk].relatives
    )
