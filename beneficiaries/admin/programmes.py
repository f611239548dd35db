"""Admin pages: programmes with all their parts. An officer sets one up, somebody else approves it; then read-only."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from beneficiaries.enums import ProgrammeKind, ProgrammeStatus
from beneficiaries.forms.programmes import CategoryForm, EarlierForm, ProgrammeForm, StepForm
from beneficiaries.models import (
    AidCategory,
    BarredOrganisation,
    EarlierHelp,
    ForeseenFund,
    FundSource,
    Milestone,
    ProcedureStep,
    Programme,
    Quota,
    StatedFigure,
)
from beneficiaries.queries import impact
from beneficiaries.queries.plans import check
from beneficiaries.services import programmes
from welfare import audit, dates, scope
from welfare.admin import LedgerInline, WorkflowAdmin, row_id
from welfare.errors import Refusal
from welfare.models import Organisation


def programme_of(obj):
    """The programme that a part belongs to, or itself."""
    return obj if isinstance(obj, Programme) else obj.programme


class WhileDrafting:
    """Seen by whoever sees programmes, written by officers, and only while the programme is being drafted."""

    view_permission = "programme.view"
    write_permission = "programme.write"

    def _may(self, request, permission, obj=None):
        if not permission or not request.user.is_active:
            return False
        organiser = programme_of(obj).organiser if obj is not None and obj.pk else None
        return request.user.may(permission, organiser)

    def _may_write(self, request, obj):
        is_draft = obj is None or not obj.pk or programme_of(obj).status == ProgrammeStatus.DRAFT
        return is_draft and self._may(request, self.write_permission, obj)

    def has_change_permission(self, request, obj=None):
        return self._may_write(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may_write(request, obj)


class Part(WhileDrafting, LedgerInline):
    """A part of a programme (or of a category) on its page."""

    def has_add_permission(self, request, obj=None):
        return self._may_write(request, obj)

    def parent_id(self, request):
        """The id in the address of the page this inline stands on, or None for a new one."""
        return row_id(request.resolver_match.kwargs.get("object_id"))


class PartInline(Part, admin.TabularInline):
    """As rows of a table."""


class WidePartInline(Part, admin.StackedInline):
    """As blocks of several lines each, folded away: more columns than an office screen holds."""

    classes = ["collapse"]


class CategoryInline(PartInline):
    model = AidCategory
    form = CategoryForm
    fields = ["precedence", "name", "public_label", "unit", "quota"]
    show_change_link = True
    verbose_name_plural = "慰问类别（保存后点“修改”，填写条件和标准）"


class QuotaInline(PartInline):
    model = Quota
    classes = ["collapse"]
    fields = ["organisation", "category", "count"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation", "category")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "category":
            kwargs["queryset"] = AidCategory.objects.filter(programme_id=self.parent_id(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StepInline(WidePartInline):
    model = ProcedureStep
    form = StepForm
    fields = [
        ("position", "kind", "level", "name"),
        ("days", "is_working_days", "round_number"),
        "channels",
        ("quorum_share", "pass_share", "is_for_disputed"),
        ("sample_share", "sample_number"),
    ]


class MilestoneInline(WidePartInline):
    model = Milestone
    fields = [
        ("position", "name", "kind"),
        ("starts_on", "due_on", "due_time"),
        ("due_text", "recipient"),
        ("responsible_unit", "responsible_person"),
        ("responsible_organisation", "is_each_community"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("responsible_organisation")


class FundInline(PartInline):
    model = ForeseenFund
    classes = ["collapse"]
    fields = ["fund", "spending_kind", "spending", "amount", "amount_text"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "fund":
            offices = Organisation.objects.filter(scope.condition(request.user, ""))
            kwargs["queryset"] = FundSource.objects.filter(is_active=True, organisation__in=offices)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StatedInline(WidePartInline):
    model = StatedFigure
    fields = [
        ("subject", "category", "label"),
        ("text", "exactness"),
        ("low", "high", "unit", "is_lump_sum"),
    ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "category":
            kwargs["queryset"] = AidCategory.objects.filter(programme_id=self.parent_id(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class EarlierInline(PartInline):
    model = EarlierHelp
    classes = ["collapse"]
    form = EarlierForm
    fields = ["year", "programme_code", "is_strict"]


class BarredInline(PartInline):
    model = BarredOrganisation
    classes = ["collapse"]
    fields = ["organisation", "reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation")


class PartsAudited:
    """Changes of inlines leave a trace, and make their author one who drafted."""

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        changed = [
            *formset.new_objects,
            *(one for one, _names in formset.changed_objects),
            *formset.deleted_objects,
        ]
        if changed:
            audit.record(
                action="programme.parts",
                label=f"修改{formset.model._meta.verbose_name}",
                by=request.user,
                at=timezone.now(),
                target=programme_of(form.instance),
                after={"rows": [str(one)[:100] for one in changed]},
            )

    def hold(self, request, programme):
        """Lock the programme; whoever saves now finds it in drafting, or is refused."""
        locked = Programme.objects.select_for_update().get(pk=programme.pk)
        try:
            programmes.refuse_if_frozen(locked)
        except Refusal as refusal:
            raise PermissionDenied(refusal.message) from None
        programmes.record_writing(programme=programme, by=request.user, at=timezone.now())


def _changes(programme):
    """What a new version does to those the one before let in: how many, and where to read who and why."""
    earlier = impact.earlier_version(programme) if programme.version > 1 else None
    if earlier is None:
        return []
    told = "；".join(
        "、".join(
            f"{label} {counts[kind]} {unit}"
            for kind, label in impact.KINDS.items()
            if counts[kind] or kind != "moved"
        )
        for unit, counts in impact.totals(earlier, programme, on=dates.today(timezone.now()))
    )
    url = f"{reverse('programme_compare', args=[programme.pk])}?version={earlier.version}"
    line = '按登记在册的情况，与第 {} 版相比：{}。<a href="{}">查看版本比较</a>'
    return [format_html(line, earlier.version, told or "没有类别", url)]


@admin.register(Programme)
class ProgrammeAdmin(PartsAudited, WhileDrafting, WorkflowAdmin):
    form = ProgrammeForm
    change_form_template = "admin/programme_change_form.html"
    change_list_template = "admin/programme_change_list.html"
    list_display = ["name", "season", "organiser", "version", "quota_total", "status"]
    list_filter = ["status", "year", "kind"]
    search_fields = ["name", "code"]
    list_select_related = ["organiser"]
    inlines = [
        CategoryInline,
        QuotaInline,
        StepInline,
        MilestoneInline,
        FundInline,
        StatedInline,
        EarlierInline,
        BarredInline,
    ]
    readonly_fields = ["version"]
    actions = ["spread_by_households"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("code", "version"),
                    "name",
                    ("kind", "organiser"),
                    ("season", "year"),
                    ("starts_on", "starts_text"),
                    ("ends_on", "ends_text"),
                    "has_assumed_dates",
                    "purpose",
                    "remarks",
                ]
            },
        ),
        (
            "名额与限制",
            {
                "fields": [
                    ("quota_total", "family_rule"),
                    ("exclusion_group", "parent"),
                    ("cap_each", "cap_year"),
                ]
            },
        ),
        ("实施范围", {"classes": ["collapse"], "fields": ["covered"]}),
        (
            "公示与走访",
            {
                "classes": ["collapse"],
                "fields": [
                    ("hotline", "objection_place"),
                    ("display_days", "objection_days"),
                    ("hides_second_character", "shows_minors_as_household"),
                    ("is_listed", "closes_without_stopped"),
                    ("advance_notice_days", "visitors_needed"),
                ],
            },
        ),
        (
            "办理情况",
            {
                "classes": ["collapse"],
                "fields": [
                    ("status", "written_by"),
                    ("submitted_at", "submitted_by"),
                    ("approved_at", "approved_by"),
                ],
            },
        ),
    ]

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organiser":
            kwargs["queryset"] = Organisation.objects.visible_to(request.user, "programme.write")
        if db_field.name == "parent":
            frameworks = Programme.objects.visible_to(request.user).filter(kind=ProgrammeKind.FRAMEWORK)
            kwargs["queryset"] = frameworks.order_by("-year", "code", "-version")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = Organisation.objects.visible_to(request.user, "programme.write")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            self.hold(request, obj)
        else:
            obj.written_by = request.user
        if not change or {"code", "organiser"} & set(form.changed_data):
            obj.version = programmes.take_version(obj.organiser, obj.code)
        super().save_model(request, obj, form, change)
        if not change:
            programmes.record_writing(programme=obj, by=request.user, at=timezone.now())

    def change_view(self, request, object_id, form_url="", extra_context=None):
        subject = self.get_queryset(request).filter(pk=row_id(object_id)).first()
        extra = {"findings": check(subject) if subject else [], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def move_facts(self, subject, move):
        return [
            *super().move_facts(subject, move),
            ("主办机构", str(subject.organiser)),
            ("期限", f"{subject.starts_on} 至 {subject.ends_on}"),
            ("拟订人", str(subject.written_by or "")),
        ]

    def move_context(self, subject, move):
        if move == "close":
            return {"consequences": ["结束后不能再据此建立名册。"]}
        findings = [f"核对意见：{finding}" for finding in check(subject)]
        if move == "approve":
            return {
                "sentence": "批准后方案即锁定，各村(社区)可以据此建立名册。",
                "consequences": [
                    *_changes(subject),
                    *findings,
                    "批准后内容不能修改，需要调整时另立新版本。",
                ],
            }
        return {"consequences": findings}

    @admin.action(description="按各村(社区)户数分配总名额", permissions=["change"])
    def spread_by_households(self, request, queryset):
        for programme in queryset:
            try:
                programmes.spread_quota(programme=programme, by=request.user, at=timezone.now())
                messages.success(request, f"已分配《{programme}》的名额。")
            except Refusal as refusal:
                messages.warning(request, f"《{programme}》：{refusal.message}")
