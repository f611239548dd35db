"""Load on a web server of one's own: gunicorn on a free port, and clients that ask as fast as it answers."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection

CLIENTS = 4
PATIENCE = 60


@contextmanager
def server(*, workers):
    """gunicorn with the database of the current connection. Yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    at = connection.settings_dict
    host = quote(at["HOST"], safe="")
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{at['USER']}:{quote(at['PASSWORD'] or '')}@{host}:{at['PORT']}/{at['NAME']}",
        "LEDGER_TECHNICAL_ERRORS": "0",
        "LEDGER_MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "LEDGER_PAGES_ROOT": str(settings.PAGES_ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "beneficiaries.benchmarks.served"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "warning"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, "--no-control-socket"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=said,
            stderr=said,
        )
        try:
            _wait(port, process, said)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(port, process, said):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask(port, "/healthy/") == 200:
                return
        except OSError:
            time.sleep(0.1)
    said.seek(0)
    raise RuntimeError(f"gunicorn did not come up: {said.read().decode()[-2000:]}")


def ask(port, path):
    """GET a page over a connection of its own. Returns the status code once the whole answer is here."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        first = wire.recv(65536)
        while wire.recv(65536):
            continue
    return int(first.split(b" ", 2)[1])


def seconds_each(port, path, count):
    """Seconds a request takes when CLIENTS ask at once, ``count`` requests together. Raises for any answer but 200."""
    codes = set()

    def client():
        for _turn in range(count // CLIENTS):
            codes.add(ask(port, path))

    started = time.perf_counter()
    _together(client)
    took = time.perf_counter() - started
    if codes != {200}:
        raise RuntimeError(f"{path} answered {codes}")
    return took / (count // CLIENTS * CLIENTS)


def shown_after(port, path, act, *, seconds=1.0):
    """How many requests begun after ``act()`` returned still got the page, while CLIENTS ask all the time.

    Raises unless it was shown before.
    """
    answers, done = [], threading.Event()

    def client():
        while not done.is_set():
            began = time.perf_counter()
            answers.append((began, ask(port, path)))

    threads = [threading.Thread(target=client) for _number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(seconds)
        act()
        ended = time.perf_counter()
        time.sleep(seconds)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    before = sum(code == 200 for began, code in answers if began < ended)
    after = [code for began, code in answers if began >= ended]
    if not before or not after:
        raise RuntimeError("nobody asked before, or nobody after")
    return sum(code == 200 for code in after)


def _together(client):
    threads = [threading.Thread(target=client) for _number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
