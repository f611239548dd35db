"""``manage.py bench registry``: the registry of a county beside a plain admin and the raw floor; ``bench screening``:
criteria over all of it, and a roster drafted from them, beside SQL written by hand.

Nothing here is reachable in the product: only the command imports it.
"""
