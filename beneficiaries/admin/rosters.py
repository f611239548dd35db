"""审核 in the admin: what waits for me, a roster with all that bears on the decision, agree, return, strike."""

from collections import Counter

from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone

from beneficiaries.enums import LIVE_ENTRY, RosterStatus, StepKind
from beneficiaries.models import Roster, RosterEntry
from beneficiaries.queries import roster_bulk, versions, waiting
from beneficiaries.queries import roster_page as queries
from beneficiaries.tables.entries import ENTRY_TONES
from beneficiaries.views import entry_list
from beneficiaries.views.entries import strike_page
from beneficiaries.views.roster_page import history, newer_version, stepper
from beneficiaries.views.rosters import return_page
from beneficiaries.workflows.rosters import RETURN_AT
from welfare import dates, workflow
from welfare.admin import LedgerAdmin, WorkflowAdmin, row_id, scoped
from welfare.models import Organisation
from welfare.viewtools import move_buttons

REVIEW_MOVES = {"approve", *RETURN_AT.values()}


class WaitingFilter(admin.SimpleListFilter):
    """What waits for me; everything in scope on request."""

    title = "办理"
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("all", "全部名册")]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "待我审核",
        }
        yield {
            "selected": self.value() == "all",
            "query_string": changelist.get_query_string({self.parameter_name: "all"}),
            "display": "全部名册",
        }

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        mine = waiting.rosters_waiting_for(request.user, kinds=(StepKind.APPROVAL,), drafting=False)
        return queryset.filter(pk__in=mine.values("pk"))


class StatusFilter(admin.SimpleListFilter):
    title = "环节"
    parameter_name = "at"

    def lookups(self, request, model_admin):
        return RosterStatus.choices

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() else queryset


class OfficeFilter(admin.SimpleListFilter):
    """Offices in the user's scope that have others below them: townships, or those of another line."""

    title = "所属机构"
    parameter_name = "office"

    def _offices(self, request):
        offices = Organisation.objects.filter(children__is_active=True).distinct()
        return scoped(offices, request.user).order_by("path")

    def lookups(self, request, model_admin):
        return [(str(office.pk), str(office)) for office in self._offices(request)]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        office = self._offices(request).filter(pk=row_id(self.value())).first()
        return queryset.filter(organisation__path__startswith=office.path) if office else queryset.none()


def _sums(found):
    """Of what ``roster_bulk.reviewed`` says of some rosters: objects, persons, cash, goods, warnings, objections."""
    units = sum((one["units"] for one in found), Counter())
    sums = {
        name: sum(one["totals"][name] for one in found) for name in ("persons", "cash", "goods", "warnings")
    }
    objects = "、".join(f"{count} {unit}" for unit, count in units.items()) or "无"
    return [
        objects,
        f"{sums['persons']} 人",
        f"{sums['cash']:,}",
        f"{sums['goods']:,}",
        f"{sums['warnings']} 个",
        f"{sum(one['objections'] for one in found)} 件",
    ]


@admin.register(Roster)
class RosterAdmin(WorkflowAdmin):
    """Rosters to review. Nothing is edited here: what may be done are the moves of the machine."""

    view_permission = "roster.view"
    change_form_template = "admin/roster_review.html"
    list_display = [
        "place",
        "programme",
        "step",
        "entry_count",
        "status",
        "since",
    ]
    list_filter = [WaitingFilter, StatusFilter, OfficeFilter, "programme"]
    list_select_related = ["organisation", "programme", "step"]
    search_fields = ["organisation__name"]
    ordering = ["step_since_on", "pk"]
    bulk_moves = ("approve",)
    bulk_heads = ("环节", "对象", "家庭人口", "慰问金（元）", "慰问品（元）", "须留意", "异议未答")

    def get_queryset(self, request):
        live = Q(entries__status__in=LIVE_ENTRY)
        rows = super().get_queryset(request).select_related("organisation", "programme", "step")
        return rows.annotate(live_entries=Count("entries", filter=live))

    @admin.display(description="村(社区)", ordering="organisation__path")
    def place(self, roster):
        return (
            f"{roster.organisation} 第{roster.version}版" if roster.replaces_id else str(roster.organisation)
        )

    @admin.display(description="对象", ordering="live_entries")
    def entry_count(self, roster):
        return roster.live_entries

    @admin.display(description="本环节自", ordering="step_since_on")
    def since(self, roster):
        return roster.step_since_on.strftime("%m-%d") if roster.step_since_on else ""

    def has_add_permission(self, request):
        return False

    def get_urls(self):
        strike = path(
            "<int:pk>/entries/<int:entry>/strike/",
            self.admin_site.admin_view(self.strike_view),
            name="beneficiaries_roster_strike",
        )
        return [strike, *super().get_urls()]

    def _roster(self, request, pk):
        roster = self.get_queryset(request).filter(pk=pk).first()
        if roster is None:
            raise Http404("没有找到这份名册，或它不在您的工作范围内。")
        return roster

    def move_view(self, request, pk, move):
        """Agree here; a return asks to which step; other moves belong to the staff pages."""
        roster = self._roster(request, pk)
        if move not in REVIEW_MOVES:
            raise Http404("这一事项在工作台办理。")
        if move in RETURN_AT.values():
            return return_page(request, roster, done=self.change_url(pk))
        return super().move_view(request, pk, move)

    def move_facts(self, roster, move):
        rows = queries.entry_rows(roster, on=dates.today(timezone.now()), is_live_only=True)
        totals = queries.totals(rows)
        facts = [
            ("名册", roster.organisation),
            ("方案", roster.programme),
            ("环节", roster.step or "—"),
            ("对象", f"{totals['entries']} 个，家庭人口 {totals['persons']} 人"),
            ("慰问金、慰问品", f"{totals['cash']:,} 元、折价 {totals['goods']:,} 元"),
        ]
        if totals["warnings"]:
            facts.append(("须留意", f"{totals['warnings']} 个对象有提示，请核对"))
        if totals["lacking"]:
            facts.append(("缺材料", f"{totals['lacking']} 个对象缺必需的证明材料"))
        return facts

    def bulk_rows(self, request, subjects, move, at):
        found = roster_bulk.reviewed(subjects, request.user, dates.today(at))
        rows = []
        for roster in subjects:
            one = found[roster.pk]
            refused = workflow.refused(
                roster, move.name, by=request.user, at=at, known=one["known"], duties=one["duties"]
            )
            rows.append(
                one
                | {
                    "subject": roster,
                    "url": self.change_url(roster.pk),
                    "cells": [roster.step or "—", *_sums([one])],
                    "why_not": self.bulk_refusal(roster, move, refused),
                }
            )
        return rows

    def bulk_totals(self, rows):
        return ["", *_sums(rows)]

    def bulk_refusal(self, roster, move, refused):
        """A roster at another step says at which, in the place of a page gone stale."""
        if refused is None:
            return ""
        where = f"现在“{roster.step}”环节" if roster.step_id else ""
        if roster.status not in move.sources:
            now = roster.get_status_display()
            return f"{where}（{now}），不在审核环节。" if where else f"名册现为“{now}”，没有待审核的事项。"
        if getattr(refused, "kind", "") == "permission":
            return f"{where}，由{roster.step.get_level_display()}一级审核。{refused.message}"
        return refused.message

    def strike_view(self, request, pk, entry):
        """不予列入 one entry, with a reason."""
        roster = self._roster(request, pk)
        rows = RosterEntry.objects.select_related(
            "roster__organisation", "roster__step", "category", "household", "person", "institution"
        )
        found = rows.filter(pk=entry, roster=roster).first()
        if found is None:
            raise Http404("名册中没有这个对象。")
        return strike_page(request, found, done=self.change_url(pk))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = dict(extra_context or {})
        if roster := self.get_object(request, object_id):
            extra |= self.review_context(roster, request)
        return LedgerAdmin.change_view(self, request, object_id, form_url, extra)

    def get_object(self, request, object_id, from_field=None):
        """Read once for the page, though Django asks again after us."""
        read = request.__dict__.setdefault("_rosters_read", {})
        if object_id not in read:
            read[object_id] = super().get_object(request, object_id, from_field)
        return read[object_id]

    def review_context(self, roster, request):
        """Everything that bears on the decision."""
        objections = queries.objections_of([roster])
        rows = queries.entry_rows(roster, on=dates.today(timezone.now()), objections=objections)
        strike = workflow.MACHINES["beneficiaries.rosterentry"].move("strike")
        may_strike = roster.status == RosterStatus.REVIEWING and request.user.may(
            strike.permission, roster.organisation, level=roster.step.level
        )
        for row in rows:
            entry = row["entry"]
            row["tone"] = ENTRY_TONES[entry.status]
            can = may_strike and entry.status in strike.sources
            url = reverse("admin:beneficiaries_roster_strike", args=[roster.pk, entry.pk])
            row["links"] = [("不予列入", url)] if can else []
        papers = queries.papers(roster, rows)
        steps = list(roster.programme.steps.order_by("position"))
        known = queries.known_of(rows) | {"steps": steps}
        buttons = move_buttons(roster, request.user, lambda name: self.move_url(roster.pk, name), known)
        wanted = {self.move_url(roster.pk, name) for name in REVIEW_MOVES}
        return {
            "roster": roster,
            "move_buttons": [button for button in buttons if button["url"] in wanted],
            "steps": stepper(roster, steps),
            "totals": queries.totals(rows),
            **entry_list.of(request, rows),
            "changes": versions.since_last_version(roster, rows),
            "returned": papers.returned,
            "changes_since_return": versions.since_last_return(roster, papers.returned, rows),
            "objections": objections,
            "revision": newer_version(roster),
            "papers": papers,
            "history": history(roster),
            "over_quota": queries.rosters.quota_refusal(roster, queries.rosters.places(roster, rows)),
            "staff_url": reverse("roster", args=[roster.pk]),
        }
