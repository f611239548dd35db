"""Addresses of the programmes room."""

from django.urls import path

from beneficiaries.views import milestones, programmes

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/milestones/", milestones.milestone_list, name="milestones"),
    path("programmes/milestones/<int:pk>/done/", milestones.milestone_done, name="milestone_done"),
]
