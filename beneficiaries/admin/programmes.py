"""Admin pages: programmes."""
