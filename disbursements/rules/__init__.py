"""Pure rules: plain values in, plain values out; no ORM, no clock, no user."""
