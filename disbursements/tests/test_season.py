"""A whole season by the services: the papers, the summary and the database agree to the fen."""

import os
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from beneficiaries import plan_file
from beneficiaries.enums import EntryStatus, HelpState
from beneficiaries.models import BankAccount, HelpGiven, Household, Person, RosterEntry
from disbursements.enums import LineStatus, SheetStatus
from disbursements.models import Allocation, Receipt, Sheet, SheetLine, StockBalance
from disbursements.season.season import rehearse
from disbursements.tests.registers import SAMPLE, small_register
from visits.enums import VisitStatus
from visits.models import Visit
from welfare import audit
from welfare.errors import Refusal
from welfare.models import DutyRecord

CASH, GOODS = Decimal(200), Decimal(300)


@pytest.fixture
def papers(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "out"


def cells(path):
    return [
        cell
        for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        for cell in row
        if cell
    ]


@pytest.mark.django_db
def test_the_sample_season_adds_up_to_the_fen(papers):
    season = rehearse(plan=plan_file.read(plan_file.named("000-6")), registry=SAMPLE, out=papers)
    helped = RosterEntry.objects.filter(programme=season.programme, status=EntryStatus.FINAL)
    count = helped.count()
    assert count == 104 - 2  # one failed the assessment, one was struck
    assert (Household.objects.count(), Person.objects.count()) == (640, 1408)

    totals = season.summary.totals
    assert (totals.households, totals.cash, totals.goods_value) == (count, count * CASH, count * GOODS)
    given = HelpGiven.objects.filter(programme=season.programme, state=HelpState.RECEIVED)
    assert sum(row.amount for row in given) == count * CASH
    assert sum(row.goods_value for row in given) == count * GOODS
    assert Allocation.objects.get().committed == count * CASH
    assert sum(sheet.total_amount for sheet in Sheet.objects.exclude(kind="goods")) == count * CASH
    assert not StockBalance.objects.exclude(quantity=0).exists()
    assert set(Sheet.objects.values_list("status", flat=True)) == {SheetStatus.CLOSED}
    assert set(SheetLine.objects.values_list("status", flat=True)) == {LineStatus.RECEIVED}

    signed = SheetLine.objects.exclude(sheet__kind="bank").count()
    assert Receipt.objects.count() == signed
    assert not Receipt.objects.filter(second_by=None).exists()
    assert Visit.objects.filter(status=VisitStatus.ABSENT).count() == 1
    assert Visit.objects.filter(status=VisitStatus.DONE).count() == count

    check_workbooks(papers, count)
    check_notices(papers, season)
    check_duties(season)
    audit.seal()
    assert audit.verify() == []
    account = (papers / "account.txt").read_text(encoding="utf-8")
    assert "104户×500元＝52,000元" in account
    assert "54080" in account


def check_workbooks(papers, count):
    """The totals printed in the workbooks, and the signatures that stand in their cells."""
    bank = Sheet.objects.get(kind="bank")
    cash = Sheet.objects.get(kind="cash")
    for file, sheet in (("sheet-cash.xlsx", cash), ("bank.xlsx", bank)):
        found = cells(papers / file)
        assert float(sheet.total_amount) in found
        assert any("演练" in str(cell) for cell in found)
    book = openpyxl.load_workbook(papers / "sheet-cash.xlsx").active
    assert len(book._images) == cash.lines.count()
    assert book.page_setup.orientation == "landscape"
    assert float(count * CASH) in cells(papers / "summary.xlsx")
    assert count in cells(papers / "summary.xlsx")


def check_notices(papers, season):
    """Not one byte of the public papers tells an ID, phone, card, address or illness of anybody on file."""
    public = "".join(path.read_text(encoding="utf-8") for path in papers.rglob("*.html"))
    assert public.count("演练") >= len(season.review.notices)
    for person in Person.objects.all():
        for number in (person.id_number, person.phone):
            assert not number or number not in public
        assert not person.major_disease or person.major_disease not in public
    assert not any(account.number in public for account in BankAccount.objects.all())
    assert not any(home.address and home.address in public for home in Household.objects.all())
    shown = set(re.findall(r"[\u4e00-\u9fff]\*[\u4e00-\u9fff]?", public))
    assert shown, "names are masked"


def check_duties(season):
    """Nobody did two of drafting, approving, paying and checking on the same roster or sheet."""
    held = {}
    for record in DutyRecord.objects.exclude(duty__in=["assessing", "confirming", "handing_out"]):
        held.setdefault((record.case_type, record.case_id, record.user_id), set()).add(record.duty)
    assert all(len(duties) == 1 for duties in held.values()), held


@pytest.mark.django_db(transaction=True)
def test_the_command_uses_a_database_of_its_own_and_drops_it(tmp_path, capsys, settings):
    settings.DEBUG = True
    register = small_register(tmp_path / "register.csv", rename={"青龙村": "上河村", "白鹤村": "下河村"})
    before = Household.objects.count()
    call_command("season", plan="000-6", registry=str(register), out=str(tmp_path / "out"))
    printed = capsys.readouterr().out
    assert "上河村" in printed
    assert Household.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE '%%_rehearsal_%s'", [os.getpid()])
        assert cursor.fetchone()[0] == 0
    for name in ("notice.html", "result.html", "sheet-cash.xlsx", "sheet-goods.xlsx", "summary.xlsx"):
        assert (tmp_path / "out" / name).stat().st_size > 1000


def test_a_rehearsal_is_refused_in_production(settings, tmp_path):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="生产环境"):
        call_command("season", plan="000-6", registry="x.xlsx", out=str(tmp_path))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "找不到登记表"), (b"not a workbook", "."), ("村,姓名\n".encode(), ".")],
)
def test_a_register_that_cannot_be_read_is_refused_in_words(papers, tmp_path, content, sentence):
    register = tmp_path / "register.xlsx"
    if content is not None:
        register.write_bytes(content)
    with pytest.raises(Refusal, match=sentence):
        rehearse(plan=plan_file.read(plan_file.named("000-6")), registry=register, out=papers)
