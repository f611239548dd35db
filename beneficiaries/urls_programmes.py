"""Addresses of the programmes room."""

from django.urls import path

from beneficiaries.views import programmes

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
]
