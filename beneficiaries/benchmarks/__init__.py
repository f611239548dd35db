"""``manage.py bench registry``: the registry of a county beside a plain admin and the raw floor.

Nothing here is reachable in the product: only the command imports it.
"""
