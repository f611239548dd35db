"""``manage.py bench registry`` at its smallest: everything is measured, nothing stays behind."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from beneficiaries.benchmarks import crowd, data, duplicates, pages, people, place, screening
from beneficiaries.models import BankAccount, Hardship, Household, Person
from welfare import benchmark, identity, pinyin
from welfare.database import own
from welfare.testing.template import template_name


@pytest.fixture
def quick_databases(monkeypatch, settings):
    """A new database is a copy of the migrated one, where there is one."""
    settings.DEBUG = True
    empty = own.create

    def create(name):
        is_kept = own.exists(template_name())
        return own.copy(template_name(), name) if is_kept else empty(name)

    monkeypatch.setattr(own, "create", create)


def databases():
    """Those that this run's benchmarks have made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [own.name_of("bench_")]
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_everything_is_measured_in_a_database_that_is_dropped(quick_databases, capsys, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_TURNS", 0)
    call_command("bench", "registry", persons=100, repeat=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines[2:]]
    names = {row[1] for row in cells}
    assert names == {
        "list",
        "household",
        "queries",
        "search",
        "duplicates",
        "export",
        "import10k",
        "import100k",
    }
    assert {row[5] for row in cells} == {"", "B", "B lean", "F", "small", "own page 1"}
    assert all(row[3] and float(row[3].split()[0].replace(",", "")) > 0 for row in cells)
    assert all(row[10] in {"", "yes", "**no**"} for row in cells)
    assert any(row[10] for row in cells if row[1] == "search")
    assert not databases() and not Household.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_kept_data_serve_the_next_run_of_the_same_size(quick_databases, capsys):
    try:
        for _run in range(2):
            call_command("bench", "registry", persons=100, repeat=1, only="queries", keep=True)
        assert "using the data kept" in capsys.readouterr().err
        assert len(databases()) == 1
    finally:
        for name in databases():
            own.drop(name)


@pytest.mark.django_db(transaction=True)
def test_an_unknown_case_is_refused_and_leaves_no_database(quick_databases):
    with pytest.raises(CommandError, match="No case named nonsense"):
        call_command("bench", "registry", persons=100, only="nonsense")
    assert not databases()


@pytest.mark.django_db
def test_the_made_up_registry_is_one_that_the_services_could_have_written():
    data.fill(300)
    assert 300 <= Person.objects.count() < 310
    homes = Household.objects.annotate(size=Count("members"))
    assert not homes.filter(size=0) and not homes.exclude(organisation__code__startswith=place.COUNTY_CODE)
    assert Hardship.objects.exists() and BankAccount.objects.exists()
    for person in Person.objects.order_by("pk")[:50]:
        parsed = identity.parse_id_number(person.id_number)
        assert (parsed.birth_on, parsed.sex) == (person.birth_on, person.sex)
        assert person.search_terms == pinyin.search_terms(person.name)
        assert person.phone is None or identity.parse_phone(person.phone) == person.phone
    card = BankAccount.objects.order_by("pk").first()
    assert identity.parse_bank_card(card.number) == card.number
    assert Person.objects.create(household=homes.first(), name="后来", relation="other").pk > 300


def test_the_same_seed_makes_the_same_people_and_no_number_twice():
    first, again = (people.Families(7, data.DIVISIONS) for _time in range(2))
    made = [member for _family in range(300) for member in first.next_one()]
    assert made == [member for _family in range(300) for member in again.next_one()]
    assert len({member.id_number for member in made}) == len(made)


@pytest.mark.django_db
def test_the_duplicate_scan_is_measured_beside_the_join():
    data.fill(100)
    (case,) = duplicates.cases(lambda: None)
    result = benchmark.measure(case, 1)
    assert result.value("F") > 0 and case.label == f"duplicate scan of {Person.objects.count():,}"


@pytest.mark.django_db
@pytest.mark.parametrize("address", [pages.PLAIN_LIST, pages.LEAN_LIST, pages.PLAIN_PEOPLE])
def test_the_baseline_is_no_address_of_the_product(admin_client, address):
    assert admin_client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_screening_and_the_roster_are_measured(quick_databases, capsys):
    call_command("bench", "screening", persons=600, repeat=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines[2:]]
    assert [(row[1], row[5]) for row in cells] == [("screen", "F"), ("fill", "F"), ("fill", "small")]
    assert cells[2][10] == "yes"  # as many statements for many entries as for few
    assert not databases() and not Household.objects.exists()


@pytest.mark.django_db
def test_the_hand_written_screening_chooses_the_same_households():
    crowd.fill(3000)
    programme, county = crowd.first_programme(), crowd.county()
    places = dict(programme.categories.values_list("pk", "precedence"))
    own = {pk: places[fit] for pk, fit in screening.screened(programme, county).items()}
    assert own == screening.by_hand(county) and set(own.values()) == {1, 2, 3}
