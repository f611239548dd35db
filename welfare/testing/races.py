"""Two at the same moment, each with a connection of its own."""

import threading

from django.db import IntegrityError, connection

from welfare.errors import Refusal

HANGS = 900  # seconds after which nobody is slow any more, however busy the machine
DONE = "done"


def at_once(*acts):
    """Run each act in a thread, all starting together. Returns for each DONE, or the sentence it was refused with.

    The database's own refusal is its message, which names the constraint. Needs ``transaction=True``.
    """
    start, got = threading.Barrier(len(acts), timeout=HANGS), [None] * len(acts)

    def run(number, act):
        try:
            start.wait()
            act()
            got[number] = DONE
        except Refusal as refusal:
            got[number] = refusal.message
        except IntegrityError as error:
            got[number] = str(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS)
    return got


def meeting(people=2):
    """A point that nobody passes before all have come to it: for a control, where all look before one writes."""
    return threading.Barrier(people, timeout=HANGS)
