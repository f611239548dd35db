"""Addresses of rosters and their review, for staff."""

from django.urls import path

from beneficiaries.views import (
    assessments,
    checks,
    final_lists,
    judgements,
    meeting_photos,
    notice_channels,
    notices,
    objections,
    relatives,
    rosters,
    versions,
)

urlpatterns = [
    path("rosters/", rosters.roster_list, name="rosters"),
    path("rosters/new/", rosters.roster_new, name="roster_new"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
    path("rosters/<int:pk>/workbook/", rosters.roster_workbook, name="roster_workbook"),
    path("rosters/<int:pk>/moves/<slug:move>/", rosters.roster_move, name="roster_move"),
    path("rosters/<int:pk>/return/", rosters.roster_return, name="roster_return"),
    path("rosters/entries/<int:pk>/judge/", judgements.entry_judge, name="entry_judge"),
    path("rosters/<int:pk>/assessment/new/", assessments.assessment_new, name="assessment_new"),
    path("rosters/assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path(
        "rosters/assessments/<int:pk>/conclude/", assessments.assessment_conclude, name="assessment_conclude"
    ),
    path("rosters/assessments/<int:pk>/void/", assessments.assessment_void, name="assessment_void"),
    path("rosters/assessments/<int:pk>/minutes/", assessments.assessment_minutes, name="assessment_minutes"),
    path(
        "rosters/assessments/<int:pk>/photos/new/", meeting_photos.meeting_photo_new, name="meeting_photo_new"
    ),
    path("rosters/meeting-photos/<int:pk>/", meeting_photos.meeting_photo, name="meeting_photo"),
    path(
        "rosters/meeting-photos/<int:pk>/small/",
        meeting_photos.meeting_photo,
        {"small": True},
        name="meeting_photo_thumbnail",
    ),
    path(
        "rosters/meeting-photos/<int:pk>/void/", meeting_photos.meeting_photo_void, name="meeting_photo_void"
    ),
    path("rosters/<int:pk>/notice/post/", notices.notice_post, name="notice_post"),
    path("rosters/notices/<int:pk>/", notices.roster_notice, name="roster_notice"),
    path("rosters/notices/<int:pk>/paper/", notices.roster_notice_paper, name="roster_notice_paper"),
    path("rosters/notices/<int:pk>/result/", notices.roster_notice_result, name="roster_notice_result"),
    path("rosters/notices/<int:pk>/close/", notices.roster_notice_close, name="roster_notice_close"),
    path("rosters/notices/<int:pk>/withdraw/", notices.roster_notice_withdraw, name="roster_notice_withdraw"),
    path("rosters/notices/<int:pk>/objections/new/", objections.objection_receive, name="objection_receive"),
    path(
        "rosters/notices/<int:pk>/channels/new/",
        notice_channels.notice_channel_new,
        name="notice_channel_new",
    ),
    path("rosters/channels/<int:pk>/void/", notice_channels.notice_channel_void, name="notice_channel_void"),
    path(
        "rosters/channels/<int:pk>/photo/", notice_channels.notice_channel_photo, name="notice_channel_photo"
    ),
    path(
        "rosters/channels/<int:pk>/photo/small/",
        notice_channels.notice_channel_photo,
        {"small": True},
        name="notice_channel_thumbnail",
    ),
    path("rosters/<int:pk>/publish/", final_lists.final_publish, name="final_publish"),
    path("rosters/final/<int:pk>/withdraw/", final_lists.final_withdraw, name="final_withdraw"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/answer/", objections.objection_answer, name="objection_answer"),
    path("objections/<int:pk>/phone/", objections.objection_phone, name="objection_phone"),
    path("objections/<int:pk>/assign/", objections.objection_assign, name="objection_assign"),
    path("rosters/<int:pk>/check/draw/", checks.check_draw, name="check_draw"),
    path("rosters/checks/<int:pk>/", checks.check, name="check"),
    path("rosters/checks/<int:pk>/list/", checks.check_list, name="check_list"),
    path("rosters/<int:pk>/revise/", versions.roster_revise, name="roster_revise"),
    path("rosters/entries/<int:pk>/category/", versions.entry_category, name="entry_category"),
    path("rosters/entries/<int:pk>/restore/", versions.entry_restore, name="entry_restore"),
    path("rosters/entries/<int:pk>/doubt/", versions.entry_doubt, name="entry_doubt"),
    path("rosters/entries/<int:pk>/relative/", relatives.entry_relative_check, name="entry_relative_check"),
    path("relatives/", relatives.relative_list, name="relatives"),
    path("relatives/new/", relatives.relative_new, name="relative_new"),
    path("relatives/<int:pk>/end/", relatives.relative_end, name="relative_end"),
    path("rosters/checks/<int:pk>/finish/", checks.check_finish, name="check_finish"),
]
