"""Addresses of visits."""

from django.urls import path

from visits.views import needs, overview, planning, teams, visiting, visits

urlpatterns = [
    path("", visits.visit_list, name="visits"),
    path("programmes/", overview.programmes, name="visit_programmes"),
    path("programmes/<int:pk>/", overview.programme, name="visit_overview"),
    path("programmes/<int:programme>/plan/<int:organisation>/", planning.plan, name="visit_plan"),
    path("announce/", planning.announce, name="visits_announce"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_place, name="team_place"),
    path("teams/new/<int:programme>/<int:organisation>/", teams.team_new, name="team_new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/change/", teams.team_change, name="team_change"),
    path("teams/<int:pk>/schedule/", teams.team_schedule, name="team_schedule"),
    path("teams/<int:pk>/schedule.xlsx", teams.team_schedule_workbook, name="team_schedule_xlsx"),
    path("needs/", needs.need_list, name="needs"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/solve/", needs.solve, name="need_solve"),
    path("needs/<int:pk>/reopen/", needs.reopen, name="need_reopen"),
    path("<int:pk>/", visits.visit, name="visit"),
    path("<int:pk>/phone/", visits.phone, name="visit_phone"),
    path("<int:pk>/tell/", visiting.tell, name="visit_tell"),
    path("<int:pk>/survey/", visiting.survey, name="visit_survey"),
    path("<int:pk>/photos/", visiting.photo_add, name="visit_photo_add"),
    path("<int:pk>/photos/<int:photo>/", visits.photo, name="visit_photo"),
    path("<int:pk>/needs/", visiting.need_new, name="visit_need"),
    path("<int:pk>/complete/", visiting.complete, name="visit_complete"),
    path("<int:pk>/confirm/", visiting.confirm, name="visit_confirm"),
    path("<int:pk>/absent/", visiting.absent, name="visit_absent"),
    path("<int:pk>/follow-up/", visiting.follow_up, name="visit_follow_up"),
    path("<int:pk>/reschedule/", visiting.reschedule, name="visit_reschedule"),
    path("<int:pk>/cancel/", visiting.cancel, name="visit_cancel"),
]
