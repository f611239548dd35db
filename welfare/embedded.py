"""What an embedded run keeps and where: its folder, its own keys, its own PostgreSQL.

Used when the environment names no DATABASE_URL. Free of Django: the settings read it.
The folder is ``var/`` in the checkout; as root one under ``/var/lib`` keyed to the checkout's path, because
the database then runs as another account (see ``binaries.py``). ``LEDGER_DATA_DIR`` overrides it.
Run as a program, it stops the PostgreSQL that killed processes left behind.
"""

import base64
import contextlib
import functools
import hashlib
import os
import secrets
import sys
import tempfile
from pathlib import Path

from welfare.errors import ClusterError

BASE_DIR = Path(__file__).resolve().parent.parent
ROOT_HOME = Path("/var/lib/warm-ledger")

_registered = {}


def data_root():
    """Folder of everything an embedded run writes."""
    named = os.environ.get("LEDGER_DATA_DIR")
    if named:
        return Path(named).absolute()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        digest = hashlib.sha256(os.fsencode(BASE_DIR)).hexdigest()[:8]
        return ROOT_HOME / f"{BASE_DIR.name}-{digest}"
    return BASE_DIR / "var"


def own_secret(name):
    """A secret of this installation, made on first use: base64 of 32 random bytes, stored 0600."""
    path = data_root() / "keys" / name
    if not path.exists():
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=path.parent)  # 0600
        with os.fdopen(handle, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode())
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(aside, path)
        os.unlink(aside)
    return path.read_text().strip()


def cluster():
    """The product's own PostgreSQL, not yet started. Raises ClusterError where none can run (Windows)."""
    return _cluster(data_root() / "postgres")


def url():
    """DATABASE_URL of the embedded server; it is started or joined by the first connection."""
    return register(cluster()).url()


def register(cluster):
    """Let connections to the socket of ``cluster`` start or join it; returns the cluster."""
    _registered[str(cluster.socket_folder)] = cluster
    return cluster


def cluster_at(host):
    """The registered cluster whose socket folder is ``host``, or None: somebody else's server."""
    return _registered.get(host)


@functools.cache
def _cluster(home):
    try:
        from welfare.cluster import Cluster
    except ImportError as error:
        if error.name not in {"fcntl", "pwd"}:
            raise
        raise ClusterError(
            "这个系统不能运行内置数据库（只支持 Linux 和 macOS）。请设置 DATABASE_URL。"
        ) from None
    return Cluster(home, announce=lambda sentence: print(sentence, file=sys.stderr))


if __name__ == "__main__":
    cluster().stop_when_unused()
