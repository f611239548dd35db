"""Forms of this room; what they offer is scoped to the user."""
