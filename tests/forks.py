"""Processes that are forked from one that has imported what they run, so that each need not do it again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from feedsvc.cli import main

_ROOT = Path(__file__).parent.parent
FORKS = get_context("forkserver")

_preloaded = [
    *("feedsvc.publish.web", "feedsvc.publish.warm", "feedsvc.worker", "feedsvc.commands.work"),
    *("sqlalchemy.dialects.sqlite", __name__),
]
# gunicorn is not among them: it keeps the folder in which it is imported.


def preload(module: str) -> None:
    """Have a module imported in the process from which others are forked, which starts with the first."""
    _preloaded.append(module)
    FORKS.set_forkserver_preload(_preloaded)


FORKS.set_forkserver_preload(_preloaded)


def fork(run: Callable[..., None], *args: Any) -> ForkServerProcess:
    """Start a process that calls `run`: it has no other threads, as one that is forked should not.

    It ends with this one at the latest.
    """
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{_ROOT}:{_ROOT / 'tests'}"  # where the others find what they import
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    process = FORKS.Process(target=run, args=args, daemon=True)
    process.start()
    return process


class ForkedCommand:
    """A command of feedsvc in a process of its own, to be handled as one of `subprocess` is."""

    def __init__(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str], output: Path, errors: Path
    ) -> None:
        self._process = fork(_run_command, arguments, folder, dict(environment), output, errors)
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("feedsvc", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _run_command(
    arguments: list[str], folder: Path, environment: dict[str, str], output: Path, errors: Path
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name, file in ((1, "stdout", output), (2, "stderr", errors)):
        with file.open("ab") as stream:
            os.dup2(stream.fileno(), number)
        setattr(sys, name, os.fdopen(number, "w", buffering=1, encoding="utf-8", closefd=False))
    sys.argv = ["feedsvc", *arguments]
    main()
