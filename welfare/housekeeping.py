"""Regular small work: sealing the audit trail, reviving jobs, taking down notices.

Apps add theirs with ``register`` from ``apps.py: ready()``; ``manage.py housekeeping`` runs them all,
once or every so many seconds beside the worker.
"""

import logging

from welfare import audit, jobs, shelf

logger = logging.getLogger(__name__)
_chores = []


def register(chore):
    """Add ``chore(at) -> str`` (a short account for the log). It must be harmless to run twice."""
    _chores.append(chore)
    return chore


@register
def seal_audit(at):
    return f"封签操作记录 {audit.seal()} 条"


@register
def revive_jobs(at):
    again, given_up = jobs.reap(at)
    return f"重新排队任务 {again} 项，放弃 {given_up} 项"


@register
def sweep_pages(at):
    return f"清理旧公开页面 {shelf.sweep(at)} 份"


def run_all(at):
    """Run every chore; one that fails is logged and does not stop the others. Returns (accounts, failures)."""
    accounts, failures = [], 0
    for chore in _chores:
        try:
            accounts.append(chore(at))
        except Exception:
            logger.exception("housekeeping chore %s failed", chore.__name__)
            failures += 1
    return accounts, failures
