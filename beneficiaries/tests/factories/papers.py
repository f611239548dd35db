"""Factories: evidence, pairings, institutions and attachments, through the services."""

import io
import itertools
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from stdnum.cn import uscc

from beneficiaries.enums import AttachmentPurpose
from beneficiaries.models import Code
from beneficiaries.services import attachments, institutions, pairings
from beneficiaries.services import evidence as evidence_service
from welfare.enums import Level, Line
from welfare.testing.personas import AT, organisation

__all__ = [
    "PDF",
    "attachment",
    "code",
    "credit_code",
    "employer",
    "evidence",
    "institution",
    "pairing",
    "pdf",
    "picture",
    "school",
]

_numbers = itertools.count(1)
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Type /Page >>\nendobj\n"
    b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
)


def code(kind, name):
    """A row of a standard code list."""
    return Code.objects.get(kind=kind, name=name)


def picture(name="证件.jpg", *, kind="JPEG", size=(640, 480), colour=None, exif=None):
    """An uploaded picture nobody has uploaded before."""
    number = next(_numbers)
    target = io.BytesIO()
    image = Image.new("RGB", size, colour or (number * 7 % 256, number * 31 % 256, 90))
    image.save(target, kind, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(name, target.getvalue())


def pdf(name="诊断书.pdf"):
    """An uploaded PDF of one page nobody has uploaded before."""
    return SimpleUploadedFile(name, PDF.replace(b"\n1 0 obj", b"\n%% %d\n1 0 obj" % next(_numbers)))


def evidence(subject, *, by, file=None, kind="残疾证", at=AT, **facts):
    """A file on record."""
    return evidence_service.add(
        subject=subject, kind=code("evidence_kind", kind), file=file or picture(), by=by, at=at, **facts
    )


def credit_code():
    """A valid 统一社会信用代码 nobody has."""
    body = f"91520303MA{next(_numbers):07}"
    return body + uscc.calc_check_digit(body)


def institution(place, *, by=None, at=AT, kind="困难企业", **facts):
    """An institution on record."""
    facts.setdefault("name", f"红星机械厂{next(_numbers)}")
    return institutions.register(
        organisation=place, kind=code("institution_kind", kind), by=by, at=at, **facts
    )


def pairing(household, cadre, *, by=None, at=AT, from_on=date(2025, 3, 1), **facts):
    """A cadre paired with a household."""
    return pairings.pair(household=household, cadre=cadre, from_on=from_on, by=by, at=at, **facts)


def employer(county, name="红星机械厂", **over):
    """An enterprise of the county."""
    return organisation(name, county, Level.TOWNSHIP, **({"line": Line.ENTERPRISE} | over))


def school(county, name="临水县第一小学"):
    """A school of the county."""
    return organisation(name, county, Level.TOWNSHIP, line=Line.SCHOOL)


def attachment(person, where, *, purpose=AttachmentPurpose.EMPLOYER, by=None, at=AT, **facts):
    """A person attached to an employer or a school."""
    facts.setdefault("from_on", date(2024, 9, 1))
    return attachments.attach(person=person, organisation=where, purpose=purpose, by=by, at=at, **facts)
