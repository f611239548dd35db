"""The scan for people who may be on file twice, beside a hash join in SQL."""

from django.db import connection

from beneficiaries.models import DuplicatePair, Person
from welfare.benchmark import Bar, Case, stopwatch

PAIRS = """
    SELECT count(*) FROM (
        SELECT a.id, b.id FROM beneficiaries_person a JOIN beneficiaries_person b
            ON b.name = a.name AND b.birth_on = a.birth_on AND b.id > a.id
        UNION
        SELECT a.id, b.id FROM beneficiaries_person a JOIN beneficiaries_person b
            ON b.phone_index = a.phone_index AND b.household_id <> a.household_id AND b.id > a.id
        UNION
        SELECT a.person_id, b.person_id FROM beneficiaries_bankaccount a JOIN beneficiaries_bankaccount b
            ON b.number_index = a.number_index AND b.person_id > a.person_id
    ) pairs"""


def cases(scan):
    """The whole registry scanned by ``scan()``, which leaves what it finds in DuplicatePair."""

    def own():
        DuplicatePair.objects.all().delete()
        with stopwatch() as seconds:
            scan()
        return seconds[0]

    label = f"duplicate scan of {Person.objects.count():,}"
    return [Case("duplicates", label, {"own": own, "F": join}, (Bar(3, "F"),), "s", writes=True)]


def join():
    """Count the pairs of equal name and birth date, phone or card with SQL alone. Returns the seconds."""
    with connection.cursor() as cursor, stopwatch() as seconds:
        cursor.execute(PAIRS)
        cursor.fetchall()
    return seconds[0]
