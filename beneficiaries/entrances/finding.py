"""What finding adds to the menu."""

from welfare import menu


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(menu.Item("困难群众", "registry", "登记", 10, ("registry.view",), "people"))
    menu.register(menu.Item("人员查找", "person_search", "登记", 20, ("registry.view",), "search"))
    menu.register(menu.Item("名单导出", "list_exports", "登记", 40, ("export",), "download"))
