"""The audit trail: the only writer of ``AuditEvent``.

Events are written in the transaction of the act. A sealing job chains them per organisation
(``seal``), and ``verify`` recomputes the chain, so that a row changed or removed behind the
application's back shows. ``manage.py verify_audit`` is the check.
"""

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from itertools import islice

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max, Q

from welfare import scope
from welfare.models import AuditEvent, AuditLink

GENESIS = "0" * 64
_source = ContextVar("audit_source", default="")


@contextmanager
def coming_from(source):
    """Within the block, events carry ``source`` (an address, or the name of a command)."""
    token = _source.set(source[:60])
    try:
        yield
    finally:
        _source.reset(token)


def event(*, action, by, at, target, organisation=None, label="", reason="", before=None, after=None):
    """An unsaved event. ``by`` is a user or None (the system); ``target`` a saved model instance."""
    if organisation is None and hasattr(target, "scope_organisation"):
        organisation = target.scope_organisation()
    return AuditEvent(
        at=at,
        actor_id=by.pk if by else None,
        actor_name=str(by)[:80] if by else "系统",
        organisation_id=organisation.pk if organisation else None,
        organisation_path=organisation.path if organisation else "/",
        action=action,
        label=label[:100],
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        reason=reason,
        before=_plain(before),
        after=_plain(after),
        source=_source.get(),
    )


def record(**act):
    """Write one event, in the caller's transaction. Arguments as ``event``. Returns it."""
    written = event(**act)
    written.save(force_insert=True)
    return written


def record_many(acts):
    """Write many events (dicts of ``event`` arguments) with one INSERT a thousand."""
    return AuditEvent.objects.bulk_create([event(**act) for act in acts], batch_size=1000)


def record_selected(rows, params, *, action, by, at, target_type):
    """Write one event for each row of a SELECT, with one INSERT, in the caller's transaction. Returns how many.

    ``rows`` (SQL, with named ``params``) yields target id, target label, organisation id and path, label, and
    what stands in ``after`` (jsonb); one whose order is that of the events. For acts on thousands of cases.
    """
    told = {
        "event_at": at,
        "event_actor": by.pk if by else None,
        "event_name": str(by)[:80] if by else "系统",
        "event_action": action,
        "event_target": target_type,
        "event_source": _source.get(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {AuditEvent._meta.db_table} (at, actor_id, actor_name, organisation_id,
                organisation_path, action, label, target_type, target_id, target_label, reason, after, source)
            SELECT %(event_at)s, %(event_actor)s, %(event_name)s, t.organisation_id, t.organisation_path,
                %(event_action)s, left(t.label, 100), %(event_target)s, t.target_id::text, left(t.target_label, 200),
                '', t.after, %(event_source)s
            FROM ({rows}) t(target_id, target_label, organisation_id, organisation_path, label, after)""",
            {**params, **told},
        )
        return cursor.rowcount


def viewed(*, by, at, target, what, reason=""):
    """Log that ``by`` read sensitive data (``what``, in words) of ``target``."""
    return record(action="view", label=f"查看{what}", by=by, at=at, target=target, reason=reason)


def snapshot(instance, *fields):
    """The named fields as plain values for ``before`` and ``after``; never pass encrypted ones."""
    return {name: getattr(instance, name) for name in fields}


def events_about(instance):
    """Events on one object, newest first."""
    return AuditEvent.objects.filter(target_type=instance._meta.label_lower, target_id=str(instance.pk))


def events_visible_to(user):
    """Events of the organisations where the user may read the audit trail."""
    wanted = Q(pk__in=[])
    for path in scope.paths(user, "audit.view"):
        wanted |= Q(organisation_path__startswith=path)
    return AuditEvent.objects.filter(wanted)


def views_visible_to(user):
    """Reads of sensitive data (``viewed``) in the organisations where the user may read the audit trail."""
    return events_visible_to(user).filter(action="view")


def _plain(value):
    return None if value is None else json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))


# -- the chain --------------------------------------------------------------------------------------


def digest(previous_hash, written):
    """SHA-256 (hex) over the previous link and every field of the event, in a fixed order."""
    fields = {
        "id": written.pk,
        "at": written.at.astimezone(UTC).isoformat(),
        "actor_id": written.actor_id,
        "actor_name": written.actor_name,
        "organisation_id": written.organisation_id,
        "organisation_path": written.organisation_path,
        "action": written.action,
        "label": written.label,
        "target_type": written.target_type,
        "target_id": written.target_id,
        "target_label": written.target_label,
        "reason": written.reason,
        "before": written.before,
        "after": written.after,
        "source": written.source,
    }
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}{canonical}".encode()).hexdigest()


@transaction.atomic
def seal():
    """Chain every event that has no link yet, per organisation in order of id. Returns how many.

    One sealer at a time (an advisory lock); an event committed late is sealed by the next run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('welfare.audit.seal'))")
    last = {
        row["organisation_id"]: row["last"]
        for row in AuditLink.objects.values("organisation_id").annotate(last=Max("sequence"))
    }
    hashes = {}
    links = []
    for written in AuditEvent.objects.filter(link=None).order_by("id").iterator(2000):
        chain = written.organisation_id or 0
        if chain not in hashes:
            newest = AuditLink.objects.filter(organisation_id=chain, sequence=last.get(chain, 0)).first()
            hashes[chain] = newest.hash if newest else GENESIS
        sequence = last.get(chain, 0) + 1
        link = AuditLink(
            event=written,
            organisation_id=chain,
            sequence=sequence,
            previous_hash=hashes[chain],
            hash=digest(hashes[chain], written),
        )
        last[chain], hashes[chain] = sequence, link.hash
        links.append(link)
    AuditLink.objects.bulk_create(links, batch_size=2000)
    return len(links)


@dataclass(frozen=True)
class Break:
    """One place where the chain does not hold."""

    organisation_id: int
    sequence: int
    message: str


def verify():
    """Recompute every chain. Returns the list of ``Break``s, empty when nothing was touched."""
    breaks = []
    expected, previous = {}, {}
    links = AuditLink.objects.order_by("organisation_id", "sequence").iterator(2000)
    for link, written in _with_events(links):
        chain = link.organisation_id
        if link.sequence != expected.get(chain, 1):
            breaks.append(Break(chain, link.sequence, f"第{expected.get(chain, 1)}条起有记录缺失"))
        if written is None:
            breaks.append(Break(chain, link.sequence, "记录已被删除"))
        elif link.previous_hash != previous.get(chain, GENESIS) or link.hash != digest(
            link.previous_hash, written
        ):
            breaks.append(Break(chain, link.sequence, "记录内容与封签不符"))
        expected[chain], previous[chain] = link.sequence + 1, link.hash
    return breaks


def _with_events(links):
    """(link, event or None), read in batches: a join would hide the links whose event is gone."""
    for batch in iter(lambda: list(islice(links, 2000)), []):
        events = AuditEvent.objects.in_bulk([link.event_id for link in batch])
        yield from ((link, events.get(link.event_id)) for link in batch)
