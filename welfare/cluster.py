"""One PostgreSQL server in a folder of its own: made, started, joined and stopped without set-up.

The server listens on a unix socket in a closed folder and nowhere else. Any number of processes may
``join()``; each holds a lease (a shared file lock) while it lives, and the last one to ``leave()``
stops the server. A killed process leaves nothing to clean up: the kernel drops its lease.

Free of Django, because settings and the test harness need it first. ``embedded.py`` has the
product's own cluster, ``testing/database.py`` the one of the tests.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

from welfare.binaries import Binaries, server_account
from welfare.errors import ClusterError

PORT = 5432
USER = "ledger"
DATABASE = "ledger"
LONGEST_SOCKET_FOLDER = 85  # the kernel allows about 104 bytes with the socket's own name
LOCALES = ("C.UTF-8", "en_US.UTF-8", "zh_CN.UTF-8")
WAIT = 120  # seconds for a lock, a start or a recovery


class Cluster:
    """The server whose files live in ``home`` (locks beside it).

    ``options`` are server settings. A ``disposable`` cluster may lose its data: it is made anew
    after an unclean end. ``announce`` takes a sentence to show when the server runs as another account.
    """

    def __init__(self, home, *, options=None, disposable=False, announce=None):
        self.home = Path(home).absolute()
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.options = options or {}
        self.disposable = disposable
        self.announce = announce
        self._mutex = threading.RLock()
        self._lease = None
        self._exit_registered = False
        os.register_at_fork(after_in_child=self._forget_lease)

    # -- what others see ------------------------------------------------------------------------

    @property
    def socket_folder(self):
        """Folder of the unix socket: in ``home``, or a short path when ``home`` lies too deep."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"ledger-{digest}"

    def url(self, database=DATABASE):
        """DATABASE_URL of ``database`` on this server; says nothing about whether it runs."""
        return f"postgresql://{USER}@{quote(str(self.socket_folder), safe='')}:{PORT}/{database}"

    @property
    def joined(self):
        return self._lease is not None

    def join(self):
        """Start the server or join the running one, and hold a lease until ``leave()`` or the process ends.

        Raises ClusterError with the place and the remedy when that cannot be done.
        """
        with self._mutex:
            if self.joined:
                return
            with self._transition():
                lease = _open_locked(self._users_file, fcntl.LOCK_SH)
                try:
                    self._ensure_running()
                except BaseException:
                    os.close(lease)
                    raise
                self._lease = lease
            if not self._exit_registered:
                atexit.register(self.leave)
                self._exit_registered = True

    def revive(self):
        """Start the server again if it died while we hold a lease."""
        with self._mutex, self._transition():
            self._ensure_running()

    def leave(self):
        """Give the lease back; stop the server when nobody else holds one. The data stays."""
        with self._mutex:
            if not self.joined:
                return
            with self._transition():
                self._forget_lease()
                if self.data.exists() and self._unused():
                    self.stop()

    def stop_when_unused(self, seconds=WAIT):
        """Stop the server once nobody holds a lease; give up after ``seconds``: somebody uses it.

        For the servers of killed processes: whoever is killed gives its lease back, but stops nothing.
        """
        deadline = time.monotonic() + seconds
        while self.server_pid() is not None and time.monotonic() < deadline:
            with self._mutex, self._transition():
                if self._unused():
                    self.stop()
            time.sleep(0.2)

    def connect(self, database="postgres"):
        """A psycopg2 connection in autocommit mode."""
        connection = psycopg2.connect(
            host=str(self.socket_folder), port=PORT, user=USER, dbname=database, connect_timeout=10
        )
        connection.autocommit = True
        return connection

    def server_pid(self):
        """Process id of the live server, or None. A stale file or a zombie is not a server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if _is_live_server(pid, self.data) else None

    def stop(self):
        """Stop the server at once and orderly; does nothing when it does not run."""
        if self.server_pid() is None:
            return
        result = self._binaries().run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", WAIT, "-s")
        if result.returncode and self.server_pid() is not None:
            raise ClusterError(f"内置数据库没有停下来（{self.data}）：{_last_lines(result.stderr)}")

    # -- locks ----------------------------------------------------------------------------------

    @property
    def _users_file(self):
        return self.home.with_name(self.home.name + ".users")

    @contextlib.contextmanager
    def _transition(self):
        """Only one process at a time makes, starts or stops the server."""
        path = self.home.with_name(self.home.name + ".lock")
        _make_folder(path.parent)
        handle = _open_locked(path, fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(handle)

    def _unused(self):
        handle = os.open(self._users_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def _forget_lease(self):
        """Close our handle: in a forked child the parent's lease lives on."""
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    # -- making and starting --------------------------------------------------------------------

    def _binaries(self):
        return Binaries.find(account=server_account(self.data), copies=self.home.parent / "binaries")

    def _ensure_running(self):
        if self.server_pid() is not None and self._wait_for_answer():
            return
        binaries = self._binaries()
        self._open_home(binaries)
        if self.disposable and (self.data / "postmaster.pid").exists():
            shutil.rmtree(self.data)
        if not self.data.exists():
            self._create(binaries)
        self._refuse_other_version(binaries)
        self._clear_stale_pid(binaries)
        try:
            self._start(binaries)
        except ClusterError:
            if not self.disposable:
                raise
            shutil.rmtree(self.data)
            self._create(binaries)
            self._start(binaries)
        if binaries.account and self.announce:
            self.announce(
                f"以 root 身份运行：内置数据库由账户 {binaries.account.pw_name} 运行，数据在 {self.home}。"
            )
        self._ensure_database()

    def _open_home(self, binaries):
        """The closed folder of the server's account, reachable for that account."""
        _make_folder(self.home, 0o700, account=binaries.account)
        binaries.refuse_unreachable(self.home)
        folder = self.socket_folder
        _make_folder(folder, 0o700, account=binaries.account)
        found = folder.lstat()
        owner = binaries.account.pw_uid if binaries.account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise ClusterError(
                f"文件夹 {folder} 不是本账户独占的（应为 0700），内置数据库不能把套接字放在里面。请查明来历后删除它，再启动一次。"
            )

    def _create(self, binaries):
        """initdb in a side folder, then rename: a kill leaves no half-made cluster."""
        aside = self.home / "data.new"
        problem = ""
        for locale in LOCALES:
            if aside.exists():
                shutil.rmtree(aside)
            result = binaries.run(
                "initdb", "-D", aside, "-U", USER, "-A", "trust", "-E", "UTF8", f"--locale={locale}",
                *(["--no-sync"] if self.disposable else []),
            )  # fmt: skip
            if result.returncode == 0:
                aside.rename(self.data)
                return
            problem = problem or _last_lines(result.stderr)
            if "locale" not in result.stderr:
                break
        raise ClusterError(f"不能在 {self.home} 建立内置数据库：{problem}")

    def _refuse_other_version(self, binaries):
        try:
            made_with = int((self.data / "PG_VERSION").read_text())
        except (OSError, ValueError):
            raise ClusterError(
                f"{self.data} 里没有可用的 PG_VERSION，不是完整的 PostgreSQL 数据文件夹。请从备份恢复，或移开它后重新启动。"
            ) from None
        if made_with != binaries.major:
            raise ClusterError(
                f"{self.data} 是 PostgreSQL {made_with} 的数据，现有程序是 PostgreSQL {binaries.major}"
                f"（{binaries.folder}），不能打开。请用 PG_BIN 指向 PostgreSQL {made_with} 的 bin 文件夹，"
                "或用 pg_dump 导出后在新版本中恢复。"
            )

    def _clear_stale_pid(self, binaries):
        """Told from a live server: remove what a killed one left; stop one that no longer answers."""
        if self.server_pid() is not None:
            binaries.run("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w", "-t", 20, "-s")
        if self.server_pid() is None:
            # PostgreSQL takes any living process, even a zombie, under these numbers for its own.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _start(self, binaries):
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.replace(self.log.with_suffix(".log.old"))
        deadline = time.monotonic() + 15
        while True:
            offset = self.log.stat().st_size if self.log.exists() else 0
            result = binaries.run(
                "pg_ctl", "start", "-D", self.data, "-w", "-t", WAIT, "-s", "-l", self.log, "-o", self._server_options()
            )  # fmt: skip
            if result.returncode == 0:
                return
            said = self._log_since(offset) or result.stderr
            # The last backends of a killed server may hold its shared memory for a moment.
            if "shared memory" not in said or time.monotonic() > deadline:
                raise ClusterError(f"内置数据库启动失败，日志 {self.log}：\n{_last_lines(said)}")
            time.sleep(0.3)

    def _server_options(self):
        folder = str(self.socket_folder).replace('"', '""')
        options = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
            "lc_messages": "C",
            # No personal data in the server's log: neither statements nor the values in DETAIL lines.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_checkpoints": "off",
        } | self.options
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())

    def _log_since(self, offset):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                file.seek(offset)
                return file.read()
        except OSError:
            return ""

    def _wait_for_answer(self):
        """True once the running server answers, False when it does not (dead socket, stopping)."""
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline and self.server_pid() is not None:
            try:
                self.connect().close()
            except psycopg2.OperationalError as error:
                if "starting up" not in str(error) and "recovery" not in str(error):
                    return False
                time.sleep(0.1)
            else:
                return True
        return False

    def _ensure_database(self):
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()


def _open_locked(path, kind):
    """A handle on ``path`` with the lock ``kind``; ClusterError when it cannot be had in time."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise ClusterError(
            f"没有权限使用 {path}：它属于另一个账户。请用那个账户运行，或用 LEDGER_DATA_DIR 另指一个数据文件夹。"
        ) from None
    deadline = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(handle)
                raise ClusterError(f"等了 {WAIT} 秒，另一个进程仍占着 {path}。请结束它后再试。") from None
            time.sleep(0.02)


def _make_folder(path, mode=None, *, account=None):
    """``path`` with its parents; rights and owner are set only on what is made here."""
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        path.mkdir(exist_ok=True)
        if mode is not None:
            path.chmod(mode)
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)
    except OSError as error:
        raise ClusterError(
            f"不能建立文件夹 {path}（{error.strerror}）。请检查权限和磁盘，或用 LEDGER_DATA_DIR 另指一个数据文件夹。"
        ) from None


def _is_live_server(pid, data):
    """Whether ``pid`` is a running PostgreSQL of the folder ``data``."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False  # gone, or somebody else's process under a reused number
    if sys.platform == "linux":
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True)
    return not listed.stdout.startswith("Z") and "postgres" in listed.stdout and str(data) in listed.stdout


def _last_lines(text, count=8):
    return "\n".join(text.strip().splitlines()[-count:]) or "没有说明原因。"
