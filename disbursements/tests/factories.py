"""Factories: funds, stock, sheets and receipts, reached through the services."""

import base64
import io
from datetime import date, timedelta
from types import SimpleNamespace

from PIL import Image, ImageDraw

from beneficiaries.enums import PaymentMode
from beneficiaries.models import FundSource, GoodsItem, Standard
from beneficiaries.services import households
from beneficiaries.tests import factories as registry
from disbursements.enums import ReceiptMethod, SheetKind
from disbursements.services import funds, receipts, sheets, stock
from visits.services import teams, visits
from welfare.testing.personas import AT, clerk_of, make_organisations, user_with

LATER = AT + timedelta(days=20)  # after the rosters are final
VISITS_FROM = date(2026, 1, 6)
FUND = "1000000.00"


def signature(width=600, height=200):
    """A drawn signature as the pad sends it: a PNG data URL."""
    return "data:image/png;base64," + base64.b64encode(_strokes("PNG", width, height)).decode()


def fingerprint():
    """A photo of a fingerprint, as an uploaded file."""
    photo = io.BytesIO(_strokes("JPEG", 400, 400))
    photo.name = "手印.jpg"
    return photo


def _strokes(kind, width, height):
    picture = Image.new("RGB", (width, height), "white")
    drawing = ImageDraw.Draw(picture)
    drawing.line(
        [(40, height - 40), (width // 3, 40), (width // 2, height - 50), (width - 40, 50)],
        fill="black",
        width=6,
    )
    kept = io.BytesIO()
    picture.save(kept, kind)
    return kept.getvalue()


def office(households=3, *, goods=100, amount=FUND, **over):
    """上坪镇 with a final roster in 甲村, money, goods, everybody who pays, and a team of two there."""
    made = SimpleNamespace(**vars(make_organisations()))
    made.programme = registry.approved_programme(made.township, **{"starts_on": VISITS_FROM} | over)
    made.roster = registry.final_roster(made.programme, made.community, households=households)
    made.entries = list(made.roster.entries.filter(status="final").order_by("position"))
    made.accountant = user_with("accountant", made.township)
    made.approver = user_with("sheet_approver", made.township)
    made.keeper = user_with("keeper", made.township)
    made.fund = fund(made.township)
    made.allocation = funds.allocate(
        programme=made.programme, fund=made.fund, amount=amount, by=made.accountant, at=AT
    )
    made.store = filled_store(made, quantity=goods)
    made.team = team(made)
    return made


def fund(organisation, code="own", **over):
    """A fund of the organisation."""
    return FundSource.objects.get_or_create(
        code=f"{code}-{organisation.pk}",
        defaults={"name": "镇财政慰问资金", "organisation": organisation} | over,
    )[0]


def filled_store(made, quantity=100, name="镇库房"):
    """A store of the township with that much of every item of the programme."""
    store = stock.open_store(organisation=made.township, name=name, by=made.keeper, at=AT)
    if quantity:
        for item in _items(made.programme):
            stock.take_in(store=store, item=item, quantity=quantity, by=made.keeper, at=AT)
    return store


def team(made, organisation=None, name="第一组"):
    """A team of a leader and a member; both visitors there. Sets ``made.leader`` and ``made.member``."""
    organisation = organisation or made.community
    made.leader, made.member = (user_with("visitor", organisation) for _ in range(2))
    return teams.form(
        programme=made.programme,
        organisation=organisation,
        name=name,
        leader=made.leader,
        members=[made.member],
        by=clerk_of(organisation),
        at=AT,
    )


def sheet(made, kind=SheetKind.CASH, **over):
    """A drafted sheet."""
    source = {"store": made.store} if kind == SheetKind.GOODS else {"allocation": made.allocation}
    return sheets.draw_up(
        **{
            "programme": made.programme,
            "organisation": made.township,
            "kind": kind,
            "rosters": [made.roster],
            "by": made.accountant,
            "at": LATER,
            **source,
            **over,
        }
    )


def approved_sheet(made, kind=SheetKind.CASH, **over):
    """A sheet approved by somebody who took no part."""
    return sheets.approve(sheet=sheet(made, kind, **over), by=made.approver, at=LATER)


def drawn_sheet(made, kind=SheetKind.CASH, **over):
    """An approved sheet, drawn by the team (``made.custody``)."""
    drawn = approved_sheet(made, kind, **over)
    made.custody = sheets.hand_out(sheet=drawn, team=made.team, by=made.keeper, to=made.leader, at=LATER)
    drawn.refresh_from_db()
    return drawn


def visit(made, entry):
    """A planned visit of the team to the entry."""
    number = made.__dict__.setdefault("visit_number", 0)
    made.visit_number += 1
    return visits.plan(
        team=made.team,
        entry=entry,
        planned_on=made.programme.starts_on + timedelta(days=number // 8),
        slot_from=None,
        slot_to=None,
        by=user_with("clerk", made.community),
        at=AT,
    )


def taken(made, line, **over):
    """A receipt taken by the leader at a visit, not yet confirmed."""
    over = {"visit": over.pop("visit", None) or visit(made, line.entry), **over}
    return receipts.take(
        **{
            "line": line,
            "method": ReceiptMethod.SIGNATURE,
            "image": signature(),
            "received_at": LATER,
            "by": made.leader,
            **over,
        }
    )


def confirmed(made, line, **over):
    """A receipt confirmed by the second visitor."""
    return receipts.confirm(receipt=taken(made, line, **over), by=made.member, at=LATER)


def with_card(made, entry, number=None):
    """The entry's head gets a card."""
    return households.set_bank_account(
        person=entry.household.head,
        bank_name="农商银行",
        number=number or registry.bank_number(),
        by=clerk_of(made.community),
        at=AT,
    )


def by_bank(made, *entries):
    """The entries are to be paid to the card: how a roster's owner chooses that is tested in its own room."""
    for entry in entries:
        type(entry).objects.filter(pk=entry.pk).update(payment_mode=PaymentMode.BANK)


def _items(programme):
    wanted = Standard.objects.filter(category__programme=programme, goods_item__isnull=False)
    return GoodsItem.objects.filter(pk__in=wanted.values("goods_item")).order_by("pk")
