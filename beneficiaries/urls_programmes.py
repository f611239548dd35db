"""Addresses of the programmes room."""

from django.urls import path

from beneficiaries.views import milestones, plans, programme_compare, programmes

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/upload/", plans.plan_upload, name="plan_upload"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/file/", plans.plan_download, name="plan_download"),
    path("programmes/<int:pk>/copy/", plans.programme_copy, name="programme_copy"),
    path("programmes/<int:pk>/revise/", plans.programme_revise, name="programme_revise"),
    path("programmes/milestones/", milestones.milestone_list, name="milestones"),
    path("programmes/milestones/<int:pk>/done/", milestones.milestone_done, name="milestone_done"),
    path("programmes/<int:pk>/compare/", programme_compare.programme_compare, name="programme_compare"),
]
