"""Factories: programmes, as plan 000-6 or smaller, through the services."""

from beneficiaries import plan_file
from beneficiaries.enums import Fact
from beneficiaries.models import HardshipCategory
from beneficiaries.services import plans
from welfare import workflow
from welfare.testing.personas import AT, user_with

__all__ = ["approved_programme", "draft_programme", "hardship_categories", "plan", "submitted_programme"]


def plan(name="000-6", **over):
    """A plan of the product; ``over`` replaces settings (``starts_on=…``)."""
    found = plan_file.read(plan_file.named(name))
    return plan_file.replace(found, **over) if over else found


def hardship_categories(*names):
    """The code list rows of these names; those of the seed are kept."""
    return [
        HardshipCategory.objects.get_or_create(
            name=name, defaults={"code": f"test-{abs(hash(name)) % 10**9}"}
        )[0]
        for name in names
    ]


def draft_programme(organiser, *, by=None, at=AT, is_rehearsal=False, **over):
    """Plan 000-6 loaded at ``organiser``, in drafting. ``over`` replaces settings of the plan."""
    wanted = plan(**over)
    hardship_categories(*sorted(plans.names_by_fact(wanted)[Fact.CATEGORY]))
    by = by or user_with("programme_officer", organiser)
    return plans.load_plan(plan=wanted, organiser=organiser, by=by, at=at, is_rehearsal=is_rehearsal)


def submitted_programme(organiser, *, by=None, at=AT, **over):
    """As ``draft_programme``, submitted by its author."""
    programme = draft_programme(organiser, by=by, at=at, **over)
    return workflow.perform(programme, "submit", by=programme.written_by, at=at)


def approved_programme(organiser, *, by=None, approver=None, at=AT, **over):
    """As ``submitted_programme``, approved by somebody else."""
    programme = submitted_programme(organiser, by=by, at=at, **over)
    approver = approver or user_with("programme_approver", organiser)
    return workflow.perform(programme, "approve", by=approver, at=at)
