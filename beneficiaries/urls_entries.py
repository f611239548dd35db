"""Addresses of the entries of rosters: their page and papers, listing them, lists of them."""

from django.urls import path

from beneficiaries.views import entries, entry_lists, letters

urlpatterns = [
    path("rosters/<int:pk>/fill/", entries.roster_fill, name="roster_fill"),
    path("rosters/<int:pk>/left-out/", entries.roster_left_out, name="roster_left_out"),
    path("rosters/<int:pk>/nominate/", entries.roster_nominate, name="roster_nominate"),
    path("rosters/<int:pk>/assign/", entries.roster_assign, name="roster_assign"),
    path("rosters/<int:pk>/forms/", letters.roster_forms, name="roster_forms"),
    path("rosters/<int:pk>/lists/new/", entry_lists.list_new, name="entry_list_new"),
    path("rosters/<int:pk>/lists/template/", entry_lists.list_template, name="entry_list_template"),
    path("rosters/must-visits/", entry_lists.must_visits, name="must_visits"),
    path("rosters/must-visits/new/", entry_lists.must_visit_list_new, name="must_visit_list_new"),
    path(
        "rosters/must-visits/template/<int:programme>/",
        entry_lists.must_visit_template,
        name="must_visit_template",
    ),
    path("rosters/lists/<int:pk>/", entry_lists.entry_list, name="entry_list"),
    path("rosters/lists/<int:pk>/confirm/", entry_lists.list_confirm, name="entry_list_confirm"),
    path("rosters/lists/<int:pk>/cancel/", entry_lists.list_cancel, name="entry_list_cancel"),
    path("rosters/lists/<int:pk>/errors/", entry_lists.list_errors, name="entry_list_errors"),
    path("rosters/entries/<int:pk>/", entries.entry, name="entry"),
    path("rosters/entries/<int:pk>/form/", letters.entry_form, name="entry_form"),
    path("rosters/entries/<int:pk>/letter/", letters.entry_letter, name="entry_letter"),
    path("rosters/entries/<int:pk>/letter/new/", letters.entry_letter_new, name="entry_letter_new"),
    path("rosters/entries/<int:pk>/withdraw/", entries.entry_withdraw, name="entry_withdraw"),
    path("rosters/entries/<int:pk>/recall/", entries.entry_recall, name="entry_recall"),
    path("rosters/entries/<int:pk>/strike/", entries.entry_strike, name="entry_strike"),
    path("rosters/entries/<int:pk>/payment/", entries.entry_payment, name="entry_payment"),
]
