"""Ends a group of processes when the one that started them is gone; see ``supervisor.py``.

Started as the leader of the group with a pipe as its input. The kernel closes the pipe however the
supervisor ends, kill -9 included. Its arguments are a command to start, outside the group, for what
the dead cannot tidy up themselves.
"""

import os
import signal
import subprocess
import sys
import time

PATIENCE = 10  # seconds between asking and insisting


def main():
    # SIGHUP too: the kernel sends it to a group that lost its supervisor while a member was stopped.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(PATIENCE)
    if afterwards := sys.argv[1:]:
        subprocess.Popen(afterwards, stdin=subprocess.DEVNULL, start_new_session=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
