"""The masked rows of a public list, and what no public text may say about the people on it."""

from beneficiaries.models import Person
from beneficiaries.queries import rosters, standards
from beneficiaries.rules import notice as rules


def masked_rows(entries, programme, on):
    """[(entry, rules.PublicRow)] of a queryset of entries, in order; one whose family has no adult to name is left out."""
    entries = list(rosters.for_pages(entries).order_by("position", "id"))
    texts = {pk: entitlement.text for pk, entitlement in standards.entitlements(entries).items()}
    families = _families(entries)
    found = []
    for entry in entries:
        name = _public_name(entry, families, programme, on)
        if name is None:
            continue
        home = home_of(entry)
        row = rules.public_row(
            name=name,
            hides_name=programme.hides_second_character and not entry.institution_id,
            group_name=home.group_name if home else "",
            family_size=entry.family_size,
            public_label=entry.category.public_label,
            standard_text=texts[entry.pk][:200],
        )
        found.append((entry, row))
    return found


def home_of(entry):
    """The household of an entry; None for an institution."""
    return entry.household or (entry.person.household if entry.person_id else None)


def private_words(entries):
    """(what, value) of the families of a queryset or list of entries that no public text may hold; one query for each."""
    homes = {}
    for entry in entries:
        if home := home_of(entry):
            homes[home.pk] = home
    found = [("住址", home.address) for home in homes.values()]
    people = Person.objects.filter(household__in=homes).order_by("pk")
    for name, disease in people.values_list("name", "major_disease"):
        found += [("姓名", name), ("疾病", disease)]
    return found


def _families(entries):
    """{household id: [(name, birth date, is head, school stage)]} of everybody present, in one query."""
    homes = {
        entry.household_id or (entry.person.household_id if entry.person_id else None) for entry in entries
    }
    families = {}
    rows = Person.objects.present().filter(household__in=homes - {None}).order_by("id")
    columns = ("household", "name", "birth_on", "relation", "school_stage")
    for home, name, birth_on, relation, stage in rows.values_list(*columns):
        families.setdefault(home, []).append((name, birth_on, relation == "head", stage))
    return families


def _public_name(entry, families, programme, on):
    """An adult's name or the institution's; None leaves the entry out."""
    if entry.institution_id:
        return entry.institution.name
    for_minors = entry.category.is_for_minors
    if entry.person_id:
        if not for_minors and rules.is_adult(entry.person.birth_on, on):
            return entry.person.name
        if not programme.shows_minors_as_household:
            return None
    family = families.get(entry.household_id or entry.person.household_id, ())
    return rules.named_person(family, on=on, for_minors=for_minors)
