"""The memory a piece of work needs at most: done in a process of its own, on a database of the caller's choice.

``python -m welfare.peak_memory`` is what the process runs; it reads its order as JSON from its input.
"""

import contextlib
import json
import resource
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

BASE_DIR = Path(__file__).resolve().parent.parent


def peak_of(function, **arguments):
    """Call ``function`` ("module.name") with JSON ``arguments`` in a new process; returns its peak in MB.

    The process works on the database this one is connected to, with this one's media folder and its jobs run at
    once. Raises RuntimeError with what it said when it failed.
    """
    order = {
        "function": function,
        "arguments": arguments,
        "database": connection.settings_dict["NAME"],
        "media": str(settings.MEDIA_ROOT),
        "tasks": settings.TASKS,
    }
    done = subprocess.run(
        [sys.executable, "-m", "welfare.peak_memory"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])["peak"]


def of_this_process():
    """The highest resident memory of this process or of a child it waited for, in MB.

    Linux keeps the parent's size in ``ru_maxrss`` over the start of a program, so its own figure comes from /proc.
    """
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                own = int(line.split()[1]) / 1024
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit)


def main():
    import os
    from importlib import import_module

    import django

    order = json.load(sys.stdin)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "welfare.settings")
    django.setup()
    from django.test.utils import override_settings

    connection.settings_dict["NAME"] = order["database"]
    module, _, name = order["function"].rpartition(".")
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["*"], MEDIA_ROOT=order["media"], TASKS=order["tasks"]):
        getattr(import_module(module), name)(**order["arguments"])
    connection.close()
    print(json.dumps({"peak": of_this_process()}))


if __name__ == "__main__":
    main()
