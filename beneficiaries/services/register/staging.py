"""Read rows into the staging table by COPY, a few thousand at a time: numbers encrypted, places resolved."""

from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from beneficiaries.enums import ImportState, RowKind
from beneficiaries.models import ImportRow, RegisterImport
from beneficiaries.rules.places import is_rural_name
from beneficiaries.services.register import tables
from welfare import crypto
from welfare.models import Organisation

AT_ONCE = 2_000


class Number(NamedTuple):
    """A number of a person as it is staged: ciphertext, blind index, indexes of its tails."""

    index_kind: str
    index: str
    tails: dict


NUMBERS = {
    "id_number": Number("id", "id_index", {"id_tail": 4, "id_tail6": 6}),
    "phone": Number("phone", "phone_index", {"phone_tail": 4}),
    "certificate": Number("certificate", "certificate_index", {}),
    "card": Number("bank", "card_index", {"card_tail": 4}),
}
PLAIN = ("upload_id", "excel_row", "kind", "values", "changes", "errors")
COLUMNS = PLAIN + tuple(
    column for name, number in NUMBERS.items() for column in (name, number.index, *number.tails)
)


class Stopped(Exception):
    """The upload was cancelled or expired while it was read."""


@dataclass
class Places:
    """The organisations rows may name: those of the upload's scope by every name they go by, and names elsewhere."""

    scope: Organisation
    found: dict
    ambiguous: set
    elsewhere: set

    def outside(self, name):
        return name not in self.found and name not in self.ambiguous and name in self.elsewhere

    def why_not(self, name):
        if name in self.ambiguous:
            return f"“{self.scope}”内有几个“{name}”，请连同上级写明，如“上坪镇{name}”。"
        shown = list(dict.fromkeys(one.name for one in self.found.values()))
        more = "等" if len(shown) > 12 else ""
        return f"没有“{name}”这个村(社区)。可填：{'、'.join(sorted(shown)[:12])}{more}。"


@dataclass
class Loaded:
    """What was staged: how many rows, and which lie outside the organisation (the first few, and how many)."""

    count: int = 0
    outside: list = field(default_factory=list)
    outside_count: int = 0


def places_of(organisation, *, levels=None):
    """The Places at or below ``organisation``; ``levels`` limits them. A name that two share stands for neither,
    but each is also known with its parent's name before it (上坪镇甲村)."""
    inside = Organisation.objects.under(organisation).filter(is_active=True).select_related("parent")
    if levels:
        inside = inside.filter(level__in=levels)
    found, ambiguous = {}, set()
    for one in inside:
        names = {one.name, one.short_name} - {""}
        above = {one.parent.name, one.parent.short_name} - {""} if one.parent else set()
        for name in names | {up + name for up in above for name in names}:
            if name in found and found[name] != one:
                ambiguous.add(name)
            found.setdefault(name, one)
    for name in ambiguous:
        del found[name]
    elsewhere = {
        name
        for names in Organisation.objects.order_by("pk").values_list("name", "short_name")
        for name in names
        if name
    }
    return Places(organisation, found, ambiguous, elsewhere)


def load(*, upload, kind, reading, report):
    """Stage every row of ``reading`` in place of earlier ones. Returns Loaded.

    Each batch is committed by itself, so that progress shows and memory stays flat. Raises Stopped
    when the upload was cancelled meanwhile, and what ``reading.rows`` and ``report(done, total, words)`` raise.
    """
    with transaction.atomic():
        _hold(upload)
        ImportRow.objects.filter(upload=upload).delete()
    loaded, places = Loaded(), places_of(upload.organisation, levels=kind.place_levels)
    rows = _prepared(reading, kind, places, loaded)
    while some := list(islice(rows, AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            _hold(upload)
            tables.copy(
                cursor, tables.table(ImportRow), [f'"{name}"' for name in COLUMNS], _staged(upload, some)
            )
        loaded.count += len(some)
        report(loaded.count, max(reading.height, loaded.count), f"已读取 {loaded.count} 行")
    return loaded


def _hold(upload):
    """Keep the upload from being cancelled until the batch stands."""
    state = RegisterImport.objects.select_for_update(of=("self",)).values_list("state", flat=True)
    if state.get(pk=upload.pk) not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise Stopped


def _prepared(reading, kind, places, loaded):
    """(row number, values, numbers, errors) of each row; errors are [cell, heading, reason]."""
    for excel_row, values in reading.rows:
        errors = list(reading.errors)
        reading.errors.clear()
        bad = {error.column_heading for error in errors}
        reasons = _place(values, kind, places, excel_row, loaded)
        is_bad = {key for key, heading in reading.headings.items() if heading in bad}
        reasons += kind.prepare(values, is_bad)
        errors += [reading.cell_error(excel_row, key, reason) for key, reason in reasons]
        numbers = {slot: values.pop(key, None) for key, slot in kind.numbers.items()}
        values = {key: value for key, value in values.items() if value not in (None, "", [])}
        yield excel_row, values, numbers, [[one.cell, one.column_heading, one.reason] for one in errors]


def _place(values, kind, places, excel_row, loaded):
    """Resolve the named organisation of a row into its id. Returns the reasons why not."""
    name = values.get(kind.place)
    if name is None:
        if not kind.is_place_required:
            values["organisation_id"] = places.scope.pk
        return []
    if place := places.found.get(name):
        values |= {kind.place: place.name, "organisation_id": place.pk}
        values["is_rural_place"] = is_rural_name(place.name)
        return []
    values[kind.place] = None
    if places.outside(name):
        loaded.outside_count += 1
        if len(loaded.outside) < 10:
            loaded.outside.append(excel_row)
        return []
    return [(kind.place, places.why_not(name))]


def _staged(upload, rows):
    """The rows as they are copied, in the order of COLUMNS."""
    hidden = []
    for slot, number in NUMBERS.items():
        plain = [numbers.get(slot) for _row, _values, numbers, _errors in rows]
        if not any(plain):
            hidden += [[None] * len(rows)] * (2 + len(number.tails))
            continue
        hidden += [crypto.encrypt_many(plain), crypto.blind_index_many(number.index_kind, plain)]
        for length in number.tails.values():
            hidden.append([crypto.tail_index(number.index_kind, one, length) for one in plain])
    for (excel_row, values, _numbers, errors), numbers in zip(rows, zip(*hidden, strict=True), strict=True):
        kind = RowKind.BAD if errors else RowKind.NEW
        yield (upload.pk, excel_row, kind.value, values, [], errors, *numbers)
