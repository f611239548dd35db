"""A county's registry made by COPY: the same rows for the same size."""

import random
from collections import defaultdict
from itertools import accumulate, islice

from beneficiaries.benchmarks import people, place
from beneficiaries.benchmarks.indexes import tail, terms
from beneficiaries.models import BankAccount, Hardship, HardshipCategory, Household, Person
from beneficiaries.rules.places import is_rural_name
from welfare import crypto
from welfare.database import loading
from welfare.database.loading import binary, text

DIVISIONS = ["520381", "520382", "520322"]
CHUNK = 10_000  # households
DISEASES = ("恶性肿瘤", "尿毒症", "脑卒中后遗症", "系统性红斑狼疮", "再生障碍性贫血")
BANKS = ("农村信用社", "农业银行", "邮政储蓄银行")
HOUSEHOLD = (
    *(
        "id",
        "organisation_id",
        "number",
        "group_name",
        "address",
        "is_rural",
        "monthly_income",
        "medical_cost",
    ),
    *(
        "income_on",
        "disaster_loss",
        "facts_on",
        "registered_on",
        "is_archived",
        "archived_on",
        "archived_reason",
    ),
)
PERSON = (
    *(
        "id",
        "household_id",
        "name",
        "relation",
        "id_number",
        "id_number_index",
        "id_tail_index",
        "id_tail6_index",
    ),
    *("phone", "phone_index", "phone_tail_index", "sex", "birth_on", "health", "disability_kind"),
    *(
        "disability_grade",
        "major_disease",
        "school_stage",
        "political_status",
        "is_veteran",
        "died_on",
        "left_on",
    ),
    *("search_terms",),
)
HARDSHIP = ("household_id", "person_id", "category_id", "basis", "from_on")
BANK_ACCOUNT = ("person_id", "bank_name", "number", "number_index", "tail_index")


def fill(persons):
    """Put ``persons`` people (the last family whole) into a migrated database, with the county they live in."""
    place.make(persons)
    county = Registry(persons, place.find().communities)
    with loading.bare_tables(Household, Person, Hardship, BankAccount):
        while county.has_more():
            county.write_chunk()


class Registry:
    """The made-up registry, as lines for COPY, chunk by chunk."""

    def __init__(self, persons, communities):
        self.chance = random.Random(people.SEED)
        self.families = self._families(persons, communities)
        self.household_id = self.person_id = 0
        self.lines = defaultdict(list)
        categories = HardshipCategory.objects.filter(is_active=True).order_by("pk")
        self.personal = [one.pk for one in categories if one.is_personal]
        self.common = [one.pk for one in categories if not one.is_personal]
        self.pending = next(self.families, None)

    def has_more(self):
        return self.pending is not None

    def write_chunk(self):
        """COPY the next households with all that hangs on them."""
        for community, serial, members in [self.pending, *islice(self.families, CHUNK - 1)]:
            self._add_household(community, serial, members)
        self.pending = next(self.families, None)
        loading.copy(Household, HOUSEHOLD, self.lines["households"])
        loading.copy(Person, PERSON, _person_lines(self.lines["persons"]))
        loading.copy(Hardship, HARDSHIP, self.lines["hardships"])
        loading.copy(BankAccount, BANK_ACCOUNT, _account_lines(self.lines["accounts"]))
        self.lines.clear()

    def _families(self, persons, communities):
        """(community, number of the household in it, members), communities of uneven size, the last one tiny."""
        made = people.Families(people.SEED, DIVISIONS)
        weights = [self.chance.uniform(0.6, 1.4) for _community in communities[:-1]]
        whole = persons - place.TINY_PERSONS
        shares = [share * whole / sum(weights) for share in accumulate(weights)]
        count = 0
        for community, share in zip(communities, [*shares, persons], strict=True):
            serial = 0
            while count < share:
                members = made.next_one()
                count, serial = count + len(members), serial + 1
                yield community, serial, members

    def _add_household(self, community, serial, members):
        chance, below = self.chance, self._below
        self.household_id += 1
        known, archived = chance.random() < 0.7, chance.random() < 0.02
        self.lines["households"].append(
            "\t".join(
                (
                    str(self.household_id),
                    str(community.pk),
                    f"{community.code}{serial:04}",
                    f"{serial // 30 + 1}组",
                    f"{community.name}{serial // 30 + 1}组{serial}号",
                    "t" if is_rural_name(community.name) else "f",
                    str(200 + below(2800)) if known else loading.NULL,
                    str(below(80000)) if chance.random() < 0.2 else loading.NULL,
                    "2025-11-20" if known else loading.NULL,
                    str(below(50000)) if chance.random() < 0.03 else loading.NULL,
                    "2025-11-20" if known else loading.NULL,
                    f"202{serial % 6}-0{serial % 9 + 1}-15",
                    *(("t", "2025-12-01", "全家迁出") if archived else ("f", loading.NULL, "")),
                )
            )
        )
        for member in members:
            self._add_person(member)
        if chance.random() < 0.4:
            for category in chance.sample(self.common, chance.choice((1, 1, 2))):
                self._add_hardship(f"{self.household_id}\t{loading.NULL}", category)

    def _below(self, limit):
        return int(self.chance.random() * limit)

    def _add_person(self, member):
        chance = self.chance
        self.person_id += 1
        self.lines["persons"].append((self.person_id, self.household_id, member, _facts(member, chance)))
        if member.relation == "head" and chance.random() < 0.6:
            card = people.card_number(chance)
            self.lines["accounts"].append((self.person_id, BANKS[card[-1] > "6"], card))
        if chance.random() < 0.03:
            self._add_hardship(f"{loading.NULL}\t{self.person_id}", chance.choice(self.personal))

    def _add_hardship(self, holder, category):
        self.lines["hardships"].append(f"{holder}\t{category}\t入户核实\t2025-0{1 + self._below(9)}-01")


def _facts(member, chance):
    """health … left_on of a person, as columns."""
    health = disability = disease = stage = ""
    grade = died = left = loading.NULL
    politics = "masses"
    throw = chance.random()
    if throw < 0.06:
        health, disability, grade = "disabled", "physical", str(1 + int(chance.random() * 4))
    elif throw < 0.09:
        health, disease = "severe", chance.choice(DISEASES)
    elif throw < 0.3 and member.age > 45:
        health = "chronic"
    if 6 <= member.age < 22:
        stage = ("primary", "junior", "senior", "university")[min(3, (member.age - 6) * 10 // 33)]
    if member.age > 25 and throw > 0.93:
        politics = "party_member"
    if member.relation != "head" and throw > 0.985:
        died, left = ("2024-03-01", loading.NULL) if member.age > 60 else (loading.NULL, "2024-09-01")
    veteran = "t" if member.sex == "1" and member.age > 22 and 0.4 < throw < 0.43 else "f"
    return "\t".join((health or "healthy", disability, grade, disease, stage, politics, veteran, died, left))


def _person_lines(persons):
    sealed = crypto.encrypt_many([member.id_number for _id, _household, member, _facts in persons])
    phones = crypto.encrypt_many([member.phone for _id, _household, member, _facts in persons])
    for (pk, household, member, facts), id_number, phone in zip(persons, sealed, phones, strict=True):
        yield (
            f"{pk}\t{household}\t{text(member.name)}\t{member.relation}\t{binary(id_number)}\t"
            f"{binary(crypto.blind_index('id', member.id_number))}\t{tail('id', member.id_number)}\t"
            f"{binary(crypto.tail_index('id', member.id_number, 6))}\t"
            f"{binary(phone)}\t{binary(crypto.blind_index('phone', member.phone))}\t"
            f"{tail('phone', member.phone)}\t{member.sex}\t{member.birth_on}\t{facts}\t"
            f"{terms(member.name)}"
        )


def _account_lines(accounts):
    sealed = crypto.encrypt_many([card for _person, _bank, card in accounts])
    for (person, bank, card), number in zip(accounts, sealed, strict=True):
        index = binary(crypto.blind_index("bank", card))
        yield f"{person}\t{bank}\t{binary(number)}\t{index}\t{tail('bank', card)}"
