"""A PostgreSQL of a test's own, which it may stop: a throw-away cluster on a free port of the loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from conftest import lacking
from service import free_port

_USER = "postgres"  # the server refuses to be run by root


@dataclass(frozen=True)
class Cluster:
    """A running server with its data in a folder."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off "
            f"-c unix_socket_directories={self.folder}"
        )
        self._control("--log", str(self.folder / "log"), "--options", options, "start")

    def stop(self) -> None:
        """Stop it as an operator does who restarts it: whoever is connected is cut off."""
        self._control("--mode", "fast", "stop")

    def _control(self, *arguments: str) -> None:
        command = ("pg_ctl", "--pgdata", str(self.folder / "data"), "--wait", "--timeout", "60", *arguments)
        _run(*command)


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """Run a server with an empty database."""
    lacking(None if _find_programs() else "no PostgreSQL server here: apt-get install postgresql")
    # Not among the other files of the tests, which only their own user may look into.
    cluster = Cluster(Path(mkdtemp(prefix="feedsvc-postgres-")), free_port())
    try:
        if os.geteuid() == 0:
            shutil.chown(cluster.folder, _USER)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        _run("initdb", *options, "--username", _USER, "--pgdata", str(cluster.folder / "data"))
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(cluster.folder)


def _find_programs() -> Path | None:
    """Return the folder with the server's programs, which Debian keeps off the PATH."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    return found[-1].parent if found else None


def _run(program: str, *arguments: str) -> None:
    command = [str((_find_programs() or Path()) / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", _USER, "--", *command]
    # No pipe: the server would keep it open.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=90)
