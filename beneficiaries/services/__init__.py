"""Services: verbs in a module named for the noun; the only writers of the registry, programmes and rosters."""
