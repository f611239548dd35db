"""已获救助: the one writer of ``HelpGiven``, called where somebody received something, and where that was undone.

The caller has authorised and audits the act (a receipt, a bank result); a row here is its trace for
screening, caps and "helped before".
"""

from beneficiaries.enums import HelpState
from beneficiaries.models import HelpGiven, Household, Person
from welfare import dates, money
from welfare.quantities import goods_text


def record(*, entry, source_key, amount=0, goods=(), service="", received_at=None, received_on=None):
    """Write that the entry's beneficiary received ``amount`` and ``goods`` ([(item, quantity, unit_price)]).

    ``service`` names help that has no amount.

    Returns the HelpGiven. ``source_key`` names what wrote it; the same key a second time is refused by
    the database (one row per receipt).
    """
    on = received_on or dates.today(received_at)
    row = _row(entry, source_key, amount, goods, on, _survivors([entry]))
    return HelpGiven.objects.create(**row | ({"goods_text": service[:200]} if service else {}))


def record_many(rows):
    """``record`` for many (dicts of its arguments, with ``received_on``) in a constant number of statements."""
    survivors = _survivors([row["entry"] for row in rows])
    return HelpGiven.objects.bulk_create(
        HelpGiven(
            **_row(
                row["entry"],
                row["source_key"],
                row.get("amount", 0),
                row.get("goods", ()),
                row["received_on"],
                survivors,
            )
        )
        for row in rows
    )


def void(*, source_key):
    """The receipt was voided: it no longer counts as help. Harmless when nothing was recorded."""
    HelpGiven.objects.filter(source_key=source_key).update(state=HelpState.VOIDED)


def take_back(*, source_key):
    """The money or goods came back: it no longer counts as help."""
    HelpGiven.objects.filter(source_key=source_key).update(state=HelpState.RETURNED)


def follow(*, to, household=None, person=None):
    """What an absorbed household or person received counts for the surviving one. Returns the ids of the rows."""
    old = {"household": household} if household else {"person": person}
    rows = HelpGiven.objects.filter(**old)
    ids = sorted(rows.values_list("pk", flat=True))
    rows.update(**dict.fromkeys(old, to))
    return ids


def _survivors(entries):
    """{(unit, id): id of what it was merged into} for the beneficiaries that were merged since they were listed."""
    found = {}
    for unit, model in (("household", Household), ("person", Person)):
        wanted = {getattr(entry, f"{unit}_id") for entry in entries} - {None}
        while wanted:
            merged = model.objects.filter(pk__in=wanted).exclude(merged_into=None)
            step = dict(merged.order_by("pk").values_list("pk", "merged_into"))
            found |= {(unit, old): new for old, new in step.items()}
            wanted = set(step.values())
    return found


def _survivor(unit, pk, survivors):
    while (unit, pk) in survivors:
        pk = survivors[unit, pk]
    return pk


def _row(entry, source_key, amount, goods, on, survivors):
    return {
        "organisation_id": entry.roster.organisation_id,
        "programme_id": entry.programme_id,
        "category_id": entry.category_id,
        "household_id": _survivor("household", entry.household_id, survivors),
        "person_id": _survivor("person", entry.person_id, survivors),
        "institution_id": entry.institution_id,
        "year": entry.programme.year,
        "amount": money.yuan(amount),
        "goods_value": money.total(quantity * price for _item, quantity, price in goods),
        "goods_text": goods_text((item.name, item.unit, quantity) for item, quantity, _price in goods)[:200],
        "received_on": on,
        "source_key": source_key,
    }
