"""The one typed reader of environment variables, used by ``settings.py`` alone."""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_MISSING = object()


class Environment:
    """Typed access to ``os.environ``.

    A value is required when no default is given. ``production`` makes every setting that carries a
    ``hint`` required, so that a deployment never runs on a development default unnoticed.
    """

    def __init__(self, *, production, source=None):
        self.production = production
        self.source = os.environ if source is None else source

    def text(self, name, default=_MISSING, *, hint=""):
        """The variable as text. Raises ImproperlyConfigured, naming it and the hint, when it is needed and missing."""
        value = self.source.get(name, "")
        if value:
            return value
        if default is _MISSING or (self.production and hint):
            raise ImproperlyConfigured(f"Environment variable {name} is missing. {hint}".strip())
        return default() if callable(default) else default

    def flag(self, name, default):
        """The variable as a boolean; raises ImproperlyConfigured on anything but 1/0, true/false, yes/no, on/off."""
        return parse_flag(name, self.source.get(name, ""), default)

    def number(self, name, default):
        """The variable as an int; raises ImproperlyConfigured when it is not one."""
        value = self.source.get(name, "")
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None

    def names(self, name, default=_MISSING, *, hint=""):
        """The variable as a list, separated by commas."""
        value = self.text(name, default, hint=hint)
        if isinstance(value, list):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]


def parse_flag(name, value, default):
    """``value`` as a boolean, ``default`` when it is empty."""
    lowered = value.strip().lower()
    if not lowered:
        return default
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def database_from_url(url):
    """A Django ``DATABASES`` entry from ``postgresql://user:password@host:port/name``.

    The host may be a percent-encoded folder (a unix socket); parameters such as ``?sslmode=require``
    go to the driver. Raises ImproperlyConfigured for any
    other kind of database: the product relies on PostgreSQL's constraints, locks and arrays.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// (PostgreSQL 14 or newer, never SQLite)."
        )
    # Not parts.hostname, which would lower-case a folder.
    host, port = re.fullmatch(r"(\[.*\]|[^:]*):?(.*)", parts.netloc.rpartition("@")[2]).groups()
    if port and not port.isdigit():
        raise ImproperlyConfigured(f"DATABASE_URL has the port {port!r}, which is not a number.")
    return {
        "ENGINE": "welfare.database",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host.strip("[]")),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
