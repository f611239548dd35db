"""Evidence: what is kept and how, what is refused, who may open it and that it is written down."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from beneficiaries.models import Evidence
from beneficiaries.services import evidence
from beneficiaries.tests import factories
from welfare.errors import Refusal
from welfare.forms import new_form_key
from welfare.models import AuditEvent
from welfare.testing.personas import AT, clerk_of, head_of, make_organisations, nobody, user_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def mine(place):
    return factories.household(place.community, members=[factories.member()], categories=["low_income"])


@pytest.fixture
def user(place):
    return clerk_of(place.community)


@pytest.fixture
def clerk(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def paper(mine, user):
    return factories.evidence(mine.head, by=user, title="二级肢体")


def kind(name="残疾证"):
    return factories.code("evidence_kind", name)


def refused(subject, user, file, **facts):
    with pytest.raises(Refusal) as refusal:
        factories.evidence(subject, by=user, file=file, **facts)
    return refusal.value


def files_on_disk():
    return {path for path in (Path(settings.MEDIA_ROOT) / "evidence").rglob("*") if path.is_file()}


def body(response):
    return b"".join(response.streaming_content)


def form(mine, **over):
    return {
        "form_key": new_form_key(),
        "subject": str(mine.head.pk),
        "kind": kind().pk,
        "files": [factories.picture()],
    } | over


# -- what is kept -----------------------------------------------------------------------------------


def test_a_picture_is_redrawn_without_position_under_a_name_of_the_servers(mine, user):
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = 6  # lies on its side
    made = factories.evidence(mine, by=user, file=factories.picture("../../张大明.png", exif=exif))
    kept = made.file.read()
    assert b"CANARY" not in kept and kept[:3] == b"\xff\xd8\xff"
    assert Image.open(io.BytesIO(kept)).size == (480, 640)
    assert "张大明" not in made.file.name and len(Path(made.file.name).stem) == 32
    small = Image.open(made.file.storage.open(evidence.thumbnail_name(made)))
    assert max(small.size) <= 160


@pytest.mark.parametrize(
    "file", [factories.picture(kind="PNG"), factories.picture(kind="WEBP"), factories.pdf()]
)
def test_png_webp_and_pdf_are_taken(mine, user, file):
    made = factories.evidence(mine, by=user, file=file)
    assert made.content_type == ("application/pdf" if file.name.endswith("pdf") else "image/jpeg")
    assert made.size == len(made.file.read()) and len(made.sha256) == 64


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04docx", "另存为 PDF"),
        (b"\xd0\xcf\x11\xe0doc", "另存为 PDF"),
        (b"<svg onload=alert(1)>", "只接收 JPG"),
        (b"<html>", "只接收 JPG"),
        (b"MZ\x90", "只接收 JPG"),
        (b"\x00\x00\x00\x18ftypheic", "兼容性最佳"),
        (b"\xff\xd8\xff broken", "已损坏"),
        (b"%PDF-1.4 broken", "损坏"),
        (factories.PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"), "脚本"),
    ],
)
def test_anything_else_is_refused_in_words_naming_the_file_and_nothing_stays(mine, user, data, says):
    before = files_on_disk()
    no = refused(mine, user, SimpleUploadedFile("某文件.jpg", data))
    assert says in no.message and "某文件.jpg" in no.message and no.field == "files"
    assert files_on_disk() == before and not Evidence.objects.exists()


def test_the_same_file_twice_is_told_until_the_first_is_voided(mine, user):
    file = factories.pdf()
    first = factories.evidence(mine, by=user, file=file)
    assert "已有同样的文件" in refused(mine, user, file).message
    factories.evidence(mine.head, by=user, file=file)  # another subject
    evidence.void(evidence=first, by=user, at=AT, reason="传错")
    factories.evidence(mine, by=user, file=file)


@pytest.mark.parametrize("subject", ["household", "person", "institution"])
def test_the_database_refuses_the_same_file_of_one_subject(place, mine, user, subject):
    who = {"household": mine, "person": mine.head, "institution": factories.institution(place.community)}[
        subject
    ]
    made = factories.evidence(who, by=user)
    made.pk = None
    with pytest.raises(IntegrityError, match=f"evidence_file_once_of_{subject}"), transaction.atomic():
        made.save(force_insert=True)


def test_sixty_files_are_enough(mine, user, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    factories.evidence(mine, by=user)
    assert "不能再上传" in refused(mine, user, factories.pdf()).message


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"issued_on": date(2026, 1, 6)}, "issued_on"),
        ({"issued_on": date(2025, 5, 2), "valid_until": date(2025, 5, 1)}, "valid_until"),
    ],
)
def test_dates_out_of_order_are_refused(mine, user, facts, field):
    assert refused(mine, user, factories.picture(), **facts).field == field


def test_it_proves_a_hardship_of_its_own_household_only(place, mine, user):
    other = factories.household(place.community, categories=["low_income"])
    ours = mine.hardships.get()
    assert factories.evidence(mine.head, by=user, hardship=ours).hardship == ours
    no = refused(mine, user, factories.picture(), hardship=other.hardships.get())
    assert no.field == "hardship"


def test_a_kind_of_another_list_is_refused(mine, user):
    with pytest.raises(Refusal, match="种类"):
        evidence.add(
            subject=mine, kind=factories.code("marriage", "未婚"), file=factories.picture(), by=user, at=AT
        )


def test_a_batch_is_kept_whole_or_not_at_all(mine, user):
    before = files_on_disk()
    bad = SimpleUploadedFile("坏的.jpg", b"nothing")
    with pytest.raises(Refusal, match=r"坏的.jpg.*这一批都没有保存"):
        evidence.add_many(files=[factories.picture(), bad], subject=mine, kind=kind(), by=user, at=AT)
    assert files_on_disk() == before and not Evidence.objects.exists()
    with pytest.raises(Refusal, match="一次最多上传 20 个"):
        evidence.add_many(files=[bad] * 21, subject=mine, kind=kind(), by=user, at=AT)
    bad.size = evidence.MOST_BYTES_AT_ONCE + 1
    with pytest.raises(Refusal, match="合计超过 60 MB"):
        evidence.add_many(files=[bad], subject=mine, kind=kind(), by=user, at=AT)


def test_what_is_filed_and_voided_stands_in_the_timeline(mine, user, paper):
    evidence.void(evidence=paper, by=user, at=AT, reason="不是本人的")
    labels = AuditEvent.objects.filter(target_type="beneficiaries.person", target_id=str(mine.head.pk))
    assert {"evidence.add", "evidence.void"} <= set(labels.values_list("action", flat=True))
    with pytest.raises(Refusal, match="已经作废"):
        evidence.void(evidence=paper, by=user, at=AT, reason="再次")
    with pytest.raises(Refusal, match="原因"):
        evidence.void(evidence=paper, by=user, at=AT, reason=" ")


# -- the file, to whom ------------------------------------------------------------------------------


def test_a_picture_is_shown_sandboxed_and_the_look_is_written_down(clerk, user, mine, paper):
    answer = clerk.get(reverse("evidence_file", args=[paper.pk]))
    assert body(answer) == paper.file.read()
    assert answer["Content-Type"] == "image/jpeg" and answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"] and "'none'" in answer["Content-Security-Policy"]
    look = AuditEvent.objects.get(action="view", actor_id=user.pk)
    assert (
        look.target_id == str(mine.head.pk) and "残疾证" not in look.target_label and "二级肢体" in look.label
    )


def test_a_pdf_is_handed_out_as_a_download(clerk, user, mine):
    made = factories.evidence(mine, by=user, file=factories.pdf())
    answer = clerk.get(reverse("evidence_file", args=[made.pk]))
    assert answer["Content-Disposition"].startswith("attachment") and body(answer)[:5] == b"%PDF-"
    assert clerk.get(reverse("evidence_thumbnail", args=[made.pk])).status_code == 404


def test_a_thumbnail_is_small_and_not_written_down(clerk, paper):
    answer = clerk.get(reverse("evidence_thumbnail", args=[paper.pk]))
    assert Image.open(io.BytesIO(body(answer))).size[0] <= 160
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not AuditEvent.objects.filter(action="view").exists()


@pytest.mark.parametrize("name", ["evidence_file", "evidence_thumbnail"])
def test_a_file_opens_to_who_may_see_its_record(client, place, paper, name):
    url = reverse(name, args=[paper.pk])
    assert client.get(url).status_code == 302
    answers = {
        clerk_of(place.community): 200,
        head_of(place.community): 200,
        user_with("reviewer", place.township): 200,
        user_with("keeper", place.community): 403,
        clerk_of(place.sibling): 404,
        user_with("reviewer", place.other_township): 404,
        user_with("administrator", place.county): 403,
        nobody(): 403,
    }
    for who, code in answers.items():
        client.force_login(who)
        assert client.get(url).status_code == code, who
        assert client.post(url).status_code == 405
        assert client.get(reverse(name, args=[999999])).status_code in (403, 404)
        assert client.get(f"/media/{paper.file.name}").status_code == 404


def test_a_file_lost_from_disk_is_a_sentence(clerk, paper):
    paper.file.storage.delete(paper.file.name)
    answer = clerk.get(reverse("evidence_file", args=[paper.pk]))
    assert answer.status_code == 404 and not AuditEvent.objects.filter(action="view").exists()


# -- pages ------------------------------------------------------------------------------------------


def tab(mine):
    return f"{reverse('household', args=[mine.pk])}?tab=papers"


def test_the_tab_lists_the_papers_of_members_past_ones_too(clerk, user, mine, paper):
    other = mine.members.exclude(pk=mine.head.pk).get()
    factories.evidence(other, by=user, kind="死亡证明", valid_until=date(2026, 1, 1))
    other.died_on = date(2026, 1, 2)
    other.save()
    page = clerk.get(tab(mine)).content.decode()
    for text in ("证明材料", "残疾证", "死亡证明", "已过期", "已去世", "上传证明材料"):
        assert text in page
    assert reverse("evidence_thumbnail", args=[paper.pk]) in page


def test_the_list_is_narrowed_by_person_and_never_leaves_the_household(clerk, user, place, mine, paper):
    factories.evidence(mine, by=user, kind="户口簿")
    canary = factories.household(place.sibling, head="金丝雀")
    factories.evidence(canary.head, by=user, kind="低保证")
    url = reverse("evidence_list", args=[mine.pk])

    def cells(member):
        return {
            row["evidence"].kind.name for row in clerk.get(url, {"member": member}).context["papers"]["rows"]
        }

    assert cells("") == {"残疾证", "户口簿"}
    assert cells("household") == {"户口簿"}
    assert cells(mine.head.pk) == {"残疾证"}
    for strange in (canary.head.pk, "x", "999999999999999999999"):
        assert cells(strange) == {"残疾证", "户口簿"}
    assert clerk.get(reverse("evidence_list", args=[canary.pk])).status_code == 404
    assert clerk.post(url).status_code == 405


def test_a_voided_paper_is_struck_through_with_its_reason_and_still_opens(clerk, mine, paper):
    answer = clerk.post(
        reverse("evidence_void", args=[paper.pk]), {"reason": "传到了别人名下", "form_key": new_form_key()}
    )
    assert answer.url == tab(mine)
    page = clerk.get(tab(mine)).content.decode()
    assert "<s>残疾证" in page and "传到了别人名下" in page and "已作废" in page
    assert clerk.get(reverse("evidence_file", args=[paper.pk])).status_code == 200


def test_the_tab_costs_the_same_with_3_and_13_papers(clerk, user, mine, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(30) as counted:
            assert clerk.get(tab(mine)).status_code == 200
        return len(counted)

    def grow(count):
        for _ in range(count):
            factories.evidence(mine.head, by=user, hardship=mine.hardships.get(), file=factories.pdf())

    grow(3)
    three = cost()
    grow(10)
    assert cost() == three


# -- write views ------------------------------------------------------------------------------------


def test_several_files_and_a_photo_are_uploaded_at_once(clerk, mine):
    url = reverse("evidence_new", args=[mine.pk])
    assert clerk.get(url).status_code == 200
    sent = form(mine, files=[factories.picture(), factories.pdf()], photo=factories.picture(), title="正反面")
    assert clerk.post(url, sent).url == tab(mine)
    assert Evidence.objects.filter(person=mine.head, title="正反面").count() == 3


def test_a_second_click_files_nothing_twice(clerk, mine):
    sent = form(mine, subject="household")
    for _ in range(2):
        sent["files"][0].seek(0)
        assert clerk.post(reverse("evidence_new", args=[mine.pk]), sent).status_code == 302
    assert Evidence.objects.get().household == mine


def test_what_is_wrong_with_the_form_is_said_at_its_place(clerk, mine):
    url = reverse("evidence_new", args=[mine.pk])
    assert "请先拍照或选择文件" in clerk.post(url, form(mine, files=[])).content.decode()
    broken = SimpleUploadedFile("坏.jpg", b"\xff\xd8\xff")
    assert "坏.jpg" in clerk.post(url, form(mine, files=[broken])).content.decode()
    assert (
        "有一个文件是空的"
        in clerk.post(url, form(mine, files=[SimpleUploadedFile("空.jpg", b"")])).content.decode()
    )
    for over in ({"subject": "7777"}, {"kind": factories.code("marriage", "未婚").pk}, {"issued_on": "昨天"}):
        assert clerk.post(url, form(mine, **over)).status_code == 200
    assert not Evidence.objects.exists()


def test_papers_of_an_institution_are_filed_on_its_page(clerk, place, user):
    found = factories.institution(place.community)
    url = reverse("institution_evidence_new", args=[found.pk])
    assert clerk.get(url).status_code == 200
    sent = {"form_key": new_form_key(), "kind": kind("其他").pk, "files": [factories.pdf()]}
    assert clerk.post(url, sent).url == f"{reverse('institution', args=[found.pk])}?tab=papers"
    made = Evidence.objects.get(institution=found)
    assert clerk.get(reverse("evidence_file", args=[made.pk])).status_code == 200
    assert "其他" in clerk.get(reverse("institution", args=[found.pk])).content.decode()


@pytest.mark.parametrize("name", ["evidence_new", "institution_evidence_new", "evidence_void"])
def test_who_may_file_and_void(client, place, mine, paper, name):
    pk = {
        "evidence_new": mine.pk,
        "evidence_void": paper.pk,
        "institution_evidence_new": factories.institution(place.community).pk,
    }[name]
    url = reverse(name, args=[pk])
    sibling = user_with("clerk", place.sibling)
    for who, code in ((head_of(place.community), 403), (sibling, 404), (nobody(), 403)):
        client.force_login(who)
        assert client.get(url).status_code == code
        assert client.post(url, {}).status_code == code
    client.force_login(clerk_of(place.community))
    assert client.get(reverse(name, args=[999999])).status_code == 404
    assert client.put(url).status_code == 405
