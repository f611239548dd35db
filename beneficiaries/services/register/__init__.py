"""What an uploaded register would do and does to the registry, set-based: one engine, one specification per kind.

``staging`` copies read rows into ``ImportRow``; ``work.Work`` lays the rows of an upload beside what is on
file in temporary tables of one transaction; a ``kind.Kind`` says what must not be, what differs and how it is written.
"""
