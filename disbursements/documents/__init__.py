"""Official forms of this room, written through ``welfare.excel``."""
