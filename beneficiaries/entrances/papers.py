"""What evidence, pairing, institutions and attachments add to the menu and to a household's page."""

from beneficiaries.queries import attachments, evidence, pairings
from beneficiaries.services.attachments import LINES
from beneficiaries.views import papers
from welfare import menu, panels, roles

# Whoever goes out to households; the administrator of users and organisations is no cadre.
CADRES = ("visit.do", "registry.view", "roster.view", "programme.view", "sheet.view")
ATTACHING_LINES = set().union(*LINES.values())


def papers_of_household(household, user):
    """证明材料: the files of the household and its people."""
    return {"papers": papers.of_household(household, user)}


def count_of_papers(household, user):
    """The figure 证明材料 at the head of the household's page."""
    count = evidence.of_household(household).filter(voided_at=None).count()
    return {"label": "证明材料", "value": count, "unit": "份"}


def cadre_of_household(household, user):
    """The figure 帮扶干部 at the head of the household's page: who looks after it."""
    names = [str(one.cadre) for one in pairings.of_household(household) if one.to_on is None]
    more = f"等 {len(names)} 人" if len(names) > 1 else ""
    return {"label": "帮扶干部", "value": names[0] if names else "未结对", "unit": more}


def pairing_of_household(household, user):
    """结对帮扶: who looks after the household, now and before."""
    return {
        "pairings": pairings.of_household(household),
        "may_pair": user.may("registry.edit", household.organisation),
    }


def attachments_of_household(household, user):
    """单位与学校: where its members work and learn."""
    return {
        "attachments": attachments.of_household(household),
        "may_attach": user.may("registry.edit", household.organisation),
    }


def works_at_an_employer_or_school(user):
    """Whether the user reads the registry for an organisation that people are attached to."""
    return any(
        held.organisation.line in ATTACHING_LINES and "registry.view" in roles.ROLES[held.role].permissions
        for held in roles.assignments_of(user)
    )


def register():
    """Called once from ``apps.py: ready()``."""
    reader = ("registry.view",)
    menu.register(menu.Item("我的结对户", "my_pairings", "工作台", 5, CADRES, "house-heart"))
    menu.register(menu.Item("单位", "institutions", "登记", 14, reader, "building"))
    menu.register(menu.Item("结对帮扶", "pairings", "登记", 16, reader, "heart"))
    menu.register(
        menu.Item(
            "本单位人员",
            "own_people",
            "登记",
            18,
            reader,
            "person-badge",
            shown_to=works_at_an_employer_or_school,
        )
    )
    stem = "beneficiaries/_household_"
    for panel in (
        panels.Panel(
            "papers",
            "证明材料",
            "beneficiaries/_evidence.html",
            papers_of_household,
            *reader,
            20,
            count_of_papers,
        ),
        panels.Panel(
            "pairing",
            "结对帮扶",
            f"{stem}pairing.html",
            pairing_of_household,
            *reader,
            21,
            cadre_of_household,
        ),
        panels.Panel(
            "attachments", "单位与学校", f"{stem}attachments.html", attachments_of_household, *reader, 22
        ),
    ):
        panels.register("household", panel)
