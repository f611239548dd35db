"""In Chromium: papers are filed and narrowed, households ticked and paired, and every page fits its screen."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.enums import AttachmentPurpose
from beneficiaries.models import Evidence, Pairing
from beneficiaries.services import evidence
from beneficiaries.tests import factories
from welfare.enums import Level, Line
from welfare.models import Organisation
from welfare.testing.browser import is_wide, quiet, sign_in
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(1366, 768), (1180, 820), (820, 1180)]


@pytest.fixture
def township():
    return Organisation.objects.get(short_name="高板镇")


@pytest.fixture
def clerk(page, live_server, township):
    """A township clerk at work in ``page``; the console stays silent."""
    user = user_with("clerk", township)
    sign_in(page, live_server, user)
    with quiet(page):
        yield user


@pytest.fixture
def scene(township, clerk):
    """A household with papers, cadres, an employer and a school; an institution."""
    county, village = township.parent, Organisation.objects.get(name="青龙村")
    member = factories.member("张晓梅", school_stage="junior")
    mine = factories.household(village, head="张大明", members=[member], categories=["low_income"])
    other = factories.household(village, head="李秀英", group_name="2组")
    child = mine.members.get(name="张晓梅")
    unit = organisation("县财政局", county, Level.TOWNSHIP, line=Line.PARTNER)
    cadre = user_with("visitor", unit)
    cadre.full_name, cadre.position = "陈建国", "副科长"
    cadre.save()
    low = mine.hardships.get()
    common = {"by": clerk, "hardship": low}
    factories.evidence(
        mine, kind="低保证", valid_until=date(2025, 12, 31), issued_on=date(2025, 1, 1), **common
    )
    wrong = factories.evidence(mine.head, by=clerk, kind="残疾证", title="二级肢体残疾证第 1 页")
    evidence.void(evidence=wrong, by=clerk, at=AT, reason="传到了别人名下")
    factories.evidence(child, by=clerk, kind="在读证明", file=factories.pdf())
    factories.pairing(mine, cadre, by=clerk, unit="县财政局")
    factories.attachment(mine.head, factories.employer(county), by=clerk, place="二车间")
    factories.attachment(
        child, factories.school(county), purpose=AttachmentPurpose.SCHOOL, by=clerk, place="初二（3）班"
    )
    firm = factories.institution(
        village, name="红星农机厂", credit_code=factories.credit_code(), stopped_months=7, staff_count=42
    )
    factories.evidence(firm, by=clerk, kind="其他", title="停产证明")
    return {"mine": mine, "other": other, "cadre": cadre, "firm": firm, "head": mine.head}


def go(page, live_server, name, *args, query=""):
    page.goto(live_server.url + reverse(name, args=args) + query)


def test_papers_are_filed_and_narrowed_and_households_paired(clerk, page, live_server, scene):
    mine = scene["mine"]
    go(page, live_server, "household", mine.pk, query="?tab=papers")
    page.click("text=上传证明材料")
    page.select_option("select[name=kind]", label="户口簿")
    photos = [factories.picture(f"{n}.jpg") for n in range(2)]
    page.set_input_files(
        "input[name=files]",
        [{"name": one.name, "mimeType": "image/jpeg", "buffer": one.read()} for one in photos],
    )
    page.click("#papers button[type=submit]")
    page.wait_for_selector("text=已保存 2 份材料")
    assert Evidence.objects.filter(household=mine, kind__name="户口簿").count() == 2
    page.click("nav.chips >> text=张晓梅")
    page.wait_for_selector("#papers a.is-current >> text=张晓梅")
    assert page.locator("#papers tbody tr").count() == 1
    go(page, live_server, "pairing_households", query="?paired=no")
    page.check("[data-select-all=household]")
    page.click("text=给选中的户结对")
    page.fill("#pick-text", "陈建")
    page.press("#pick-text", "Enter")
    page.check(f"input[name=cadre][value='{scene['cadre'].pk}']")
    page.click("main button:has-text('结对')")
    page.wait_for_selector("text=已结对 1 户")
    assert Pairing.objects.filter(household=scene["other"], cadre=scene["cadre"]).exists()


def places(scene):
    mine, firm = scene["mine"], scene["firm"]
    paper = Evidence.objects.get(kind__name="低保证")
    attachment = scene["head"].attachments.get()
    return [
        *(("household", [mine.pk], f"?tab={tab}") for tab in ("papers", "pairing", "attachments")),
        ("evidence_list", [mine.pk], f"?member={scene['head'].pk}"),
        ("evidence_new", [mine.pk], ""),
        ("evidence_void", [paper.pk], ""),
        ("pairings", [], ""),
        ("pairing_households", [], ""),
        ("pairing_cadres", [], ""),
        ("pairing_new", [], f"?household={mine.pk}&household={scene['other'].pk}&q=陈"),
        ("pairing_end", [mine.pairings.get().pk], ""),
        ("my_pairings", [], ""),
        ("institutions", [], ""),
        *(("institution", [firm.pk], f"?tab={tab}") for tab in ("papers", "help")),
        ("institution_new", [], ""),
        ("institution_edit", [firm.pk], ""),
        ("institution_archive", [firm.pk], ""),
        ("attachment_new", [mine.pk], "?q=红星"),
        ("attachment_end", [scene["head"].pk, attachment.pk], ""),
        ("own_people", [], ""),
    ]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_papers_fits_its_screen(clerk, page, live_server, scene, shot, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for number, (name, args, query) in enumerate(places(scene)):
        go(page, live_server, name, *args, query=query)
        shot(page, f"{size[0]}-{number:02}-{name}")
        assert not is_wide(page), name


def test_the_pages_of_a_cadre_and_an_employer_fit_a_tablet(page, live_server, scene, shot):
    page.set_viewport_size({"width": 820, "height": 1180})
    factory = Organisation.objects.get(name="红星机械厂")
    for user, name in ((scene["cadre"], "my_pairings"), (user_with("reviewer", factory), "own_people")):
        page.context.clear_cookies()
        sign_in(page, live_server, user)
        go(page, live_server, name)
        shot(page, f"820-own-{name}")
        assert not is_wide(page), name
