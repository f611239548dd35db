"""What finding adds to the menu."""

from welfare import menu


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(menu.Item("困难群众", "registry", "登记", 10, ("registry.view",), "people"))
