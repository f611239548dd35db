"""The demo's staff, and the households of its second township."""

import random

from faker import Faker
from stdnum.iso7064 import mod_11_2

from beneficiaries.services import households
from disbursements.season import cast as casting
from welfare.models import Organisation

TOWNSHIP = "520399101"
SECOND_TOWNSHIP = "520399102"
COUNTY = "520399"

# One login per role, as the start-up table shows them.
LOGINS = (
    ("社区经办（青龙村）", "clerk"),
    ("社区负责人（青龙村）", "head"),
    ("评议员（青龙村）", "assessor"),
    ("走访人员（青龙村，组长）", "visitor"),
    ("走访人员（青龙村，同组）", "second_visitor"),
    ("镇级经办（高板镇）", "register_clerk"),
    ("镇审核（高板镇）", "reviewer"),
    ("县审批（安岭县）", "approver"),
    ("财务（高板镇）", "accountant"),
    ("出纳/仓管（高板镇）", "keeper"),
    ("发放负责人（高板镇）", "sheet_approver"),
    ("督查（高板镇）", "inspector"),
    ("方案管理（高板镇）", "officer"),
    ("方案审批（高板镇）", "programme_approver"),
    ("系统管理", "administrator"),
)


def username(key, number):
    """The first community's people and the township's have the short names of ``LOGINS``."""
    return f"{key}{number + 1}" if number else key


def hire_everybody(at):
    """The cast of 高板镇, and whoever has no part in its season. Returns the Cast."""
    township = Organisation.objects.get(code=TOWNSHIP)
    communities = Organisation.objects.filter(parent=township).order_by("path")
    cast = casting.engage(township=township, communities=communities, at=at, username=username)
    county = Organisation.objects.get(code=COUNTY)
    casting.hire("approver", "高云", "县民政局副局长", "approver", county, at)
    casting.hire("administrator", "方宁", "县民政局信息员", "administrator", county, at)
    casting.hire("assessor", "苗青山", "村民代表", "assessor", cast.communities[0], at)
    for number, community in enumerate(Organisation.objects.filter(parent__code=SECOND_TOWNSHIP)):
        casting.hire(f"qinghe{number + 1}", "柳静", "民政专干", "clerk", community, at)
    return cast


def register_second_township(at):
    """A dozen households in each community of the second township, entered by hand by its clerk."""
    chance = random.Random(20)
    names = Faker("zh_CN")
    names.seed_instance(20)
    for number, community in enumerate(Organisation.objects.filter(parent__code=SECOND_TOWNSHIP)):
        clerk = community.role_assignments.get(role="clerk").user
        for place in range(12):
            households.register(
                organisation=community,
                number=f"Q{number + 1}{place + 1:05d}",
                group_name=f"{place % 4 + 1}组",
                address=f"{community.name}{place % 4 + 1}组{place + 1}号",
                monthly_income=chance.choice([380, 560, 780, 1170, 1560, 2340]),
                medical_cost=chance.choice([0, 3200, 20000, 50000]),
                disaster_loss=0,
                members=[_member(chance, names, "head", 1940, 1990), *_family(chance, names)],
                by=clerk,
                at=at,
            )


def _family(chance, names):
    return [_member(chance, names, "child", 2005, 2018)] if chance.random() < 0.5 else []


def _member(chance, names, relation, first_year, last_year):
    body = (
        f"{COUNTY}{chance.randint(first_year, last_year)}{chance.randint(1, 12):02d}"
        f"{chance.randint(1, 28):02d}{chance.randint(1, 998):03d}"
    )
    return {
        "name": names.name(),
        "relation": relation,
        "id_number": body + mod_11_2.calc_check_digit(body),
    }
