"""Which persons on file might be one: one statement over a subtree of the organisations."""

from dataclasses import dataclass

from django.db import connection, transaction

from beneficiaries.rules.near_names import LONGEST, SHORTEST
from welfare import jobs
from welfare.errors import Refusal

SCAN_JOB = "registry.find_duplicates"
# A phone, a card or a name with a birthday that more persons than this have in common tells nothing about
# any two of them: the village official's phone left for everybody, a birthday typed for want of one.
MOST_ALIKE = 8

_CHANGED = " + ".join(
    f"(substr(one.name, {at}, 1) <> substr(other.name, {at}, 1))::int" for at in range(1, LONGEST + 1)
)
_ONE_APART = f"""(
    char_length(one.name) BETWEEN {SHORTEST} AND {LONGEST} AND char_length(other.name) BETWEEN {SHORTEST} AND {LONGEST}
    AND CASE char_length(one.name) - char_length(other.name)
        WHEN 0 THEN {_CHANGED} = 1
        WHEN 1 THEN EXISTS (SELECT FROM generate_series(1, char_length(one.name)) at
                            WHERE overlay(one.name placing '' from at for 1) = other.name)
        WHEN -1 THEN EXISTS (SELECT FROM generate_series(1, char_length(other.name)) at
                             WHERE overlay(other.name placing '' from at for 1) = one.name)
        ELSE false END
)"""
_SAME_SOUND = """EXISTS (
    SELECT FROM beneficiaries_person p, beneficiaries_person q, unnest(p.search_terms) term
    WHERE p.id = one.id AND q.id = other.id AND term = ANY(q.search_terms)
      AND term ~ '^[a-z]+$' AND char_length(term) > char_length(p.name)
      AND NOT EXISTS (SELECT FROM unnest(p.search_terms) longer  -- zhangxm of zhangxiaoming
                      WHERE longer <> term AND longer ~ ('^' || regexp_replace(term, '(.)', '\\1.*', 'g') || '$'))
)"""
_ALIKE = "one.birth_on = other.birth_on OR one.birth_on IS NULL OR other.birth_on IS NULL"
_OF_ONE_SEX = "one.sex = other.sex OR one.sex NOT IN ('1', '2') OR other.sex NOT IN ('1', '2')"
# Two valid numbers, two birthdays, two names: whatever else they share, nobody takes them for one.
_TOLD_APART = "one.has_id AND other.has_id AND one.birth_on <> other.birth_on AND one.name <> other.name"

SCAN = f"""
WITH people AS MATERIALIZED (
    SELECT p.id, p.household_id, p.name, p.birth_on, p.sex, p.phone_index,
           p.id_number_index IS NOT NULL AS has_id, (%(all)s OR asked.id IS NOT NULL) AS is_asked
    FROM beneficiaries_person p
    JOIN beneficiaries_household h ON h.id = p.household_id
    JOIN welfare_organisation o ON o.id = h.organisation_id
    LEFT JOIN unnest(%(persons)s::bigint[]) asked(id) ON asked.id = p.id
    WHERE o.path LIKE %(path)s AND p.merged_into_id IS NULL
), cards AS MATERIALIZED (
    SELECT DISTINCT card.number_index, people.*
    FROM beneficiaries_bankaccount card JOIN people ON people.id = card.person_id
), name_groups AS MATERIALIZED (
    SELECT name, birth_on, count(*) AS size FROM people
    WHERE birth_on IS NOT NULL GROUP BY name, birth_on HAVING count(*) > 1 AND bool_or(is_asked)
), phone_groups AS MATERIALIZED (
    SELECT phone_index, count(*) AS size FROM people
    WHERE phone_index IS NOT NULL GROUP BY phone_index
    HAVING min(household_id) <> max(household_id) AND bool_or(is_asked)
), card_groups AS MATERIALIZED (
    SELECT number_index, count(*) AS size FROM cards
    GROUP BY number_index HAVING count(*) > 1 AND bool_or(is_asked)
), told AS (
    SELECT one.id AS first, other.id AS second, 'name_birth' AS reason
    FROM name_groups JOIN people one USING (name, birth_on) JOIN people other USING (name, birth_on)
    WHERE size <= %(most)s AND one.id < other.id AND (one.is_asked OR other.is_asked)
    UNION ALL
    SELECT one.id, other.id, 'phone'
    FROM phone_groups JOIN people one USING (phone_index) JOIN people other USING (phone_index)
    WHERE size <= %(most)s AND one.id < other.id AND (one.is_asked OR other.is_asked)
      AND one.household_id <> other.household_id AND NOT coalesce({_TOLD_APART}, false)
    UNION ALL
    SELECT one.id, other.id, 'bank_card'
    FROM card_groups JOIN cards one USING (number_index) JOIN cards other USING (number_index)
    WHERE size <= %(most)s AND one.id < other.id AND (one.is_asked OR other.is_asked)
      AND (one.household_id <> other.household_id OR NOT coalesce({_TOLD_APART}, false))
    UNION ALL
    SELECT one.id, other.id, 'near_name'
    FROM people one JOIN people other ON other.household_id = one.household_id AND one.id < other.id
    WHERE one.name <> other.name AND (one.is_asked OR other.is_asked)
      AND ({_ALIKE}) AND ({_OF_ONE_SEX}) AND ({_ONE_APART} OR {_SAME_SOUND})
), found AS MATERIALIZED (
    SELECT first, second, array_agg(DISTINCT reason)::varchar(12)[] AS reasons FROM told GROUP BY first, second
), gone AS (
    DELETE FROM beneficiaries_duplicatepair pair USING people one, people other
    WHERE pair.verdict = '' AND one.id = pair.first_id AND other.id = pair.second_id
      AND (one.is_asked OR other.is_asked)
      AND NOT EXISTS (SELECT FROM found WHERE found.first = pair.first_id AND found.second = pair.second_id)
    RETURNING pair.id
), written AS (
    INSERT INTO beneficiaries_duplicatepair AS pair (first_id, second_id, reasons, found_at, verdict, note)
    SELECT first, second, reasons, %(at)s, '', '' FROM found
    WHERE NOT EXISTS (
        SELECT FROM beneficiaries_duplicatepair known WHERE known.first_id = first AND known.second_id = second
        AND (known.verdict <> '' OR known.reasons = found.reasons)
    )
    ORDER BY first, second
    ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons WHERE pair.verdict = ''
    RETURNING xmax = 0 AS is_new
)
SELECT (SELECT count(*) FROM written WHERE is_new), (SELECT count(*) FROM gone),
       (SELECT count(*) FROM name_groups WHERE size > %(most)s)
       + (SELECT count(*) FROM phone_groups WHERE size > %(most)s)
       + (SELECT count(*) FROM card_groups WHERE size > %(most)s)
"""


@dataclass(frozen=True)
class Scanned:
    """What a scan did: pairs that are new, open pairs that are alike no more, groups too large to tell anything."""

    new: int
    gone: int
    crowded: int

    def __str__(self):
        said = f"新发现 {self.new} 对，不再相同而撤销 {self.gone} 对"
        if self.crowded:
            said += f"；另有 {self.crowded} 组超过 {MOST_ALIKE} 人共用（多为代留电话），不逐对列出"
        return said


@transaction.atomic
def scan(*, organisation, at, persons=None):
    """Find the pairs among everybody on file at and below ``organisation``. Returns ``Scanned``.

    Alike are: the same name and birthday; the same phone in different households; the same bank card; in
    one household names one character apart or of the same sound, when neither birthday nor sex speaks
    against it. Each pair stands once with all its reasons; judged pairs are left as they are, open ones
    that are alike no more are taken out. With ``persons`` (ids, say of an import just confirmed) only
    pairs with one of them are looked at, the other anywhere below ``organisation``. One statement.
    """
    with connection.cursor() as cursor:  # one scan at a time: two would wait for each other's pairs
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('beneficiaries.duplicates'))")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(
            SCAN,
            {
                "path": f"{organisation.path}%",
                "all": persons is None,
                "persons": sorted(persons or ()),
                "most": MOST_ALIKE,
                "at": at,
            },
        )
        return Scanned(*cursor.fetchone())


def start_scan(*, organisation, by, at):
    """Start a scan of ``organisation`` and below as a job. Returns the Job. Raises Refusal without the right there."""
    if not by.may("registry.edit", organisation):
        raise Refusal(f"您没有“{organisation}”的登记权限，不能查找。", field="organisation")
    return jobs.start(
        SCAN_JOB,
        by=by,
        organisation=organisation,
        at=at,
        label=f"查找疑似重复：{organisation}",
        organisation_id=organisation.pk,
    )
