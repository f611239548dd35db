"""Admin pages, one module per noun; each registers its own."""

from beneficiaries.admin import categories, programmes, registry, rosters  # noqa: F401
