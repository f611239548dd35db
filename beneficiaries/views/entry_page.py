"""What the page of one entry shows: who, why, papers on file and lacking, each step, history, other rooms' parts."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import Household, RosterEntry
from beneficiaries.queries import entry_page as queries
from beneficiaries.services.letters import PERMISSIONS, TOLD
from beneficiaries.tables.entries import ENTRY_TONES
from welfare import audit, dates, masking, money, panels, workflow

STATE_TONES = {
    "on_file": "good",
    "substitute": "good",
    "optional": "neutral",
    "assumed": "warn",
    "expired": "warn",
    "missing": "bad",
}
# Moves of the machine that are made on a page of their own; the others happen with the roster.
PAGES = {"withdraw": "entry_withdraw", "recall": "entry_recall", "strike": "entry_strike"}


def page_of(entry, user, at):
    """Template context of ``beneficiaries/entry.html``."""
    (made,) = queries.dossiers(RosterEntry.objects.filter(pk=entry.pk), dates.today(at))
    entry, place = made.entry, made.entry.roster.organisation
    warnings = made.warnings
    if no := queries.left_out_now(entry, user):
        warnings = [*warnings, no]
    return {
        "entry": entry,
        "roster": entry.roster,
        "tone": ENTRY_TONES[EntryStatus(entry.status)],
        "buttons": _buttons(entry, user, at),
        "people": _people(made, user),
        "home": made.home,
        "home_url": _home_url(made.home, user),
        "facts": _facts(made),
        "is_assumed": any(line.get("is_assumed") for line in entry.explanation),
        "conditions": [line | {"depth": min(line.get("depth", 0), 3)} for line in entry.explanation],
        "answers": [{"answer": one, "tone": STATE_TONES[one.state]} for one in made.answers],
        "lacking": len(made.lacking),
        "files": made.files,
        "may_open_files": user.may("registry.view", place),
        "warnings": warnings,
        "letter": getattr(entry, "letter", None),
        "may_tell": entry.status in TOLD and any(user.may(one, place) for one in PERMISSIONS),
        "events": _events(entry),
        "sections": _sections(entry, user),
    }


def _buttons(entry, user, at):
    """What the user may do with the entry now."""
    found = [
        {
            "label": option.move.label,
            "url": reverse(PAGES[option.move.name], args=[entry.pk]),
            "is_allowed": option.is_allowed,
            "why_not": option.why_not,
            "tone": option.move.tone,
        }
        for option in workflow.options(entry, by=user, at=at)
        if _makes_sense(option.move.name, entry)
    ]
    over = entry.roster.status in (RosterStatus.FINAL, RosterStatus.CANCELLED)
    if not over and user.may("roster.draft", entry.roster.organisation):
        url = reverse("entry_payment", args=[entry.pk])
        found.insert(
            0, {"label": "领取方式", "url": url, "is_allowed": True, "why_not": "", "tone": "secondary"}
        )
    return found


def _makes_sense(move, entry):
    status = entry.roster.status
    return {
        "withdraw": status == RosterStatus.DRAFTING,
        "recall": status == RosterStatus.DRAFTING and entry.assigned_by_id is not None,
        "strike": status == RosterStatus.REVIEWING,
    }.get(move, False)


def _people(made, user):
    if made.entry.institution_id:
        return []
    may_reveal = user.may("registry.reveal", made.home.organisation)
    return [
        {
            "person": one,
            "id_number": masking.mask_id(one.id_number),
            "reveal_url": reverse("reveal_id", args=[one.pk]) if may_reveal and one.id_number else "",
            "is_entry": one.pk == made.entry.person_id,
        }
        for one in made.people
    ]


def _home_url(home, user):
    if not user.may("registry.view", home.organisation):
        return ""
    return reverse("household" if isinstance(home, Household) else "institution", args=[home.pk])


def _facts(made):
    entry, given = made.entry, made.entitlement
    value = f"，折合 {money.show(given.value)} 元" if given.goods else ""
    added = f"{entry.added_by}，{timezone.localtime(entry.added_at):%Y-%m-%d %H:%M}"
    return [
        ("慰问类别", entry.category),
        ("慰问标准", f"{given.text}{value}"),
        ("领取方式", entry.get_payment_mode_display()),
        ("计发人口", f"{entry.family_size} 人" if not entry.institution_id else None),
        ("来源", entry.get_origin_display()),
        ("下达机构", entry.assigned_by) if entry.assigned_by_id else ("列入", added),
        *([("列入", added)] if entry.assigned_by_id else []),
        *([("所附材料", entry.evidence_named)] if entry.evidence_named else []),
        *([("仍列入的理由", entry.exception_reason)] if entry.exception_reason else []),
    ]


def _events(entry):
    """What was done with it, newest first; the last is that it was listed."""
    events = [
        {
            "at": event.at,
            "who": event.actor_name,
            "text": event.label.removeprefix("慰问对象："),
            "reason": event.reason,
            "tone": "",
        }
        for event in audit.events_about(entry).exclude(action="view")[:100]
    ]
    how = f"列入名册（{entry.get_origin_display()}）"
    listed = {"at": entry.added_at, "who": entry.added_by, "text": how, "reason": entry.reason, "tone": ""}
    return [*events, listed]


def _sections(entry, user):
    """[{label, html}] of what other rooms add (``panels.register("roster_entry", …)``)."""
    return [
        {
            "label": panel.label,
            "html": render_to_string(panel.template, {"entry": entry, **panel.load(entry, user)}),
        }
        for panel in panels.of("roster_entry", user)
    ]
