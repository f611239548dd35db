"""The people of a season: one for every duty of a township and its communities, none with two."""

from dataclasses import dataclass, field

from welfare import accounts
from welfare.enums import Level
from welfare.models import Organisation, User

# Duties at the township: key, role, name, position.
TOWNSHIP_CAST = (
    ("register_clerk", "clerk", "杜文静", "社会事务办办事员"),
    ("officer", "programme_officer", "姚立新", "社会事务办主任"),
    ("programme_approver", "programme_approver", "贺国强", "分管副镇长"),
    ("inspector", "inspector", "庞正", "纪检专干"),
    ("reviewer", "reviewer", "邵敏", "社会事务办审核"),
    ("accountant", "accountant", "季秋云", "财政所会计"),
    ("keeper", "keeper", "丁保国", "财政所出纳兼仓管"),
    ("sheet_approver", "sheet_approver", "康建华", "财政所所长"),
)
# Duties in each community: key, role, position.
COMMUNITY_CAST = (
    ("clerk", "clerk", "民政专干"),
    ("head", "head", "党支部书记"),
    ("visitor", "visitor", "驻村干部"),
    ("second_visitor", "visitor", "驻村工作队员"),
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = {"clerk": "晓燕", "head": "长青", "visitor": "志远", "second_visitor": "慧"}


@dataclass
class Cast:
    """Who does what: ``cast.township["reviewer"]``, ``cast.at(community, "clerk")``."""

    organisation: Organisation
    communities: list
    township: dict = field(default_factory=dict)
    community: dict = field(default_factory=dict)

    def at(self, community, key):
        """The user of a community's duty."""
        return self.community[community.pk, key]


def engage(*, township, communities, at, username=None):
    """Create (or find, by user name) the whole cast with its roles; accounts without a password. Returns the Cast.

    ``username(key, number)`` names the accounts; ``number`` is the community's place, None at the township.
    """
    username = username or (lambda key, number: f"{township.code}-{key}{'' if number is None else number}")
    cast = Cast(township, list(communities))
    for key, role, name, position in TOWNSHIP_CAST:
        cast.township[key] = hire(username(key, None), name, position, role, township, at)
    for number, community in enumerate(cast.communities):
        surname = SURNAMES[number % len(SURNAMES)]
        for key, role, position in COMMUNITY_CAST:
            user = hire(username(key, number), surname + GIVEN[key], position, role, community, at)
            cast.community[community.pk, key] = user
    return cast


def hire(username, name, position, role, organisation, at):
    """An account without a password, holding the role; the one of that user name when it exists."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = accounts.create_user(
            username=username, full_name=name, password=None, position=position, by=None, at=at
        )
    if not user.role_assignments.filter(role=role, organisation=organisation).exists():
        accounts.grant(user=user, role=role, organisation=organisation, by=None, at=at)
    return user


def find_or_found(*, township_name, community_names):
    """The township and its communities of those names; what is missing is founded.

    The township is that of the first community known by name; without one it is founded by its name
    below the first county (itself founded when there is none). Returns (township, communities in order).
    """
    known = Organisation.objects.filter(level=Level.COMMUNITY, name__in=community_names).order_by("path")
    first = known.select_related("parent").first()
    township = first.parent if first else _found_township(township_name)
    below = {found.name: found for found in Organisation.objects.filter(parent=township)}
    communities = [
        below.get(name)
        or Organisation.objects.create(
            code=_free_code(township.code), name=name, level=Level.COMMUNITY, parent=township
        )
        for name in community_names
    ]
    return township, communities


def _found_township(name):
    county = Organisation.objects.filter(level=Level.COUNTY).order_by("path").first()
    if county is None:
        county = Organisation.objects.create(code="YL", name="演练县", level=Level.COUNTY)
    return Organisation.objects.create(
        code=_free_code(county.code), name=name, level=Level.TOWNSHIP, parent=county, hotline="0000-12345"
    )


def _free_code(prefix):
    taken = set(Organisation.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := f"{prefix}Y{n:03d}") not in taken)
