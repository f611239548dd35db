"""Addresses open to everybody: public notices, objections."""

from django.urls import path

from beneficiaries.views import public

urlpatterns = [
    path("robots.txt", public.robots, name="robots"),
    path("notices/", public.notice_index, name="notice_index"),
    path("notices/reply/", public.objection_reply, name="objection_reply"),
    path("notices/final/<slug:token>/", public.final_list, name="final_list"),
    path("notices/<slug:token>/", public.notice, name="notice"),
    path("notices/<slug:token>/result/", public.notice_result, name="notice_result"),
    path("notices/<slug:token>/objections/new/", public.objection_new, name="objection_new"),
    path(
        "notices/<slug:token>/objections/<slug:reference>/",
        public.objection_received,
        name="objection_received",
    ),
]
