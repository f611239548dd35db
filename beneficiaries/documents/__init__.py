"""Papers that leave the house, one module per noun."""
