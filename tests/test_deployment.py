"""The files that hosts read, and what the README says of backups: run where they can be, else parsed."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import text

from conftest import ROOT, lacking
from fake_wordpress import fake_wordpress
from feedsvc.cli import main
from feedsvc.config import load_settings
from feedsvc.store.copying import copy_store
from feedsvc.store.database import Database
from postgres import make_database
from service import PATIENCE, eventually, free_port

README = (ROOT / "README.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def count_stoppable(pid: int) -> int:
    """Return how many processes below `pid` act on SIGTERM by themselves."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.stdout.splitlines())}
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(map(catches_sigterm, below - {pid}))


def catches_sigterm(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False
    masks = {name: int(mask, 16) for name, mask in re.findall(r"(?m)^Sig(Cgt|Blk):\s+(\w+)$", status)}
    return bool(masks["Cgt"] & ~masks["Blk"] & 1 << (signal.SIGTERM - 1))


def assert_is_command(arguments: list[str]) -> None:
    """Take care that `feedsvc` knows a command and its options."""
    name, *options = arguments
    done = CliRunner().invoke(main, [name, *options, "--help"])
    assert done.exit_code == 0, done.output


# A container


def instructions(name: str) -> list[str]:
    """Return what stands behind an instruction of the Dockerfile, wherever it is used."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_the_image_is_slim_and_runs_a_command_of_ours_as_a_user_of_its_own() -> None:
    assert all("-slim" in image for image in instructions("FROM"))
    (user,) = instructions("USER")
    assert user not in ("root", "0")
    # In the form of a list there is no shell that would keep the signal for itself.
    (entry_point,) = map(json.loads, instructions("ENTRYPOINT"))
    (command,) = map(json.loads, instructions("CMD"))
    assert entry_point == ["feedsvc"]
    assert_is_command(command)
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_the_image_is_checked_by_asking_whether_it_is_ready() -> None:
    (check,) = instructions("HEALTHCHECK")
    asked = json.loads(check[check.index("[") :])
    program = asked[-1]
    assert asked[:2] == ["python", "-c"]
    compile(program, "HEALTHCHECK", "exec")
    assert "/readyz" in program
    assert "PORT=" in " ".join(instructions("ENV"))


def test_all_that_the_image_copies_is_there_and_hashes_are_checked() -> None:
    ignored, *kept = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert ignored == "*"
    for copied in instructions("COPY"):
        for source in copied.split()[:-1] if not copied.startswith("--from") else ():
            assert (ROOT / source).exists(), source
            assert any(fnmatch(source, pattern[1:]) for pattern in kept if pattern[0] == "!"), source
    for run in instructions("RUN"):
        for options in re.findall(r"pip install --no-cache-dir (.+?)(?:&&|$)", run):
            assert options.startswith(("--require-hashes ", "--no-deps --no-build-isolation ")), options


def test_every_service_of_compose_starts_a_command_that_there_is() -> None:
    assert set(OURS) == {"web", "worker", "migrate"}
    for service in OURS.values():
        assert_is_command(service["command"])
        assert service["stop_grace_period"] == "10s"


def test_the_settings_of_compose_are_ours_and_right(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_folder / "database-url").write_text("postgresql://feedsvc:secret@postgres/feedsvc\n")
    for name, written in OURS["web"]["environment"].items():
        value = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", written).replace("/run/secrets", str(own_folder))
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.database_url == "postgresql://feedsvc:secret@postgres/feedsvc"
    assert settings.redis_url == "redis://redis:6379/0"
    named = re.findall(r"\$\{(\w+)", json.dumps(OURS["web"]["environment"]))
    assert named
    for name in named:
        assert f"`{name}`" in README, name


def test_what_a_service_of_compose_needs_is_declared() -> None:
    for name, service in COMPOSE["services"].items():
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"]), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in COMPOSE["volumes"], name
    # The address that the comment makes of the password is the one of the service there.
    (line,) = re.findall(r"postgresql://(\w+):&@(\w+)/(\w+)", (ROOT / "compose.yaml").read_text("utf-8"))
    user, host, database = line
    assert COMPOSE["services"][host]["environment"]["POSTGRES_USER"] == user == database


# Hosts that start the Procfile


PROCFILE = yaml.safe_load((ROOT / "Procfile").read_text("utf-8"))


def test_the_procfile_says_what_is_run_when() -> None:
    for started in PROCFILE.values():
        program, module, package, *arguments = shlex.split(started)
        assert [program, module, package] == ["python", "-m", "feedsvc"]
        assert_is_command(arguments)
    # `release` is run once by the host, before the others: it ends, and honcho would end them with it.
    assert set(PROCFILE) == {"web", "worker", "release"}


def test_the_add_ons_of_app_json_set_what_we_read() -> None:
    described = json.loads((ROOT / "app.json").read_text("utf-8"))
    assert {add_on["plan"].split(":")[0] for add_on in described["addons"]} == {
        "heroku-postgresql",
        "heroku-redis",
    }
    for variable in described["env"]:
        assert f"`{variable}`" in README, variable


@pytest.mark.real
def test_the_procfile_as_it_is_written_serves_what_it_pulls(own_folder: Path) -> None:
    port = free_port()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "FEEDSVC_HOST": "127.0.0.1",
        "FEEDSVC_POLL_INTERVAL": "1s",
    }
    shutil.copyfile(ROOT / "Procfile", own_folder / "Procfile")
    with fake_wordpress() as site, (own_folder / "output").open("wb") as output:
        site.add(1)
        process = subprocess.Popen(
            [sys.executable, "-m", "honcho", "start", "web", "worker"],
            cwd=own_folder,
            env=environment | {"FEEDSVC_SITES": site.url},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            eventually(lambda: "<item>" in read(f"http://127.0.0.1:{port}/feed.rss"), "the post is served")
            # The worker, gunicorn, its worker and the poller beside it: that one comes last.
            eventually(lambda: count_stoppable(process.pid) == 4, "all of them can be told to stop")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
    said = (own_folder / "output").read_text("utf-8")
    for name in ("web", "worker"):
        assert re.search(rf"{name}\.1.*the poller has stopped", said), said
    assert "Traceback" not in said


def read(address: str) -> str:
    """Return what is at an address, an empty text while nobody answers."""
    done = subprocess.run(
        ["curl", "--silent", "--max-time", "10", address], capture_output=True, text=True, check=False
    )
    return done.stdout


# A machine of one's own


@pytest.mark.real
def test_systemd_takes_the_unit_as_it_is_written(own_folder: Path) -> None:
    lacking(None if shutil.which("systemd-analyze") else "no systemd-analyze: install systemd")
    written = (ROOT / "deploy" / "feedsvc.service").read_text("utf-8")
    (started,) = re.findall(r"^ExecStart=(\S+) (.+)$", written, re.M)
    assert started[0].endswith("/bin/feedsvc")
    assert_is_command(shlex.split(started[1]))
    unit = own_folder / "feedsvc.service"
    unit.write_text(written.replace(started[0], sys.executable), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# Backups


def backup_lines() -> list[str]:
    """Return the five lines of the README."""
    (block,) = re.findall(r"### Backups\n.*?```sh\n(.*?)```", README, re.S)
    lines: list[str] = block.splitlines()
    assert len(lines) == 5
    return lines


def run_in_shell(line: str, folder: Path, database_url: str) -> None:
    command = folder / "bin"
    command.mkdir(exist_ok=True)
    script = command / "feedsvc"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feedsvc "$@"\n')
    script.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{command}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
    }
    done = subprocess.run(
        ["sh", "-euc", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (line, done.stderr)


def feed_of(database_url: str) -> str:
    done = CliRunner().invoke(main, ["render", "limit=100"], env={"DATABASE_URL": database_url})
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.real
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_as_the_readme_says_brings_back_what_was_lost(
    engine: str, own_folder: Path, sample_store: Path
) -> None:
    for tool in ("sqlite3", "pg_dump", "pg_restore"):
        lacking(None if shutil.which(tool) else f"no {tool}: install sqlite3 and postgresql-client")
    of_sqlite, of_postgresql, migrate = (lambda lines: (lines[:2], lines[2:4], lines[4]))(backup_lines())
    backup, restore = of_sqlite if engine == "sqlite" else of_postgresql
    url = "sqlite:///feedsvc.db"
    shutil.copyfile(sample_store, own_folder / "feedsvc.db")
    if engine == "postgresql":
        url = make_database()
        with (
            closing(Database(f"sqlite:///{own_folder}/feedsvc.db")) as source,
            closing(Database(url)) as target,
        ):
            copy_store(source, target, lambda done, total: None)
    before = feed_of(url)
    assert before.count("<item>") > 10
    run_in_shell(backup, own_folder, url)
    with closing(Database(url)) as database, database.transaction() as connection:
        connection.execute(text("UPDATE posts SET title = 'lost', content = 'lost'"))
    assert feed_of(url) != before
    run_in_shell(restore, own_folder, url)
    run_in_shell(migrate, own_folder, url)
    assert feed_of(url) == before
