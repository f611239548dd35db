"""The gate itself, on a small machine laid over Programme rows."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme
from welfare import accounts, workflow
from welfare.enums import Level
from welfare.models import AuditEvent, DutyRecord, Organisation, User
from welfare.testing.races import DONE, at_once, meeting
from welfare.workflow import Machine, Move, Refused

DRAFT, SUBMITTED, APPROVED = ProgrammeStatus.DRAFT, ProgrammeStatus.SUBMITTED, ProgrammeStatus.APPROVED
SUBMIT = Move("submit", "提交", (DRAFT,), SUBMITTED, "programme.write", stamp="submitted", duty="drafting")
APPROVE = Move(
    "approve",
    "批准",
    (SUBMITTED,),
    APPROVED,
    "programme.approve",
    stamp="approved",
    duty="approving",
    bars=frozenset({"drafting"}),
)
RETURN = Move("return", "退回", (SUBMITTED,), DRAFT, "programme.approve", needs_reason=True)


@pytest.fixture
def machine(monkeypatch):
    def lay(*moves):
        made = Machine(
            "beneficiaries.Programme", "方案", ProgrammeStatus, DRAFT, moves or (SUBMIT, APPROVE, RETURN)
        )
        monkeypatch.setitem(workflow.MACHINES, "beneficiaries.programme", made)
        return made

    lay()
    return lay


@pytest.fixture
def town():
    return Organisation.objects.create(code="G1", name="闸镇", level=Level.TOWNSHIP)


def person(name, role, town):
    user = User.objects.create_user(name, full_name=name)
    accounts.grant(user=user, role=role, organisation=town, by=None, at=timezone.now())
    return user


@pytest.fixture
def officer(town):
    return person("officer", "programme_officer", town)


@pytest.fixture
def approver(town):
    return person("approver", "programme_approver", town)


@pytest.fixture
def programme(town, officer):
    return Programme.objects.create(
        code="gate",
        name="闸门方案",
        organiser=town,
        season="春节",
        year=2027,
        starts_on="2027-01-01",
        ends_on="2027-02-01",
        written_by=officer,
    )


def do(programme, name, by, **more):
    return workflow.perform(programme, name, by=by, at=timezone.now(), **more)


@pytest.mark.django_db
def test_a_move_stamps_records_the_duty_and_writes_one_audit_event(machine, programme, officer):
    at = timezone.now()
    workflow.perform(programme, "submit", by=officer, at=at)
    programme.refresh_from_db()
    assert (programme.status, programme.submitted_at, programme.submitted_by) == (SUBMITTED, at, officer)
    event = AuditEvent.objects.get(action="beneficiaries.Programme.submit")
    assert (event.before, event.after, event.actor_id) == (
        {"status": "draft"},
        {"status": "submitted"},
        officer.pk,
    )
    assert DutyRecord.objects.filter(case_id=programme.pk, user=officer, duty="drafting").count() == 1


@pytest.mark.django_db
def test_permission_is_asked_before_state(machine, programme, officer):
    with pytest.raises(Refused) as refused:
        do(programme, "approve", officer)
    assert refused.value.kind == "permission"


@pytest.mark.django_db
def test_a_move_from_another_state_is_refused_in_words(machine, programme, approver):
    with pytest.raises(Refused, match="方案现为“拟订”，不能“批准”"):
        do(programme, "approve", approver)


@pytest.mark.django_db
def test_who_did_a_barred_duty_cannot_approve_even_with_the_permission(machine, programme, officer, town):
    do(programme, "submit", officer)
    accounts.grant(user=officer, role="programme_approver", organisation=town, by=None, at=timezone.now())
    with pytest.raises(Refused) as refused:
        do(programme, "approve", officer)
    assert refused.value.kind == "four_eyes"
    assert [
        option.why_not
        for option in workflow.options(programme, by=officer, at=timezone.now())
        if option.move.name == "approve"
    ] == [refused.value.message]


@pytest.mark.django_db
def test_the_same_stage_of_a_procedure_is_no_conflict(machine, programme, officer, town, monkeypatch):
    do(programme, "submit", officer)
    accounts.grant(user=officer, role="programme_approver", organisation=town, by=None, at=timezone.now())
    staged = replace(workflow.MACHINES["beneficiaries.programme"], stage=lambda subject: "一")
    monkeypatch.setitem(workflow.MACHINES, "beneficiaries.programme", staged)
    with pytest.raises(Refused):
        do(programme, "approve", officer)
    other = Programme.objects.create(
        code="gate2",
        name="同环节",
        organiser=town,
        season="春节",
        year=2027,
        starts_on="2027-01-01",
        ends_on="2027-02-01",
    )
    do(other, "submit", officer)
    assert do(other, "approve", officer).status == APPROVED


@pytest.mark.django_db
def test_a_reason_is_asked_where_the_move_needs_one(machine, programme, officer, approver):
    do(programme, "submit", officer)
    with pytest.raises(Refused, match="须写明理由"):
        do(programme, "return", approver, reason="  ")
    assert do(programme, "return", approver, reason="缺资金来源").status == DRAFT
    assert AuditEvent.objects.get(action="beneficiaries.Programme.return").reason == "缺资金来源"


@pytest.mark.django_db
def test_a_guard_is_the_button_and_the_refusal(machine, programme, officer):
    machine(replace(SUBMIT, guards=(lambda attempt: "还没有类别。",)))
    with pytest.raises(Refused, match="还没有类别。"):
        do(programme, "submit", officer)
    assert [option.why_not for option in workflow.options(programme, by=officer, at=timezone.now())] == [
        "还没有类别。"
    ]


@pytest.mark.django_db
def test_a_change_that_fails_leaves_nothing_behind(machine, programme, officer):
    def fail(attempt):
        attempt.subject.name = "改了一半"
        attempt.subject.save()
        raise RuntimeError

    machine(replace(SUBMIT, change=fail))
    with pytest.raises(RuntimeError):
        do(programme, "submit", officer)
    programme.refresh_from_db()
    assert (programme.status, programme.name) == (DRAFT, "闸门方案")
    assert not AuditEvent.objects.filter(action="beneficiaries.Programme.submit").exists()


@pytest.mark.django_db
def test_effects_start_on_commit_with_the_id(machine, programme, officer, django_capture_on_commit_callbacks):
    seen = []
    machine(replace(SUBMIT, effects=(seen.append,)))
    with django_capture_on_commit_callbacks(execute=True):
        do(programme, "submit", officer)
        assert seen == []
    assert seen == [programme.pk]


@pytest.mark.django_db
def test_many_rows_move_in_a_constant_number_of_statements(
    machine, town, officer, django_assert_max_num_queries
):
    machine(Move("submit", "提交", (DRAFT,), SUBMITTED, None))
    Programme.objects.bulk_create(
        Programme(
            code=f"many{n}",
            name=f"批量{n}",
            organiser=town,
            season="春节",
            year=2027,
            starts_on="2027-01-01",
            ends_on="2027-02-01",
        )
        for n in range(30)
    )
    with django_assert_max_num_queries(8):
        moved = workflow.perform_many(
            Programme.objects.select_related("organiser"), "submit", by=officer, at=timezone.now()
        )
    assert moved == 30
    assert AuditEvent.objects.filter(action="beneficiaries.Programme.submit").count() == 30


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_one_wins_and_the_other_reads_a_sentence(machine, programme, officer, town):
    do(programme, "submit", officer)
    people = [person(f"approver{n}", "programme_approver", town) for n in range(2)]
    got = at_once(
        *(lambda user=user: do(Programme.objects.get(pk=programme.pk), "approve", user) for user in people)
    )
    assert sorted(answer == DONE for answer in got) == [False, True]
    assert any("现为“已批准”" in answer for answer in got)
    assert AuditEvent.objects.filter(action="beneficiaries.Programme.approve").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_control_without_lock_and_recheck_lets_both_win(machine, programme, officer, town):
    """The race is real: reading, thinking and writing without the gate approves twice."""
    do(programme, "submit", officer)
    thinking, written = meeting(), []

    def careless():
        with transaction.atomic():
            found = Programme.objects.get(pk=programme.pk)
            thinking.wait()
            if found.status == SUBMITTED:
                found.status = APPROVED
                found.save(update_fields=["status"])
                written.append(APPROVED)

    assert at_once(careless, careless) == [DONE, DONE]
    assert written == [APPROVED, APPROVED]
