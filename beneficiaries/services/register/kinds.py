"""The kinds of register that can be brought in."""

from beneficiaries.services.register.persons import Persons

KINDS = {kind.code: kind for kind in (Persons(),)}
