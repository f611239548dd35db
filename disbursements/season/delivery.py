"""The second half of a season: funds and goods, sheets, teams, visits, signatures."""

from collections import deque
from datetime import timedelta

from beneficiaries.enums import PaymentMode
from beneficiaries.queries.standards import entitlements
from disbursements.enums import SheetKind
from disbursements.models import SheetLine
from disbursements.season.strokes import signature_data_url
from disbursements.services import bank, funds, receipts, sheets, stock
from visits.services import needs, surveys, teams, visits


class Delivery:
    """From the final rosters to the last signature; ``review`` has walked its procedure to the end."""

    def __init__(self, review):
        self.programme = review.programme
        self.cast = review.cast
        self.clock = review.clock
        self.happenings = review.happenings
        self.rosters = review.rosters
        self.entries = list(review.final_entries())
        self.entitled = entitlements(self.entries)
        self.sheets = {}
        self.teams = {}
        self.visits = []

    def run(self):
        """Everything, in order: money and goods, sheets, visits over two days, the bank, the sheets closed."""
        self.provide()
        self.draw_up()
        self.approve()
        first = self.clock.day() + timedelta(days=self.programme.advance_notice_days)
        self.plan_visits([first, first + timedelta(days=1)])
        self.clock.next_morning(self.programme.advance_notice_days)
        self.hand_out()
        self.visit_all()
        self.settle()

    def settle(self):
        """The bank pays its list; the sheets are closed."""
        accountant = self.cast.township["accountant"]
        for kind, sheet in self.sheets.items():
            sheet.refresh_from_db()
            if kind == SheetKind.BANK:
                sheets.send_to_bank(sheet=sheet, by=accountant, at=self.clock.tick())
                bank.record_result(sheet=sheet, by=accountant, at=self.clock.tick())
                sheet.refresh_from_db()
            sheets.close(sheet=sheet, by=accountant, at=self.clock.tick())

    # -- money and goods --------------------------------------------------------------------------
    def provide(self):
        """The funds the programme foresees are allocated, the goods it gives are taken into the store."""
        accountant, keeper = self.cast.township["accountant"], self.cast.township["keeper"]
        total = sum(entitled.cash for entitled in self.entitled.values())
        foreseen = self.programme.foreseen_funds.order_by("pk").first()
        self.allocation = funds.allocate(
            programme=self.programme, fund=foreseen.fund, amount=total, by=accountant, at=self.clock.tick()
        )
        self.store = stock.open_store(
            organisation=self.cast.organisation, name="社会事务办仓库", by=keeper, at=self.clock.tick()
        )
        wanted = {}
        for entitled in self.entitled.values():
            for line in entitled.goods:
                wanted[line.item] = wanted.get(line.item, 0) + line.quantity
        for item, quantity in wanted.items():
            stock.take_in(
                store=self.store,
                item=item,
                quantity=quantity,
                by=keeper,
                at=self.clock.tick(),
                note="集中采购入库",
            )

    def draw_up(self):
        """Cash, goods and bank sheets over all rosters; approved by somebody who took no part in them."""
        accountant = self.cast.township["accountant"]
        modes = {entry.payment_mode for entry in self.entries}
        kinds = [SheetKind.CASH] if PaymentMode.CASH in modes else []
        kinds += [SheetKind.BANK] if PaymentMode.BANK in modes else []
        kinds += [SheetKind.GOODS] if any(entitled.goods for entitled in self.entitled.values()) else []
        for kind in kinds:
            of_goods = kind == SheetKind.GOODS
            self.sheets[kind] = sheets.draw_up(
                programme=self.programme,
                organisation=self.cast.organisation,
                kind=kind,
                rosters=self.rosters,
                allocation=None if of_goods else self.allocation,
                store=self.store if of_goods else None,
                by=accountant,
                at=self.clock.tick(),
            )

    def approve(self):
        for sheet in self.sheets.values():
            sheets.approve(sheet=sheet, by=self.cast.township["sheet_approver"], at=self.clock.tick())

    # -- visits -----------------------------------------------------------------------------------
    def plan_visits(self, days):
        """One team per community; its households in order over the days; told ahead as the programme asks."""
        for roster in self.rosters:
            community = roster.organisation
            clerk = self.cast.at(community, "clerk")
            team = teams.form(
                programme=self.programme,
                organisation=community,
                name=f"{community}慰问组",
                leader=self.cast.at(community, "visitor"),
                members=[self.cast.at(community, "visitor"), self.cast.at(community, "second_visitor")],
                by=clerk,
                at=self.clock.tick(),
            )
            self.teams[community.pk] = team
            entries = [entry for entry in self.entries if entry.roster_id == roster.pk]
            planned = visits.plan_all(team=team, entries=entries, days=days, by=clerk, at=self.clock.tick())
            visits.tell_all(
                visits=planned,
                told_on=self.clock.day(),
                channel="phone",
                told_whom="户主",
                by=clerk,
                at=self.clock.tick(),
            )
            self.visits += planned

    def hand_out(self):
        """Each team draws its cash and goods from the keeper, against its leader's name."""
        for kind, sheet in self.sheets.items():
            if kind == SheetKind.BANK:
                continue
            for team in self.teams.values():
                sheets.hand_out(
                    sheet=sheet,
                    team=team,
                    to=team.leader,
                    by=self.cast.township["keeper"],
                    at=self.clock.tick(),
                )

    def visit_all(self, *, absent=1, only=None):
        """Make the visits day by day; ``absent`` of them find nobody and are made again on a later day.

        ``only`` limits how many visits are made (the demo stops in the middle).
        """
        waiting = deque(sorted(self.visits, key=lambda visit: (visit.planned_on, visit.slot_from, visit.pk)))
        made = 0
        while waiting and (only is None or made < only):
            visit = waiting.popleft()
            self.clock.not_before(visit.planned_on, visit.slot_from.hour)
            if absent and made == 2:
                absent -= 1
                waiting.append(self._come_again(visit))
                continue
            self._visit(visit, made)
            made += 1

    def _come_again(self, visit):
        """Nobody at home: marked, and visited by the same team the day after."""
        leader = visit.team.leader
        clerk = self.cast.at(visit.organisation, "clerk")
        visits.mark_absent(visit=visit, reason="住院治疗，家中无人", by=leader, at=self.clock.tick())
        self.happenings.append(f"{visit.organisation}1 户走访时不在家，已补访")
        day = visit.planned_on + timedelta(days=max(1, self.programme.advance_notice_days))
        again = visits.plan(
            team=visit.team,
            entry=visit.entry,
            planned_on=day,
            slot_from=visit.slot_from,
            slot_to=visit.slot_to,
            follow_up_of=visit,
            by=clerk,
            at=self.clock.tick(),
        )
        visits.tell_ahead(
            visit=again,
            told_on=self.clock.day(),
            channel="phone",
            told_whom="户主",
            by=clerk,
            at=self.clock.tick(),
        )
        return again

    def _visit(self, visit, number):
        """The survey, sometimes a need, the signatures, and two names below the visit."""
        leader = visit.team.leader
        second = self.cast.at(visit.organisation, "second_visitor")
        surveys.fill(visit=visit, answers=answers_of(visit), by=leader, at=self.clock.tick())
        if number % 10 == 0:
            needs.note(
                visit=visit,
                kind="medical",
                text="老人看病路远，希望上门体检",
                by=leader,
                at=self.clock.tick(),
            )
        lines = SheetLine.objects.filter(entry=visit.entry, sheet__in=self.sheets.values(), status="pending")
        for line in lines.select_related("sheet").order_by("sheet_id"):
            if line.sheet.kind == SheetKind.BANK:
                continue
            receipt = receipts.take(
                line=line,
                method="signature",
                image=signature_data_url(line.name),
                received_at=self.clock.tick(),
                visit=visit,
                by=leader,
            )
            receipts.confirm(receipt=receipt, by=second, at=self.clock.tick())
        visits.complete(
            visit=visit,
            finding="家中情况与登记一致，慰问已送达",
            place="家中",
            by=leader,
            at=self.clock.tick(),
        )
        visits.confirm(visit=visit, by=second, at=self.clock.tick())


def answers_of(visit):
    """What the family told the visitors, as the survey asks it."""
    household = visit.household
    return {
        "informant": str(household.head or household),
        "informant_relation": "户主",
        "members_at_home": max(1, visit.entry.family_size),
        "housing_kind": "self_built",
        "outgoings": ["living", "medical"],
        "help_held": "医疗保险参保资助",
        "opinions": "感谢关心，希望多来看看",
    }
