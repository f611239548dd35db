"""What people try on a roster that is shown, checked, or lists relatives of staff."""

import itertools
from datetime import timedelta

from beneficiaries.models import NoticeEntry, Objection, PublicNotice, SampleCheck
from beneficiaries.services import checks, notice_channels, notices, objections, relatives
from beneficiaries.tests.roster_book import Said
from beneficiaries.tests.roster_moves import INSPECTORS
from welfare import dates

_photos = itertools.count()


class PublicMoves:
    """The acts of the notice, its objections, the spot check and the relatives; beside ``Moves``."""

    # -- on notice ---------------------------------------------------------------------------------

    def move_post(self, who, which, how):
        roster = self.roster()
        apt = self.post_of(roster)
        if made := self.do(
            "post", self.who(who, apt), roster, lambda **by: notices.post(roster=roster, **by)
        ):
            rows = NoticeEntry.objects.filter(notice=made).values_list("entry", "entry__category")
            self.book.notices[made.pk] = {
                "roster": roster.pk,
                "number": len(self.book.acts),
                "at": self.at,
                "rows": dict(rows),
                "photos": 0,
                "down": False,
                "closed": 0,
            }

    def move_photograph(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice and self.do(
            "photograph",
            self.who(who, self.post_of(notice.roster)),
            notice.roster,
            lambda **by: notice_channels.record(
                notice=notice,
                kind="wall",
                place="公开栏",
                shown_on=dates.today(notice.posted_at),
                photo=f"photo {next(_photos)}".encode(),
                **by,
            ),
        ):
            self.book.notices[notice.pk]["photos"] += 1

    def move_wait(self, who, which, how):
        self.at += timedelta(days=how % 5)

    def move_close(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice:
            self.do(
                "close",
                self.who(who, self.post_of(notice.roster)),
                notice.roster,
                lambda **by: notices.close(notice=notice, **by),
                notice=notice.pk,
            )

    def move_take_down(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice and self.do(
            "take_down",
            self.who(who, self.post_of(notice.roster)),
            notice.roster,
            lambda **by: notices.withdraw(notice=notice, reason="有误", **by),
        ):
            self.book.notices[notice.pk]["down"] = True

    def move_object(self, who, which, how):
        """From the web, whose job may be slow, or told to a clerk; about a row, or somebody by name alone."""
        notice = self.last(PublicNotice)
        if not notice:
            return
        row = notice.rows.order_by("position").all()[which % 2 :].first() if how % 3 else None
        made = self.do(
            "object",
            None,
            notice.roster,
            lambda by, at: objections.file(
                notice=notice,
                content="有车",
                about="" if row else "张家",
                row_position=row and row.position,
                is_public=how % 2 == 0,
                at=at,
            ),
        )
        if made:
            self.book.said[made.pk] = Said(notice.roster_id, row and row.entry_id, self.at)

    def open_objection(self, number, **wanted):
        rows = list(Objection.objects.filter(status="open", **wanted).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def move_assign(self, who, which, how):
        found = self.open_objection(which, entry=None) or self.open_objection(which)
        row = found and found.notice.rows.order_by("position").all()[how % 2 :].first()
        if row and self.do(
            "assign",
            self.who(who, self.post_of(found.notice.roster)),
            found.notice.roster,
            lambda **by: objections.assign(objection=found, row_position=row.position, **by),
        ):
            self.book.said[found.pk].entry = row.entry_id

    def move_answer(self, who, which, how):
        found = self.open_objection(which)
        if not found:
            return
        verdict = ("dismissed", "dismissed", "upheld", "reassess")[how % 4]
        made = self.do(
            "answer",
            self.who(who, self.post_of(found.notice.roster)),
            found.notice.roster,
            lambda **by: objections.answer(
                objection=found,
                answer="已核实",
                is_upheld={"dismissed": False, "upheld": True}.get(verdict),
                action="reassess" if verdict == "reassess" else "checked",
                **by,
            ),
            entry=found.entry_id,
            home=found.entry and found.entry.household_id,
        )
        if made:
            self.book.said[found.pk].verdict, self.book.said[found.pk].answered_at = verdict, self.at

    # -- checking ----------------------------------------------------------------------------------

    def move_draw(self, who, which, how):
        roster = self.roster()
        if made := self.do(
            "draw",
            self.who(who, INSPECTORS),
            roster,
            lambda **by: checks.draw(roster=roster, seed=f"{which}", **by),
        ):
            drawn = made.findings.values_list("entry", flat=True)
            self.book.samples[made.pk] = {
                "roster": roster.pk,
                "number": len(self.book.acts),
                "drawn": dict.fromkeys(drawn),
            }

    def move_find(self, who, which, how):
        check = self.last(SampleCheck)
        finding = check and check.findings.order_by("pk").all()[which % 2 :].first()
        if finding and self.do(
            "find",
            self.who(who, INSPECTORS),
            check.roster,
            lambda **by: checks.record_finding(finding=finding, is_true=how % 3 > 0, text="看过", **by),
            home=finding.entry.household_id,
        ):
            self.book.samples[check.pk]["drawn"][finding.entry_id] = how % 3 > 0

    def move_finish(self, who, which, how):
        check = self.last(SampleCheck)
        if check:
            self.do(
                "finish",
                self.who(who, INSPECTORS),
                check.roster,
                lambda **by: checks.finish(check=check, **by),
                check=check.pk,
            )

    # -- relatives ---------------------------------------------------------------------------------

    def move_declare(self, who, which, how):
        """A family's head is a relative of somebody here."""
        head = self.homes[which % len(self.homes)].head
        staff = self.people[how % 10]
        made = self.do(
            "declare",
            self.people[0],
            self.roster(),
            lambda **by: relatives.declare(
                organisation=self.places.community,
                staff=staff,
                staff_name=staff.full_name,
                name=head.name,
                person=head,
                kinship="sibling",
                **by,
            ),
        )
        if made:
            self.book.declared.append((staff.pk, head.household_id, self.at))

    def move_look(self, who, which, how):
        is_true = how % 3 > 0
        self.on_entry(
            "look",
            who,
            which,
            lambda **on: relatives.check(
                is_true=is_true, finding="当面看过", checked_on=dates.today(self.at), **on
            ),
            apt=INSPECTORS,
            is_true=is_true,
        )
