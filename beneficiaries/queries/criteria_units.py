"""Whom a statement of criteria looks at, unit by unit, and how their members, hardships, help and papers are gathered."""

from beneficiaries.enums import Fact, Unit
from beneficiaries.queries.criteria_sql import (
    HARDSHIP,
    HELP,
    HOUSEHOLD,
    PERSON,
    PRESENT,
    UNKNOWN,
    Statement,
)
from beneficiaries.queries.proofs import EVIDENCE
from beneficiaries.rules.fact_kinds import CHOICES


def statement(unit, tiers, paths, on, rule, *, attached=None):
    """(SQL, parameters) of ``id, organisation_id, fit``: who is on file below ``paths``, ``fit`` the key of the first tier met.

    ``attached``, a queryset of ids of the unit, adds those who live elsewhere (``queries.belonging``). Rows that fit none have
    fit NULL. Archived households and institutions, and people who died or moved away, are left out.
    """
    return STATEMENTS[unit](on, rule).of(tiers, paths, attached)


class OfHouseholds(Statement):
    """A household: its own columns, and its present members gathered in ``m``."""

    home = "m"
    subject = "h.id"
    numbers = {
        Fact.INCOME: "s.monthly_income",
        Fact.MEDICAL: "s.medical_cost",
        Fact.LOSS: "s.disaster_loss",
    }

    def member_number(self, condition):
        name = self.column(self.member_columns, f"count(*) FILTER (WHERE {condition})", "m")
        return f"COALESCE(m.{name}, 0)"

    def member_any(self, condition):
        name = self.column(self.member_columns, f"bool_or({condition})", "m")
        return f"COALESCE(m.{name}, false)"

    def birth(self, fact):
        which = "min" if fact == Fact.ELDEST_AGE else "max"
        return f"m.{self.column(self.member_columns, f'{which}(p.birth_on)', 'm')}"

    def select(self, fit, organisations):
        subjects = (
            "SELECT h.id, h.organisation_id, h.registered_on, h.monthly_income, h.medical_cost, h.disaster_loss,"
            f" h.housing_danger_id, {self.minimum_line()} AS minimum_line FROM {HOUSEHOLD} h"
            " JOIN welfare_organisation o ON o.id = h.organisation_id"
            f" WHERE NOT h.is_archived AND {organisations}"
        )
        joins = self.member_join() + self.held_join() + self.helped_join() + self.proof_join()
        return f"WITH s AS ({subjects}) SELECT s.id, s.organisation_id, {fit} AS fit FROM s{joins}"

    def member_join(self):
        columns = [f"{sql} AS {name}" for sql, name in self.member_columns.items()] + self.size_columns()
        if not columns:
            return ""
        return (
            f" LEFT JOIN (SELECT p.household_id, {', '.join(columns)} FROM {PERSON} p"
            f" WHERE {PRESENT} AND p.household_id IN (SELECT id FROM s)"
            " GROUP BY p.household_id) m ON m.household_id = s.id"
        )

    def hardships(self, condition):
        return (
            f"SELECT x.household_id AS subject_id, x.category_id FROM {HARDSHIP} x"
            f" JOIN s ON s.id = x.household_id WHERE {condition}"
            f" UNION ALL SELECT p.household_id, x.category_id FROM {HARDSHIP} x"
            f" JOIN {PERSON} p ON p.id = x.person_id AND {PRESENT} JOIN s ON s.id = p.household_id"
            f" WHERE x.person_id IS NOT NULL AND {condition}"
        )

    def help(self, condition):
        return (
            f"SELECT g.household_id AS subject_id, g.year, g.programme_id FROM {HELP} g"
            f" JOIN s ON s.id = g.household_id WHERE {condition}"
            f" UNION ALL SELECT p.household_id, g.year, g.programme_id FROM {HELP} g"
            f" JOIN {PERSON} p ON p.id = g.person_id JOIN s ON s.id = p.household_id"
            f" WHERE g.person_id IS NOT NULL AND {condition}"
        )

    def proofs(self, condition):
        return (
            f"SELECT x.household_id AS subject_id, x.kind_id FROM {EVIDENCE} x"
            f" JOIN s ON s.id = x.household_id WHERE {condition}"
            f" UNION ALL SELECT p.household_id, x.kind_id FROM {EVIDENCE} x"
            f" JOIN {PERSON} p ON p.id = x.person_id JOIN s ON s.id = p.household_id"
            f" WHERE x.person_id IS NOT NULL AND {condition}"
        )


class OfPersons(Statement):
    """A person: money, house and family size of the household (``z`` gathers its members), the rest of the person alone."""

    home = "z"
    subject = "p.id"
    numbers = OfHouseholds.numbers

    def member_number(self, condition):
        name = self.column(self.member_columns, f"({condition})::int", "m")
        return f"COALESCE(s.{name}, 0)"

    def member_any(self, condition):
        return f"COALESCE(s.{self.column(self.member_columns, condition, 'm')}, false)"

    def birth(self, fact):
        return "s.birth_on"

    def select(self, fit, organisations):
        columns = "".join(f", {sql} AS {name}" for sql, name in self.member_columns.items())
        subjects = (
            "SELECT p.id, p.household_id, p.birth_on, h.organisation_id, COALESCE(p.registered_on, h.registered_on) AS registered_on,"
            " h.monthly_income, h.medical_cost, h.disaster_loss, h.housing_danger_id,"
            f" {self.minimum_line()} AS minimum_line{columns} FROM {PERSON} p"
            f" JOIN {HOUSEHOLD} h ON h.id = p.household_id"
            " JOIN welfare_organisation o ON o.id = h.organisation_id"
            f" WHERE {PRESENT} AND NOT h.is_archived AND {organisations}"
        )
        joins = self.home_join() + self.held_join() + self.helped_join() + self.proof_join()
        return f"WITH s AS ({subjects}) SELECT s.id, s.organisation_id, {fit} AS fit FROM s{joins}"

    def home_join(self):
        if not self.needs_size:
            return ""
        return (
            f" LEFT JOIN (SELECT p.household_id, {', '.join(self.size_columns())} FROM {PERSON} p"
            f" WHERE {PRESENT} AND p.household_id IN (SELECT household_id FROM s)"
            " GROUP BY p.household_id) z ON z.household_id = s.household_id"
        )

    def hardships(self, condition):
        return (
            f"SELECT x.person_id AS subject_id, x.category_id FROM {HARDSHIP} x"
            f" JOIN s ON s.id = x.person_id WHERE {condition}"
            f" UNION ALL SELECT s.id, x.category_id FROM {HARDSHIP} x"
            f" JOIN s ON s.household_id = x.household_id WHERE {condition}"
        )

    def help(self, condition):
        return (
            f"SELECT g.person_id AS subject_id, g.year, g.programme_id FROM {HELP} g"
            f" JOIN s ON s.id = g.person_id WHERE {condition}"
            f" UNION ALL SELECT s.id, g.year, g.programme_id FROM {HELP} g"
            f" JOIN s ON s.household_id = g.household_id WHERE {condition}"
        )

    def proofs(self, condition):
        return (
            f"SELECT x.person_id AS subject_id, x.kind_id FROM {EVIDENCE} x"
            f" JOIN s ON s.id = x.person_id WHERE {condition}"
            f" UNION ALL SELECT s.id, x.kind_id FROM {EVIDENCE} x"
            f" JOIN s ON s.household_id = x.household_id WHERE {condition}"
        )


class OfInstitutions(Statement):
    """An institution: months stopped, bankruptcy, registration and help; nothing else is known of one."""

    numbers = {Fact.MONTHS_STOPPED: "s.stopped_months"}

    def number(self, fact):
        return self.numbers.get(fact)

    def birth(self, fact):
        return None

    def flag(self, fact):
        if fact == Fact.IS_BANKRUPT:
            return f"COALESCE(s.bankrupt_on <= {self.bind(self.on)}, false)"
        return super().flag(fact) if fact == Fact.HELPED_THIS_YEAR else "false"

    def named(self, fact, wanted):
        if fact == Fact.HELPED_BEFORE:
            return super().named(fact, wanted)
        return UNKNOWN if fact in CHOICES else "false"

    def select(self, fit, organisations):
        subjects = (
            "SELECT i.id, i.organisation_id, i.registered_on, i.stopped_months, i.bankrupt_on FROM beneficiaries_institution i"
            " JOIN welfare_organisation o ON o.id = i.organisation_id"
            f" WHERE NOT i.is_archived AND {organisations}"
        )
        return (
            f"WITH s AS ({subjects}) SELECT s.id, s.organisation_id, {fit} AS fit FROM s{self.helped_join()}"
        )

    def help(self, condition):
        return (
            f"SELECT g.institution_id AS subject_id, g.year, g.programme_id FROM {HELP} g"
            f" JOIN s ON s.id = g.institution_id WHERE {condition}"
        )


STATEMENTS = {
    Unit.HOUSEHOLD: OfHouseholds,
    Unit.PERSON: OfPersons,
    Unit.INSTITUTION: OfInstitutions,
}
