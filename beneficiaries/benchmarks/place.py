"""The county of the benchmark and the staff who look at it."""

from dataclasses import dataclass

from django.utils import timezone

from beneficiaries.models import MinimumLine
from welfare import accounts
from welfare.enums import Level
from welfare.models import Organisation, User

COUNTY_CODE = "520380"
NAMES = "青白红金龙凤石竹松柳杨梅桃李泉溪河塘坪岭山岩沙田马牛羊鹤鹿云星月阳春秋南北东西中新老大小上下长高平安"
PLACES = "龙山泉河塘坪岭湾桥沟寨坝庄店井林园溪洞坡岗江湖口原台溏田堡关峰崖坊桐花水场屯垭"
PERSONS_PER_COMMUNITY = 500
COMMUNITIES_PER_TOWNSHIP = 50
TINY_PERSONS = 10


@dataclass
class Place:
    """A county with its communities in order, and one member of staff for every view of it."""

    county: Organisation
    communities: list

    @property
    def tiny(self):
        """The community that is kept at some ten persons."""
        return self.communities[-1]

    @property
    def usual(self):
        """A community of the usual size."""
        return self.communities[len(self.communities) // 2]

    @property
    def township(self):
        """The township of the usual community, where registers are imported."""
        return self.usual.parent


def make(persons):
    """Found the county for so many persons: a community for 500, a township for 50 communities, two of each at least."""
    county = Organisation.objects.create(
        code=COUNTY_CODE, name="临川县", level=Level.COUNTY, hotline="0999-5550000"
    )
    count = max(4, persons // PERSONS_PER_COMMUNITY)
    townships = max(2, count // COMMUNITIES_PER_TOWNSHIP)
    for number in range(townships):
        township = Organisation.objects.create(
            code=f"{COUNTY_CODE}{number:03}",
            name=f"{_name(number + 7)}镇",
            level=Level.TOWNSHIP,
            parent=county,
        )
        for place in range(number * count // townships, (number + 1) * count // townships):
            Organisation.objects.create(
                code=f"{COUNTY_CODE}{number:03}{place:04}",
                name=_name(place) + ("社区" if place % 5 == 0 else "村"),
                level=Level.COMMUNITY,
                parent=township,
            )
    _draw_lines(county)
    _engage(find())


def find():
    """The Place in a filled database."""
    county = Organisation.objects.get(code=COUNTY_CODE)
    communities = Organisation.objects.under(county).filter(level=Level.COMMUNITY).order_by("code")
    return Place(county, list(communities.select_related("parent")))


def staff(key):
    """The member of staff: ``county``, ``community``, ``tiny``, ``township`` (a clerk who imports) or ``plain`` (B)."""
    return User.objects.get(username=f"bench-{key}")


def _engage(place):
    at = timezone.now()
    for key, role, organisation in (
        ("county", "approver", place.county),
        ("community", "clerk", place.usual),
        ("tiny", "clerk", place.tiny),
        ("township", "clerk", place.township),
    ):
        user = accounts.create_user(username=f"bench-{key}", full_name=key, password=None, by=None, at=at)
        accounts.grant(user=user, role=role, organisation=organisation, by=None, at=at)
    User.objects.create_superuser("bench-plain", full_name="plain")


def _draw_lines(county):
    for is_rural, amount in ((True, 780), (False, 860)):
        MinimumLine.objects.create(
            organisation=county, is_rural=is_rural, from_on="2025-07-01", monthly_amount=amount
        )


def _name(number):
    """青龙, 白龙 … : each number another name."""
    first, second = number % len(NAMES), number // len(NAMES)
    more = NAMES[second // len(PLACES)] if second >= len(PLACES) else ""
    return f"{more}{NAMES[first]}{PLACES[second % len(PLACES)]}"
