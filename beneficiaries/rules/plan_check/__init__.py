"""Does the plan add up? Compares what a plan states with what follows from it. Pure.

Takes a ``plan_file.values.Plan``, read from a file or from the database (``queries.plans.plan_of``). Nothing here
forbids anything: every finding is shown beside the text as given, for people to decide.
"""

from beneficiaries.rules.plan_check import parts, sums, tiers, together
from beneficiaries.rules.plan_check.figures import UNITS, subject_of
from beneficiaries.rules.plan_check.finding import Finding, between, show
from beneficiaries.rules.plan_check.reckoning import computed

__all__ = ["UNITS", "Finding", "between", "check", "computed", "show", "subject_of"]

CHECKS = (
    sums.stated_figures,
    together.figures_together,
    sums.funds,
    sums.quotas,
    parts.categories,
    tiers.tiers,
    tiers.paid_twice,
    parts.thresholds,
    parts.steps,
    parts.dates,
    parts.as_document,
    parts.wording,
)


def check(plan):
    """Every Finding about the plan, sums first; each sentence once."""
    return list(dict.fromkeys(finding for one in CHECKS for finding in one(plan)))
