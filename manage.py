#!/usr/bin/env python3
"""Command line of the Warm Ledger."""

import os
import signal
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "welfare.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("没有找到 Django：请先安装 requirements.txt（见 README.md），并用 .venv/bin/python 运行。")
    from welfare.errors import ClusterError

    # A polite kill ends the command in an orderly way too, so that the embedded database is left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        execute_from_command_line(sys.argv)
    except ClusterError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
