"""Encrypt every stored number again under the newest key, so that an old key can be taken away."""

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from welfare import crypto

BATCH = 1000


class Command(BaseCommand):
    help = (
        "After a new key was put first in LEDGER_ENCRYPTION_KEY: encrypt what older keys hold again. "
        "May be stopped and run again; when it reports 0, the older keys can be removed."
    )

    def handle(self, **options):
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, crypto.EncryptedTextField):
                    count = reencrypt(model._meta.db_table, field.column, model._meta.pk.column)
                    self.stdout.write(f"{model._meta.verbose_name}·{field.verbose_name}：重新加密 {count} 条")


def reencrypt(table, column, key="id"):
    """Give the values of one column to the newest key, in batches of their own transactions. Returns how many.

    Works on the bytes, past the models: history, stamps and indexes of the rows stay as they are.
    """
    quote = connection.ops.quote_name
    select = (
        f"SELECT {quote(key)}, {quote(column)} FROM {quote(table)} WHERE {quote(key)} > %s "
        f"AND octet_length({quote(column)}) > 0 ORDER BY {quote(key)} LIMIT {BATCH} FOR UPDATE"
    )
    update = f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE {quote(key)} = %s"
    last, count = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(select, [last])
            rows = [(pk, bytes(data)) for pk, data in cursor.fetchall()]
            old = [(pk, data) for pk, data in rows if crypto.needs_new_key(data)]
            cursor.executemany(update, [(crypto.encrypt(crypto.decrypt(data)), pk) for pk, data in old])
        if not rows:
            return count
        last, count = rows[-1][0], count + len(old)
