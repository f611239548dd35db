"""Earlier states of rows: kept by triggers of the database, whoever changes the row and however.

A tracked model has a version model (``versions_of``) with one row for every change: the row as it was
**until** then, when that was, and who changed it. What was never changed costs nothing. The state at a
moment is the oldest version after it, else the row as it is (``states_at``).

The triggers are django-pghistory's, one per statement, so that an import or a raw UPDATE is caught too.
Services say who acts with ``stamp``; what changes without it is kept with nobody's name.
"""

import json

import pghistory
import pghistory.models
import pgtrigger
from django.db import connection, models
from django.db.models.signals import post_migrate

from welfare.scope import ScopedModel, ScopedQuerySet

# The planner takes the transition tables of a statement trigger for small and joins them in nested loops:
# an UPDATE of 5,000 rows then lasts ten seconds. Every such function is told not to.
_NO_NESTED_LOOPS = """
DO $$ DECLARE found regprocedure; BEGIN
    FOR found IN
        SELECT DISTINCT tgfoid::regprocedure FROM pg_trigger
        WHERE tgname LIKE 'pgtrigger_%' AND (tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET enable_nestloop = off', found);
    END LOOP;
END $$;
"""


class RowVersion(ScopedModel, pghistory.models.Event):
    """Base of version models: the tracked columns, ``pgh_obj`` (the row), ``pgh_created_at`` (until when) and
    ``pgh_context`` (who ended this state: ``{"by": user id, "name": …, "at": …}``, null when nobody said)."""

    pgh_id = models.BigAutoField(primary_key=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def ended_by(self):
        """Name of who changed this state into the next; empty when nobody said."""
        return (self.pgh_context or {}).get("name", "")


def versions_of(model, *, exclude=(), unwatched=(), **attributes):
    """The abstract version model of ``model``, for ``class PersonVersion(versions_of(Person)): pass``.

    ``exclude`` are columns not worth keeping; a change of ``unwatched`` columns alone makes no version
    (ciphertexts differ each time they are written; their blind index tells a real change).
    """
    changed = pgtrigger.AnyChange(exclude=[*exclude, *unwatched])
    kept = [field.name for field in model._meta.local_fields if field.name not in exclude]
    return pghistory.create_event_model(
        model,
        pghistory.UpdateEvent("changed", row=pghistory.Old, condition=changed, level=pghistory.Statement),
        pghistory.DeleteEvent("deleted", row=pghistory.Old, level=pghistory.Statement),
        fields=kept,
        obj_field=pghistory.ObjForeignKey(related_name="versions"),
        context_field=pghistory.ContextJSONField(null=True),
        context_id_field=None,
        base_model=RowVersion,
        attrs=attributes,
    )


def stamp(*, by, at):
    """Say who changes rows in the rest of this transaction. ``by`` is a user or None (the system)."""
    said = {"by": by.pk if by else None, "name": str(by) if by else "系统", "at": at.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', %s, true)",
            [json.dumps(said, ensure_ascii=False)],
        )


def states_at(version_model, moment, **lookups):
    """``{row id: version}``: for the rows that changed after ``moment``, the state they were in at that moment.

    ``lookups`` narrow the versions (``pgh_obj__in=ids``). A row that is not among them is as it was.
    """
    after = version_model.objects.filter(pgh_created_at__gt=moment, **lookups)
    oldest = after.order_by("pgh_obj_id", "pgh_created_at", "pgh_id").distinct("pgh_obj_id")
    return {version.pgh_obj_id: version for version in oldest}


def _forbid_nested_loops(**_signal):
    with connection.cursor() as cursor:
        cursor.execute(_NO_NESTED_LOOPS)


def register():
    """Called once from ``apps.py: ready()``."""
    post_migrate.connect(_forbid_nested_loops, dispatch_uid="ledger-history-nested-loops")
