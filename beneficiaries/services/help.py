"""已获救助: the one writer of ``HelpGiven``, called where somebody received something, and where that was undone.

The caller has authorised and audits the act (a receipt, a bank result); a row here is its trace for
screening, caps and "helped before".
"""

from beneficiaries.enums import HelpState
from beneficiaries.models import HelpGiven
from welfare import dates, money
from welfare.quantities import goods_text


def record(*, entry, source_key, amount=0, goods=(), received_at=None, received_on=None):
    """Write that the entry's beneficiary received ``amount`` and ``goods`` ([(item, quantity, unit_price)]).

    Returns the HelpGiven. ``source_key`` names what wrote it; the same key a second time is refused by
    the database (one row per receipt).
    """
    on = received_on or dates.today(received_at)
    return HelpGiven.objects.create(**_row(entry, source_key, amount, goods, on))


def record_many(rows):
    """``record`` for many (dicts of its arguments, with ``received_on``) in one statement."""
    return HelpGiven.objects.bulk_create(
        HelpGiven(
            **_row(
                row["entry"],
                row["source_key"],
                row.get("amount", 0),
                row.get("goods", ()),
                row["received_on"],
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


def _row(entry, source_key, amount, goods, on):
    return {
        "organisation_id": entry.roster.organisation_id,
        "programme_id": entry.programme_id,
        "category_id": entry.category_id,
        "household_id": entry.household_id,
        "person_id": entry.person_id,
        "institution_id": entry.institution_id,
        "year": entry.programme.year,
        "amount": money.yuan(amount),
        "goods_value": money.total(quantity * price for _item, quantity, price in goods),
        "goods_text": goods_text((item.name, item.unit, quantity) for item, quantity, _price in goods)[:200],
        "received_on": on,
        "source_key": source_key,
    }
