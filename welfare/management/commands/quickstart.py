"""The whole ledger with demo data in one command: database, worker and web server."""

import os
import socket
import sys
import unicodedata
import urllib.request
from importlib import import_module

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from welfare import embedded, first_pages
from welfare.database import schema
from welfare.errors import ClusterError
from welfare.supervisor import SupervisionFailed, Supervisor

LOAD_DEMO = "load_demo"  # the command that makes the demo data, complete or not at all, once
DEMO = "disbursements.demo"  # its module: logins(new_passwords) -> [(role, username, password or None)]
LEFT_BEHIND = [sys.executable, "-m", "welfare.embedded"]  # stops a database that the killed did not
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 180  # seconds for the first page; a part that ends is told at once


class Command(BaseCommand):
    help = "Start everything with demo data on an embedded PostgreSQL; Ctrl-C stops it, the data stays."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")
        parser.add_argument(
            "--new-passwords", action="store_true", help="make new passwords for the demo logins"
        )
        parser.add_argument("--no-demo", action="store_true", help="without demo data and demo logins")
        parser.add_argument(
            "--check",
            action="store_true",
            help="start on a free port, open the first pages as each role, stop",
        )

    def handle(self, *, host, port, new_passwords, no_demo, check, **options):
        if not settings.DEBUG:
            raise CommandError("quickstart 只用于试用和开发；生产环境请按 README.md 部署。")
        host, port = ("127.0.0.1", _free_port()) if check else (host, port)
        _refuse_taken(host, port)
        base = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
        os.environ.setdefault("LEDGER_TECHNICAL_ERRORS", "0")
        settings.PUBLIC_BASE_URL = os.environ.setdefault("LEDGER_PUBLIC_BASE_URL", base)
        if host not in LOOPBACK:
            os.environ.setdefault("LEDGER_ALLOWED_HOSTS", "*")
        logins = self._prepare(new_passwords, no_demo)
        try:
            with Supervisor(self._say, cwd=settings.BASE_DIR, afterwards=LEFT_BEHIND) as supervisor:
                self._start(supervisor, host, port)
                if not supervisor.wait_until(lambda: _answers(base), PATIENCE):
                    return
                self._show(base, logins)
                if check:
                    self._check(base, logins, supervisor)
                else:
                    self._run(supervisor)
                    self._say("正在停止……")
        except SupervisionFailed as error:
            raise CommandError(f"未能运行：{error}") from None
        self._say("已停止，数据保留。")

    def _prepare(self, new_passwords, no_demo):
        """Migrate, load the demo data once, and return its logins."""
        self._say("准备数据库……")
        with schema.setup_lock():
            call_command("migrate", verbosity=0, interactive=False)
            if no_demo or LOAD_DEMO not in get_commands():
                logins = []
            else:
                self._say("准备演示数据……")
                call_command(LOAD_DEMO, verbosity=0)
                logins = import_module(DEMO).logins(new_passwords=new_passwords)
        connections.close_all()
        return logins

    def _start(self, supervisor, host, port):
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "welfare.wsgi",
            "--bind",
            bind,
            "--workers",
            "2",
            "--timeout",
            "120",
        ]
        web += ["--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
        supervisor.start("网站", web)
        supervisor.start(
            "后台任务", [*manage, "db_worker", "--interval", "0.2", "--no-reload", "--verbosity", "0"]
        )
        supervisor.start("日常维护", [*manage, "housekeeping", "--every", "60"])

    def _run(self, supervisor):
        """Until told to stop. A database killed from outside is brought back."""
        cluster = embedded.cluster_at(settings.DATABASES["default"]["HOST"])
        while not supervisor.stopping:
            if cluster and cluster.server_pid() is None:
                self._say("内置数据库意外停止，正在恢复。")
                try:
                    cluster.revive()
                except ClusterError as error:
                    raise SupervisionFailed(str(error)) from None
            supervisor.tend()
            supervisor.pause(0.5)

    def _check(self, base, logins, supervisor):
        problems = first_pages.visit(base, logins)
        connections.close_all()
        supervisor.tend()
        if problems:
            raise CommandError("\n".join(["检查没有通过：", *problems]))
        self._say(f"检查通过：{len(logins)} 个角色的首页和菜单都能打开。")

    def _show(self, base, logins):
        self._say(f"\n暖册已启动：{base}\n")
        if logins:
            rows = [("角色", "用户名", "密码")]
            rows += [
                (role, username, password or "（首次启动时已显示）") for role, username, password in logins
            ]
            self._say(_table(rows) + "\n")
            if any(password is None for *_, password in logins):
                self._say("密码只在首次启动时显示；遗失了请加 --new-passwords 重新生成。")
        self._say("按 Ctrl-C 停止，数据会保留。")

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


def _refuse_taken(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"不能使用 {host}:{port}（{error}）。若暖册已在运行，请直接打开它；否则请用 --port 另选一个端口。"
            ) from None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(base):
    try:
        with urllib.request.urlopen(f"{base}/healthy/", timeout=5):
            return True
    except OSError:
        return False


def _table(rows):
    """Columns aligned for a terminal, where a Chinese character is two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _width(text):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
