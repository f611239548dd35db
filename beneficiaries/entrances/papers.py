"""What evidence, pairing, institutions and attachments add to the menu and to a household's page."""

from beneficiaries.queries import attachments, pairings
from beneficiaries.services.attachments import LINES
from beneficiaries.views import papers
from welfare import menu, panels, roles

# Whoever goes out to households; the administrator of users and organisations is no cadre.
CADRES = ("visit.do", "registry.view", "roster.view", "programme.view", "sheet.view")
ATTACHING_LINES = set().union(*LINES.values())


def papers_of_household(household, user):
    """证明材料: the files of the household and its people."""
    return {"papers": papers.of_household(household, user)}


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
    for order, (key, label, template, load) in enumerate(
        (
            ("papers", "证明材料", "beneficiaries/_evidence.html", papers_of_household),
            ("pairing", "结对帮扶", "beneficiaries/_household_pairing.html", pairing_of_household),
            (
                "attachments",
                "单位与学校",
                "beneficiaries/_household_attachments.html",
                attachments_of_household,
            ),
        ),
        start=20,
    ):
        panel = panels.Panel(key, label, template, load, permission="registry.view", order=order)
        panels.register("household", panel)
