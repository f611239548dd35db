"""A register from a workbook into the registry: checked, previewed, written whole or not at all."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from beneficiaries.enums import ImportState, RowKind
from beneficiaries.models import BankAccount, Hardship, Household, ImportRow, Person, RegisterImport
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from beneficiaries.tests import factories
from welfare import audit
from welfare.errors import Refusal
from welfare.models import Organisation
from welfare.testing.personas import AT, clerk_of, make_organisations, user_with

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
HEADINGS = [
    *("村(社区)", "组别", "户编号", "姓名", "与户主关系", "身份证号", "联系电话", "家庭住址", "困难类别"),
    *("残疾类别", "残疾等级", "健康状况", "家庭月人均收入(元)", "开户银行", "银行卡号"),
]


@pytest.fixture
def township():
    return Organisation.objects.get(short_name="高板镇")


@pytest.fixture
def place():
    return make_organisations()


def uploaded(path_or_bytes, organisation, by=None, name="登记表.xlsx"):
    data = path_or_bytes.read_bytes() if isinstance(path_or_bytes, Path) else path_or_bytes
    made = imports.upload(
        file=io.BytesIO(data),
        filename=name,
        organisation=organisation,
        by=by or user_with("clerk", organisation),
        at=AT,
        start_job=False,
    )
    return check_upload(made, at=AT)


def person(name="张大明", relation="户主", **over):
    """One row of a register, by heading."""
    row = {"村(社区)": "甲村", "户编号": "H1", "姓名": name, "与户主关系": relation}
    return {**row, "身份证号": factories.id_number(), **over}


def workbook(*rows):
    book = Workbook()
    sheet = book.active
    sheet.append(["某镇困难群众登记表"])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([row.get(heading, "") for heading in HEADINGS])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def counts(upload):
    return {
        kind: getattr(upload, f"{kind}_count") for kind in RowKind.values if getattr(upload, f"{kind}_count")
    }


def errors_of(upload):
    """{(row, heading): reason} of a checked upload."""
    return {
        (row.excel_row, heading): reason
        for row in upload.rows.filter(kind=RowKind.BAD)
        for _cell, heading, reason in row.errors
    }


def test_the_sample_register_is_written_and_the_same_file_changes_nothing(township):
    upload = uploaded(DATA / "registry-sample.xlsx", township)
    assert counts(upload) == {"new": 1408}
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert (Household.objects.count(), Person.objects.count()) == (640, 1408)
    assert BankAccount.objects.count() == 640
    assert counts(uploaded(DATA / "registry-sample.xlsx", township)) == {"unchanged": 1408}


def test_every_fault_of_the_dirty_file_is_reported_at_its_cell_and_nothing_else(township):
    upload = uploaded(DATA / "registry-dirty.xlsx", township)
    found = errors_of(upload)
    with (DATA / "registry-dirty-faults.csv").open(encoding="utf-8-sig") as file:
        faults = list(csv.DictReader(file))
    must = {(int(one["excel_row"]), one["column"]) for one in faults if one["must_be_error"] == "1"}
    may = {(int(one["excel_row"]), one["column"]) for one in faults if one["kind"] == "formula"}
    assert must - found.keys() == set()
    beyond = found.keys() - must - may
    book = load_workbook(DATA / "registry-dirty.xlsx").active
    headings = [cell.value for cell in book[3]]
    households = {
        row: book.cell(row, headings.index("户编号") + 1).value for row in range(4, book.max_row + 1)
    }
    faulty = {households[row] for row, _heading in must | may}
    for (
        row,
        heading,
    ) in beyond:  # allowed: the other row of a number used twice, and rows below a head in error
        assert (heading, "相同" in found[row, heading]) == ("身份证号", True) or (
            households[row] in faulty and "户主" in found[row, heading]
        ), (row, heading, found[row, heading])


def test_a_clean_reading_of_damaged_numbers_is_kept(township):
    uploaded_ = uploaded(DATA / "registry-dirty.xlsx", township)
    imports.confirm(upload=uploaded_, by=uploaded_.uploaded_by, at=AT, leave_out_bad=True)
    assert not Person.objects.filter(name__startswith="=").exists()
    assert Person.objects.filter(household__monthly_income=1560).exists()


def test_import_takes_a_constant_number_of_statements(township, django_assert_max_num_queries):
    upload = uploaded(DATA / "registry-sample.xlsx", township)
    with django_assert_max_num_queries(40):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)


def test_rows_in_error_are_left_out_only_when_chosen(place):
    data = workbook(person(), person("李四", 户编号="H2", 身份证号="110105194912310021"))
    upload = uploaded(data, place.community)
    with pytest.raises(Refusal, match="1 行有误"):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert not Household.objects.exists()
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT, leave_out_bad=True)
    assert [one.number for one in Household.objects.all()] == ["H1"]


def test_a_change_is_shown_before_and_after_and_sensitive_numbers_masked(place):
    first = person(联系电话="13911112222", **{"家庭月人均收入(元)": 500})
    upload = uploaded(workbook(first), place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    later = uploaded(
        workbook(
            {**first, "联系电话": "13933334444", "家庭月人均收入(元)": 380, "困难类别": "低保户、困难党员"}
        ),
        place.community,
    )
    assert counts(later) == {"changed": 1}
    assert later.rows.get().changes == [
        ["家庭月人均收入(元)", "500.00", "380.00"],
        ["联系电话", "139****2222", "139****4444"],
        ["困难类别", "", "增加：低保户"],
        ["困难类别", "", "增加：困难党员"],
    ]
    imports.confirm(upload=later, by=later.uploaded_by, at=AT)
    changed = Person.objects.get()
    assert (changed.phone, changed.household.monthly_income) == ("13933334444", 380)
    assert {(str(one.category), one.person_id) for one in Hardship.objects.all()} == {
        ("低保户", None),
        ("困难党员", changed.pk),
    }


def test_empty_cells_leave_what_is_on_file(place):
    first = person(联系电话="13911112222", 健康状况="慢性病")
    upload = uploaded(workbook(first), place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert counts(uploaded(workbook({**first, "联系电话": "", "健康状况": ""}), place.community)) == {
        "unchanged": 1
    }


def test_the_head_may_change_within_one_file(place):
    old, new = person(), person("张小明", "子女")
    upload = uploaded(workbook(old, new), place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    later = uploaded(workbook({**old, "与户主关系": "父母"}, {**new, "与户主关系": "户主"}), place.community)
    imports.confirm(upload=later, by=later.uploaded_by, at=AT)
    assert dict(Person.objects.values_list("name", "relation")) == {"张大明": "parent", "张小明": "head"}


def test_a_second_head_beside_the_one_on_file_is_an_error(place):
    factories.household(place.community, number="H1")
    assert "与户主关系" in {
        heading for _row, heading in errors_of(uploaded(workbook(person()), place.community))
    }


def test_a_row_of_another_community_rejects_the_file_telling_only_the_row(place):
    upload = uploaded(
        workbook(person(), person("金丝雀", 户编号="H2", **{"村(社区)": "乙社区"})), place.community
    )
    assert upload.state == ImportState.REFUSED
    assert "第 4 行" in upload.message and "金丝雀" not in upload.message
    assert not upload.rows.exists()


def test_numbers_on_file_elsewhere_tell_nothing(place):
    number = factories.id_number()
    factories.household(place.sibling, head={"name": "金丝雀", "id_number": number}, number="CANARY1")
    upload = uploaded(workbook(person(身份证号=number), person(户编号="CANARY1")), place.community)
    reasons = errors_of(upload)
    assert set(reasons) == {(3, "身份证号"), (4, "户编号")}
    for secret in ("金", "CANARY1", "乙社区"):
        assert secret not in "".join(reasons.values())


def test_a_number_on_file_in_a_household_of_ones_own_is_told(place):
    number = factories.id_number()
    factories.household(place.community, head={"name": "王桂兰", "id_number": number}, number="H7")
    assert (
        "H7 户（王*兰）"
        in errors_of(uploaded(workbook(person(身份证号=number)), place.community))[3, "身份证号"]
    )


def test_two_uploads_of_one_file_do_not_double(place):
    data = workbook(person(), person("张小明", "子女"))
    first, second = uploaded(data, place.community), uploaded(data, place.community)
    for upload in (first, second):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert Person.objects.count() == 2


def test_a_second_confirmation_is_a_sentence(place):
    upload = uploaded(workbook(person()), place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    with pytest.raises(Refusal, match="已经写入"):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert Person.objects.count() == 1


def test_a_registry_changed_since_the_preview_refuses_the_whole(place):
    number = factories.id_number()
    upload = uploaded(workbook(person(身份证号=number), person("李四", 户编号="H2")), place.community)
    factories.household(place.community, head={"name": "王桂兰", "id_number": number})
    with pytest.raises(Refusal, match="没有写入任何内容"):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert Household.objects.count() == 1


def test_who_lost_the_right_cannot_confirm(place):
    upload = uploaded(workbook(person()), place.community)
    with pytest.raises(Refusal, match="不能为"):
        imports.confirm(upload=upload, by=clerk_of(place.sibling), at=AT)


def test_checking_again_after_a_killed_worker_leaves_one_set_of_rows(place):
    upload = uploaded(workbook(person()), place.community)
    check_upload(upload, at=AT)
    assert upload.rows.count() == 1


def test_a_cancelled_upload_keeps_neither_rows_nor_file_nor_confirmation(place):
    upload = imports.cancel(upload=uploaded(workbook(person()), place.community), by=None, at=AT)
    assert not upload.file and not ImportRow.objects.exists()
    with pytest.raises(Refusal, match="已经取消"):
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)


def test_an_unconfirmed_upload_expires_after_a_day(place):
    upload = uploaded(workbook(person()), place.community)
    assert imports.expire(AT + timedelta(hours=23)) == 0
    assert imports.expire(AT + timedelta(hours=25)) == 1
    assert RegisterImport.objects.get(pk=upload.pk).state == ImportState.CANCELLED
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0", workbook()])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(place, data):
    upload = uploaded(data, place.community)
    assert upload.state == ImportState.REFUSED and upload.message.endswith("。")


def test_what_was_written_stands_in_the_trail_of_each_household(place):
    upload = uploaded(workbook(person()), place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    assert [event.label for event in audit.events_about(Household.objects.get())] == ["导入登记户"]
