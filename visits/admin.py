"""Visits in the admin: to read. They are planned and made on the staff pages, through the same services."""

from django.contrib import admin

from visits.models import Need, Team, TeamMember, Visit
from welfare.admin import LedgerAdmin, LedgerInline


class ReadOnly(LedgerAdmin):
    """Rows as the staff pages show them: of my teams and the organisations I oversee."""

    view_permission = "visit.view"

    def get_queryset(self, request):
        return self.model.objects.visible_to(request.user)


class TeamMemberInline(LedgerInline, admin.TabularInline):
    model = TeamMember
    view_permission = "visit.view"
    fields = ["user"]


@admin.register(Team)
class TeamAdmin(ReadOnly):
    list_display = ["name", "organisation", "programme", "leader"]
    list_select_related = ["organisation", "programme", "leader"]
    search_fields = ["name"]
    inlines = [TeamMemberInline]


@admin.register(Visit)
class VisitAdmin(ReadOnly):
    list_display = ["planned_on", "whom", "organisation", "team", "mode", "status"]
    list_filter = ["status", "mode"]
    date_hierarchy = "planned_on"

    def get_queryset(self, request):
        return super().get_queryset(request).for_table()

    @admin.display(description="慰问对象")
    def whom(self, visit):
        return visit.whom


@admin.register(Need)
class NeedAdmin(ReadOnly):
    view_permission = "need.follow"
    list_display = ["kind", "text", "organisation", "status", "noted_at"]
    list_filter = ["status", "kind"]
    search_fields = ["text"]
    list_select_related = ["organisation"]
