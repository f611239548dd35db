"""List tables, one module per noun."""
