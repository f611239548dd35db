"""Addresses of beneficiaries: one module per room."""

from django.urls import include, path

urlpatterns = [
    path("", include("beneficiaries.urls_public")),  # first: asked for most, and by everybody
    path("", include("beneficiaries.urls_finding")),
    path("", include("beneficiaries.urls_registry")),
    path("", include("beneficiaries.urls_papers")),
    path("", include("beneficiaries.urls_life")),
    path("", include("beneficiaries.urls_programmes")),
    path("", include("beneficiaries.urls_rosters")),
    path("", include("beneficiaries.urls_complaints")),
    path("", include("beneficiaries.urls_entries")),
]
