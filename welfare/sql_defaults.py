"""What Django would put into the columns that a hand-written INSERT does not name."""

from django.db import connection


def of(model, given):
    """{column: (value, database type)} of the columns that ``given`` leaves out and the database does not fill itself.

    Raises ValueError for a column that has no default and takes no NULL: whoever writes the statement must name it.
    """
    found = {}
    for field in model._meta.concrete_fields:
        fills_itself = field.primary_key or field.generated or field.has_db_default()
        if field.column in given or (fills_itself and not field.has_default()):
            continue
        value = field.get_db_prep_save(field.get_default(), connection)
        if value is None and not field.null:
            raise ValueError(f"{model._meta.label}.{field.name} has no default: name a value for it.")
        found[field.column] = (value, field.db_type(connection))
    return found
