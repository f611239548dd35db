"""Factories: registry. Households and people through the services, with numbers that pass the checks."""

import csv
import itertools
from datetime import date
from pathlib import Path

from stdnum.iso7064 import mod_11_2
from stdnum.luhn import calc_check_digit

from beneficiaries.models import HardshipCategory
from beneficiaries.services import households
from welfare.testing.personas import AT

_numbers = itertools.count(1)
CATEGORIES = Path(__file__).parents[2] / "samples/hardship_categories.csv"


def id_number(birth_on=date(1960, 3, 5), *, female=False):
    """A valid ID number nobody has."""
    sequence = next(_numbers) % 500 * 2 + (0 if female else 1)
    body = f"5203{25 + next(_numbers) % 70:02}{birth_on:%Y%m%d}{sequence:03}"
    return body + mod_11_2.calc_check_digit(body)


def phone_number():
    """A mobile number nobody has."""
    return f"139{next(_numbers):08}"


def bank_number():
    """A card number nobody has, 19 digits."""
    body = f"621700{next(_numbers):012}"
    return body + calc_check_digit(body)


def category(code="low_income"):
    """A standard hardship category by code; loads the list where a test emptied it."""
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["code"] == code)
    found, _is_new = HardshipCategory.objects.get_or_create(
        code=code,
        defaults={
            "name": row["name"],
            "is_sensitive": row["is_sensitive"] == "1",
            "is_personal": row["is_personal"] == "1",
            "position": row["position"],
        },
    )
    return found


def member(name="王小明", relation="child", **facts):
    """Facts of one member, for ``household(members=[…])``."""
    return {"name": name, "relation": relation, "id_number": id_number(), **facts}


def household(organisation, *, head="张大明", members=(), categories=(), by=None, at=AT, **facts):
    """A household with its head (``head`` a name or facts), further members and hardship category codes."""
    facts.setdefault("number", f"TH{next(_numbers):07}")
    facts.setdefault("group_name", "1组")
    facts.setdefault("address", f"{organisation.name}1组{next(_numbers)}号")
    first = head if isinstance(head, dict) else {"name": head}
    first = {"relation": "head", "id_number": id_number(), "phone": phone_number(), **first}
    made = households.register(organisation=organisation, members=[first, *members], by=by, at=at, **facts)
    for code in categories:
        held = category(code)
        holder = {"person": made.head} if held.is_personal else {"household": made}
        households.add_hardship(category=held, from_on=date(2025, 1, 1), basis="摸底", by=by, at=at, **holder)
    return made
