"""Addresses of life events, of history, and of duplicates."""

from django.urls import path

from beneficiaries.views import duplicates, families, history, life, moves

urlpatterns = [
    path("registry/<int:pk>/join/", life.household_join, name="household_join"),
    path("registry/<int:pk>/split/", families.household_split, name="household_split"),
    path("registry/<int:pk>/merge/", families.household_merge, name="household_merge"),
    path("registry/<int:pk>/move/", moves.household_move, name="household_move"),
    path("registry/<int:pk>/archive/", families.household_archive, name="household_archive"),
    path("registry/<int:pk>/restore/", families.household_restore, name="household_restore"),
    path("registry/<int:pk>/as-of/", history.household_as_of, name="household_as_of"),
    path("registry/members/<int:pk>/leave/", life.member_leave, name="member_leave"),
    path("registry/members/<int:pk>/death/", life.member_death, name="member_death"),
    path("registry/members/<int:pk>/back/", life.member_back, name="member_back"),
    path("registry/moves/", moves.moves, name="moves"),
    path("registry/moves/<int:pk>/accept/", moves.move_accept, name="move_accept"),
    path("registry/moves/<int:pk>/decline/", moves.move_decline, name="move_decline"),
    path("registry/moves/<int:pk>/withdraw/", moves.move_withdraw, name="move_withdraw"),
    path("registry/duplicates/", duplicates.pair_list, name="duplicates"),
    path("registry/duplicates/scan/", duplicates.scan_new, name="duplicates_scan"),
    path("registry/duplicates/<int:pk>/", duplicates.pair, name="duplicate"),
    path("registry/duplicates/<int:pk>/different/", duplicates.pair_different, name="duplicate_different"),
    path("registry/duplicates/<int:pk>/same/", duplicates.pair_same, name="duplicate_same"),
    path("registry/duplicates/<int:pk>/reconsider/", duplicates.pair_reconsider, name="duplicate_reconsider"),
]
