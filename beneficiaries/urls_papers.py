"""Addresses of the papers beside a record: evidence, pairing, institutions, attachments."""

from django.urls import path

from beneficiaries.views import attachments, evidence, institutions, pairings

urlpatterns = [
    path("registry/<int:pk>/evidence/", evidence.evidence_list, name="evidence_list"),
    path("registry/<int:pk>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("evidence/<int:pk>/file/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/thumbnail/", evidence.evidence_thumbnail, name="evidence_thumbnail"),
    path("evidence/<int:pk>/void/", evidence.evidence_void, name="evidence_void"),
    path("pairings/", pairings.coverage, name="pairings"),
    path("pairings/households/", pairings.household_list, name="pairing_households"),
    path("pairings/cadres/", pairings.cadre_list, name="pairing_cadres"),
    path("pairings/workbook/", pairings.workbook, name="pairing_workbook"),
    path("pairings/new/", pairings.pairing_new, name="pairing_new"),
    path("pairings/<int:pk>/end/", pairings.pairing_end, name="pairing_end"),
    path("my-households/", pairings.my_pairings, name="my_pairings"),
    path("institutions/", institutions.institution_list, name="institutions"),
    path("institutions/new/", institutions.institution_new, name="institution_new"),
    path("institutions/<int:pk>/", institutions.institution, name="institution"),
    path("institutions/<int:pk>/edit/", institutions.institution_edit, name="institution_edit"),
    path("institutions/<int:pk>/archive/", institutions.institution_archive, name="institution_archive"),
    path(
        "institutions/<int:pk>/evidence/new/",
        evidence.institution_evidence_new,
        name="institution_evidence_new",
    ),
    path("own-people/", attachments.own_people, name="own_people"),
    path("registry/<int:pk>/attachments/new/", attachments.attachment_new, name="attachment_new"),
    path(
        "registry/members/<int:pk>/attachments/<int:attachment>/end/",
        attachments.attachment_end,
        name="attachment_end",
    ),
]
