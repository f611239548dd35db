"""The database engine of the settings: Django's PostgreSQL, started on demand and checked once (``base.py``)."""
