"""The list of bank cards (一卡通): the card in use of each person on file."""

from beneficiaries.enums import ImportKind
from beneficiaries.services.register import holders, trail
from beneficiaries.services.register.households import twice
from beneficiaries.services.register.kind import Kind, card
from beneficiaries.services.register.persons import CARD, CARDS_DIFFER, write_cards
from welfare.enums import Level


class BankCards(Kind):
    code = ImportKind.BANK_CARDS
    subject = "银行卡"
    values = {"name": "text", "community": "text", "organisation_id": "bigint", "bank_name": "text"}
    numbers = {"id_number": "id_number", "bank_number": "card"}
    place_levels = (Level.COMMUNITY,)
    is_place_required = False
    meets = f"""{holders.MEETS},
        EXISTS (SELECT FROM {CARD} b WHERE b.person_id = p.id AND b.is_current) AS is_known"""
    joins = holders.JOINS

    def prepare(self, values, bad):
        values["id_number"] = values["id_number"] and values["id_number"].number
        return []

    def check_file(self, work):
        work.find(twice("id_number", "id_index"))

    def check_registry(self, work):
        work.find(*holders.ON_FILE)

    def compare(self, work):
        work.differ(CARDS_DIFFER)

    def labels(self):
        return {"bank_number": card}

    def write(self, work, *, by, at):
        trail.lock_persons(work)
        write_cards(work)
        trail.of_persons(work, by=by, at=at, action="household.import", label="导入银行卡")
