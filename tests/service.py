"""The service as a process, started and stopped as an operator does."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from conftest import ROOT
from forks import ForkedCommand

PATIENCE = 60.0
"""Seconds that are waited at most: long, since the machine may be busy with other tests."""


def free_port() -> int:
    """Return a port that nothing listens on, below those that the system takes for connections of its own:
    one of these may be taken by the time that a service has started.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("0.0.0.0", port))
            return port


def eventually(happens: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until `happens()` is true; fail with `what` when it never is."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if happens():
            return
        time.sleep(0.05)
    raise AssertionError(f"it never happened: {what}")


class Service:
    """`feedsvc serve` (or another command that stays) in `folder`, with its output in a file there."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        command: str = "serve",
        port: int = 0,
        limits: str = "",
        **environment: str,
    ) -> None:
        """`limits` is what the shell's `ulimit` takes, as in '-n 300'; the others are as for feedsvc."""
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.output = folder / f"{command}.log"
        self.errors = folder / f"{command}.errors"
        self._folder = folder
        self._command = [command, *arguments]
        self._limits = limits
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PORT": str(self.port),
            "FEEDSVC_HOST": "127.0.0.1",
            "FEEDSVC_POLL_INTERVAL": "1s",
            **environment,
        }

    def start(self) -> Self:
        """Start the process, and wait until it answers if it serves."""
        self.process: ForkedCommand | subprocess.Popen[bytes] = (
            self._start_limited() if self._limits else self._fork()
        )
        if "serve" in self._command:
            eventually(self._answers, "the service answers")
        return self

    def _fork(self) -> ForkedCommand:
        for file in (self.output, self.errors):
            file.touch()
        return ForkedCommand(self._command, self._folder, self._environment, self.output, self.errors)

    def _start_limited(self) -> "subprocess.Popen[bytes]":
        """Start the process by the command line, which takes a second or two for what it imports."""
        command = ["sh", "-c", f'ulimit {self._limits}; exec "$@"', "sh"]
        command += [sys.executable, "-m", "feedsvc", *self._command]
        with self.output.open("ab") as output, self.errors.open("ab") as errors:
            return subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=output, stderr=errors
            )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the process a signal and give its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def log(self) -> str:
        """Return what it has said so far."""
        return self.output.read_text("utf-8")

    def get(self, address: str, **headers: str) -> requests.Response:
        """Return the answer to a GET of an address such as 'feed.rss'."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.url + address, headers=headers, timeout=PATIENCE)

    def children(self) -> set[int]:
        """Return the processes that the service has started."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return {int(pid) for pid in listed.stdout.split()}

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            said = self.log() + self.errors.read_text("utf-8")
            raise AssertionError(f"the service has ended: {said}")
        try:
            return self.get("healthz").ok
        except requests.ConnectionError:
            return False
