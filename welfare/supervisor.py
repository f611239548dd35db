"""Runs a handful of processes together: all of them, or none.

A child that dies is named and started again; one that keeps dying ends the whole. However the
supervisor itself ends, its children end too: they form a group that ``leash.py`` holds. Ctrl-C in a
terminal reaches the supervisor alone, so that it can stop them in order.
"""

import collections
import signal
import subprocess
import sys
import time

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS = 3  # within ...
PERIOD = 60  # ... so many seconds
PATIENCE = 15  # seconds for a child to end in order


class SupervisionFailed(Exception):
    """A child does not stay up; the text names it."""


class _Child:
    def __init__(self, name, command, options):
        self.name, self.command, self.options = name, command, options
        self.starts = collections.deque(maxlen=RESTARTS + 1)
        self.process = None


class Supervisor:
    """Use as a context manager; leaving it stops every child, the last started first.

    ``say`` takes one line of text for the person at the terminal. ``afterwards`` is a command that runs
    when the supervisor was killed and its children have been ended: they may not have ended in order.
    """

    def __init__(self, say, *, cwd, afterwards=()):
        self.say = say
        self.cwd = cwd
        self.afterwards = afterwards
        self.children = []
        self.stops = 0
        self._leash = None
        self._handlers = {}

    def __enter__(self):
        self._handlers = {number: signal.signal(number, self._ask_to_stop) for number in STOP_SIGNALS}
        self._start_leash()
        return self

    def __exit__(self, *exc_info):
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    @property
    def stopping(self):
        return self.stops > 0

    def start(self, name, command, env=None):
        """Start ``command`` and keep it running under ``name``."""
        child = _Child(name, command, {"env": env})
        self.children.append(child)
        self._spawn(child)

    def tend(self):
        """Start again what died. Raises SupervisionFailed for a child that keeps dying."""
        if self._leash.poll() is not None:
            raise SupervisionFailed("看守进程意外结束。")
        for child in self.children:
            code = child.process.poll()
            if code is None or self.stopping:
                continue
            if len(child.starts) > RESTARTS and time.monotonic() - child.starts[0] < PERIOD:
                raise SupervisionFailed(
                    f"{child.name}接连结束（退出码 {code}），不再重启。原因见上面的输出。"
                )
            self.say(f"{child.name}意外结束（退出码 {code}），正在重新启动。")
            self._spawn(child)

    def wait_until(self, ready, seconds):
        """Tend until ``ready()``, at most ``seconds``; False when told to stop. Raises SupervisionFailed in vain."""
        deadline = time.monotonic() + seconds
        while not self.stopping:
            if ready():
                return True
            if time.monotonic() > deadline:
                raise SupervisionFailed(f"等了 {seconds} 秒仍未就绪。")
            self.tend()
            time.sleep(0.1)
        return False

    def pause(self, seconds):
        """Sleep, but wake at once when told to stop."""
        deadline = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < deadline:
            time.sleep(0.05)

    def stop(self):
        """End every child in order; a second signal, or patience at its end, kills."""
        for child in reversed(self.children):
            _signal(child.process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            while child.process.poll() is None and time.monotonic() < deadline and self.stops < 2:
                time.sleep(0.05)
            _signal(child.process, signal.SIGKILL)
            child.process.wait()
        self.children.clear()
        if self._leash is not None:
            self._leash.kill()
            self._leash.stdin.close()
            self._leash.wait()
            self._leash = None

    def _spawn(self, child):
        child.starts.append(time.monotonic())
        child.process = subprocess.Popen(
            child.command,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            process_group=self._leash.pid,
            **child.options,
        )

    def _start_leash(self):
        self._leash = subprocess.Popen(
            [sys.executable, "-m", "welfare.leash", *self.afterwards],
            cwd=self.cwd,
            stdin=subprocess.PIPE,
            process_group=0,
        )

    def _ask_to_stop(self, number, frame):
        self.stops += 1


def _signal(process, number):
    if process.poll() is None:
        process.send_signal(number)
