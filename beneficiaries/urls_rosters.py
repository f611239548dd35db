"""Addresses of rosters and their review, for staff."""

from django.urls import path

from beneficiaries.views import assessments, checks, judgements, notices, objections, rosters

urlpatterns = [
    path("rosters/", rosters.roster_list, name="rosters"),
    path("rosters/new/", rosters.roster_new, name="roster_new"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
    path("rosters/<int:pk>/workbook/", rosters.roster_workbook, name="roster_workbook"),
    path("rosters/<int:pk>/fill/", rosters.roster_fill, name="roster_fill"),
    path("rosters/<int:pk>/nominate/", rosters.roster_nominate, name="roster_nominate"),
    path("rosters/<int:pk>/moves/<slug:move>/", rosters.roster_move, name="roster_move"),
    path("rosters/<int:pk>/return/", rosters.roster_return, name="roster_return"),
    path("rosters/entries/<int:pk>/withdraw/", rosters.entry_withdraw, name="entry_withdraw"),
    path("rosters/entries/<int:pk>/strike/", rosters.entry_strike, name="entry_strike"),
    path("rosters/entries/<int:pk>/payment/", rosters.entry_payment, name="entry_payment"),
    path("rosters/entries/<int:pk>/judge/", judgements.entry_judge, name="entry_judge"),
    path("rosters/<int:pk>/assessment/new/", assessments.assessment_new, name="assessment_new"),
    path("rosters/assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path(
        "rosters/assessments/<int:pk>/conclude/", assessments.assessment_conclude, name="assessment_conclude"
    ),
    path("rosters/assessments/<int:pk>/minutes/", assessments.assessment_minutes, name="assessment_minutes"),
    path("rosters/<int:pk>/notice/post/", notices.notice_post, name="notice_post"),
    path("rosters/notices/<int:pk>/", notices.roster_notice, name="roster_notice"),
    path("rosters/notices/<int:pk>/close/", notices.roster_notice_close, name="roster_notice_close"),
    path("rosters/notices/<int:pk>/withdraw/", notices.roster_notice_withdraw, name="roster_notice_withdraw"),
    path("rosters/notices/<int:pk>/objections/new/", objections.objection_receive, name="objection_receive"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/answer/", objections.objection_answer, name="objection_answer"),
    path("objections/<int:pk>/phone/", objections.objection_phone, name="objection_phone"),
    path("objections/<int:pk>/assign/", objections.objection_assign, name="objection_assign"),
    path("rosters/<int:pk>/check/draw/", checks.check_draw, name="check_draw"),
    path("rosters/checks/<int:pk>/", checks.check, name="check"),
    path("rosters/checks/<int:pk>/finish/", checks.check_finish, name="check_finish"),
]
