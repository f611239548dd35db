"""Encryption and blind indexes of ID, phone and bank numbers.

A stored value is ``key byte | 12-byte nonce | AES-GCM ciphertext and tag``: 47 bytes for an ID number.
The key byte is the first byte of the key's SHA-256, so it stays right however keys are added to or
removed from ``settings.ENCRYPTION_KEYS`` (newest first; all of them decrypt, the first encrypts).

A number is found through its blind index, a keyed hash that only we can compute:
``Person.objects.filter(id_number_index=blind_index("id", number))``.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

INDEX_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DUMP_PREFIX = "encrypted:"


class DecryptionError(ValueError):
    """The value was encrypted under a key we no longer have, or it was damaged."""


def encrypt(text):
    """``text`` as bytes to store; a new nonce each time, so equal texts differ."""
    return _encrypt_with(_ciphers(tuple(settings.ENCRYPTION_KEYS))[0], text)


def encrypt_many(texts):
    """``encrypt`` for each of ``texts``, as a list; None stays None and "" becomes b"". For COPY."""
    newest = _ciphers(tuple(settings.ENCRYPTION_KEYS))[0]
    return [_encrypt_with(newest, text) if text else (None if text is None else b"") for text in texts]


def decrypt(data):
    """The text that ``encrypt`` was given. Raises DecryptionError when no key fits."""
    data = bytes(data)
    if len(data) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise DecryptionError("The stored value is too short to be an encrypted one.")
    nonce, sealed = data[1 : 1 + _NONCE_BYTES], data[1 + _NONCE_BYTES :]
    for key_byte, cipher in _ciphers(tuple(settings.ENCRYPTION_KEYS)):
        if key_byte == data[:1]:
            try:
                return cipher.decrypt(nonce, sealed, None).decode()
            except InvalidTag:
                continue
    raise DecryptionError(
        "No key in ENCRYPTION_KEYS decrypts this value: a key is missing or the value is damaged."
    )


def needs_new_key(data):
    """Whether ``data`` was encrypted under another key than the newest."""
    return bytes(data)[:1] != _ciphers(tuple(settings.ENCRYPTION_KEYS))[0][0]


def blind_index(kind, value):
    """16 bytes that are equal for equal ``kind`` and ``value``; None for an empty value.

    ``kind`` ("id", "phone", "bank" …) keeps equal numbers of different kinds apart. Pass the cleaned
    number (``identity.parse_…``), never what somebody typed.
    """
    if not value:
        return None
    message = kind.encode() + b"\0" + value.encode()
    return hmac.digest(_key(settings.INDEX_KEY, "INDEX_KEY"), message, "sha256")[:INDEX_BYTES]


def blind_index_many(kind, values):
    """``blind_index`` for each of ``values``, as a list. For COPY."""
    return [blind_index(kind, value) for value in values]


def tail_index(kind, value, length=4):
    """Blind index of the last ``length`` characters, for search by tail.

    Ten thousand tails are soon guessed: such a column is searched only inside a scope and never shown.
    """
    return blind_index(f"{kind}-tail" if length == 4 else f"{kind}-tail{length}", (value or "")[-length:])


class EncryptedTextField(models.Field):
    """Text kept as AES-GCM in a ``bytea``; plain text on the instance.

    Only ``isnull`` can be asked of it; anything else raises FieldError and names the blind index.
    With ``null=True`` an empty text is stored as NULL, otherwise as empty bytes.
    """

    description = "Encrypted text"
    empty_values = (None, "")

    def get_internal_type(self):
        return "BinaryField"

    def get_placeholder(self, value, compiler, connection):
        return connection.ops.binary_placeholder_sql(value)

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        data = bytes(value)
        return decrypt(data) if data else ""

    def to_python(self, value):
        if isinstance(value, str) and value.startswith(_DUMP_PREFIX):
            return decrypt(base64.b64decode(value.removeprefix(_DUMP_PREFIX)))
        return value if value is None else str(value)

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or (value == "" and self.null):
            return None
        if not isinstance(value, str):
            raise TypeError(f"{self.name} takes text, not {type(value).__name__}.")
        return connection.Database.Binary(encrypt(value) if value else b"")

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(
                f'"{self.name}" is encrypted and cannot be searched with "{lookup_name}": '
                "filter on its blind index column, or ask __isnull."
            )
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return _DUMP_PREFIX + base64.b64encode(encrypt(value)).decode() if value else ""

    def formfield(self, **kwargs):
        from django import forms

        return super().formfield(
            **{"form_class": forms.CharField, "empty_value": None if self.null else ""} | kwargs
        )


class BlindIndexField(models.BinaryField):
    """16 bytes from ``blind_index``; may be indexed, unique and compared with ``=`` and ``in``."""

    description = "Blind index"

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = INDEX_BYTES
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return None if value is None else bytes(value)


def _encrypt_with(newest, text):
    key_byte, cipher = newest
    nonce = os.urandom(_NONCE_BYTES)
    return key_byte + nonce + cipher.encrypt(nonce, text.encode(), None)


@lru_cache(maxsize=8)
def _ciphers(keys):
    if not keys:
        raise ImproperlyConfigured("ENCRYPTION_KEYS is empty.")
    return [
        (hashlib.sha256(raw).digest()[:1], AESGCM(raw))
        for raw in (_key(encoded, "ENCRYPTION_KEYS") for encoded in keys)
    ]


@lru_cache(maxsize=8)
def _key(encoded, setting):
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ImproperlyConfigured(f"A key in {setting} is not base64 of 32 random bytes.")
    return raw
