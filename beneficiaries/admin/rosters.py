"""Admin pages: rosters."""
