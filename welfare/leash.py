"""Ends a group of processes when the one that started them is gone; see ``supervisor.py``.

Started as the leader of the group with a pipe as its input. The kernel closes the pipe however the
supervisor ends, kill -9 included.
"""

import os
import signal
import sys
import time

PATIENCE = 10  # seconds between asking and insisting


def main():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
