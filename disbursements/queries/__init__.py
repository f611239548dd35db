"""Reads with names: who is to be paid, what is wrong with a sheet, what a programme has given."""
