"""In Chromium: the pages of an import on an office screen and on a tablet."""

import pytest
from django.urls import reverse

from beneficiaries.enums import ImportKind, ImportState, RowKind
from beneficiaries.services import imports
from beneficiaries.tests import factories
from beneficiaries.tests.test_import_kinds import sent
from beneficiaries.tests.test_imports import person
from welfare.models import Job
from welfare.testing.browser import is_wide, sign_in
from welfare.testing.personas import AT, make_organisations

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [{"width": 1366, "height": 768}, {"width": 820, "height": 1180}]


@pytest.fixture
def place():
    return make_organisations()


def mixed(place):
    """A checked upload with rows of every kind."""
    factories.category("low_income")
    first, second = (
        person(联系电话="13911112222", **{"家庭月人均收入(元)": 900}),
        person("李秀英", 户编号="H2"),
    )
    upload = sent(ImportKind.PERSONS, first, second, organisation=place.community)
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    changed = {
        **first,
        "联系电话": "13933334444",
        "家庭月人均收入(元)": 560,
        "困难类别": "低保户",
        "家里几头牛": 3,
    }
    bad = person("赵六", 户编号="H4", 身份证号="110105194912310021", 联系电话="1391234")
    return sent(
        ImportKind.PERSONS, changed, second, person("钱七", 户编号="H3"), bad, organisation=place.community
    )


def at_work(upload, user):
    """A job that reads the upload, half-way."""
    upload.job = Job.objects.create(
        kind=imports.CHECK_JOB, label=f"核对登记表：{upload.filename}", state="running", done=42_000, total=100_000,
        message="已读取 42000 行", requested_by=user, organisation=upload.organisation, created_at=AT, heartbeat_at=AT,
    )  # fmt: skip
    upload.state = ImportState.UPLOADED
    upload.save()


@pytest.mark.parametrize("size", SCREENS)
def test_every_page_of_an_import_fits_its_screen(page, live_server, place, shot, size):
    upload = mixed(place)
    sign_in(page, live_server, upload.uploaded_by)
    page.set_viewport_size(size)
    preview = reverse("import_preview", args=[upload.pk])

    def look(address, name, text):
        page.goto(live_server.url + address)
        shot(page, f"import-{size['width']}-{name}")
        assert page.locator(f"text={text}").first.is_visible()
        assert not is_wide(page)

    look(reverse("import_new"), "upload", "下载模板")
    look(reverse("import_list"), "list", "待确认")
    told = {"new": "钱七", "changed": "139****4444", "unchanged": "李秀英", "bad": "校验码不对"}
    for kind in RowKind:
        look(f"{preview}?kind={kind}", kind.value, told[kind])
    page.check("input[name=leave_out_bad]")
    page.click("text=确认写入")
    page.wait_for_selector("text=已写入登记库")
    shot(page, f"import-{size['width']}-confirmed")
    at_work(upload, upload.uploaded_by)
    look(preview, "job", "已读取 42000 行")
