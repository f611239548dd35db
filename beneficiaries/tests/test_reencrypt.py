"""A new key takes over what older keys hold; then the older one can go."""

import base64

import pytest
from django.core.management import call_command

from beneficiaries.models import Person
from beneficiaries.tests.factories import household
from welfare import crypto
from welfare.testing.personas import make_organisations

NEW = base64.b64encode(b"another key, newer than the rest").decode()


@pytest.mark.django_db
def test_numbers_are_read_without_the_old_key_afterwards(settings, capsys):
    person = household(make_organisations().community).members.first()
    number, index = person.id_number, bytes(person.id_number_index)
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = [NEW, *old]
    call_command("reencrypt")
    assert "人员·身份证号：重新加密 1 条" in capsys.readouterr().out
    call_command("reencrypt")
    assert "人员·身份证号：重新加密 0 条" in capsys.readouterr().out
    settings.ENCRYPTION_KEYS = [NEW]
    person = Person.objects.get(pk=person.pk)
    assert (person.id_number, bytes(person.id_number_index)) == (number, index)


@pytest.mark.django_db
def test_without_the_command_the_old_key_is_still_needed(settings):
    person = household(make_organisations().community).members.first()
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(crypto.DecryptionError):
        Person.objects.get(pk=person.pk)
