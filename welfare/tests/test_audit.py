"""The trail: append-only in the database, chained per organisation, broken links found."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from welfare import audit
from welfare.enums import Level
from welfare.models import AuditEvent, AuditLink, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return Organisation.objects.create(code="A1", name="链县", level=Level.COUNTY)


def write(organisation, action="test.act"):
    return audit.record(
        action=action, by=None, at=timezone.now(), target=organisation, organisation=organisation
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE welfare_auditevent SET reason = 'x'",
        "DELETE FROM welfare_auditevent",
        "TRUNCATE welfare_auditevent CASCADE",
        "UPDATE welfare_auditlink SET hash = 'x'",
        "DELETE FROM welfare_dutyrecord",
    ],
)
def test_the_database_refuses_to_change_the_trail(organisation, statement, django_user_model):
    from welfare import workflow

    write(organisation)
    user = django_user_model.objects.create_user("someone", full_name="某人")
    workflow.record_duty(organisation, by=user, duty="drafting", at=timezone.now())
    audit.seal()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_sealed_chain_verifies_and_grows(organisation):
    write(organisation)
    write(organisation)
    assert audit.seal() >= 2
    write(organisation)
    assert audit.seal() == 1
    assert audit.seal() == 0
    assert audit.verify() == []
    links = AuditLink.objects.filter(organisation_id=organisation.pk).order_by("sequence")
    assert [link.sequence for link in links] == [1, 2, 3]
    assert links[1].previous_hash == links[0].hash


def tamper(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE welfare_auditevent DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)
        cursor.execute("ALTER TABLE welfare_auditevent ENABLE TRIGGER USER")


def test_a_changed_event_breaks_the_chain_where_it_was_changed(organisation):
    written = [write(organisation) for _ in range(3)]
    audit.seal()
    tamper("UPDATE welfare_auditevent SET actor_name = '别人' WHERE id = %s", written[1].pk)
    assert [(found.organisation_id, found.sequence) for found in audit.verify()] == [(organisation.pk, 2)]


def test_a_removed_event_is_missed(organisation):
    written = [write(organisation) for _ in range(2)]
    audit.seal()
    tamper("DELETE FROM welfare_auditevent WHERE id = %s", written[0].pk)
    assert any("删除" in found.message for found in audit.verify())


def test_an_event_keeps_who_when_what_and_from_where(organisation, django_user_model):
    user = django_user_model.objects.create_user("writer", full_name="经办甲")
    at = timezone.now()
    with audit.coming_from("10.0.0.9"):
        audit.record(
            action="x.y",
            label="测试",
            by=user,
            at=at,
            target=organisation,
            organisation=organisation,
            reason="因为",
        )
    written = AuditEvent.objects.get(action="x.y")
    assert (written.actor_name, written.at, written.source, written.reason) == (
        "经办甲",
        at,
        "10.0.0.9",
        "因为",
    )
    assert written.target_label == "链县"
