"""Life events: members join, leave, die and come back; households split, merge, move, are archived and restored.

Every event is one transaction and one verb with ``by``, ``at`` and ``reason``. It says who acts
(``history.stamp``), so that earlier states stay readable, and writes the audit trail of every household
it touches. Every event keeps this: a household that is not archived and has present members has exactly
one head among them, who lives in it; nobody is in two households; no row is deleted. What was chosen,
paid and signed keeps its own pointers; ``HelpGiven`` follows the surviving household or person.
"""

from beneficiaries.services.life.archive import archive, restore
from beneficiaries.services.life.families import merge, split
from beneficiaries.services.life.members import bring_back, die, join, leave
from beneficiaries.services.life.moves import accept_move, decline_move, move, request_move, withdraw_move

__all__ = [
    "accept_move",
    "archive",
    "bring_back",
    "decline_move",
    "die",
    "join",
    "leave",
    "merge",
    "move",
    "request_move",
    "restore",
    "split",
    "withdraw_move",
]
