"""Code lists and lines in the admin: what keeps its code, who writes which county's line, and the door of imports."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.models import Code, MinimumLine
from beneficiaries.tests import factories
from beneficiaries.tests.test_registry_admin import page, send
from welfare.enums import Level
from welfare.testing.personas import clerk_of, make_organisations, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def officer(client, place):
    client.force_login(user_with("programme_officer", place.county))
    return client


@pytest.fixture
def elsewhere():
    return organisation("邻县", level=Level.COUNTY)


def change(model, pk):
    return reverse(f"admin:beneficiaries_{model}_change", args=[pk])


def sent(word, **over):
    return {
        "name": word.name,
        "aliases": "、".join(word.aliases),
        "position": word.position,
        "is_active": "on",
    } | over


# -- codes ------------------------------------------------------------------------------------------


def test_words_and_aliases_change_and_the_code_does_not(officer):
    found = factories.code("ethnic_group", "汉族")
    officer.post(change("code", found.pk), sent(found, aliases="汉、汉人，漢", code="99", kind="marriage"))
    found.refresh_from_db()
    assert found.aliases == ["汉", "汉人", "漢"] and (found.kind, found.code) == ("ethnic_group", "01")
    assert "汉、汉人、漢" in officer.get(change("code", found.pk)).content.decode()


def test_a_code_is_switched_off_and_never_deleted(officer, place):
    found = factories.code("evidence_kind", "残疾证")
    assert officer.get(reverse("admin:beneficiaries_code_delete", args=[found.pk])).status_code == 403
    officer.post(change("code", found.pk), {k: v for k, v in sent(found).items() if k != "is_active"})
    found.refresh_from_db()
    assert found.is_active is False
    mine = factories.household(place.community)
    officer.force_login(clerk_of(place.community))
    offered = officer.get(reverse("evidence_new", args=[mine.pk])).context["form"].fields["kind"].queryset
    assert offered.exists() and found not in offered


def test_a_word_stands_for_one_code_of_its_list(officer):
    found = factories.code("ethnic_group", "汉族")
    for over in ({"aliases": "蒙古"}, {"aliases": "蒙古族"}, {"name": "蒙古族"}):
        assert "已是“蒙古族”" in officer.post(change("code", found.pk), sent(found, **over)).content.decode()


def test_codes_are_filtered_by_list_and_searched(officer):
    rows = officer.get(page("code", "changelist"), {"kind__exact": "marriage"}).context["cl"].queryset
    assert {one.kind for one in rows} == {"marriage"}
    assert "汉族" in officer.get(page("code", "changelist"), {"q": "汉"}).content.decode()


def test_codes_come_in_and_go_out_by_workbook_under_their_labels(officer):
    header = "代码表,代码,名称,别名,次序,启用\n"
    send(officer, "code", f"{header}民族,01,汉族,汉、汉人,1,是\n民族,ZZ,未识别,,99,是\n")
    assert factories.code("ethnic_group", "汉族").aliases == ["汉", "汉人"]
    assert Code.objects.get(kind="ethnic_group", code="ZZ").name == "未识别"
    data = {
        "format": "1",
        "resource": "",
        **{f"coderesource_{n}": "on" for n in ("kind", "code", "name", "aliases")},
    }
    text = officer.post(page("code", "export"), data).content.decode("utf-8-sig")
    assert "民族" in text and "ethnic_group" not in text and "汉、汉人" in text
    preview = send(officer, "code", f"{header}星座,1,白羊,,1,是\n民族,ZY,某,蒙古,1,是\n")
    assert preview.context["result"].has_errors() or preview.context["result"].has_validation_errors()
    assert not Code.objects.filter(code="ZY").exists()


# -- the line of a county ---------------------------------------------------------------------------


def line_of(county, amount=700):
    return MinimumLine.objects.create(
        organisation=county, is_rural=True, from_on=date(2025, 7, 1), monthly_amount=amount
    )


def lines():
    """All but those of the sample county."""
    return MinimumLine.objects.exclude(organisation__code="520399")


def line(county, **over):
    return {
        "organisation": county.pk,
        "is_rural": "on",
        "from_on": "2026-01-01",
        "monthly_amount": "720",
    } | over


def test_an_officer_writes_her_own_countys_line(officer, place):
    officer.post(page("minimumline", "add"), line(place.county))
    own = lines().get()
    officer.post(change("minimumline", own.pk), line(place.county, monthly_amount="730"))
    own.refresh_from_db()
    assert own.monthly_amount == 730


def test_another_countys_line_is_shown_and_neither_changed_taken_nor_made(officer, place, elsewhere):
    theirs = line_of(elsewhere)
    assert "邻县" in officer.get(page("minimumline", "changelist")).content.decode()
    url = change("minimumline", theirs.pk)
    assert (
        officer.get(url).status_code == 200
        and 'name="monthly_amount"' not in officer.get(url).content.decode()
    )
    for county in (place.county, elsewhere):
        assert officer.post(url, line(county, monthly_amount="1")).status_code == 403
    officer.post(page("minimumline", "add"), line(elsewhere))
    header = "县(区),农村,执行日期,月标准（元）\n"
    send(officer, "minimumline", f"{header}{elsewhere.code},是,2025-07-01,1\n")
    send(officer, "minimumline", f"{header}{elsewhere.code},是,2026-07-01,1\n")
    assert list(lines().values_list("organisation", "monthly_amount")) == [(elsewhere.pk, 700)]


def test_other_roles_in_another_county_give_no_right_to_write_there(client, place, elsewhere):
    client.force_login(user := user_with("programme_officer", place.county))
    user.role_assignments.create(role="inspector", organisation=elsewhere)
    send(client, "minimumline", f"县(区),农村,执行日期,月标准（元）\n{elsewhere.code},是,2026-07-01,1\n")
    client.post(page("minimumline", "add"), line(elsewhere))
    assert not lines().exists()


def test_the_administrator_keeps_every_line_and_a_township_officer_none(client, place, elsewhere):
    client.force_login(user_with("administrator", place.county))
    client.post(page("minimumline", "add"), line(elsewhere))
    assert lines().get().organisation == elsewhere
    client.force_login(user_with("programme_officer", place.township))
    client.post(page("minimumline", "add"), line(place.county))
    client.post(page("minimumline", "add"), line(place.township))
    assert lines().count() == 1


# -- the door ---------------------------------------------------------------------------------------


def workbook(*, far=False):
    book = openpyxl.Workbook()
    book.active.append(["代码", "品名", "单位", "规格", "参考单价（元）", "启用"])
    book.active.append(["G901", "大米", "袋", "10kg", "45.00", "是"])
    if far:
        book.active["XFD1048576"] = "x"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(name, data):
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


def upload(client, data, name="list.xlsx", kind="0"):
    file = SimpleUploadedFile(name, data)
    return client.post(page("goodsitem", "import"), {"import_file": file, "format": kind, "resource": ""})


def test_a_sound_workbook_is_read(officer):
    assert upload(officer, workbook()).context["confirm_form"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("list.xlsx", with_part("xl/vbaProject.bin", b"x"), "宏"),
        ("list.xlsm", workbook(), "宏"),
        ("list.xlsx", with_part("xl/media/zeros.bin", b"0" * 30_000_000), "异常庞大"),
        ("list.xlsx", with_part("xl/other.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "不安全"),
        ("list.xlsx", workbook(far=True), "过大"),
        ("list.xlsx", workbook()[:-200], "损坏"),
        ("list.xlsx", "代码,品名".encode(), "扩展名"),
        ("list.csv", workbook(), "扩展名"),
        ("list.exe", b"MZ", "只接收"),
        ("list.csv", b"a" * (2 * 1024 * 1024 + 1), "2 MB"),
        ("list.csv", b" ", "空的"),
    ],
)
def test_a_dangerous_or_broken_file_is_refused_before_any_library_opens_it(
    officer, monkeypatch, name, data, says
):
    monkeypatch.setattr("import_export.formats.base_formats.XLSX.create_dataset", None)
    monkeypatch.setattr("import_export.formats.base_formats.CSV.create_dataset", None)
    answer = upload(officer, data, name, "1" if name.endswith("csv") else "0")
    assert answer.status_code == 200 and says in str(answer.context["form"].errors)


def test_the_confirming_form_names_no_other_file_of_the_folder(officer, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "secret.csv").write_text("代码,品名\nG1,金丝雀\n")
    data = {"import_file_name": "secret.csv", "original_file_name": "x.csv", "format": "1", "resource": "0"}
    answer = officer.post(page("goodsitem", "process_import"), data, follow=True)
    assert "已过期" in answer.content.decode() and "金丝雀" not in answer.content.decode()
