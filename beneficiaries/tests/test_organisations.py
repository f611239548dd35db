"""The sample county, and an office's own list."""

import pytest

from beneficiaries.models import HardshipCategory, MinimumLine
from beneficiaries.services import organisations
from welfare.errors import Refusal
from welfare.models import Organisation
from welfare.testing.personas import AT

pytestmark = pytest.mark.django_db
HEADER = "code,name,short_name,parent_code,level,line,hotline,address\n"


def rows(tmp_path, text):
    path = tmp_path / "organisations.csv"
    path.write_text(HEADER + text, encoding="utf-8-sig")
    return organisations.read(path)


def test_a_new_database_holds_the_communities_of_the_sample_register():
    township = Organisation.objects.get(short_name="高板镇")
    assert set(township.children.values_list("name", flat=True)) == {
        "青龙村",
        "白鹤村",
        "双河村",
        "柳林村",
        "新桥社区",
        "东街社区",
    }
    assert all(one.path.startswith(township.path) for one in township.children.all())


def test_a_new_database_holds_the_standard_categories_and_a_minimum_line():
    assert HardshipCategory.objects.filter(name__in=["低保户", "退役军人", "特困供养人员"]).count() == 3
    assert MinimumLine.objects.filter(organisation__short_name="安岭县").count() == 2


def test_loading_the_same_list_twice_changes_nothing():
    listed = organisations.read(organisations.SAMPLE)
    organisations.load(rows=listed, by=None, at=AT)
    assert organisations.load(rows=listed, by=None, at=AT) == (0, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("X1,某村,,没有,community,government,,\n", "第 3 行：上级机构"),
        ("X1,某村,,,village,government,,\n", "级别“village”不对"),
        ("X1,,,,community,government,,\n", "名称都要填写"),
    ],
)
def test_a_wrong_row_is_told_by_its_line_and_nothing_is_written(tmp_path, text, sentence):
    with pytest.raises(Refusal, match=sentence):
        organisations.load(rows=rows(tmp_path, "X0,某县,,,county,government,,\n" + text), by=None, at=AT)
    assert not Organisation.objects.filter(code="X0").exists()
