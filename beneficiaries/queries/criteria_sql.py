"""Criteria as SQL: one statement screens all subjects of a unit below some organisations; twin of ``rules.eligibility``.

SQL's own three-valued logic is that of the rules: NULL (not on file) satisfies neither a test nor its negation. A statement
reads each table once, whatever the number of conditions: members, hardships and help are gathered per subject by grouped
joins, with one column for every condition that asks for one. Names stand here, values are bound parameters.
"""

from decimal import Decimal

from beneficiaries.enums import (
    CriterionKind,
    Fact,
    FamilyRule,
    HealthState,
    HelpState,
    Operator,
    Relation,
    SchoolStage,
)
from beneficiaries.models import Hardship, HelpGiven, Household, Person
from beneficiaries.queries.facts import ADULT, PARTY, SEVERE_GRADES, minimum_lines
from beneficiaries.queries.proofs import in_force_sql
from beneficiaries.rules import family
from beneficiaries.rules.fact_kinds import (
    CHOICES,
    CODE_LISTS,
    FLAGS,
    GRADES,
    SETS,
    born_by,
    filed_by,
    help_named,
    listed,
)

UNKNOWN = "NULL::boolean"
HOUSEHOLD, PERSON, HARDSHIP, HELP = (
    model._meta.db_table for model in (Household, Person, Hardship, HelpGiven)
)
PRESENT = "p.died_on IS NULL AND p.left_on IS NULL"
COMPARED = {
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.MORE_THAN: ">",
    Operator.LESS_THAN: "<",
    Operator.EQUALS: "=",
}
STAGE_CODES = {label: code for code, label in SchoolStage.choices}
AGES = (Fact.ELDEST_AGE, Fact.YOUNGEST_AGE)
INCOMES = (Fact.INCOME, Fact.INCOME_MULTIPLE)


class Statement:
    """What the statements of the three units share: conditions over the columns that each unit offers.

    A unit offers ``numbers`` (SQL of plain facts by name), and gathers the rest through ``member_number``,
    ``member_any``, ``held``, ``helped`` and ``proven_or``, which return SQL and remember what has to be joined.
    """

    numbers = {}

    def __init__(self, on, rule):
        self.on, self.rule = on, FamilyRule(rule)
        self.values, self.names = {}, {}
        self.member_columns, self.held_columns, self.helped_columns = {}, {}, {}
        self.proof_columns = {}
        self.needs_size = False

    def bind(self, value):
        """A placeholder for a value; the same one for the same value, so that equal conditions are gathered once."""
        key = f"{type(value).__name__}{value!r}"
        name = self.names.setdefault(key, f"v{len(self.names)}")
        self.values[name] = value
        return f"%({name})s"

    def of(self, tiers, paths, attached=None):
        cases = []
        for tier in tiers:
            condition = self.all_of(tier.nodes, tier.assumed)
            if condition is not None:
                cases.append(f"WHEN {condition} THEN {self.bind(tier.key)}")
        kind = "text" if any(isinstance(tier.key, str) for tier in tiers) else "bigint"
        fit = f"(CASE {' '.join(cases)} END)::{kind}" if cases else f"NULL::{kind}"
        return self.select(fit, self.belonging(paths, attached)), self.values

    def belonging(self, paths, attached):
        """Condition on the organisation ``o``: the planner knows how many it lets through; or on being ``attached``."""
        wanted = [f"o.path LIKE {self.bind(f'{path}%')}" for path in paths]
        if attached is not None:
            sql, values = attached.query.sql_with_params()
            wanted.append(f"{self.subject} IN ({sql % tuple(map(self.bind, values))})")
        return f"({' OR '.join(wanted) or 'false'})"

    # -- conditions
    def all_of(self, nodes, assumed):
        """SQL of top nodes joined by *all*; None when nothing in them can be computed."""
        return self.joined(nodes, assumed, " AND ")

    def joined(self, nodes, assumed, by):
        parts = [part for node in nodes if (part := self.condition(node, assumed)) is not None]
        return f"({by.join(parts)})" if parts else None

    def condition(self, node, assumed):
        if node.kind == CriterionKind.JUDGED:
            return None
        if node.kind == CriterionKind.TEST:
            found = self.test(node, assumed)
        else:
            found = self.joined(node.children, assumed, " OR " if node.kind == CriterionKind.ANY else " AND ")
        return f"NOT ({found})" if found is not None and node.is_negated else found

    def test(self, node, assumed):
        if node.fact in FLAGS:
            found = self.flag(node.fact)
            return found if node.operator == Operator.IS_TRUE else f"NOT ({found})"
        if node.fact in SETS or node.fact in CHOICES:
            return self.named(node.fact, listed(node.value))
        limit = Decimal(node.value)
        if node.fact in INCOMES:
            return self.income(node, limit, assumed)
        if node.fact in AGES:
            return self.turned(self.birth(node.fact), node.operator, int(limit), born_by)
        if node.fact == Fact.MONTHS_ON_FILE:
            return self.turned("s.registered_on", node.operator, int(limit), filed_by)
        number = self.number(node.fact)
        if number is None:
            return UNKNOWN
        if node.fact in assumed:
            number = self.proven_or(number, assumed[node.fact])
        return f"{number} {COMPARED[node.operator]} {self.bind(limit)}"

    def number(self, fact):
        """SQL of a fact that is a number, or None where the unit has none."""
        if fact == Fact.MEMBER_COUNT:
            return self.size()
        if fact in self.numbers:
            return self.numbers[fact]
        counted = self.member_conditions().get(fact)
        return None if counted is None else self.member_number(counted)

    def income(self, node, limit, assumed):
        """Yuan of the whole family on both sides: what ``rules.eligibility.sides`` compares."""
        if Fact.INCOME not in self.numbers:
            return UNKNOWN
        income = self.numbers[Fact.INCOME]
        heads = members = ""
        if self.rule != FamilyRule.EVERYONE:
            heads, members = (
                f" * GREATEST({self.size()}, 1)",
                f" * GREATEST({self.size(FamilyRule.EVERYONE)}, 1)",
            )
        total = f"{income}{members}"
        if Fact.INCOME in assumed:
            total = self.proven_or(total, assumed[Fact.INCOME], heads)
        line = "s.minimum_line * " if node.fact == Fact.INCOME_MULTIPLE else ""
        return f"{total} {COMPARED[node.operator]} {line}{self.bind(limit)}{heads}"

    def proven_or(self, own, assumption, heads=""):
        """``own`` where a paper in force proves it, else what is assumed."""
        name = self.column(self.proof_columns, self.bind(sorted(assumption.kinds)), "v")
        return f"(CASE WHEN v.{name} THEN {own} ELSE {self.bind(assumption.value)}{heads} END)"

    def turned(self, day, operator, number, last_day):
        """A test of full years or months since ``day``, as days on which they turn."""
        if day is None:
            return UNKNOWN
        reached = f"{day} <= {self.bind(last_day(number, self.on))}"
        passed = f"{day} <= {self.bind(last_day(number + 1, self.on))}"
        return {
            Operator.AT_LEAST: reached,
            Operator.AT_MOST: f"NOT ({passed})",
            Operator.MORE_THAN: passed,
            Operator.LESS_THAN: f"NOT ({reached})",
            Operator.EQUALS: f"({reached} AND NOT ({passed}))",
        }[operator]

    def flag(self, fact):
        if fact == Fact.HELPED_THIS_YEAR:
            return self.helped(f"g.year = {self.bind(self.on.year)}")
        if fact == Fact.LIVES_ALONE:
            return f"({self.size(FamilyRule.EVERYONE)} = 1)"
        return self.member_any(self.member_conditions()[fact]) if fact != Fact.IS_BANKRUPT else "false"

    def named(self, fact, wanted):
        if fact == Fact.CATEGORY:
            return self.held(
                f"ARRAY(SELECT id FROM beneficiaries_hardshipcategory WHERE name = ANY({self.bind(wanted)}))"
            )
        if fact == Fact.HELPED_BEFORE:
            return self.helped(" OR ".join(self.given(*help_named(name)) for name in wanted))
        if fact in CHOICES:
            return f"s.{fact}_id = ANY({self.codes(fact, wanted)})"
        return self.member_any(self.member_named(fact, wanted))

    def given(self, year, code):
        parts = [f"g.year = {self.bind(year)}"] if year else []
        parts += [f"e.code = {self.bind(code)}"] if code else []
        return f"({' AND '.join(parts)})"

    def codes(self, fact, wanted):
        kind, names = self.bind(CODE_LISTS[fact]), self.bind(wanted)
        return f"ARRAY(SELECT id FROM beneficiaries_code WHERE kind = {kind} AND name = ANY({names}))"

    # -- conditions on one member (alias p)
    def member_conditions(self):
        party, severe, grades = (
            self.bind([str(one) for one in PARTY]),
            self.bind(HealthState.SEVERE.value),
            self.bind(list(SEVERE_GRADES)),
        )
        return {
            Fact.DISABLED_COUNT: "(p.disability_grade IS NOT NULL OR p.disability_kind <> '')",
            Fact.SEVERE_DISABLED_COUNT: f"p.disability_grade = ANY({grades})",
            Fact.HAS_MAJOR_DISEASE: f"(p.listed_disease_id IS NOT NULL OR p.major_disease <> '' OR p.health = {severe})",
            Fact.CHILD_COUNT: f"p.birth_on > {self.bind(born_by(ADULT, self.on))}",
            Fact.PARTY_MEMBER: f"p.political_status = ANY({party})",
            Fact.VETERAN: "p.is_veteran",
        }

    def member_named(self, fact, wanted):
        if fact == Fact.SCHOOL_STAGE:
            return f"p.school_stage = ANY({self.bind([STAGE_CODES[name] for name in wanted])})"
        if fact == Fact.DISABILITY_GRADE:
            return f"p.disability_grade = ANY({self.bind([GRADES[name] for name in wanted])})"
        return f"p.{fact}_id = ANY({self.codes(fact, wanted)})"

    @staticmethod
    def column(columns, sql, prefix):
        return columns.setdefault(sql, f"{prefix}{len(columns)}")

    # -- family size
    def size(self, rule=None):
        """SQL of the family size under ``rule`` (that of the programme), as ``rules.family.size``."""
        self.needs_size = True
        everyone, counted, spouses, children = (
            f"COALESCE({self.home}.{column}, 0)" for column in ("everyone", "counted", "spouses", "children")
        )
        rule = rule or self.rule
        if rule != FamilyRule.THREE:
            return everyone if rule == FamilyRule.EVERYONE else counted
        is_counted = (
            f"({children} > 0 AND {spouses} = 0) OR ({spouses} > 0 AND {children} = 0) OR {children} > 1"
        )
        return f"(CASE WHEN {is_counted} THEN {counted} ELSE {family.NORMAL} END)"

    def size_columns(self):
        """Columns of a grouped read of members that ``size`` needs."""
        if not self.needs_size:
            return []
        married = self.bind(list(family.MARRIED))
        spouse, child = self.bind(Relation.SPOUSE.value), self.bind(Relation.CHILD.value)
        columns = ["count(*) AS everyone", "count(*) FILTER (WHERE p.is_counted) AS counted"]
        if self.rule == FamilyRule.THREE:
            codes = f"SELECT id FROM beneficiaries_code WHERE kind = 'marriage' AND code = ANY({married})"
            is_single = f"(p.marriage_id IS NULL OR p.marriage_id <> ALL(ARRAY({codes})))"
            return [
                *columns,
                f"count(*) FILTER (WHERE p.relation = {spouse}) AS spouses",
                f"count(*) FILTER (WHERE p.relation = {child} AND {is_single}) AS children",
            ]
        return [*columns, "0 AS spouses", "0 AS children"]

    def minimum_line(self):
        cases = [
            f"WHEN o.path LIKE {self.bind(f'{path}%')} AND h.is_rural = {self.bind(is_rural)} THEN {self.bind(amount)}"
            for path, is_rural, amount in minimum_lines(self.on)
        ]
        return f"CASE {' '.join(cases)} END" if cases else "NULL::numeric"

    # -- hardships and help, gathered per subject
    def held(self, categories):
        return f"COALESCE(k.{self.column(self.held_columns, categories, 'k')}, false)"

    def helped(self, condition):
        return f"COALESCE(g.{self.column(self.helped_columns, condition, 'g')}, false)"

    def held_join(self):
        """A join of ``k`` with a column for each set of categories asked for."""
        if not self.held_columns:
            return ""
        on = self.bind(self.on)
        force = f"x.from_on <= {on} AND (x.to_on IS NULL OR x.to_on >= {on})"
        columns = ", ".join(
            f"bool_or(x.category_id = ANY({categories})) AS {name}"
            for categories, name in self.held_columns.items()
        )
        wanted = " OR ".join(f"x.category_id = ANY({categories})" for categories in self.held_columns)
        return (
            f" LEFT JOIN (SELECT x.subject_id, {columns} FROM ({self.hardships(f'{force} AND ({wanted})')}) x"
            " GROUP BY x.subject_id) k ON k.subject_id = s.id"
        )

    def proof_join(self):
        """A join of ``v`` with a column for each set of papers that may prove something; none where nothing is assumed."""
        if not self.proof_columns:
            return ""
        force = in_force_sql("x", self.bind(self.on))
        columns = ", ".join(
            f"bool_or(x.kind_id = ANY({kinds})) AS {name}" for kinds, name in self.proof_columns.items()
        )
        wanted = " OR ".join(f"x.kind_id = ANY({kinds})" for kinds in self.proof_columns)
        return (
            f" LEFT JOIN (SELECT x.subject_id, {columns} FROM ({self.proofs(f'{force} AND ({wanted})')}) x"
            " GROUP BY x.subject_id) v ON v.subject_id = s.id"
        )

    def helped_join(self):
        """A join of ``g`` with a column for each condition on help received."""
        if not self.helped_columns:
            return ""
        columns = ", ".join(
            f"bool_or({condition}) AS {name}" for condition, name in self.helped_columns.items()
        )
        state = f"g.state = {self.bind(HelpState.RECEIVED.value)}"
        return (
            f" LEFT JOIN (SELECT g.subject_id, {columns} FROM ({self.help(state)}) g"
            " JOIN beneficiaries_programme e ON e.id = g.programme_id GROUP BY g.subject_id) g ON g.subject_id = s.id"
        )
