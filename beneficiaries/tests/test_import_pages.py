"""Pages of register imports: upload, preview, decide, errors back as the user's own workbook."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.enums import ImportState
from beneficiaries.models import Household, RegisterImport
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from beneficiaries.tests import factories
from beneficiaries.tests.test_imports import person, uploaded, workbook
from welfare.models import Job
from welfare.testing.personas import AT, clerk_of, head_of, make_organisations, organisation

pytestmark = pytest.mark.django_db
KEY = {"form_key": "00000000-0000-4000-8000-000000000003"}
WRONG = "110105194912310021"


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def user(place):
    return clerk_of(place.community)


@pytest.fixture
def clerk(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def upload(place, user):
    """One good row and one with a wrong ID number."""
    data = workbook(person(), person("李四", 户编号="H2", 身份证号=WRONG))
    return uploaded(data, place.community, by=user)


def send(client, place, data, name="登记表.xlsx"):
    file = SimpleUploadedFile(name, data)
    return client.post(
        reverse("import_new"), {"kind": "persons", "organisation": place.community.pk, "file": file, **KEY}
    )


def test_an_upload_is_checked_by_a_job_and_leads_to_its_preview(
    clerk, place, django_capture_on_commit_callbacks
):
    assert clerk.get(reverse("import_new")).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(clerk, place, workbook(person()))
    made = RegisterImport.objects.get()
    assert answer.url == reverse("import_preview", args=[made.pk])
    assert made.state == ImportState.CHECKED
    assert made.state == ImportState.CHECKED
    assert (Job.objects.get().state, Job.objects.get().result_url) == ("done", answer.url)
    assert "确认写入" in clerk.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("登记表.xlsx", b"nonsense"), ("登记表.xlsm", b"PK"), ("x.pdf", b"%PDF-1.4"), ("登记表.xlsx", b"")],
)
def test_a_bad_file_is_answered_with_a_sentence(clerk, place, name, data, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(clerk, place, data, name)
    page = clerk.get(answer.url) if answer.status_code == 302 else answer
    assert page.status_code == 200
    assert "没有读入" in page.content.decode() or "field-error" in page.content.decode()


def test_the_preview_names_cell_reason_and_remedy(clerk, upload):
    page = clerk.get(reverse("import_preview", args=[upload.pk])).content.decode()
    assert "F4" in page and "校验码不对" in page and WRONG not in page


@pytest.mark.parametrize("kind", ["new", "changed", "unchanged", "bad", "nonsense"])
def test_every_kind_of_row_has_its_list(clerk, upload, kind):
    assert clerk.get(reverse("import_preview", args=[upload.pk]), {"kind": kind}).status_code == 200


def test_errors_come_back_in_the_users_own_workbook(clerk, upload):
    answer = clerk.get(reverse("import_errors", args=[upload.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet["F4"].fill.fill_type == "solid" and sheet["F3"].fill.fill_type is None
    assert "校验码不对" in sheet.cell(4, sheet.max_column).value
    assert sheet.cell(2, sheet.max_column).value == "错误原因"


def test_the_template_can_be_uploaded_as_it_is(clerk, place, user):
    answer = clerk.get(reverse("import_template", args=["persons"]))
    filled = uploaded(b"".join(answer.streaming_content), place.community, by=user)
    assert "没有任何人员" in filled.message


def test_bad_rows_are_left_out_only_when_ticked(clerk, upload):
    url = reverse("import_confirm", args=[upload.pk])
    assert "1 行有误" in clerk.post(url, {}).content.decode()
    assert not Household.objects.exists()
    assert clerk.post(url, {"leave_out_bad": "on", **KEY}).status_code == 302
    assert clerk.post(url, {"leave_out_bad": "on", **KEY}).status_code == 302
    assert [one.number for one in Household.objects.all()] == ["H1"]
    assert "已写入登记库" in clerk.get(reverse("import_preview", args=[upload.pk])).content.decode()


def test_a_cancelled_upload_says_so(clerk, upload):
    assert clerk.post(reverse("import_cancel", args=[upload.pk])).status_code == 302
    assert "已取消" in clerk.get(reverse("import_preview", args=[upload.pk])).content.decode()
    assert clerk.get(reverse("import_errors", args=[upload.pk])).status_code == 404


def test_an_upload_may_be_checked_again(clerk, upload, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(reverse("import_check_again", args=[upload.pk]))
    upload.refresh_from_db()
    assert (upload.state, upload.new_count, upload.bad_count) == (ImportState.CHECKED, 1, 1)


def test_a_written_upload_cannot_be_checked_or_cancelled(clerk, upload, user):
    clerk.post(reverse("import_confirm", args=[upload.pk]), {"leave_out_bad": "on"})
    for name in ("import_cancel", "import_check_again"):
        page = clerk.post(reverse(name, args=[upload.pk]), follow=True).content.decode()
        assert "已经写入，不能取消" in page or "已经办结" in page


WRITES = ["import_confirm", "import_cancel", "import_check_again"]


@pytest.mark.parametrize("name", WRITES)
def test_who_may_not_import_is_kept_out(client, place, upload, name):
    url = reverse(name, args=[upload.pk])
    for user, status in [(head_of(place.community), 403), (clerk_of(place.sibling), 404), (None, 302)]:
        client.logout()
        if user:
            client.force_login(user)
        assert client.post(url, {"leave_out_bad": "on"}).status_code == status
    client.force_login(clerk_of(place.community))
    assert client.get(url).status_code == 405
    assert client.post(reverse(name, args=[987654321])).status_code == 404
    assert not Household.objects.exists()


def test_anothers_upload_is_in_no_page_of_mine(client, place, upload):
    client.force_login(clerk_of(place.sibling))
    for name in ("import_preview", "import_errors"):
        assert client.get(reverse(name, args=[upload.pk])).status_code == 404
    assert upload.filename not in client.get(reverse("import_list")).content.decode()


def test_the_list_of_uploads_costs_the_same_with_3_and_13(clerk, place, user, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(12) as counted:
            clerk.get(reverse("import_list"))
        return len(counted)

    for _ in range(3):
        uploaded(workbook(person()), place.community, by=user)
    three = cost()
    for _ in range(10):
        uploaded(workbook(person()), place.community, by=user)
    assert cost() == three


def test_the_preview_costs_the_same_with_3_and_13_rows(clerk, place, user, django_assert_max_num_queries):
    def cost(count):
        rows = [person(f"张{'一二三四五六七八九十百千万'[at]}", 户编号=f"H{at}") for at in range(count)]
        made = uploaded(workbook(*rows), place.community, by=user)
        with django_assert_max_num_queries(15) as counted:
            clerk.get(reverse("import_preview", args=[made.pk]))
        return len(counted)

    assert cost(3) == cost(13)


def test_a_checked_upload_waits_in_my_todo(clerk, upload):
    assert upload.filename in clerk.get(reverse("todo")).content.decode()


def test_the_preview_of_a_file_with_numbers_from_elsewhere_tells_nothing(clerk, place, user):
    number = factories.id_number()
    factories.household(place.sibling, head={"name": "金丝雀", "id_number": number}, number="CANARY1")
    made = uploaded(workbook(person(身份证号=number)), place.community, by=user)
    page = clerk.get(reverse("import_preview", args=[made.pk])).content.decode()
    assert "此身份证号已在本县其他社区登记" in page
    assert not any(secret in page for secret in ("金丝雀", "CANARY1", "乙社区"))


def test_a_community_goes_by_its_name_and_with_its_township_before_it(place):
    rows = [person(户编号="H1"), person(户编号="H2", **{"村(社区)": "上坪镇甲村"})]
    made = uploaded(workbook(*rows), place.community)
    assert [row.values["community"] for row in made.rows.all()] == ["甲村", "甲村"]


def test_a_name_that_two_communities_share_is_asked_to_be_written_with_its_township(place):
    organisation("甲村", place.other_township)
    rows = [person(户编号="H1"), person(户编号="H2", **{"村(社区)": "下坪镇甲村"})]
    file = SimpleUploadedFile("登记表.xlsx", workbook(*rows))
    made = imports.upload(
        file=file, filename=file.name, organisation=place.county, by=None, at=AT, start_job=False
    )
    check_upload(made, at=AT)
    (_cell, heading, reason) = made.rows.get(kind="bad").errors[0]
    assert heading == "村(社区)" and "连同上级写明" in reason
    assert made.rows.get(kind="new").excel_row == 4
