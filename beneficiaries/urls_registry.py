"""Addresses of the registry."""

from django.urls import path

from beneficiaries.views import households, imports, registry

urlpatterns = [
    path("registry/new/", households.household_new, name="household_new"),
    path("registry/<int:pk>/", registry.household, name="household"),
    path("registry/<int:pk>/file/", registry.household_file, name="household_file"),
    path("registry/<int:pk>/edit/", households.household_edit, name="household_edit"),
    path("registry/<int:pk>/members/new/", households.member_new, name="member_new"),
    path("registry/<int:pk>/hardships/new/", households.hardship_new, name="hardship_new"),
    path("registry/hardships/<int:pk>/end/", households.hardship_end, name="hardship_end"),
    path("registry/members/<int:pk>/edit/", households.member_edit, name="member_edit"),
    path("registry/members/<int:pk>/bank/", households.member_bank, name="member_bank"),
    path("registry/members/<int:pk>/reveal/id/", registry.reveal_person, {"what": "id"}, name="reveal_id"),
    path(
        "registry/members/<int:pk>/reveal/phone/",
        registry.reveal_person,
        {"what": "phone"},
        name="reveal_phone",
    ),
    path(
        "registry/members/<int:pk>/reveal/certificate/",
        registry.reveal_person,
        {"what": "certificate"},
        name="reveal_certificate",
    ),
    path("registry/cards/<int:pk>/reveal/", registry.reveal_card, name="reveal_card"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/template/<slug:kind>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/check-again/", imports.import_check_again, name="import_check_again"),
    path("imports/<int:pk>/errors/", imports.import_errors, name="import_errors"),
]
