"""The other lists that may be brought in: households' facts, institutions, hardships, bank cards."""

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from beneficiaries.enums import ImportKind, ImportState
from beneficiaries.excel import register
from beneficiaries.models import BankAccount, Hardship, Household, Institution
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from beneficiaries.tests import factories
from beneficiaries.tests.test_imports import counts, errors_of
from welfare import audit, dates
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db
TODAY = dates.today(AT)


@pytest.fixture
def place():
    return make_organisations()


def sent(kind, *rows, organisation):
    """Rows (by heading) uploaded as a list of that kind and checked."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    book = Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(heading) for heading in headings])
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    by = user_with("clerk", organisation)
    made = imports.upload(
        file=target, filename="表.xlsx", organisation=organisation, by=by, at=AT, kind=kind, start_job=False
    )
    return check_upload(made, at=AT)


def written(kind, *rows, organisation):
    upload = sent(kind, *rows, organisation=organisation)
    assert not upload.bad_count, errors_of(upload)
    return imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)


# -- households' facts --------------------------------------------------------------------------------
HOME = {"户编号": "H1", "家庭月人均收入(元)": 560, "收入核定日期": date(2025, 12, 1)}


def test_facts_of_households_are_changed_and_dated_by_their_own_column_or_today(place):
    home = factories.household(place.community, number="H1", monthly_income=900, medical_cost=100)
    row = {**HOME, "近12个月自付医疗费(元)": 12000, "住房情况": "公租房", "农村": "否", "备注": "住二楼"}
    upload = written(ImportKind.HOUSEHOLDS, row, organisation=place.community)
    home.refresh_from_db()
    assert counts(upload) == {"changed": 1}
    assert (home.monthly_income, home.income_on) == (560, date(2025, 12, 1))
    assert (home.medical_cost, home.medical_on, home.facts_on) == (12000, TODAY, TODAY)
    assert (home.housing.name, home.is_rural, home.note) == ("公租房", False, "住二楼")
    assert home.address
    assert home.versions.get().monthly_income == 900
    assert home.versions.get().ended_by == str(upload.confirmed_by)
    event = audit.events_about(home).first()
    assert (event.label, event.after["changes"][0][1:]) == (
        "导入更新户信息",
        ["monthly_income", "900.00", "560.00"],
    )
    assert counts(sent(ImportKind.HOUSEHOLDS, row, organisation=place.community)) == {"unchanged": 1}


def test_a_household_elsewhere_is_as_unknown_as_one_that_nobody_has(place):
    factories.household(place.sibling, number="CANARY1")
    rows = [{**HOME, "户编号": "CANARY1"}, {**HOME, "户编号": "NOBODY"}]
    reasons = errors_of(sent(ImportKind.HOUSEHOLDS, *rows, organisation=place.community))
    assert set(reasons) == {(2, "户编号"), (3, "户编号")}
    assert len(set(reasons.values())) == 1 and not Household.objects.filter(monthly_income=560).exists()


def test_a_household_listed_twice_and_a_day_without_amount_are_told(place):
    for number in ("H1", "H2"):
        factories.household(place.community, number=number)
    rows = [HOME, HOME, {"户编号": "H2", "受灾或事故日期": date(2025, 7, 1)}]
    reasons = errors_of(sent(ImportKind.HOUSEHOLDS, *rows, organisation=place.community))
    assert set(reasons) == {(2, "户编号"), (3, "户编号"), (4, "受灾或事故日期")}
    assert "第 3 行" in reasons[2, "户编号"] and "灾害事故损失" in reasons[4, "受灾或事故日期"]


def test_a_day_to_come_is_an_error(place):
    factories.household(place.community, number="H1")
    upload = sent(
        ImportKind.HOUSEHOLDS, {**HOME, "收入核定日期": date(2027, 1, 1)}, organisation=place.community
    )
    assert "不能晚于" in errors_of(upload)[2, "收入核定日期"]


# -- institutions --------------------------------------------------------------------------------------
WORKS = {
    "单位名称": "青龙砖瓦厂",
    "统一社会信用代码": "91110000600037341L",
    "停产月数": 8,
    "单位类型": "困难企业",
}


def test_an_institution_is_known_by_its_code_and_else_by_its_name(place):
    upload = written(
        ImportKind.INSTITUTIONS,
        {**WORKS, "联系电话": "13911112222"},
        {"单位名称": "甲村敬老院"},
        organisation=place.community,
    )
    assert counts(upload) == {"new": 2}
    works = Institution.objects.get(credit_code="91110000600037341L")
    assert (works.organisation, works.kind.name, works.facts_on) == (place.community, "困难企业", TODAY)
    assert works.contact_phone == "13911112222"
    later = sent(
        ImportKind.INSTITUTIONS,
        {**WORKS, "单位名称": "青龙建材厂", "联系电话": "13933334444"},
        {"单位名称": "甲村敬老院", "职工人数": 7},
        organisation=place.community,
    )
    assert counts(later) == {"changed": 2}
    assert [row.changes for row in later.rows.all()] == [
        [["单位名称", "青龙砖瓦厂", "青龙建材厂"], ["联系电话", "139****2222", "139****4444"]],
        [["职工人数", "", "7"]],
    ]
    imports.confirm(upload=later, by=later.uploaded_by, at=AT)
    assert set(Institution.objects.values_list("name", flat=True)) == {"青龙建材厂", "甲村敬老院"}
    assert [event.label for event in audit.events_about(works)] == ["导入更新单位信息", "导入登记单位"]


def test_the_same_institutions_again_change_nothing(place):
    rows = [{**WORKS, "联系电话": "13911112222"}, {"单位名称": "甲村敬老院"}]
    written(ImportKind.INSTITUTIONS, *rows, organisation=place.community)
    assert counts(sent(ImportKind.INSTITUTIONS, *rows, organisation=place.community)) == {"unchanged": 2}


def test_an_institution_elsewhere_or_listed_twice_or_with_a_wrong_code_is_an_error(place):
    Institution.objects.create(
        organisation=place.sibling,
        name="金丝雀厂",
        credit_code=WORKS["统一社会信用代码"],
        registered_on=TODAY,
    )
    rows = [
        WORKS,
        {"单位名称": "双胞胎厂"},
        {"单位名称": "双胞胎厂"},
        {**WORKS, "统一社会信用代码": "91110000"},
    ]
    reasons = errors_of(sent(ImportKind.INSTITUTIONS, *rows, organisation=place.community))
    assert (2, "统一社会信用代码") in reasons and (5, "统一社会信用代码") in reasons
    assert (3, "单位名称") in reasons and "第 3 行" in reasons[4, "单位名称"]
    assert "金丝雀" not in "".join(reasons.values())


def test_a_row_of_another_organisation_rejects_the_file(place):
    upload = sent(ImportKind.INSTITUTIONS, {**WORKS, "所在机构": "乙社区"}, organisation=place.community)
    assert upload.state == ImportState.REFUSED and "第 2 行" in upload.message


# -- hardships -----------------------------------------------------------------------------------------
@pytest.fixture
def family(place):
    return factories.household(place.community, number="H1", members=[factories.member("张小明")])


def held(holder):
    return list(holder.hardships.values_list("category__name", "from_on", "to_on").order_by("from_on"))


def low_income(**over):
    return {
        "户编号": "H1",
        "困难类别": "低保户",
        "认定依据": "民政局批文",
        "起始日期": date(2025, 3, 1),
        **over,
    }


def test_a_hardship_belongs_to_the_household_or_the_person_as_its_category_says(place, family):
    number = family.members.get(relation="child").id_number
    rows = [
        low_income(),
        {"身份证号": number, "困难类别": "残疾人", "等级": "二级", "起始日期": date(2024, 5, 6)},
    ]
    upload = written(ImportKind.HARDSHIPS, *rows, organisation=place.community)
    assert counts(upload) == {"new": 2}
    assert held(family) == [("低保户", date(2025, 3, 1), None)]
    child = family.members.get(relation="child")
    assert held(child) == [("残疾人", date(2024, 5, 6), None)]
    assert child.hardships.get().level == "二级"
    assert counts(sent(ImportKind.HARDSHIPS, *rows, organisation=place.community)) == {"unchanged": 2}
    event = audit.events_about(family).first()
    assert event.label == "导入困难类别"
    assert ["category", "", "低保户"] in [change[1] for change in event.after["changes"]]


def test_a_last_day_ends_a_hardship_and_a_later_period_may_follow(place, family):
    written(ImportKind.HARDSHIPS, low_income(), organisation=place.community)
    upload = written(
        ImportKind.HARDSHIPS, low_income(终止日期=date(2025, 8, 31)), organisation=place.community
    )
    assert counts(upload) == {"changed": 1}
    written(ImportKind.HARDSHIPS, low_income(起始日期=date(2025, 9, 1)), organisation=place.community)
    assert held(family) == [
        ("低保户", date(2025, 3, 1), date(2025, 8, 31)),
        ("低保户", date(2025, 9, 1), None),
    ]


def test_periods_of_one_category_may_not_overlap(place, family):
    written(ImportKind.HARDSHIPS, low_income(), organisation=place.community)
    rows = [
        low_income(起始日期=date(2025, 6, 1)),
        low_income(困难类别="受灾户"),
        low_income(困难类别="受灾户"),
    ]
    reasons = errors_of(sent(ImportKind.HARDSHIPS, *rows, organisation=place.community))
    assert "重叠" in reasons[2, "起始日期"] and "2025-03-01" in reasons[2, "起始日期"]
    assert "第 4 行" in reasons[3, "起始日期"] and "第 3 行" in reasons[4, "起始日期"]


def test_what_does_not_fit_a_hardship_is_told_at_its_cell(place, family):
    factories.household(place.sibling, head={"name": "金丝雀", "id_number": (other := factories.id_number())})
    dead = factories.member("李四", died_on=date(2025, 1, 1))
    factories.household(place.community, number="H2", members=[dead])
    rows = [
        low_income(困难类别="残疾人"),
        low_income(户编号=None),
        low_income(户编号=None, 身份证号=other),
        low_income(户编号=None, 身份证号=dead["id_number"]),
        low_income(户编号="H2", 身份证号=family.head.id_number),
        low_income(姓名="王五", 身份证号=family.head.id_number, 户编号=None),
        low_income(终止日期=date(2024, 1, 1)),
    ]
    reasons = errors_of(sent(ImportKind.HARDSHIPS, *rows, organisation=place.community))
    assert {(row, heading) for row, heading in reasons if row < 8} == {
        (2, "身份证号"), (3, "身份证号"), (4, "身份证号"), (5, "身份证号"), (6, "户编号"), (7, "姓名"),
    }  # fmt: skip
    assert (8, "终止日期") in reasons
    assert "金丝雀" not in "".join(reasons.values()) and not Hardship.objects.exists()


# -- bank cards -----------------------------------------------------------------------------------------
def card_of(person, **over):
    return {
        "身份证号": person.id_number,
        "开户银行": "农村信用社",
        "银行卡号": factories.bank_number(),
        **over,
    }


def test_a_new_card_takes_the_place_of_the_one_in_use(place, family):
    first, second = card_of(family.head), card_of(family.head, 开户银行="邮储银行")
    assert counts(written(ImportKind.BANK_CARDS, first, organisation=place.community)) == {"new": 1}
    upload = sent(ImportKind.BANK_CARDS, second, organisation=place.community)
    tails = [f"****{row['银行卡号'][-4:]}" for row in (first, second)]
    assert upload.rows.get().changes == [["银行卡号", f"农村信用社 {tails[0]}", f"邮储银行 {tails[1]}"]]
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    cards = dict(BankAccount.objects.values_list("bank_name", "is_current"))
    assert cards == {"农村信用社": False, "邮储银行": True}
    assert BankAccount.objects.get(is_current=True).number == second["银行卡号"]
    assert counts(sent(ImportKind.BANK_CARDS, second, organisation=place.community)) == {"unchanged": 1}


def test_a_card_of_nobody_or_of_one_person_twice_is_an_error(place, family):
    rows = [
        card_of(family.head),
        card_of(family.head),
        {**card_of(family.head), "身份证号": factories.id_number()},
    ]
    reasons = errors_of(sent(ImportKind.BANK_CARDS, *rows, organisation=place.community))
    assert set(reasons) == {(2, "身份证号"), (3, "身份证号"), (4, "身份证号")}
    assert "没有登记过" in reasons[4, "身份证号"]


# -- templates ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ImportKind)
def test_each_kind_has_a_template_whose_example_is_not_read(place, kind):
    target = io.BytesIO()
    register.write_template(target, kind=kind)
    target.seek(0)
    book = load_workbook(target)
    assert book.sheetnames[:2] == ["名册", "填写示例"] and book["名册"].data_validations.count
    headings = [cell.value.lstrip("*") for cell in book["名册"][3]]
    assert headings == [column.heading for column in register.columns(kind)]
    made = imports.upload(
        file=target, filename="模板.xlsx", organisation=place.community,
        by=user_with("clerk", place.community), at=AT, kind=kind, start_job=False,
    )  # fmt: skip
    assert "表头下面没有任何" in check_upload(made, at=AT).message
