"""What the kernel itself adds to the menu."""

from welfare import menu

# Whoever configures, approves or inspects does so in the admin.
ADMIN_PERMISSIONS = (
    "programme.write",
    "programme.approve",
    "roster.review",
    "organisation.manage",
    "user.manage",
    "audit.view",
)


def register():
    menu.register(menu.Item("待办", "todo", "工作台", order=1, icon="inbox"))
    menu.register(menu.Item("查看记录", "access_log", "督查", 50, ("audit.view",), "eye"))
    menu.register(
        menu.Item("管理与审批", "admin:index", "系统", order=1, permissions=ADMIN_PERMISSIONS, icon="gear")
    )
