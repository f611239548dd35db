"""Addresses of the papers beside a record: evidence, pairing, institutions, attachments."""

from django.urls import path

from beneficiaries.views import evidence

urlpatterns = [
    path("registry/<int:pk>/evidence/", evidence.evidence_list, name="evidence_list"),
    path("registry/<int:pk>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("evidence/<int:pk>/file/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/thumbnail/", evidence.evidence_thumbnail, name="evidence_thumbnail"),
    path("evidence/<int:pk>/void/", evidence.evidence_void, name="evidence_void"),
]
