"""The rows of an uploaded register: what they say, checked against one another. No database."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from beneficiaries.enums import Relation, RowKind
from welfare import money

SENSITIVE = ("id_number", "phone", "bank_number")
AMOUNTS = ("monthly_income", "medical_cost", "disaster_loss")
HOUSEHOLD_FACTS = ("group_name", "address", *AMOUNTS)
PERSON_FACTS = (
    "name",
    "relation",
    "phone",
    "health",
    "disability_kind",
    "disability_grade",
    "major_disease",
    "school_stage",
    "political_status",
    "is_veteran",
    "note",
)


@dataclass(eq=False)
class Row:
    """One person of the register. ``errors`` are (key, reason); ``changes`` are [key, before, after], masked."""

    number: int
    values: dict
    errors: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    kind: str = RowKind.UNCHANGED

    @property
    def is_good(self):
        return not self.errors

    @property
    def household(self):
        return self.values["number"]

    @property
    def is_head(self):
        return self.values["relation"] == Relation.HEAD

    def error(self, key, reason):
        """Note an error at a cell; one sentence per cell is enough."""
        if all(known != key for known, _reason in self.errors):
            self.errors.append((key, reason))


def by_household(rows):
    """Rows of each household number, in the order of the file."""
    found = defaultdict(list)
    for row in rows:
        if row.household:
            found[row.household].append(row)
    return found


def check_within_file(rows):
    """Note on each row what contradicts another row, or another cell of its own."""
    for row in rows:
        _check_pairs(row)
    _check_numbers_once(rows)
    for members in by_household(rows).values():
        _check_same_community(members)
        _check_one_head(members)


def household_fact(members, key):
    """A fact that stands on every row of a household: the head's row has it, else the first that says it."""
    said = [row.values[key] for row in sorted(members, key=lambda row: not row.is_head)]
    return next((value for value in said if value is not None), None)


def differing(rows):
    """Rows on which a fact of the household is not what its head's row says: [(row, key)]."""
    return [
        (row, key)
        for members in by_household(rows).values()
        for key in HOUSEHOLD_FACTS
        for row in members
        if row.values[key] not in (None, household_fact(members, key))
    ]


def _check_pairs(row):
    values, bad = row.values, {key for key, _reason in row.errors}
    if values["disability_grade"] and not values["disability_kind"] and "disability_kind" not in bad:
        row.error("disability_kind", "填了残疾等级，请一并填写残疾类别。")
    if values["bank_number"] and not values["bank_name"] and "bank_name" not in bad:
        row.error("bank_name", "填了银行卡号，请一并填写开户银行。")


def _check_numbers_once(rows):
    holders = defaultdict(list)
    for row in rows:
        if row.values["id_number"]:
            holders[row.values["id_number"]].append(row)
    for same in holders.values():
        for row in same if len(same) > 1 else ():
            others = "、".join(str(other.number) for other in same if other is not row)
            row.error("id_number", f"身份证号与第 {others} 行相同，同一人只能登记一次，请核对两行。")


def _check_same_community(members):
    """A household lives in one community; a row that differs from most is told."""
    said = [(row, row.values["community"]) for row in members if row.values["community"] is not None]
    if not said:
        return
    usual = Counter(value for _row, value in said).most_common(1)[0][0]
    first = next(row for row, value in said if value == usual)
    for row, value in said:
        if value != usual:
            row.error("community", f"同一户第 {first.number} 行为“{usual}”，本行为“{value}”，请统一。")


def _check_one_head(members):
    heads = [row for row in members if row.is_head]
    for row in heads[1:]:
        row.error("relation", f"本户第 {heads[0].number} 行已是户主，一户只能有一名户主，请改填关系。")


# -- in and out of the staging table ----------------------------------------------------------------


def plain(values):
    """(plain, sensitive) of a row's values: JSON-ready dict, and the JSON text of its numbers."""
    shown = {
        key: value for key, value in values.items() if key not in SENSITIVE and value not in (None, "", [])
    }
    for key in AMOUNTS:
        if key in shown:
            shown[key] = str(shown[key])
    hidden = {key: values[key] for key in SENSITIVE if values[key]}
    return shown, json.dumps(hidden) if hidden else None


def restored(staged, keys):
    """The Row of a staged ImportRow; ``keys`` are all keys of the register."""
    values = dict.fromkeys(keys)
    values |= {"categories": [], **staged.values, **json.loads(staged.sensitive or "{}")}
    for key in AMOUNTS:
        if values[key] is not None:
            values[key] = money.yuan(values[key])
    return Row(staged.excel_row, values)
