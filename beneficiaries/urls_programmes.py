"""Addresses of the programmes room."""

from django.urls import path

from beneficiaries.views import programme_compare, programmes

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/compare/", programme_compare.programme_compare, name="programme_compare"),
]
