"""What a newcomer does in the first hour, with the wrong turns that people take: a sentence for each."""

import importlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from conftest import ROOT, SAMPLES, lacking
from servers import Canned, one_post, serving
from service import Service, eventually, free_port

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def feedsvc(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of feedsvc to its end, as a process of its own, and return what came of it."""
    return subprocess.run(
        [sys.executable, "-m", "feedsvc", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def taken_port() -> Iterator[int]:
    """Yield a port on which another program listens."""
    with socket.create_server(("127.0.0.1", free_port())) as other:
        yield other.getsockname()[1]


# make run


@pytest.fixture
def checkout(own_folder: Path) -> Path:
    """A fresh clone, without what git ignores."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = done.stdout.splitlines() or [
        str(path.relative_to(ROOT))
        for pattern in ("*", "samples/*", "feedsvc/**/*", ".ci/*")
        for path in ROOT.glob(pattern)
    ]
    for name in names:
        if (ROOT / name).is_file() and not name.startswith(("tests/", "benchmarks/")):
            (own_folder / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, own_folder / "clone" / name)
    return own_folder / "clone"


@pytest.fixture
def prepared(checkout: Path) -> Path:
    """A clone with the environment that `make test` made for this one."""
    environment = ROOT / ".venv"
    lacking(None if (environment / ".run").exists() else "there is no .venv: run the tests by `make test`")
    (checkout / ".venv").symlink_to(environment)
    return checkout


def newcomer_environment(folder: Path) -> dict[str, str]:
    """Return the environment of one who calls make: these tests themselves may be run by make."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return ours | {"PYTHONPATH": str(folder)}


def make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run make to its end, with an environment as a newcomer has it."""
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=newcomer_environment(folder),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@contextmanager
def make_run(folder: Path, *arguments: str) -> Iterator[tuple[str, Path]]:
    """Do `make run` until the end of the block; yield the address that it serves, and what it says."""
    port = free_port()
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}", *arguments],
            cwd=folder,
            env=newcomer_environment(folder) | {"PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            eventually(lambda: "serving on" in said.read_text() or process.poll() is not None, "it serves")
            yield f"http://127.0.0.1:{port}/", said
        finally:
            process.terminate()
            process.wait(30)


def test_the_samples_are_served_with_their_pictures_and_the_address_last(prepared: Path) -> None:
    with make_run(prepared) as (address, said):
        lines = said.read_text().splitlines()
        assert lines[-1].endswith(f"serving on {address}"), lines
        assert "no site is configured" not in said.read_text().lower()
        feed = requests.get(f"{address}feed.json?limit=100", timeout=30).text
        pictures = set(re.findall(r"https?://[^\"\\ <>,]+\.(?:jpe?g|png|svg|gif|webp)", feed))
        pictures -= {f"{address}static/mark.png"}  # our mark, which is the feed's icon
        assert len(pictures) == 8
        for picture in sorted(pictures):
            assert picture.startswith(address)
            answer = requests.get(picture, timeout=30)
            assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (
                200,
                "image/svg+xml",
            )
            assert len(answer.content) < 1000
        assert "No site is configured" not in requests.get(f"{address}status", timeout=30).text


def test_the_pictures_are_those_that_the_script_draws() -> None:
    sys.path.insert(0, str(SAMPLES.parent))
    pictures = importlib.import_module("pictures")
    static = ROOT / "feedsvc" / "publish" / "static"
    assert {file.name for file in static.glob("sample-*")} == {
        f"sample-{name}.svg" for name in pictures.NAMES
    }
    for name in pictures.NAMES:
        assert (static / f"sample-{name}.svg").read_text("utf-8") == pictures.draw(name)


def test_a_site_is_served_and_its_address_said_last(prepared: Path) -> None:
    with serving(one_post()) as url, make_run(prepared, f"SITE={url}") as (address, said):
        eventually(lambda: "its feeds are at" in said.read_text(), "all is read")
        lines = said.read_text().splitlines()
        assert lines[0] == f"feedsvc: asking {url} for its posts"
        assert lines[-1].endswith(f": its feeds are at {address}")
        assert "Seven" in requests.get(f"{address}feed.rss", timeout=30).text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["SITE=http://127.0.0.1:{free}/"], ": the connection was refused. Check the address and its port"),
        (["SITE=https://a.example/ https://b.example/"], "this is no single address, as in https://example.com/"),
        (["SITE=https://a.example/category/energy/"], "write https://a.example/, and ask its feeds for ?"),
        (["site=https://a.example/"], "write SITE in capital letters: make run SITE=https://a.example/"),
        (["PORT={taken}"], "port {taken} is taken by another program: make run PORT="),
        (["PORT=http"], "PORT=http is no port: make run PORT=8000"),
        (["PORT=80000"], "PORT=80000 is no port: make run PORT=8000"),
    ],
)  # fmt: skip
def test_a_wrong_turn_of_make_run_ends_with_its_sentence(
    prepared: Path, arguments: list[str], sentence: str
) -> None:
    with taken_port() as taken:
        ports = {"taken": taken, "free": free_port()}
        given = [argument.format(**ports) for argument in arguments]
        done = make(prepared, "run", *([] if "PORT" in given[0] else [f"PORT={free_port()}"]), *given)
    assert done.returncode != 0
    *_, said, of_make = done.stderr.splitlines()
    assert sentence.format(**ports) in said
    assert re.match(r"make: \*\*\* .* Error [12]$", of_make)
    assert "Traceback" not in done.stderr
    assert not (prepared / "feedsvc.db").exists()


# Said by pip where it reaches no index.
NO_INDEX = ("No matching distribution found", "Could not find a version", "ReadTimeoutError")


@pytest.mark.timeout(900)
def test_a_fresh_clone_is_installed_served_and_pulled_by_cron(checkout: Path) -> None:
    port, said = free_port(), checkout / "said"
    # What is compiled is compiled again when it is used: a newcomer waits for both, a test need not.
    environment = {"PATH": os.environ["PATH"], "PIP_NO_COMPILE": "1", "PYTHONUNBUFFERED": "1"}
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    with said.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"PYTHON={sys.executable}"],
            cwd=checkout, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            eventually(
                lambda: "serving on" in said.read_text() or process.poll() is not None, "it serves", 600
            )
            lines = said.read_text().splitlines()
            lacking(
                "no package index is at hand"
                if any(word in said.read_text() for word in NO_INDEX)
                else None
            )
            assert lines[0] == "feedsvc: making .venv, a folder for what it needs"
            assert lines[1].startswith("feedsvc: installing what it needs into .venv, once")
            assert lines[-1].endswith(f"serving on http://127.0.0.1:{port}/"), lines[-5:]
            assert requests.get(f"http://127.0.0.1:{port}/", timeout=60).ok
        finally:
            process.terminate()
            process.wait(60)
    check_cron_line(checkout)
    asked = {"_FEEDSVC_COMPLETE": "bash_complete", "COMP_WORDS": "feedsvc re", "COMP_CWORD": "1"}
    done = subprocess.run(
        [".venv/bin/feedsvc"], cwd=checkout, env=asked, capture_output=True, text=True, check=False
    )
    assert done.stdout == "plain,render\n"


def check_cron_line(clone: Path) -> None:
    """Run the README's line as cron does: by sh, with next to no environment."""
    (line,) = re.findall(r"^\*/15 \* \* \* \* (.+)$", (clone / "README.md").read_text("utf-8"), re.M)
    assert "%" not in line  # which is a new line to cron

    def call() -> str:
        done = subprocess.run(
            ["/bin/sh", "-c", line.replace("/srv/feedsvc", str(clone))],
            cwd="/",
            env={"HOME": str(clone.parent), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "me"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout

    with serving(one_post()) as url:
        (clone / "config.toml").write_text(f'[[sites]]\nname = "small"\nurl = "{url}"\n')
        assert call() == ""
        assert (clone / "feedsvc.db").is_file()
    assert call().startswith("small: failed: asked ")


def test_a_python_that_can_t_make_the_environment_leaves_nothing_behind(checkout: Path) -> None:
    """As on Debian without python3-venv, whose `python3 -m venv` fails when it has made half of it."""
    broken = checkout / "broken-python"
    broken.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\n'
        f"mkdir -p .venv/bin && ln -s {sys.executable} .venv/bin/python\nexit 1\n"
    )
    broken.chmod(0o755)
    done = make(checkout, "run", f"PORT={free_port()}", "PYTHON=./broken-python")
    assert done.returncode != 0
    assert "feedsvc: making .venv" in done.stdout
    assert "can't make .venv, which was removed again: on Debian or Ubuntu, apt-get install" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_is_one_sentence(checkout: Path) -> None:
    old = checkout / "old-python"
    old.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c "
        '"import sys; sys.version_info = (3, 10); exec(sys.argv[1])" "$2"\n'
    )
    old.chmod(0o755)
    done = make(checkout, "run", f"PORT={free_port()}", "PYTHON=./old-python")
    assert "feedsvc needs Python 3.11 or newer: make PYTHON=python3.11" in done.stderr
    assert not (checkout / ".venv").exists()


# The commands


def test_a_port_that_is_taken_is_one_sentence_with_the_command_that_helps() -> None:
    with taken_port() as port:
        for arguments, environment in ((["--port", str(port)], {}), ([], {"PORT": str(port)})):
            done = feedsvc("serve", *arguments, FEEDSVC_HOST="127.0.0.1", **environment)
            assert (done.returncode, done.stdout) == (1, "")
            (sentence,) = done.stderr.splitlines()
            assert sentence.startswith(f"feedsvc: port {port} is taken by another program: take ")
            advised = int(sentence.split("--port ")[1].split()[0])
            assert f"with make run, PORT={advised}" in sentence
            with socket.create_server(("127.0.0.1", advised)):
                pass  # it is free
    assert not Path("feedsvc.db").exists()


def test_an_address_that_is_not_this_machine_s_is_named() -> None:
    done = feedsvc("serve", "--port", str(free_port()), FEEDSVC_HOST="192.0.2.1")
    assert done.returncode == 1
    assert "feedsvc: nobody can listen on 192.0.2.1:" in done.stderr


def test_the_service_without_a_poller_pulls_nothing(own_folder: Path) -> None:
    port = free_port()
    with (
        serving(one_post()) as url,
        Service(
            own_folder, "--no-poller", "--port", str(port), "--site", url, port=port, WEB_CONCURRENCY="1"
        ) as service,
    ):
        eventually(lambda: len(service.children()) == 1, "the one worker runs")
        assert "poller" not in service.log()
        assert service.log().splitlines()[-1].endswith(f"serving on http://127.0.0.1:{port}/")
        assert service.get("feed.rss").status_code == 200


def test_a_site_of_which_nothing_is_held_ends_the_service_where_it_is_required(own_folder: Path) -> None:
    port = free_port()
    done = feedsvc("serve", "--require-sites", "--site", f"http://127.0.0.1:{free_port()}/", PORT=str(port))
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    (sentence,) = done.stderr.splitlines()
    assert "the connection was refused. Check the address and its port, or try later." in sentence
    with serving(one_post()) as url:
        assert feedsvc("pull", "--site", url).returncode == 0
    # It is down now, and what is held is served all the same.
    with Service(own_folder, "--require-sites", "--site", url) as service:
        assert "Seven" in service.get("feed.rss").text


# Addresses


def page(url: str, route: str = "", classes: str = "") -> Canned:
    """Return a page of a WordPress at `url`, which announces its REST API and what that has of the page."""
    links = [f'<{url}wp-json/>; rel="https://api.w.org/"']
    if route:
        links.append(f'<{url}wp-json{route}>; rel="alternate"; type="application/json"')
    body = f'<html><body class="{classes}">x</body></html>'
    return Canned(200, body, "text/html", {"Link": ", ".join(links)})


@contextmanager
def wordpress_with_pages() -> Iterator[str]:
    """Serve a WordPress with pages of many kinds, whose home is where it is."""
    answers = one_post()
    with serving(answers) as url:
        about = {"name": "Small", "namespaces": ["wp/v2"], "home": url.rstrip("/")}
        answers["/wp-json/"] = Canned(200, json.dumps(about))
        answers["/"] = page(url, classes="home blog")
        answers["/hello-world/"] = page(url, "/wp/v2/posts/7", "single single-post")
        answers["/feed/"] = Canned(200, "<rss/>", "application/rss+xml")  # without a Link header
        answers["/themen/energie/"] = page(url, "/wp/v2/categories/5", "archive category")
        answers["/press/"] = page(url, "", "archive post-type-archive post-type-archive-press-release")
        answers["/2025/03/"] = page(url, "", "archive date")
        answers["/de/"] = page(url, "/wp/v2/pages/2", "home page")
        answers["/news/"] = page(url, "", "blog")
        yield url


def test_an_address_finds_its_site_and_says_so_or_is_refused() -> None:
    with wordpress_with_pages() as url:
        home = url.rstrip("/")
        paths = ("hello-world/", "feed/", "news/", "?p=7")
        parts = {
            "themen/energie/": f"Write {home}, and ask its feeds for ?category=5.",
            "press/": f"'press-release' is no list of posts, and another post type can't be asked for yet. "
            f"Write {home} for the posts.",
            "2025/03/": "'2025/03' asks for a part of the site that can't be asked for yet. Write",
            "de/": "'de' seems to be one language of the site, which can't be asked for yet. Write",
        }
        options = [option for path in (*paths, *parts) for option in ("--site", f"{url}{path}")]
        done = feedsvc("check", "--json", *options)
    assert done.returncode == 1, done.stderr
    answers = {site["url"].removeprefix(url): site for site in json.loads(done.stdout)["sites"]}
    name = url.removeprefix("http://").strip("/").replace(":", "-")
    for path in paths:
        answer = answers[path]
        assert (answer["answers"], answer["name"]) == (True, name), path
        is_home = path in ("", "wp-json/wp/v2/posts/7")
        note = (
            None if is_home else f"{url}{path} is an address within {home}: all posts of that site are read"
        )
        assert answer["note"] == note
    for path, sentence in parts.items():
        assert (answers[path]["answers"], sentence in answers[path]["error"]) == (False, True), answers[
            path
        ]


def test_a_site_is_called_by_its_home_whatever_address_of_it_was_given(own_folder: Path) -> None:
    with wordpress_with_pages() as url:
        name = url.removeprefix("http://").strip("/").replace(":", "-")
        address = f"{url}hello-world/"
        done = feedsvc("pull", "--site", address)
        assert (done.returncode, done.stdout.split(": ")[0]) == (0, name)
        assert (
            f"{address} is an address within {url.rstrip('/')}: all posts of that site are read"
            in done.stderr
        )
        again = feedsvc("pull", "--json", "--site", address)
        (site,) = json.loads(again.stdout)["sites"]
        assert (site["name"], site["new"], site["url"]) == (name, 0, address)
        assert feedsvc("render", f"site={name}", "--site", address).stdout.count("<item>") == 1
        (own_folder / "config.toml").write_text(f'[[sites]]\nname = "mine"\nurl = "{address}"\n')
        assert feedsvc("pull").stdout.startswith("mine: 0 new")
        assert feedsvc("render", "site=mine").stdout.count("<item>") == 1
