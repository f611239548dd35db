"""What the pages of papers share: whose a file is, where it leads back to, and the part that lists the files."""

from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.evidence import WHOLE, EvidenceForm
from beneficiaries.models import Household
from beneficiaries.queries import evidence as queries
from beneficiaries.services.evidence import JPEG
from welfare import dates
from welfare.forms import new_form_key

EDIT = "registry.edit"


def owner_of(evidence):
    """The household or institution on whose page the file stands."""
    return evidence.household or evidence.institution or evidence.person.household


def whose(evidence):
    """全户, 张大明, or the name of the institution."""
    return "全户" if evidence.household_id else str(evidence.person or evidence.institution)


def page_of(owner):
    """The page of a household or an institution."""
    return reverse("household" if isinstance(owner, Household) else "institution", args=[owner.pk])


def tab_of(owner, tab="papers"):
    """Its page, at one tab."""
    return f"{page_of(owner)}?tab={tab}"


def crumbs_of(owner):
    """Breadcrumbs up to its page."""
    if isinstance(owner, Household):
        return [("困难群众登记", reverse("registry")), (owner.number, page_of(owner))]
    return [("单位", reverse("institutions")), (str(owner), page_of(owner))]


def of_household(household, user, member=""):
    """``papers`` for ``beneficiaries/_evidence.html``: the files of a household, of ``member`` (an id, or the whole
    household's own by ``"household"``) when it is one of its people."""
    people = list(household.members.order_by("died_on", "left_on", "pk"))
    known = {WHOLE: WHOLE} | {str(person.pk): person for person in people}
    here = reverse("evidence_list", args=[household.pk])
    chips = [("", "全部"), (WHOLE, "全户"), *((str(person.pk), _named(person)) for person in people)]
    chosen = member if member in known else ""
    return _part(
        queries.of_household(household, known.get(chosen)),
        user.may(EDIT, household.organisation),
        reverse("evidence_new", args=[household.pk]),
        EvidenceForm(household=household, people=people, initial={"subject": chosen or WHOLE}),
        [
            {"label": label, "url": f"{here}?member={key}", "is_current": key == chosen}
            for key, label in chips
        ],
    )


def of_institution(institution, user):
    """``papers`` of an institution."""
    may_edit = user.may(EDIT, institution.organisation)
    new_url = reverse("institution_evidence_new", args=[institution.pk])
    return _part(queries.of_institution(institution), may_edit, new_url, EvidenceForm(), [])


def _part(rows, may_edit, new_url, form, chips):
    today = dates.today(timezone.now())
    return {
        "rows": [
            {
                "evidence": one,
                "whose": whose(one),
                "is_picture": one.content_type == JPEG,
                "is_expired": one.valid_until is not None and one.valid_until < today,
            }
            for one in rows
        ],
        "may_edit": may_edit,
        "new_url": new_url,
        "form": form,
        "form_key": new_form_key(),
        "chips": chips,
    }


def _named(person):
    return (
        f"{person.name}（已去世）"
        if person.died_on
        else f"{person.name}（已迁出）"
        if person.left_on
        else person.name
    )
