import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from welfare import crypto

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    settings.INDEX_KEY = base64.b64encode(b"i" * 32).decode()


@given(st.text())
def test_what_is_encrypted_decrypts_to_the_same_text(text):
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_equal_texts_give_different_ciphertexts_that_hide_the_text():
    first, second = crypto.encrypt("510121194503147078"), crypto.encrypt("510121194503147078")
    assert first != second
    assert b"1945" not in first
    assert len(first) == 47


def test_old_keys_still_decrypt_and_are_recognised_as_old(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    stored = crypto.encrypt("13996030824")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert crypto.decrypt(stored) == "13996030824"
    assert crypto.needs_new_key(stored)
    assert not crypto.needs_new_key(crypto.encrypt("13996030824"))


def test_a_missing_key_and_a_flipped_bit_are_refused(settings):
    stored = bytearray(crypto.encrypt("13996030824"))
    stored[-1] ^= 1
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(stored)
    stored[-1] ^= 1
    settings.ENCRYPTION_KEYS = [OLD]
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(stored)


def test_a_short_key_is_named(settings):
    settings.ENCRYPTION_KEYS = [base64.b64encode(b"short").decode()]
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS"):
        crypto.encrypt("x")


def test_many_keep_their_order_and_their_gaps():
    stored = crypto.encrypt_many(["a", None, "", "b"])
    assert [crypto.decrypt(value) if value else value for value in stored] == ["a", None, b"", "b"]


def test_blind_index_tells_kinds_and_keys_apart(settings):
    index = crypto.blind_index("id", "13996030824")
    assert len(index) == 16
    assert index == crypto.blind_index("id", "13996030824")
    assert index != crypto.blind_index("phone", "13996030824")
    assert crypto.blind_index_many("id", ["13996030824", ""]) == [index, None]
    settings.INDEX_KEY = OLD
    assert index != crypto.blind_index("id", "13996030824")


def test_tail_index_is_that_of_the_last_four():
    assert crypto.tail_index("id", "510121194503147078") == crypto.tail_index("id", "7078")
    assert crypto.tail_index("id", "7078") != crypto.blind_index("id", "7078")
    assert crypto.tail_index("id", None) is None


@pytest.fixture
def holder(db):
    """A model of this test alone, with its table."""
    with isolate_apps("welfare"):

        class Holder(models.Model):
            number = crypto.EncryptedTextField(null=True, blank=True)
            note = crypto.EncryptedTextField(blank=True, default="")
            number_index = crypto.BlindIndexField(null=True, unique=True)

            class Meta:
                app_label = "welfare"

        with connection.schema_editor() as editor:
            editor.create_model(Holder)
        yield Holder


def test_a_number_is_stored_encrypted_and_found_by_its_index(holder):
    index = crypto.blind_index("id", "510121194503147078")
    holder.objects.create(number="510121194503147078", number_index=index)
    found = holder.objects.get(number_index=index)
    assert (found.number, found.note, found.number_index) == ("510121194503147078", "", index)
    assert holder.objects.filter(number_index__in=[index]).count() == 1
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM {holder._meta.db_table}")
        assert b"1945" not in bytes(cursor.fetchone()[0])


def test_an_empty_number_is_stored_as_null(holder):
    holder.objects.create(number="")
    assert holder.objects.filter(number__isnull=True).count() == 1


def test_an_update_and_a_bulk_create_encrypt_too(holder):
    holder.objects.bulk_create([holder(number="1"), holder(number="2")])
    holder.objects.filter(number__isnull=False).update(number="3")
    assert [row.number for row in holder.objects.order_by("pk")] == ["3", "3"]


@pytest.mark.parametrize("lookup", ["number", "number__contains", "number__in", "number__gt"])
def test_an_encrypted_field_cannot_be_searched(holder, lookup):
    with pytest.raises(FieldError, match="blind index"):
        holder.objects.filter(**{lookup: ["1"] if lookup.endswith("in") else "1"}).exists()


def test_a_dump_holds_no_plain_text_and_loads_again():
    class Stub:
        number = "510121194503147078"

    field = crypto.EncryptedTextField(name="number")
    field.set_attributes_from_name("number")
    dumped = field.value_to_string(Stub())
    assert "1945" not in dumped
    assert field.to_python(dumped) == Stub.number


@pytest.mark.parametrize("field", [crypto.EncryptedTextField(null=True), crypto.BlindIndexField(unique=True)])
def test_fields_survive_a_migration(field):
    _, _, args, kwargs = field.deconstruct()
    assert type(field)(*args, **kwargs).deconstruct()[3] == kwargs
