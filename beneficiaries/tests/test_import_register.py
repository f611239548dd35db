"""``manage.py import_register``: a first load from the command line."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from beneficiaries.models import ImportRow, Person, RegisterImport

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
SAMPLE, DIRTY = str(DATA / "registry-sample.xlsx"), str(DATA / "registry-dirty.xlsx")


def test_a_first_load_writes_the_register(capsys):
    call_command("import_register", SAMPLE)
    assert Person.objects.count() == 1408
    assert "新增 1408 行" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(capsys):
    call_command("import_register", SAMPLE, "--dry-run")
    assert "没有写入" in capsys.readouterr().out
    assert not Person.objects.exists() and not ImportRow.objects.exists()


def test_errors_stop_the_load_and_are_listed_in_a_file(tmp_path):
    out = tmp_path / "errors.csv"
    with pytest.raises(CommandError, match="没有写入任何内容"):
        call_command("import_register", DIRTY, "--organisation", "520399101", "--errors", str(out))
    with out.open(encoding="utf-8-sig") as file:
        listed = list(csv.DictReader(file))
    with (DATA / "registry-dirty-faults.csv").open(encoding="utf-8-sig") as file:
        must = {
            (one["excel_row"], one["column"]) for one in csv.DictReader(file) if one["must_be_error"] == "1"
        }
    assert must <= {(one["excel_row"], one["column"]) for one in listed}
    assert all(one["reason"].endswith("。") for one in listed)
    assert not Person.objects.exists() and not RegisterImport.objects.exclude(file="").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([SAMPLE, "--organisation", "没有"], "没有机构代码为"),
        (["/nowhere/x.xlsx"], "不能打开文件"),
        ([str(DATA / "registry-dirty-faults.csv")], "没有读入"),
        ([SAMPLE, "--organisation", "520399101201"], "不在“青龙村”范围内"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_register", *arguments)


def test_other_lists_come_in_by_their_kind(tmp_path, capsys):
    call_command("import_register", SAMPLE)
    home = Person.objects.first().household
    path = tmp_path / "facts.csv"
    path.write_text(f"户编号,住房情况\n{home.number},公租房\n", encoding="utf-8")
    call_command("import_register", str(path), "--kind", "households")
    home.refresh_from_db()
    assert str(home.housing) == "公租房" and "变更 1 行" in capsys.readouterr().out
