"""What happened to a household and its members, from the audit trail, in words."""

from django.db.models import Q

from beneficiaries.models import Household, Person
from welfare.models import AuditEvent

MOST = 100


def events_of(household, members):
    """The newest events for ``components/timeline.html``: dicts of at, who, text, reason, tone."""
    about = Q(target_type="beneficiaries.household", target_id=str(household.pk)) | Q(
        target_type="beneficiaries.person", target_id__in=[str(one.pk) for one in members]
    )
    return [
        {
            "at": event.at,
            "who": event.actor_name,
            "text": f"{event.label or event.action}{_changes(event)}",
            "reason": event.reason,
            "tone": "warn" if event.action == "view" else "info",
        }
        for event in AuditEvent.objects.filter(about).order_by("-id")[:MOST]
    ]


def _changes(event):
    """：家庭月人均收入（元）500.00 → 380; empty when the event carries no pair."""
    if event.action == "household.import":
        changes = (event.after or {}).get("changes", [])
        said = [
            f"{name} {_import_name(key)} {before or '空'} → {after}" for name, key, before, after in changes
        ]
        return f"：{'；'.join(said)}" if said else ""
    model = Person if event.action == "household.member_change" else Household
    if not event.before or not event.after:
        return ""
    said = [
        f"{_name(model, key)} {_word(model, key, before)} → {_word(model, key, event.after.get(key))}"
        for key, before in event.before.items()
    ]
    return f"：{'；'.join(said)}"


def _import_name(key):
    """The name of a register's column, be it of the person, the household, the card or the hardships."""
    other = {"bank_number": "银行卡", "categories": "困难类别"}
    person = _name(Person, key)
    return other.get(key) or (person if person != key else _name(Household, key))


def _name(model, key):
    names = {field.name: field.verbose_name for field in model._meta.concrete_fields}
    return str(names.get(key, key))


def _word(model, key, value):
    if isinstance(value, bool):
        return "是" if value else "否"
    field = next((one for one in model._meta.concrete_fields if one.name == key), None)
    shown = dict(field.flatchoices).get(value, value) if field is not None and field.choices else value
    return "空" if shown in (None, "") else str(shown)
