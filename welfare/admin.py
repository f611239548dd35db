"""The admin: base classes that scope, ask our roles and offer workflow moves; and the kernel's own pages."""

from itertools import combinations

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import AutoField, DateField
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone

from welfare import accounts, admin_links, audit, bulk, roles, scope, workflow
from welfare.forms import DayField
from welfare.models import AuditEvent, CalendarDay, Organisation, RoleAssignment, User
from welfare.viewtools import move_buttons, move_page

admin.site.site_header = "暖册"
admin.site.site_title = "暖册管理"
admin.site.index_title = "管理与审批"
admin.site.site_url = "/todo/"


class RolePermissions:
    """Admin permissions from our roles instead of Django's: ``view_permission`` and ``write_permission``.

    An empty write permission makes the page read-only for everybody.
    """

    view_permission = ""
    write_permission = ""
    formfield_overrides = {DateField: {"form_class": DayField}}

    def _allowed(self, request, permission, obj=None):
        """Nothing for strangers (the admin asks on its login page too), else what ``_may`` says."""
        return (
            request.user.is_authenticated and request.user.is_active and self._may(request, permission, obj)
        )

    def _may(self, request, permission, obj=None):
        """Override to ask otherwise: does the role permission hold, at the object's organisation?"""
        if not permission:
            return False
        organisation = None
        if obj is not None and hasattr(obj, "scope_organisation") and obj.pk:
            organisation = obj.scope_organisation()
        return request.user.may(permission, organisation)

    def has_view_permission(self, request, obj=None):
        return self._allowed(request, self.view_permission, obj) or self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._allowed(request, self.write_permission, obj)

    def has_add_permission(self, request, obj=None):
        return self._allowed(request, self.write_permission)

    def has_delete_permission(self, request, obj=None):
        return self._allowed(request, self.write_permission, obj)

    def has_module_permission(self, request):
        return self.has_view_permission(request)


def scoped(queryset, user):
    """A queryset narrowed to what ``user`` sees, when its model holds personal data or is an organisation."""
    scope_path = getattr(queryset.model, "scope_path", None)
    return queryset if scope_path is None else queryset.filter(scope.condition(user, scope_path))


class ScopedChoices:
    """Foreign-key selects and the POSTs behind them offer only what the user sees."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if "queryset" not in kwargs:
            queryset = db_field.remote_field.model._default_manager.all()
            kwargs["queryset"] = scoped(queryset, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if "queryset" not in kwargs:
            kwargs["queryset"] = scoped(db_field.remote_field.model._default_manager.all(), request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def row_id(object_id):
    """The id in an admin address as a number; None for anything else."""
    text = unquote(str(object_id))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class LedgerAdmin(RolePermissions, ScopedChoices, admin.ModelAdmin):
    """Base of every admin page of ours: scoped rows, scoped selects, role permissions, audit."""

    list_per_page = 25
    show_full_result_count = False

    def get_queryset(self, request):
        return scoped(super().get_queryset(request), request.user)

    def get_object(self, request, object_id, from_field=None):
        is_numbered = isinstance(self.opts.pk, AutoField)
        if is_numbered and row_id(object_id) is None:
            return None
        return super().get_object(request, object_id, from_field)

    def render_change_form(self, request, context, *args, **kwargs):
        admin_links.bind(context, self, request)
        return super().render_change_form(request, context, *args, **kwargs)

    def lookup_allowed(self, lookup, value, request):
        """Dates by their hierarchy alone: a year that no calendar has is an error in the database's words."""
        parts = set(lookup.split("__")[1:])
        return not (parts & {"year", "iso_year"} and not self.date_hierarchy) and super().lookup_allowed(
            lookup, value, request
        )

    def response_action(self, request, queryset):
        """A list action on the rows ticked; ids that are no numbers are none of them."""
        sent = request.POST.copy()
        sent.setlist(
            ACTION_CHECKBOX_NAME,
            [one for one in sent.getlist(ACTION_CHECKBOX_NAME) if row_id(one) is not None],
        )
        request.POST = sent
        return super().response_action(request, queryset)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        audit.record(
            action=f"{obj._meta.label}.{'change' if change else 'add'}",
            label=f"{'修改' if change else '新增'}{obj._meta.verbose_name}",
            by=request.user,
            at=timezone.now(),
            target=obj,
            after={"fields": form.changed_data},
        )


class LedgerInline(RolePermissions, ScopedChoices):
    """Mix into TabularInline or StackedInline."""

    extra = 0


class WorkflowAdmin(LedgerAdmin):
    """Admin of a model with a machine: status read-only, allowed moves as confirm pages, bulk moves.

    ``bulk_moves`` names moves offered as list actions, each with its confirm page. ``move_facts(subject, name)``,
    ``move_context(subject, name)`` and the ``bulk_…`` that fill that page may be overridden.
    """

    change_form_template = "admin/workflow_change_form.html"
    bulk_moves = ()
    bulk_heads = ("当前状态",)

    @property
    def machine(self):
        return workflow.machine_of(self.model)

    def get_readonly_fields(self, request, obj=None):
        stamped = [
            field.name
            for field in self.model._meta.concrete_fields
            if field.name == "status" or (field.name.endswith(("_at", "_by")) and not field.primary_key)
        ]
        return [*super().get_readonly_fields(request, obj), *stamped]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                "<int:pk>/move/<slug:move>/", self.admin_site.admin_view(self.move_view), name=f"{name}_move"
            ),
            path("bulk/<slug:move>/", self.admin_site.admin_view(self.bulk_view), name=f"{name}_bulk"),
            *super().get_urls(),
        ]

    def move_url(self, pk, move):
        """The confirm page of one move."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_move", args=[pk, move])

    def bulk_url(self, move):
        """The confirm page of one move on many rows."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[move])

    def change_url(self, pk):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def move_facts(self, subject, move):
        """Facts for the confirm page: list of (label, value)."""
        return [(self.opts.verbose_name, str(subject)), ("当前状态", subject.get_status_display())]

    def move_context(self, subject, move):
        """More context for the confirm page, such as ``sentence`` and ``consequences``."""
        return {}

    def move_view(self, request, pk, move):
        """GET: confirm page. POST: the move, through the gate."""
        subject = self.get_queryset(request).filter(pk=pk).first()
        if subject is None or move not in {m.name for m in workflow.machine_of(subject).moves}:
            raise Http404("没有找到这条记录，或它不在您的工作范围内。")
        return move_page(
            request,
            subject,
            move,
            done=self.change_url(pk),
            facts=self.move_facts(subject, move),
            **self.admin_site.each_context(request),
            **self.move_context(subject, move),
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        subject = self.get_queryset(request).filter(pk=row_id(object_id)).first()
        extra = dict(extra_context or {})
        if subject is not None:
            extra["move_buttons"] = move_buttons(
                subject, request.user, lambda move: self.move_url(subject.pk, move)
            )
        return super().change_view(request, object_id, form_url, extra)

    def bulk_view(self, request, move):
        """One move on the rows of ``?rows=1,2,3``, shown first; rows out of scope are none of them."""
        if move not in self.bulk_moves:
            raise Http404("这一事项不能批量办理。")
        sent = request.GET.get("rows", "").split(",")[: bulk.MOST]
        wanted = [pk for pk in map(row_id, sent) if pk is not None]
        subjects = list(self.get_queryset(request).filter(pk__in=wanted).order_by("pk"))
        if not subjects:
            raise Http404("没有找到勾选的记录，或它们不在您的工作范围内。")
        done = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return bulk.answer(request, subjects, self.machine.move(move), admin=self, done=done)

    def bulk_rows(self, request, subjects, move, at):
        """[{subject, url, cells (under ``bulk_heads``), notes (sentences), why_not}], in the order of ``subjects``."""
        return [
            {
                "subject": subject,
                "url": self.change_url(subject.pk),
                "cells": [subject.get_status_display()],
                "notes": [],
                "why_not": self.bulk_refusal(
                    subject, move, workflow.refused(subject, move.name, by=request.user, at=at)
                ),
            }
            for subject in subjects
        ]

    def bulk_totals(self, rows):
        """Sums of the rows that will be done, under ``bulk_heads``; none by default."""
        return []

    def bulk_refusal(self, subject, move, refused):
        """Why a row is skipped, in words; a row that simply stands elsewhere is no page gone stale."""
        if refused is None:
            return ""
        if subject.status not in move.sources:
            return f"现为“{subject.get_status_display()}”，不必或还不能“{move.label}”。"
        return refused.message

    def get_actions(self, request):
        found = super().get_actions(request)
        for name in self.bulk_moves:
            move = self.machine.move(name)
            if request.user.may(move.permission):
                found[f"move_{name}"] = (_bulk_action(name), f"move_{name}", f"批量{move.label}")
        return found


def _bulk_action(move_name):
    def act(modeladmin, request, queryset):
        return bulk.ask(modeladmin.bulk_url(move_name), request, queryset, modeladmin.machine.move(move_name))

    return act


# -- the kernel's own pages -------------------------------------------------------------------------


class AdministeredAdmin(LedgerAdmin):
    """Organisations and users: administered whole by the administrator, who sees no case."""

    def get_queryset(self, request):
        return admin.ModelAdmin.get_queryset(self, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", db_field.remote_field.model._default_manager.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _may(self, request, permission, obj=None):
        return bool(permission) and request.user.is_active and request.user.may(permission)


@admin.register(Organisation)
class OrganisationAdmin(AdministeredAdmin):
    view_permission = write_permission = "organisation.manage"
    list_display = ["name", "code", "level", "line", "parent", "is_active"]
    list_filter = ["level", "line", "is_active"]
    search_fields = ["name", "code"]
    list_select_related = ["parent"]


class RoleAssignmentForm(forms.ModelForm):
    """Refuses roles that do not fit the level or exclude one another, in words."""

    def clean(self):
        cleaned = super().clean()
        user, role, organisation = (cleaned.get(name) for name in ("user", "role", "organisation"))
        if user and role and organisation:
            no = accounts.assignment_refusal(
                user=user, role=role, organisation=organisation, ignoring=self.instance
            )
            if no:
                raise forms.ValidationError(no)
        return cleaned


class RoleAssignmentFormSet(forms.BaseInlineFormSet):
    """Roles given in one go exclude one another like those given one after the other."""

    def clean(self):
        super().clean()
        kept = [form.cleaned_data for form in self.forms if not self._should_delete_form(form)]
        wanted = [
            (data["role"], data["organisation"])
            for data in kept
            if data.get("role") and data.get("organisation")
        ]
        for (one, here), (other, there) in combinations(wanted, 2):
            overlaps = here.covers(there) or there.covers(here)
            if overlaps and (no := roles.conflict(one, other)):
                raise forms.ValidationError(no)


class RoleAssignmentInline(LedgerInline, admin.TabularInline):
    model = RoleAssignment
    form = RoleAssignmentForm
    formset = RoleAssignmentFormSet
    view_permission = write_permission = "user.manage"
    fields = ["role", "organisation", "expires_on"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", db_field.remote_field.model._default_manager.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _may(self, request, permission, obj=None):
        return request.user.may(permission)


@admin.register(User)
class UserAdmin(RolePermissions, DjangoUserAdmin):
    view_permission = write_permission = "user.manage"
    list_display = ["username", "full_name", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    inlines = [RoleAssignmentInline]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("人员", {"fields": ["full_name", "position", "phone"]}),
        ("账号", {"fields": ["is_active", "is_staff", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"classes": ["wide"], "fields": ["username", "full_name", "position", "password1", "password2"]},
        )
    ]
    readonly_fields = ["last_login"]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if (
            form.instance.role_assignments.filter(role__in=accounts.ADMIN_ROLES).exists()
            and not form.instance.is_staff
        ):
            form.instance.is_staff = True
            form.instance.save(update_fields=["is_staff"])
        audit.record(
            action="user.change" if change else "user.create",
            label="修改用户与角色" if change else "新建用户",
            by=request.user,
            at=timezone.now(),
            target=form.instance,
            after={
                "fields": form.changed_data,
                "roles": [
                    f"{held.role}@{held.organisation.code}" for held in form.instance.role_assignments.all()
                ],
            },
        )


@admin.register(CalendarDay)
class CalendarDayAdmin(LedgerAdmin):
    view_permission = write_permission = "reference.manage"
    list_display = ["on", "is_working", "name"]
    date_hierarchy = "on"


@admin.register(AuditEvent)
class AuditEventAdmin(LedgerAdmin):
    """The trail, to read: by whoever inspects, within scope."""

    view_permission = "audit.view"
    list_display = ["at", "actor_name", "label", "target_label", "reason", "source"]
    list_filter = ["action"]
    search_fields = ["actor_name", "target_label", "label"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=audit.events_visible_to(request.user).values("pk"))

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.may("audit.view")


admin.site.unregister(Group)
