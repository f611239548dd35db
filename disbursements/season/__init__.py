"""The season rehearsal: the same services as the pages, from import to summary, with the clock as an argument."""
