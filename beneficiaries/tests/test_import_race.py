"""Two people confirm at the same moment."""

import pytest

from beneficiaries.models import Household, Person
from beneficiaries.services import imports
from beneficiaries.tests.test_imports import person, uploaded, workbook
from welfare.testing.personas import AT, make_organisations
from welfare.testing.races import DONE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data():
    return workbook(
        *(person(f"张{name}", 户编号=f"H{number}") for number, name in enumerate("一二三四五六七八"))
    )


def confirm(upload):
    return lambda: imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)


def test_two_uploads_of_one_file_confirmed_at_once_do_not_double(data):
    place = make_organisations()
    uploads = [uploaded(data, place.community) for _ in range(2)]
    assert at_once(*map(confirm, uploads)) == [DONE, DONE]
    assert (Household.objects.count(), Person.objects.count()) == (8, 8)


def test_one_upload_confirmed_twice_at_once_is_written_once_and_the_other_reads_a_sentence(data):
    upload = uploaded(data, make_organisations().community)
    got = at_once(confirm(upload), confirm(upload))
    assert sorted(got) == [DONE, "这份登记表已经写入，没有重复办理。"]
    assert Person.objects.count() == 8
