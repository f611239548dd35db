"""What the registry adds to the menu, to 待办 and to other pages."""


def register():
    """Called once from ``apps.py: ready()``."""
