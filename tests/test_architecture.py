"""The line that the design draws: the sites' side and the readers' side meet in the store alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "feedsvc"


def imports(module: Path) -> Iterator[str]:
    """Give the names of all modules that `module` imports, inside functions too."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(rooms: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{module.relative_to(PACKAGE)} imports {name}"
        for module in sorted(PACKAGE.glob(rooms))
        for name in imports(module)
        if name.startswith(forbidden)
    ]


def test_the_sites_side_knows_nothing_of_publish() -> None:
    for room in ("sync", "wordpress", "clean"):
        assert offenders(f"{room}/*.py", ("feedsvc.publish", "flask", "feedgen")) == []


def test_publish_knows_nothing_of_the_sites_side_and_makes_no_request() -> None:
    rooms = ("feedsvc.sync", "feedsvc.wordpress", "feedsvc.clean")
    assert offenders("publish/**/*.py", (*rooms, "requests", "urllib.request", "http.client")) == []


def test_the_store_knows_neither() -> None:
    rooms = ("feedsvc.sync", "feedsvc.wordpress", "feedsvc.clean", "feedsvc.publish")
    assert offenders("store/**/*.py", (*rooms, "requests", "flask")) == []


def test_sql_is_written_in_the_store_alone() -> None:
    allowed = {"Connection", "make_url", "exc", "SQLAlchemyError"}
    for room in ("sync", "wordpress", "clean", "query", "text", "publish", "publish/serialize", "."):
        names = {o.rsplit(" ", 1)[1] for o in offenders(f"{room}/*.py", ("sqlalchemy.",))}
        assert {name.rsplit(".", 1)[1] for name in names} <= allowed


def test_bleach_and_nh3_stay_off_the_request_path() -> None:
    assert offenders("publish/**/*.py", ("bleach", "nh3")) == []
    assert offenders("*.py", ("bleach",)) == []


def test_the_import_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kept, 0 broken" in done.stdout
