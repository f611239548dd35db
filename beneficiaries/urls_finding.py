"""Addresses of finding: the list of households, the search."""

from django.urls import path

from beneficiaries.views import registry_list, search

urlpatterns = [
    path("registry/", registry_list.registry, name="registry"),
    path("people/", search.person_search, name="person_search"),
]
