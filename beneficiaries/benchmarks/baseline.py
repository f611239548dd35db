"""B: a plain Django admin and a django-import-export resource with their defaults, on the same tables.

Reached by ``PlainClient`` alone, which asks the addresses of this module instead of the product's; its pages are
drawn by an engine without our templates.
"""

from django.contrib.admin import AdminSite, ModelAdmin, display
from django.test import Client
from django.test.client import ClientHandler
from django.urls import path
from django.utils import timezone
from import_export import fields, resources
from import_export.admin import ImportExportModelAdmin
from import_export.widgets import ForeignKeyWidget, Widget

from beneficiaries.enums import Relation
from beneficiaries.models import Hardship, Household, Person
from welfare import crypto, pinyin
from welfare.models import Organisation

ENGINE = "plain"
TEMPLATES = (
    {
        "NAME": ENGINE,
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
)


class PlainSite(AdminSite):
    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        def drawn_plainly(request, *args, **kwargs):
            response = inner(request, *args, **kwargs)
            if hasattr(response, "using"):
                response.using = ENGINE
            return response

        return drawn_plainly


site = PlainSite(name="admin")


class HouseholdAdmin(ModelAdmin):
    """The columns of the staff list, as an admin is usually written: what is not a column is a method."""

    list_display = [
        *("head_name", "number", "organisation", "group_name", "member_count", "category_names"),
        *("monthly_income", "facts_on"),
    ]
    search_fields = ["number"]
    raw_id_fields = ["merged_into"]  # a select of every household would answer in minutes

    @display(description="户主")
    def head_name(self, household):
        return household.members.filter(relation=Relation.HEAD, died_on=None, left_on=None).first()

    @display(description="人口")
    def member_count(self, household):
        return household.members.filter(died_on=None, left_on=None).count()

    @display(description="困难类别")
    def category_names(self, household):
        return "、".join(str(one.category) for one in household.hardships.filter(to_on=None))


class LeanHouseholdAdmin(HouseholdAdmin):
    """Columns of the table alone, and as many rows as the staff list shows: the least an admin can do."""

    list_display = ["number", "organisation", "group_name", "monthly_income", "facts_on"]
    list_per_page = 25


class ByName(Widget):
    """A choice by its label."""

    def __init__(self, choices):
        super().__init__()
        self.values = {label: value for value, label in choices.choices}

    def clean(self, value, row=None, **kwargs):
        return self.values[value]


class Index(Widget):
    """The blind index of an ID number, by which a person is found again."""

    def clean(self, value, row=None, **kwargs):
        return crypto.blind_index("id", value)

    def render(self, value, obj=None, **kwargs):
        return ""


class PersonResource(resources.ModelResource):
    """The register as a resource: a household is made when its first row comes, a person is looked up row by row.

    It does less than our import: no cards, no hardships, no check of any cell.
    """

    household = fields.Field("household", "户编号", widget=ForeignKeyWidget(Household, "number"))
    name = fields.Field("name", "姓名")
    relation = fields.Field("relation", "与户主关系", widget=ByName(Relation))
    id_number_index = fields.Field("id_number_index", "身份证号", widget=Index())
    phone = fields.Field("phone", "联系电话")

    class Meta:
        model = Person
        fields = ("household", "name", "relation", "id_number_index", "phone")
        import_id_fields = ("id_number_index",)

    def before_import_row(self, row, **kwargs):
        Household.objects.get_or_create(
            number=row["户编号"],
            defaults={
                "organisation": lambda: Organisation.objects.get(name=row["村(社区)"]),
                "group_name": row["组别"],
                "address": row["家庭住址"],
                "monthly_income": row["家庭月人均收入(元)"],
                "medical_cost": row["近12个月自付医疗费(元)"],
                "registered_on": timezone.localdate(),
            },
        )

    def before_save_instance(self, instance, row, **kwargs):
        instance.id_number = row["身份证号"]
        instance.id_tail_index = crypto.tail_index("id", instance.id_number)
        instance.id_tail6_index = crypto.tail_index("id", instance.id_number, 6)
        instance.phone_index = crypto.blind_index("phone", instance.phone)
        instance.search_terms = pinyin.search_terms(instance.name)


class PersonAdmin(ImportExportModelAdmin):
    raw_id_fields = ["household", "merged_into"]
    list_display = ["name", "household", "relation", "sex", "birth_on", "health"]
    search_fields = ["name", "household__number"]
    resource_classes = [PersonResource]


site.register(Household, HouseholdAdmin)
site.register(Person, PersonAdmin)
site.register(Hardship)
lean = PlainSite(name="lean")
lean.register(Household, LeanHouseholdAdmin)
urlpatterns = [path("plain/", site.urls), path("lean/", lean.urls)]


class _PlainHandler(ClientHandler):
    def get_response(self, request):
        request.urlconf = __name__
        return super().get_response(request)


class PlainClient(Client):
    """A test client that meets the baseline's pages instead of the product's."""

    def __init__(self, **defaults):
        super().__init__(**defaults)
        self.handler = _PlainHandler(enforce_csrf_checks=False)
