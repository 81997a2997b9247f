"""What a newcomer does in the first hour, with the wrong turns that people take: a sentence for each."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import ROOT
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
    assert (done.returncode, done.stdout) == (1, "")
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
