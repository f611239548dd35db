"""Quickstart as a newcomer runs it: in processes of its own, on an embedded database of its own."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from welfare import embedded
from welfare.cluster import Cluster
from welfare.management.commands import quickstart
from welfare.testing.races import HANGS

FOREIGN = ("DATABASE_URL", "LEDGER_MEDIA_ROOT", "LEDGER_PUBLIC_BASE_URL", "LEDGER_DEBUG")


@pytest.fixture(scope="module")
def data_dir():
    """One for all tests here, so that only the first start migrates."""
    path = Path(tempfile.mkdtemp(prefix="ledger-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    Cluster(path / "postgres").stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start(data_dir):
    """``start(*arguments, port=None)`` is a Run; none outlives its test, however that ends."""
    runs = []

    def begin(*arguments, port=None):
        runs.append(Run(data_dir, *arguments, port=port))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.end()
        run.reader.join(HANGS)
        run.process.stdout.close()


class Run:
    """A quickstart without demo data, its output and its address."""

    def __init__(self, data_dir, *arguments, port=None):
        self.cluster = Cluster(data_dir / "postgres")
        self.port = port or port_below_those_given_out()
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "quickstart", "--no-demo", "--port", str(self.port), *arguments],
            cwd=embedded.BASE_DIR,
            env=environment | {"LEDGER_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

        # Read all the time: a full pipe would hold up the supervisor just when it has much to say.
        self.told, self.read = [], 0
        self.reader = threading.Thread(target=lambda: self.told.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def until(self, words):
        """Wait for a line, not looked at before, that holds ``words``; fails when the output ends or it takes too long."""
        if not comes_about(lambda: self._tells(words) or not self.reader.is_alive()):
            pytest.fail(f"{words}: too long\n{''.join(self.told)}")
        if words not in self.told[self.read - 1] and not self._tells(words):
            pytest.fail("".join(self.told))

    def _tells(self, words):
        while self.read < len(self.told):
            self.read += 1
            if words in self.told[self.read - 1]:
                return True
        return False

    def output(self):
        """All it said, once it has ended."""
        self.process.wait(HANGS)
        self.reader.join(HANGS)
        return "".join(self.told)

    def answers(self):
        """Is the first page there? Right after the database fell, a visitor may once be told that it is not."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=HANGS) as response:
                return response.status == 200
        except urllib.error.URLError:
            return False

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        self.output()
        return self.process.returncode


def comes_about(condition, seconds=HANGS):
    """What ``condition()`` says once that is true; its last word when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def port_below_those_given_out():
    """A free port that the kernel gives to nobody who asks for any: browsers and servers beside us do, all the time."""
    return next(port for port in iter(lambda: random.randrange(20_000, 32_000), None) if port_is_free(port))


def port_is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def children_of(pid):
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True
    ).stdout
    return [(int(line.split()[0]), line) for line in listed.splitlines()]


def workers_of(run):
    return [pid for pid, line in children_of(run.process.pid) if "db_worker" in line]


def test_quickstart_survives_killed_parts_and_stops_in_order(start):
    run = start()
    run.until("按 Ctrl-C 停止")
    assert run.answers()

    server = run.cluster.server_pid()
    os.kill(server, signal.SIGKILL)
    assert comes_about(lambda: run.cluster.server_pid() not in {None, server})
    assert comes_about(run.answers)

    # One may have fallen with the database, and its successor be on the way.
    workers = comes_about(lambda: workers_of(run))
    assert workers
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    run.until("后台任务意外结束")

    second = start(port=run.port)
    assert "请用 --port 另选一个端口" in second.output()
    assert second.process.returncode == 1

    assert run.end() == 0
    assert run.cluster.server_pid() is None
    assert port_is_free(run.port)


def test_a_quickstart_killed_outright_takes_its_children_along_and_starts_again(start):
    run = start()
    run.until("按 Ctrl-C 停止")
    parts = [pid for pid, line in children_of(run.process.pid) if "welfare.leash" not in line]
    servers = [pid for part in parts for pid, _ in children_of(part)]
    # Whoever is killed stops no database: all at once, so that nobody is left to do it.
    for pid in [*parts, *servers, run.process.pid]:
        os.kill(pid, signal.SIGKILL)
    run.output()
    assert comes_about(lambda: port_is_free(run.port) and run.cluster.server_pid() is None)

    again = start(port=run.port)
    again.until("按 Ctrl-C 停止")
    assert again.answers()
    assert again.end(signal.SIGTERM) == 0


def test_the_table_of_logins_is_aligned_for_wide_characters():
    assert quickstart._table([("角色", "用户名"), ("a", "b")]) == "  角色  用户名\n  a     b"


def test_quickstart_is_refused_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(quickstart.CommandError, match="只用于试用和开发"):
        quickstart.Command().handle(host="127.0.0.1", port=1, new_passwords=False, no_demo=True, check=False)
