"""Earlier states of rows: kept whoever changes them and however, with who did it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beneficiaries.models import Household, HouseholdVersion, Person, PersonVersion
from beneficiaries.services import households
from beneficiaries.tests.factories.registry import household as make_household
from welfare import history
from welfare.testing.personas import AT, clerk_of

pytestmark = pytest.mark.django_db


def test_the_state_before_a_change_is_kept_with_who_changed_it(tree):
    clerk, household = clerk_of(tree.community), make_household(tree.community, monthly_income=500)
    before = timezone.now()
    households.change_facts(household=household, by=clerk, at=AT, reason="入户核实", monthly_income=380)
    version = history.states_at(HouseholdVersion, before, pgh_obj=household)[household.pk]
    assert (version.monthly_income, version.ended_by, version.pgh_label) == (500, str(clerk), "changed")


def test_after_the_change_the_row_itself_is_the_state(tree):
    household = make_household(tree.community, monthly_income=500)
    Household.objects.filter(pk=household.pk).update(monthly_income=380)
    assert history.states_at(HouseholdVersion, timezone.now() + timedelta(seconds=1)) == {}


def test_a_change_past_the_models_is_kept_too(tree):
    household = make_household(tree.community, monthly_income=500)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_household SET monthly_income = 1 WHERE id = %s", [household.pk])
    assert HouseholdVersion.objects.get(pgh_obj=household).monthly_income == 500


def test_what_is_written_again_unchanged_makes_no_version(tree):
    person = make_household(tree.community).members.get()
    Person.objects.get(pk=person.pk).save()  # the ciphertext of the number differs, the number does not
    assert not PersonVersion.objects.filter(pgh_obj=person).exists()


def test_many_rows_changed_at_once_are_all_kept(tree):
    for _ in range(5):
        make_household(tree.community, group_name="一组")
    Household.objects.update(group_name="二组")
    assert list(HouseholdVersion.objects.values_list("group_name", flat=True)) == ["一组"] * 5


def test_no_trigger_function_joins_its_rows_in_nested_loops():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE 'enable_nestloop=off' = ANY(proconfig)) FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgname LIKE 'pgtrigger_%' AND tgoldtable IS NOT NULL"
        )
        total, told = cursor.fetchone()
    assert total == told == 12
