"""Entrances: what each room of the app adds to the menu, to 待办 and to other pages."""
