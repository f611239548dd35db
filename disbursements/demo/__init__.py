"""Demo data: a county with people in every role and programmes at several stages, made by the services."""

import secrets

from django.db import transaction

from disbursements.demo.people import LOGINS

# No letters or figures that are easily taken for others.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def logins(*, new_passwords=False):
    """One login per role: [(role in words, user name, password)].

    A password is made, and told, the first time and with ``new_passwords``; otherwise it is None, because
    nobody keeps it.
    """
    from welfare.models import User

    rows = []
    for label, username in LOGINS:
        user = User.objects.get(username=username)
        password = None
        if new_passwords or not user.has_usable_password():
            password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
            user.set_password(password)
            user.save(update_fields=["password"])
        rows.append((label, username, password))
    return rows
