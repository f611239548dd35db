"""Addresses of finding: the list of households, the search, kept filters, lists taken out."""

from django.urls import path

from beneficiaries.views import exports, registry_list, saved_filters, search

urlpatterns = [
    path("registry/", registry_list.registry, name="registry"),
    path("registry/filters/", saved_filters.saved_filter_list, name="saved_filters"),
    path("registry/filters/new/", saved_filters.saved_filter_new, name="saved_filter_new"),
    path("registry/filters/<int:pk>/name/", saved_filters.saved_filter_rename, name="saved_filter_rename"),
    path("registry/filters/<int:pk>/delete/", saved_filters.saved_filter_delete, name="saved_filter_delete"),
    path("people/", search.person_search, name="person_search"),
    path("people/suggest/", search.person_suggest, name="person_suggest"),
    path("exports/", exports.export_list, name="list_exports"),
    path("exports/new/", exports.export_new, name="list_export_new"),
    path("exports/<int:pk>/", exports.export_page, name="list_export"),
    path("exports/<int:pk>/file/", exports.export_file, name="list_export_file"),
]
