"""The README and the example configuration against the code, so that they stay true."""

import ast
import json
import re
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT
from feedsvc.cli import main
from feedsvc.config import Settings, SiteSettings, TopicSettings, load_settings
from feedsvc.environment import list_variables
from feedsvc.publish.web import create_app
from feedsvc.query.fields import PARAMETERS
from feedsvc.store.database import Database

README = (ROOT / "README.md").read_text("utf-8")
EXAMPLE = ROOT / "config.example.toml"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_and_option_stands_in_the_readme(command: str) -> None:
    (row,) = re.findall(rf"^\| `feedsvc {command}\b.*$", README, re.M)
    common = "Every command takes `--config FILE` and `--site URL`"
    for parameter in main.commands[command].params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert option in (common if option in ("--config", "--site") else row), option
    assert common in README


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_every_route_stands_in_the_readme(settings: Settings, database: Database) -> None:
    shown = {
        "/feed.<any(rss, atom, json):suffix>": "/feed.rss",
        "/<any(category, tag, author):field>/<slug>.<any(rss, atom, json):suffix>": "/category/energy.rss",
        "/topic/<name>.<any(rss, atom, json):suffix>": "/topic/cell-therapy.rss",
        "/<any(category, tag, author):field>/<slug>/": "/category/energy/",
        "/topic/<name>/": "/topic/cell-therapy/",
        "/comments/feed/<any(rss, atom, json):suffix>/": "/comments/feed/atom/",
    }
    for rule in create_app(settings, database).url_map.iter_rules():
        if rule.endpoint != "static":
            assert f"`{shown.get(rule.rule, rule.rule)}`" in README, rule.rule


def test_every_setting_stands_in_the_readme_and_in_the_example() -> None:
    example = EXAMPLE.read_text("utf-8")
    for name in Settings.model_fields:
        table = {"sites": "[[sites]]", "topics": "[topics."}.get(name)
        assert (table or f"`{name}`") in README, name
        assert re.search(rf"^(# )?{re.escape(table)}" if table else rf"^(# )?{name} = ", example, re.M), (
            name
        )
        variable = list_variables(name)[-1]
        assert f"`{variable}`" in README, variable
        assert variable in example, variable
    for model in (SiteSettings, TopicSettings):
        for name in model.model_fields:
            mark = "# " if name == "access_token" else ""  # who copies the example must not copy a token
            assert re.search(rf"^{mark}{name} = ", example, re.M), name


def test_the_example_configuration_is_valid_and_shows_the_defaults() -> None:
    example = load_settings(EXAMPLE)
    standard = Settings()
    for name in ("poll_interval", "sweep_interval", "port", "web_concurrency", "database_url"):
        assert getattr(example, name) == getattr(standard, name), name
    assert [site.name for site in example.sites] == ["property", "science"]


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), (document, target)


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PACKAGE = ROOT / "feedsvc"


def test_every_room_has_its_line_in_the_architecture() -> None:
    rooms = [f"{path.name}/" if path.is_dir() else path.name for path in PACKAGE.iterdir()]
    for room in rooms:
        if not room.startswith(("_", "py.typed")):
            assert re.search(rf"^\| .*`{re.escape(room)}`", ARCHITECTURE, re.M), room
    assert ARCHITECTURE.count("\n") <= 200


def defined_names(module: Path) -> set[str]:
    """Return the functions, classes and methods of a module, methods with their class's name before."""
    names = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}.{member.name}" for member in node.body if isinstance(member, ast.FunctionDef)
            }
            names |= {
                f"{node.name}.{member.target.id}"
                for member in node.body
                if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name)
            }
    return names


def test_every_function_that_the_architecture_names_is_where_it_says() -> None:
    named = re.findall(r"`([\w.]+)`\s+\(`([\w./]+\.py)`", ARCHITECTURE)
    named += re.findall(r"\(`(\w+)`, `([\w./]+\.py)`\)", ARCHITECTURE)
    assert len(named) > 30
    for name, file in named:
        assert name in defined_names(PACKAGE / file), f"{name} is not in {file}"


def test_every_file_that_the_architecture_names_is_there() -> None:
    for file in re.findall(r"`([\w/]+\.py)`", ARCHITECTURE):
        assert (PACKAGE / file).is_file(), file


def test_every_module_says_what_it_owns_in_its_first_line() -> None:
    for module in (ROOT / "feedsvc").rglob("*.py"):
        if module.parent.name != "versions" or module.name != "__init__.py":
            text = module.read_text("utf-8")
            assert not text or text.startswith('"""'), module


def test_the_makefile_has_every_target_that_the_documents_name() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / document).read_text("utf-8"), re.M):
            assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_host_s_files_start_commands_that_exist() -> None:
    for line in (ROOT / "Procfile").read_text("utf-8").splitlines():
        _, started = line.split(": ")
        assert started.startswith("python -m feedsvc ")
        assert started.split()[-1] in main.commands
    variables = json.loads((ROOT / "app.json").read_text("utf-8"))["env"]
    for variable in variables:
        assert f"`{variable}`" in README


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REQUIREMENTS = {
    "requirements-build.txt": PROJECT["dependency-groups"]["build"],
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
    ],
}


def read_pins(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Return what a file of requirements pins, by name: the requirement and its hashes."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pins: dict[str, tuple[Requirement, list[str]]] = {}
    for line in lines:
        pinned, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        requirement = Requirement(pinned)
        pins[canonicalize_name(requirement.name)] = (requirement, hashes)
    assert len(pins) == len(lines)
    return pins


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_dependency_is_pinned_with_its_hashes_and_no_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.M), "an option for pip"
    pins = read_pins(name)
    for requirement, hashes in pins.values():
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in hashes), requirement
    for wanted in map(Requirement, REQUIREMENTS[name]):
        pinned, _ = pins[canonicalize_name(wanted.name)]
        (version,) = pinned.specifier
        assert version.version in wanted.specifier, f"{wanted} is pinned as {pinned}: make requirements"


def test_what_is_built_for_a_system_is_pinned_for_many_of_them() -> None:
    pins = read_pins("requirements.txt")
    for name in ("lxml", "nh3", "pydantic-core", "sqlalchemy", "regex"):
        assert len(pins[name][1]) > 20, name


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_the_pins_are_what_pyproject_asks_for_and_nothing_else(name: str) -> None:
    """Follow the dependencies by what the installed packages say, which needs no index: `make requirements`
    mends what differs.
    """
    pins = read_pins(name)
    reached: set[str] = set()
    elsewhere: set[str] = set()
    waiting = [(Requirement(text), {""}) for text in REQUIREMENTS[name]]
    while waiting:
        wanted, extras = waiting.pop()
        package = canonicalize_name(wanted.name)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            elsewhere.add(package)
            continue
        if package in reached and not wanted.extras:
            continue
        reached.add(package)
        pinned, _ = pins[package]
        assert f"=={version(package)}" == str(pinned.specifier), f"{pinned} is not what is installed"
        waiting += [(Requirement(text), {"", *wanted.extras}) for text in requires(package) or ()]
    here = {package for package, (pin, _) in pins.items() if not pin.marker or pin.marker.evaluate()}
    assert here == reached
    assert set(pins) - here <= elsewhere  # of other systems and versions of Python


def test_what_both_files_pin_is_the_same() -> None:
    pins, dev = read_pins("requirements.txt"), read_pins("requirements-dev.txt")
    assert all(dev[package] == pin for package, pin in pins.items())


def test_all_that_is_installed_by_the_documents_is_checked_against_hashes() -> None:
    asked = []
    for name in ("Makefile", "README.md", ".ci/run"):
        text = (ROOT / name).read_text("utf-8")
        asked += re.findall(r"(?:\bpip|\(PIP\)) install (.+)", text)
    assert len(asked) == 7
    for options in asked:
        assert options.startswith(("--require-hashes ", "--no-deps --no-build-isolation ")), options


def test_python_s_version_is_one_that_we_support() -> None:
    version = (ROOT / ".python-version").read_text("utf-8").strip()
    assert tuple(map(int, version.split(".")))[:2] >= (3, 11)


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    for name in ("README.md", "Makefile", ".ci/run", "pyproject.toml", "app.json"):
        text = (ROOT / name).read_text("utf-8")
        assert "/home/" not in text
        assert "pypi" not in text.lower(), name
