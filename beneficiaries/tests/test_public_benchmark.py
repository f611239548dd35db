"""``manage.py bench public``: its data are pages of the product, and its server shows a withdrawn notice to nobody."""

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.benchmarks import load, place, public
from beneficiaries.models import NoticeEntry, PublicNotice
from beneficiaries.services import notices


@pytest.mark.django_db
def test_every_community_has_a_notice_that_residents_can_read(client):
    public.fill(100)
    assert PublicNotice.objects.count() == len(place.find().communities)
    assert NoticeEntry.objects.exists()
    page = client.get(reverse("notice", args=[PublicNotice.objects.first().token]))
    assert page.status_code == 200
    assert "张*明" in page.content.decode()
    assert [case.name for case in public.cases(100, fast=True)] == ["notice", "index", "withdrawal"]


@pytest.mark.django_db(transaction=True)
def test_under_load_on_two_workers_nobody_who_asks_after_a_withdrawal_gets_the_page():
    public.fill(100)
    notice = PublicNotice.objects.order_by("pk").first()
    page = reverse("notice", args=[notice.token])
    with load.server(workers=2) as port:
        assert load.ask(port, page) == 200
        assert load.seconds_each(port, public.STATIC, 8) > 0
        shown = load.shown_after(
            port,
            page,
            lambda: notices.withdraw(
                notice=notice, by=place.staff("county"), at=timezone.now(), reason="名单有误"
            ),
            seconds=0.5,
        )
        assert (shown, load.ask(port, page)) == (0, 410)
        with pytest.raises(RuntimeError, match="410"):
            load.seconds_each(port, page, 4)
