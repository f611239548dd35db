"""The embedded PostgreSQL (placeholder interface; the launcher follows)."""

import base64
import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def data_root():
    """Folder of everything an embedded run writes."""
    return Path(os.environ.get("LEDGER_DATA_DIR") or BASE_DIR / "var")


def own_secret(name):
    """A secret of this installation, made on first use: base64 of 32 random bytes, stored 0600."""
    path = data_root() / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode())
    return path.read_text().strip()


def url():
    """DATABASE_URL of the embedded server."""
    return "postgresql:///ledger"
