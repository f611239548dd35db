"""The kinds of register that can be brought in."""

from beneficiaries.services.register.cards import BankCards
from beneficiaries.services.register.hardships import Hardships
from beneficiaries.services.register.households import Households
from beneficiaries.services.register.institutions import Institutions
from beneficiaries.services.register.persons import Persons

KINDS = {kind.code: kind for kind in (Persons(), Households(), Institutions(), Hardships(), BankCards())}
