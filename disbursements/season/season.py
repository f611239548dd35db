"""A whole season in one go: register, programme, rosters, sheets, visits, signatures, papers."""

from dataclasses import dataclass, field
from pathlib import Path

from django.test.utils import override_settings

from beneficiaries.documents import notices as notice_documents
from beneficiaries.rules import plan_check
from beneficiaries.services import plans
from disbursements.documents import sheets as sheet_documents
from disbursements.documents import summary as summary_document
from disbursements.enums import SheetKind
from disbursements.queries.summary import summary
from disbursements.season import cast as casting
from disbursements.season import register
from disbursements.season.account import account
from disbursements.season.clock import Clock
from disbursements.season.delivery import Delivery
from disbursements.season.rehearsal import Review
from welfare import workflow

SHEET_FILES = {
    SheetKind.CASH: "sheet-cash.xlsx",
    SheetKind.GOODS: "sheet-goods.xlsx",
    SheetKind.BANK: "bank.xlsx",
}


@dataclass
class Season:
    """What a rehearsed season was: its programme, review, delivery and summary, and the account in words."""

    programme: object
    review: Review
    delivery: Delivery
    summary: object
    lines: list
    files: list = field(default_factory=list)


def rehearse(*, plan, registry, out):
    """Rehearse ``plan`` (a ``plan_file.Plan``) on the register file ``registry``; leave its papers in folder ``out``.

    Runs in the database it finds (see ``welfare.database.own``) through the services alone, with the
    clock moved by argument. Returns the Season. Raises Refusal, in words, for a register or plan that cannot run.
    """
    starts_on = plan.settings["starts_on"]
    clock = Clock(starts_on, hour=8)
    township, communities = register.find_or_found_organisations(registry, on=starts_on)
    cast = casting.engage(township=township, communities=communities, at=clock.tick())
    imported = register.import_register(
        registry, organisation=township, by=cast.township["register_clerk"], clock=clock
    )
    programme = approve_programme(plan, cast, clock)
    review = Review(programme=programme, cast=cast, clock=clock)
    review.draft()
    review.walk()
    delivery = Delivery(review)
    delivery.run()
    found = summary(programme)
    lines = account(
        programme=programme,
        review=review,
        summary=found,
        imported=imported,
        warnings=plan_check.check(plan),
        days=(starts_on, clock.day()),
    )
    season = Season(programme, review, delivery, found, lines)
    season.files = write_papers(season, Path(out), on=clock.day())
    return season


def approve_programme(plan, cast, clock, *, is_rehearsal=True):
    """The officer loads and submits the plan; somebody else approves it. Returns the programme."""
    officer = cast.township["officer"]
    programme = plans.load_plan(
        plan=plan, organiser=cast.organisation, by=officer, at=clock.tick(), is_rehearsal=is_rehearsal
    )
    workflow.perform(programme, "submit", by=officer, at=clock.tick())
    workflow.perform(programme, "approve", by=cast.township["programme_approver"], at=clock.tick())
    return programme


def write_papers(season, out, *, on):
    """The notice and result of the first community, the sheets, the bank list, the summary, the account.

    Returns the paths written. The notices of all communities lie in ``notices/``.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "notices").mkdir(exist_ok=True)
    files = []
    for number, notice in enumerate(season.review.notices):
        html = notice_documents.notice_html(notice)
        files.append(_write(out / "notices" / f"{notice.community_name}.html", html))
        if number == 0:
            files.append(_write(out / "notice.html", html))
            files.append(_write(out / "result.html", notice_documents.result_html(notice)))
    for kind, sheet in season.delivery.sheets.items():
        path = out / SHEET_FILES[kind]
        sheet_documents.workbook(sheet, str(path), on)
        files.append(path)
    summary_document.summary_workbook(season.programme, str(out / "summary.xlsx"), on)
    files += [out / "summary.xlsx", _write(out / "account.txt", "\n".join(season.lines) + "\n")]
    return files


def _write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def own_files(folder):
    """Photos, signatures and uploads of the rehearsal go to ``folder`` instead of the media folder."""
    return override_settings(MEDIA_ROOT=folder)
