"""Code lists in the admin: in and out by workbook, cleaned, whole or not at all."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.models import FundSource, GoodsItem, HardshipCategory
from welfare.models import AuditEvent, Organisation
from welfare.testing.personas import clerk_of, make_organisations, user_with

pytestmark = pytest.mark.django_db
LISTS = ["code", "hardshipcategory", "goodsitem", "fundsource", "minimumline"]
HEADER = "代码,品名,单位,规格,参考单价（元）,启用\n"


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def officer(client, place):
    user = user_with("programme_officer", place.county)
    client.force_login(user)
    return client


def page(model, name):
    return reverse(f"admin:beneficiaries_{model}_{name}")


def send(client, model, text):
    """Upload a CSV and confirm it when the preview offers to; returns the preview."""
    file = SimpleUploadedFile("list.csv", text.encode())
    preview = client.post(page(model, "import"), {"import_file": file, "format": "1", "resource": ""})
    form = preview.context.get("confirm_form")
    if form:
        client.post(page(model, "process_import"), {name: form[name].value() for name in form.fields})
    return preview


@pytest.mark.parametrize("model", LISTS)
def test_every_code_list_opens_and_goes_out(officer, model):
    assert officer.get(page(model, "changelist")).status_code == 200
    assert officer.get(page(model, "import")).status_code == 200
    assert officer.get(page(model, "export")).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_who_keeps_no_code_lists_is_kept_out(client, place, model):
    client.force_login(clerk_of(place.community))
    for name in ("changelist", "import", "export"):
        assert client.get(page(model, name)).status_code in (302, 403)


def test_a_list_comes_in_and_leaves_a_trace(officer):
    send(officer, "goodsitem", HEADER + "G901,大米,袋,10kg,45.00,是\nG902,食用油,桶,5L,62.50,是\n")
    assert GoodsItem.objects.filter(code__in=["G901", "G902"]).count() == 2
    assert AuditEvent.objects.filter(action="beneficiaries.GoodsItem.import").count() == 2


@pytest.mark.parametrize(
    "wrong", ["G902,食用油,桶,5L,-1,是", "G902,,桶,5L,62,是", "G902,食用油,桶,5L,许多,是"]
)
def test_one_bad_row_stops_the_whole_list(officer, wrong):
    preview = send(officer, "goodsitem", f"{HEADER}G901,大米,袋,10kg,45.00,是\n{wrong}\n")
    assert preview.context["result"].has_errors() or preview.context["result"].has_validation_errors()
    assert not GoodsItem.objects.filter(code__in=["G901", "G902"]).exists()


def test_a_fund_of_another_county_is_neither_shown_exported_nor_made(officer, place):
    other = make_fund(place)
    assert other.name not in officer.get(page("fundsource", "changelist")).content.decode()
    data = {
        "format": "1",
        "resource": "",
        **{f"fundsourceresource_{n}": "on" for n in ("code", "name", "organisation")},
    }
    exported = officer.post(page("fundsource", "export"), data)
    assert exported.status_code == 200 and other.name not in exported.content.decode("utf-8-sig")
    send(
        officer,
        "fundsource",
        f"代码,名称,管理机构,职工福利经费,启用\nF1,某资金,{other.organisation.code},否,是\n",
    )
    assert not FundSource.objects.filter(code="F1").exists()


def make_fund(place):
    county = Organisation.objects.get(code="520399")
    return FundSource.objects.create(code="CANARY", name="金丝雀专项", organisation=county)


def test_a_formula_never_leaves_as_one(officer):
    HardshipCategory.objects.create(code="evil", name="=1+1")
    data = {
        "format": "1",
        "resource": "",
        "hardshipcategoryresource_code": "on",
        "hardshipcategoryresource_name": "on",
    }
    text = officer.post(page("hardshipcategory", "export"), data).content.decode("utf-8-sig")
    names = [row["名称"] for row in csv.DictReader(io.StringIO(text))]
    assert "低保户" in names and not any(name.startswith("=") for name in names)
