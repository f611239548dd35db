"""The machines of this app: every status that moves through ``welfare.workflow``."""

from beneficiaries.workflows import programmes  # noqa: F401
