"""Admin pages: registry."""
