"""The newer facts of the register of persons: code lists, certificates, who is counted, dates of facts."""

from datetime import date

import pytest

from beneficiaries.models import Household, Person
from beneficiaries.services import imports
from beneficiaries.tests import factories
from beneficiaries.tests.test_import_kinds import TODAY, sent
from beneficiaries.tests.test_imports import counts, errors_of, person
from welfare.testing.personas import AT, make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_organisations()


def checked(*rows, place):
    return sent("persons", *rows, organisation=place.community)


def written(*rows, place):
    upload = checked(*rows, place=place)
    assert not upload.bad_count, errors_of(upload)
    return imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)


FACTS = {"民族": "苗", "婚姻状况": "离异", "就业状况": "外出务工", "优抚对象类别": "退伍军人", "病种": "尿毒症",
         "房屋安全等级": "C", "住房情况": "自建房"}  # fmt: skip


def test_words_of_the_code_lists_and_their_aliases_are_understood(place):
    written(person(**FACTS), place=place)
    one = Person.objects.get()
    assert [str(getattr(one, name)) for name in ("ethnic_group", "marriage", "work_state", "listed_disease")] == [
        "苗族", "离婚", "农民工", "终末期肾病",
    ]  # fmt: skip
    assert (str(one.veteran_kind), one.is_veteran) == ("退役军人", True)
    assert (str(one.household.housing), str(one.household.housing_danger)) == ("自有住房", "C级")


def test_a_change_of_code_is_shown_in_its_words(place):
    first = person(**FACTS)
    written(first, place=place)
    upload = checked({**first, "民族": "汉", "病种": None, "房屋安全等级": "D级"}, place=place)
    assert upload.rows.get().changes == [["房屋安全等级", "C级", "D级"], ["民族", "苗族", "汉族"]]


def test_a_word_that_no_list_knows_is_an_error_that_names_the_choices(place):
    reasons = errors_of(checked(person(民族="火星族", 房屋安全等级="E级"), place=place))
    assert set(reasons) == {(2, "民族"), (2, "房屋安全等级")} and "汉族" in reasons[2, "民族"]


def test_a_disability_certificate_gives_kind_and_grade_and_again_changes_nothing(place):
    number = factories.id_number()
    row = person(身份证号=number, 残疾证号=f"{number}42")
    written(row, place=place)
    one = Person.objects.get()
    assert (one.disability_certificate, one.disability_kind, one.disability_grade) == (
        f"{number}42",
        "physical",
        2,
    )
    assert counts(checked(row, place=place)) == {"unchanged": 1}
    upload = checked({**row, "残疾证号": f"{number}43B1"}, place=place)
    assert [change[0] for change in upload.rows.get().changes] == ["残疾等级", "残疾证号"]
    assert number not in str(upload.rows.get().changes)


@pytest.mark.parametrize(
    ("certificate", "over"),
    [("{}42", {"残疾类别": "视力"}), ("{}42", {"残疾等级": 3}), ("11010519491231002X42", {}), ("{}92", {})],
)
def test_a_certificate_that_contradicts_its_row_is_an_error_at_its_cell(place, certificate, over):
    number = factories.id_number()
    row = person(身份证号=number, 残疾证号=certificate.format(number), **over)
    assert set(errors_of(checked(row, place=place))) == {(2, "残疾证号")}


def test_who_is_not_counted_needs_a_reason_on_the_row_or_on_file(place):
    row = person(计入家庭人口="否", 不计入原因="服刑")
    written(row, place=place)
    assert Person.objects.get().is_counted is False
    assert counts(checked({**row, "不计入原因": None}, place=place)) == {"unchanged": 1}
    other = person("李四", 户编号="H2", 计入家庭人口="否")
    assert set(errors_of(checked(other, place=place))) == {(2, "不计入原因")}


def test_no_veteran_has_a_kind_of_veteran(place):
    assert set(errors_of(checked(person(退役军人="否", 优抚对象类别="伤残军人"), place=place))) == {
        (2, "退役军人")
    }
    row = person(优抚对象类别="伤残军人")
    written(row, place=place)
    assert set(errors_of(checked({**row, "优抚对象类别": None, "退役军人": "否"}, place=place))) == {
        (2, "退役军人")
    }


def test_facts_are_dated_by_their_column_and_else_today(place):
    row = person(
        **{"家庭月人均收入(元)": 500, "近12个月自付医疗费(元)": 900, "收入核定日期": date(2025, 6, 1)}
    )
    written(row, place=place)
    home = Household.objects.get()
    assert (home.income_on, home.medical_on, home.loss_on, home.facts_on) == (
        date(2025, 6, 1),
        TODAY,
        None,
        TODAY,
    )
    Household.objects.update(medical_on=date(2025, 1, 1), facts_on=date(2025, 1, 1))
    written({**row, "备注": "走访过"}, place=place)
    home.refresh_from_db()
    assert (home.medical_on, home.facts_on) == (
        date(2025, 1, 1),
        date(2025, 1, 1),
    )  # nothing was measured anew
    written({**row, "近12个月自付医疗费(元)": 950}, place=place)
    home.refresh_from_db()
    assert (home.income_on, home.medical_on, home.facts_on) == (date(2025, 6, 1), TODAY, TODAY)


def test_earlier_states_are_kept_with_who_imported_what_came_after(place):
    row = person(联系电话="13911112222")
    written(row, place=place)
    upload = written({**row, "联系电话": "13933334444"}, place=place)
    version = Person.objects.get().versions.get()
    assert (version.phone, version.ended_by) == ("13911112222", str(upload.confirmed_by))


def test_a_changed_name_is_found_by_its_new_spelling(place):
    row = person("单大明")
    written(row, place=place)
    written({**row, "姓名": "曾大明"}, place=place)
    assert "zdm" in Person.objects.get().search_terms and "曾大" in Person.objects.get().search_terms


def test_a_household_fact_may_stand_on_any_row_and_the_heads_row_wins(place):
    rows = [
        person("张小明", "子女", **{"家庭月人均收入(元)": 100, "家庭住址": "二组"}),
        person("张大明", **{"家庭月人均收入(元)": 300}),
    ]
    upload = written(*rows, place=place)
    assert (Household.objects.get().monthly_income, Household.objects.get().address) == (300, "二组")
    assert "以户主行为准：第 2 行家庭月人均收入(元)" in upload.message
