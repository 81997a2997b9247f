"""The line that the design draws: the sites' side and the readers' side meet in the store alone."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "feedsvc"


@cache
def parsed(module: Path) -> ast.Module:
    """Return the tree of a module, which several tests walk and none changes."""
    return ast.parse(module.read_text("utf-8"))


def imports(module: Path) -> Iterator[str]:
    """Yield the names of all modules that `module` imports, inside functions too."""
    for node in ast.walk(parsed(module)):
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


def module_trees() -> Iterator[tuple[Path, ast.Module]]:
    for module in sorted(PACKAGE.rglob("*.py")):
        if "versions" not in module.parts:  # a migration has its names from Alembic
            yield module, parsed(module)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_docstrings_say_what_is_returned_in_the_words_of_the_field() -> None:
    rooms = (PACKAGE, ROOT / "tests", ROOT / "benchmarks")
    modules = [module for room in rooms for module in room.rglob("*.py")]
    assert len(modules) > 150
    offending = [
        f"{module.relative_to(ROOT)}: {function.name}"
        for module in modules
        if re.search(r"[\"']\s*(?:Give|Tell)", module.read_text("utf-8"))  # parsing all takes seconds
        for function in functions(parsed(module))
        if (ast.get_docstring(function) or "").startswith(("Give", "Tell"))
    ]
    assert offending == []


def test_a_public_name_stands_in_one_module() -> None:
    modules_by_name: dict[str, list[str]] = {}
    for module, tree in module_trees():
        if module.name == "cli.py":  # its functions are the commands
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                modules_by_name.setdefault(node.name, []).append(str(module.relative_to(PACKAGE)))
    assert len(modules_by_name) > 200
    assert {name: modules for name, modules in modules_by_name.items() if len(modules) > 1} == {}


LIBRARY_METHODS = {"send", "proxy_manager_for", "request"}
"""Methods of requests and urllib3 that we override, with the parameters that they have there."""


def test_keyword_arguments_have_names_and_types() -> None:
    offending = [
        f"{module.relative_to(PACKAGE)}: {function.name}"
        for module, tree in module_trees()
        for function in functions(tree)
        if (keywords := function.args.kwarg)
        and (keywords.annotation is None or ast.unparse(keywords.annotation) == "Any")
        and function.name not in LIBRARY_METHODS
    ]
    assert offending == []
