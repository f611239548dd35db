"""方案文件: a plan as one documented TOML file (``plans/README.md``), read, written, and told what is wrong with it."""

from beneficiaries.plan_file.reading import PLANS, PlanError, named, parse, read, shipped
from beneficiaries.plan_file.values import replace
from beneficiaries.plan_file.writing import write

__all__ = ["PLANS", "PlanError", "named", "parse", "read", "replace", "shipped", "write"]
