"""The register of a rehearsal: whose it is, and its way through the import."""

import re
from pathlib import Path

from django.core.files import File

from beneficiaries.excel import register
from beneficiaries.models import Household, Person
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from disbursements.season import cast as casting
from welfare import excel
from welfare.errors import Refusal

TOWNSHIP = re.compile(r"^\s*(?:填报单位[:：])?\s*([\u4e00-\u9fff]{1,8}?(?:镇|乡|街道))")


def communities_named_in(path, *, on):
    """The community names of the register's rows, in order of first appearance. Raises Refusal when unreadable."""
    try:
        with Path(path).open("rb") as file:
            reading = register.read(file, Path(path).name, on=on)
            names = dict.fromkeys(values.get("community") for _row, values in reading.rows)
    except OSError:
        raise Refusal(f"找不到登记表“{path}”，请核对路径。") from None
    except excel.Refused as refused:
        raise Refusal(str(refused)) from None
    return [name for name in names if name]


def find_or_found_organisations(path, *, on):
    """The township and communities the register speaks of; those the database lacks are founded."""
    names = communities_named_in(path, on=on)
    if not names:
        raise Refusal("登记表里没有村（社区）一栏的内容，请核对文件。")
    return casting.find_or_found(township_name=_township_in(Path(path).name), community_names=names)


def _township_in(text):
    found = TOWNSHIP.match(text)
    return found[1] if found else "演练镇"


def import_register(path, *, organisation, by, clock):
    """Upload, check and confirm the register as its clerk would. Returns counts of households and persons.

    Raises Refusal when it is refused or has bad rows: a season is rehearsed on a clean register.
    """
    path = Path(path)
    with path.open("rb") as file:
        upload = imports.upload(
            file=File(file),
            filename=path.name,
            organisation=organisation,
            by=by,
            at=clock.tick(),
            start_job=False,
        )
    checked = check_upload(upload, at=clock.tick())
    if checked.state == "refused":
        raise Refusal(checked.message)
    if checked.bad_count:
        raise Refusal(
            f"登记表有 {checked.bad_count} 行有误，演练请用无误的登记表。"
            "用 manage.py import_register 文件 --dry-run 可查看每一处错误。"
        )
    imports.confirm(upload=checked, by=by, at=clock.tick())
    people = Person.objects.filter(household__organisation__path__startswith=organisation.path)
    homes = Household.objects.filter(organisation__path__startswith=organisation.path)
    return {"households": homes.count(), "persons": people.count()}
