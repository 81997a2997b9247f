"""The commands: what they print, where, and with which exit status."""

import json
import os
import pty
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from conftest import ROOT, SAMPLES, SHARED_SAMPLE, lacking
from feedsvc.cli import main
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from servers import NO_ROUTE, Canned, one_post, serving


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: bytes
    stderr: bytes


def feedsvc(*arguments: object, stdin: bytes = b"", **environment: str) -> Done:
    """Run a command and give what came of it."""
    result = CliRunner().invoke(main, [str(one) for one in arguments], input=stdin, env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout_bytes, result.stderr_bytes)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def migrated(own_folder: Path, empty_store: Path) -> None:
    """A store at the current schema where the commands look for it."""
    shutil.copyfile(empty_store, own_folder / "feedsvc.db")


@pytest.fixture
def imported(own_folder: Path, sample_store: Path) -> None:
    """A store of the bundled samples where the commands look for it."""
    shutil.copyfile(sample_store, own_folder / "feedsvc.db")


def test_importing_a_press_release_gives_one_entry_with_its_body_once() -> None:
    lacking(None if SHARED_SAMPLE.exists() else f"{SHARED_SAMPLE} is not there: put it beside the checkout")
    assert feedsvc("import", SHARED_SAMPLE).returncode == 0
    (entry,) = feedparser.parse(feedsvc("render", "", "--format", "atom").stdout).entries
    assert entry.title.startswith("World’s First — XellSmart’s Allogeneic iPSC-derived")
    assert entry.published == "2025-05-26T08:07:45Z"
    assert entry.id == "https://thaipropertynews.com/feeds/?p=24426"
    assert [tag.term for tag in entry.tags] == ["cision-pr-newswire", "cision-pr-newswire-en"]
    body = entry.content[0].value
    assert body.count("has received official approval from both") == 1
    assert len(entry.summary) <= 300
    text = " ".join(re.sub(r"<[^>]+>", "", body).split())
    assert text.startswith(entry.summary.rstrip("…"))
    assert not text[len(entry.summary.rstrip("…"))].isalnum()


@pytest.mark.parametrize(
    "query",
    [
        "category=cision-pr-newswire",
        "category=5",
        "topic=spinal+cord",
        'topic="spinal cord injury" fda',
        "limit=1",
    ],
)
def test_every_feed_of_the_press_release_has_its_one_entry(query: str) -> None:
    lacking(None if SHARED_SAMPLE.exists() else f"{SHARED_SAMPLE} is not there: put it beside the checkout")
    feedsvc("import", SHARED_SAMPLE)
    for form in ("rss", "atom"):
        assert len(feedparser.parse(feedsvc("render", query, "--format", form).stdout).entries) == 1
    assert len(json.loads(feedsvc("render", query, "--format", "json").stdout)["items"]) == 1


@pytest.mark.real
def test_importing_twice_changes_nothing() -> None:
    first = feedsvc("import", SAMPLES)
    assert b"36 new, 0 changed" in first.stdout
    before = feedsvc("render", "limit=100").stdout
    assert b"0 new, 0 changed" in feedsvc("import", SAMPLES).stdout
    assert feedsvc("render", "limit=100").stdout == before


@pytest.mark.usefixtures("migrated")
def test_import_reads_standard_input(sample_posts: list[dict[str, object]]) -> None:
    one = json.dumps(sample_posts[0]).encode()
    assert b"-: 1 new" in feedsvc("import", "-", stdin=b"\xef\xbb\xbf" + one).stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("<html>", "posts.json is not JSON", id="a page"),
        pytest.param("{}", "item 1 is no post", id="an empty object"),
        pytest.param(
            '{"code": "rest_no_route", "message": "No route was found."}',
            "the site said: No route was found.",
            id="an error of the REST API",
        ),
        pytest.param(
            '[{"id": 1, "content": {}}]', "does not tell its site: give --site URL", id="no links"
        ),
        pytest.param("[1]", "item 1 is no post", id="numbers"),
    ],
)
def test_a_file_that_can_t_be_imported_is_named_with_the_reason(content: str, sentence: str) -> None:
    Path("posts.json").write_text(content)
    done = feedsvc("import", "posts.json")
    assert done.returncode == 1
    assert sentence in done.stderr.decode()


def test_a_missing_file_to_import_is_named() -> None:
    done = feedsvc("import", "nowhere.json")
    assert done.returncode == 1
    assert "nowhere.json can't be read: No such file" in done.stderr.decode()


@pytest.mark.usefixtures("migrated")
def test_nothing_is_imported_when_one_of_the_files_is_bad() -> None:
    Path("bad.json").write_text("<html>")
    assert feedsvc("import", SAMPLES, "bad.json").returncode == 1
    assert feedparser.parse(feedsvc("render").stdout).entries == []


@pytest.mark.real
def test_render_prints_a_feed_and_nothing_else() -> None:
    command = [sys.executable, "-m", "feedsvc"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "import", str(SAMPLES)], env=environment, check=True, timeout=60)
    done = subprocess.run(
        [*command, "render", "topic=solar&category=energy", "--format", "atom"],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b"<?xml")
    assert done.stderr == b""
    assert feedparser.parse(done.stdout).entries


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--help"], "Pull every site once"),
        (["serve", "--help"], "--no-poller"),
        (["check", "--help"], "--json"),
        (["--version"], "feedsvc, version"),
    ],
)
def test_help_needs_no_database_and_no_site(arguments: list[str], expected: str) -> None:
    """Seen in a process of its own: the tests have imported all of it."""
    script = (
        "import sys\n"
        "from feedsvc.cli import main\n"
        f"main({arguments}, standalone_mode=False)\n"
        "print('imported:', *(name for name in sys.modules))"
    )
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    shown, _, imported = done.stdout.partition("imported:")
    assert expected in shown
    assert "click" in imported.split()
    heavy = {"sqlalchemy", "alembic", "requests", "requests_cache", "redis", "flask", "lark", "feedgen"}
    heavy |= {"pydantic", "gunicorn", "lxml", "feedsvc.config"}
    assert heavy & set(imported.split()) == set()


def test_render_offers_the_formats_that_there_are() -> None:
    said = feedsvc("render", "--help").stdout.decode()
    assert f"[{'|'.join(FORMATS)}]" in said
    assert f"[default: {DEFAULT_FORMAT.name}]" in said
    assert feedsvc("render", "--format", "opml").returncode == 2


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("categry=energy", "there is no parameter 'categry': did you mean 'category'?"),
        ("category=enrgy", "there is no category 'enrgy': did you mean 'energy'?"),
        ("limit=101", "limit='101' is not understood: write a number from 1 to 100"),
        ("solar", "there is no parameter 'solar': did you mean 'topic=solar'?"),
        ("heat pump", "there is no parameter 'heat pump': did you mean 'topic=heat pump'?"),
        ("solar&limit=5", "did you mean 'topic=solar'?"),
        ("solr=", "there is no parameter 'solr': known are topic"),
        (
            "http://127.0.0.1:8000/feed.rss?topic=solar&limit=5",
            "behind its '?', as in 'topic=solar&limit=5'",
        ),
        ("/category/energy.rss", "an address is no query string: write what stands behind its '?'"),
    ],
)
@pytest.mark.usefixtures("imported")
def test_a_bad_query_is_wrong_usage(query: str, sentence: str) -> None:
    done = feedsvc("render", query)
    assert (done.returncode, done.stdout) == (2, b"")
    assert sentence in done.stderr.decode()


def test_check_names_every_mistake_of_the_configuration() -> None:
    Path("config.toml").write_text(
        'base_ur = "x"\npoll_interval = "soon"\n[[sites]]\nurl = "ftp://example.com"\n'
    )
    done = feedsvc("check")
    assert done.returncode == 2
    said = done.stderr.decode()
    assert "base_ur: unknown key in config.toml; did you mean 'base_url'?" in said
    assert "poll_interval: 'soon' is not a duration" in said
    assert "url of [[sites]] no. 1: 'ftp://example.com' is not a web address" in said
    assert said.count("feedsvc: ") == 3


def test_a_configuration_file_that_is_not_there_is_named() -> None:
    done = feedsvc("check", "--config", "none.toml")
    assert done.returncode == 2
    assert "there is no file none.toml" in done.stderr.decode()


@pytest.mark.parametrize("command", ["pull", "check"])
@pytest.mark.usefixtures("migrated")
def test_a_site_that_is_down_gets_a_sentence(command: str) -> None:
    port = free_port()
    done = feedsvc(command, "--site", f"http://127.0.0.1:{port}/")
    assert done.returncode == 1
    said = done.stdout.decode()
    assert f"asked http://127.0.0.1:{port}/: the connection was refused." in said
    assert "Check the address and its port, or try later." in said


OPEN = "Open the address with /wp-json/ behind it in a browser"
PAGE = Canned(200, "<html><title>Shop</title></html>", "text/html")


@pytest.mark.parametrize(
    ("answers", "otherwise", "got", "advice"),
    [
        pytest.param(
            {"/": PAGE}, None, "answered 200 with text/html, and no REST API", OPEN, id="no WordPress"
        ),
        pytest.param(
            {}, PAGE, "answered 200 with text/html, and no REST API", OPEN, id="one page for everything"
        ),
        pytest.param(
            {},
            Canned(403, "no", "text/html"),
            "answered 403 with text/html",
            "forbids this: ask its owner",
            id="forbidden",
        ),
        pytest.param(
            {},
            Canned(500, "oh", "text/html"),
            "answered 500 with text/html",
            "in trouble: try later",
            id="broken",
        ),
        pytest.param({}, None, "answered 404 with text/plain", OPEN, id="nothing there"),
    ],
)
@pytest.mark.usefixtures("migrated")
def test_a_site_that_is_no_wordpress_gets_a_sentence(
    answers: dict[str, Canned], otherwise: Canned | None, got: str, advice: str
) -> None:
    with serving(answers, otherwise) as url:
        for command in ("pull", "check"):
            done = feedsvc(command, "--site", url)
            assert done.returncode == 1
            said = done.stdout.decode()
            assert f"asked {url}: it {got}" in said
            assert advice in said


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "asks for a log-in: its owner has to open the REST API"),
        (403, "forbids this: ask its owner to let us read the REST API"),
        (503, "The site is in trouble: try later"),
    ],
)
def test_a_wordpress_whose_rest_api_is_closed_is_told_from_one_that_has_none(
    status: int, advice: str
) -> None:
    closed = Canned(status, '{"code": "closed", "message": "Only for members."}')
    with serving({"/": PAGE, "/wp-json/": closed}) as url:
        done = feedsvc("check", "--site", url)
    assert done.returncode == 1
    said = done.stdout.decode()
    assert f"it answered {status} with application/json, “Only for members.”." in said
    assert advice in said


@pytest.mark.usefixtures("migrated")
def test_one_failing_site_does_not_keep_another_from_being_pulled() -> None:
    with serving(one_post(), NO_ROUTE) as url:
        done = feedsvc("pull", "--site", f"http://127.0.0.1:{free_port()}/", "--site", url)
    assert done.returncode == 1
    assert re.search(
        r"failed: asked .*\n.*: 1 new, 0 changed, 0 removed, 0 duplicates, ", done.stdout.decode()
    )
    assert [entry.title for entry in feedparser.parse(feedsvc("render").stdout).entries] == ["Seven"]


def test_check_makes_no_database() -> None:
    with serving(one_post(), NO_ROUTE) as url:
        feedsvc("check", "--site", url)
    assert not Path("feedsvc.db").exists()


@pytest.mark.usefixtures("migrated")
def test_pull_goes_on_without_redis_when_it_is_down() -> None:
    redis = f"redis://127.0.0.1:{free_port()}/0"
    with serving(one_post(), NO_ROUTE) as url:
        done = feedsvc("pull", "--site", url, REDIS_URL=redis)
    assert done.returncode == 0
    assert b": 1 new" in done.stdout


def test_check_names_the_api_that_it_found_and_how_many_posts_there_are() -> None:
    with serving(one_post(), NO_ROUTE) as url:
        done = feedsvc("check", "--site", url)
    assert done.returncode == 0
    assert f"{url}wp-json/ answers, 1 posts" in done.stdout.decode()


def test_check_pull_and_import_say_the_same_as_json(sample_posts: list[dict[str, object]]) -> None:
    down = f"http://127.0.0.1:{free_port()}/"
    with serving(one_post(), NO_ROUTE) as url:
        checked = feedsvc("check", "--json", "--site", url, "--site", down)
        pulled = feedsvc("pull", "--json", "--site", url, "--site", down)
    assert (checked.returncode, pulled.returncode) == (1, 1)
    good, bad = json.loads(checked.stdout)["sites"]
    assert (good["answers"], good["posts"], good["api_root"]) == (True, 1, f"{url}wp-json/")
    assert (bad["answers"], bad["posts"], bad["url"]) == (False, None, down)
    assert "the connection was refused" in bad["error"]
    good, bad = json.loads(pulled.stdout)["sites"]
    counts = [good[name] for name in ("new", "changed", "removed", "duplicates")]
    assert (good["error"], counts) == (None, [1, 0, 0, 0])
    assert "the connection was refused" in bad["error"]
    Path("some.json").write_text(json.dumps(sample_posts[:3]))
    (file,) = json.loads(feedsvc("import", "--json", "some.json").stdout)["files"]
    assert file == {"file": "some.json", "new": 3, "changed": 0, "removed": 0, "remark": None}


def test_mistakes_of_the_configuration_are_json_too_where_that_is_asked_for() -> None:
    Path("config.toml").write_text('titel = "x"\nport = 0\n')
    done = feedsvc("check", "--json")
    assert done.returncode == 2
    assert [mistake.split(":")[0] for mistake in json.loads(done.stdout)["mistakes"]] == ["port", "titel"]
    assert "titel: unknown key" in done.stderr.decode()


@pytest.mark.usefixtures("imported")
def test_check_names_the_topics_that_name_what_is_not_there() -> None:
    Path("config.toml").write_text(
        '[topics.a]\nquery = "category:enrgy"\n[topics.b]\nquery = "tag:battery"\n'
    )
    done = feedsvc("check")
    assert done.returncode == 2
    said = done.stderr.decode()
    assert re.fullmatch(
        r"feedsvc: topics\.a\.query: there is no category 'enrgy'.*did you mean 'energy'\?\n", said
    )
    assert "in order" not in done.stdout.decode()
    assert json.loads(feedsvc("check", "--json").stdout)["mistakes"] == [
        said.removeprefix("feedsvc: ").strip()
    ]
    Path("config.toml").write_text('[topics.b]\nquery = "tag:battery"\n')
    done = feedsvc("check")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "36 posts of imported files are held" in done.stdout.decode()
    assert "no site is configured" not in done.stdout.decode()


@pytest.mark.usefixtures("migrated")
def test_an_import_without_embed_says_why_categories_have_no_names(
    sample_posts: list[dict[str, object]],
) -> None:
    bare = [
        {name: value for name, value in post.items() if name != "_embedded"} for post in sample_posts[:3]
    ]
    Path("bare.json").write_text(json.dumps(bare))
    done = feedsvc("import", "bare.json")
    assert (done.returncode, done.stdout) == (0, b"bare.json: 3 new, 0 changed, 0 removed\n")
    assert re.fullmatch(
        r"feedsvc: bare\.json: .*no names.*saved without _embed: .*\n", done.stderr.decode()
    )
    Path("whole.json").write_text(json.dumps(sample_posts[:3]))
    assert feedsvc("import", "whole.json").stderr == b""


@pytest.mark.real
def test_pull_shows_its_progress_on_a_terminal_and_nowhere_else() -> None:
    with serving(one_post(), NO_ROUTE) as url:
        assert feedsvc("pull", "--site", url).stderr == b""
        seen, terminal = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "feedsvc", "pull", "--full", "--site", url],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=terminal,
            timeout=60,
            check=False,
        )
        os.close(terminal)
        shown = os.read(seen, 10_000).decode()
        os.close(seen)
    assert done.returncode == 0
    assert re.search(r"\[#+\]  1/1", shown)
    assert re.fullmatch(rb"\S+: 0 new, 0 changed, 0 removed, 0 duplicates, [\d.]+ s\n", done.stdout)


def test_pull_without_a_site_says_how_to_name_one() -> None:
    done = feedsvc("pull")
    assert done.returncode == 2
    assert "no site is configured" in done.stderr.decode()


def test_migrate_says_whether_there_was_anything_to_do() -> None:
    assert b"is now at the current schema" in feedsvc("migrate").stdout
    assert b"was current already" in feedsvc("migrate").stdout


def test_a_folder_that_is_not_there_is_named() -> None:
    done = feedsvc("migrate", DATABASE_URL="sqlite:///nowhere/at/all.db")
    assert done.returncode == 2
    assert "there is no folder nowhere/at" in done.stderr.decode()


def test_a_file_that_is_no_database_is_named() -> None:
    Path("other.db").write_text("This is a letter, and no database at all.")
    done = feedsvc("render", DATABASE_URL="sqlite:///other.db")
    assert done.returncode == 2
    assert "other.db can't be used as a database: file is not a database" in done.stderr.decode()


def test_a_database_of_a_newer_feedsvc_is_left_alone() -> None:
    feedsvc("migrate")
    with closing(sqlite3.connect("feedsvc.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = feedsvc("render")
    assert done.returncode == 2
    assert "a newer feedsvc has written feedsvc.db" in done.stderr.decode()


def test_a_misspelt_variable_of_the_environment_is_named_with_the_nearest() -> None:
    done = feedsvc("check", FEEDSVC_POL_INTERVAL="1s", FEEDSVC_DATABASE_URI="sqlite:///x.db")
    assert done.returncode == 2
    said = done.stderr.decode()
    assert "FEEDSVC_POL_INTERVAL: there is no such variable; did you mean 'FEEDSVC_POLL_INTERVAL'?" in said
    assert "FEEDSVC_DATABASE_URI: there is no such variable; did you mean 'FEEDSVC_DATABASE_URL'?" in said


def test_variables_that_kubernetes_sets_do_no_harm() -> None:
    done = feedsvc("check", FEEDSVC_PORT="tcp://10.0.0.1:80", FEEDSVC_SERVICE_HOST="10.0.0.1")
    assert done.returncode == 0


def test_the_version_and_the_help_are_given() -> None:
    assert feedsvc("--version").stdout.startswith(b"feedsvc, version ")
    for command in ("serve", "worker", "pull", "import", "render", "check", "migrate"):
        done = feedsvc(command, "--help")
        assert done.returncode == 0
        assert b"--config" in done.stdout
        assert b"--site" in done.stdout


@pytest.mark.usefixtures("migrated")
def test_the_common_options_stand_before_the_command_or_behind_it() -> None:
    Path("ours.toml").write_text('title = "Ours"')
    before = feedsvc("--config", "ours.toml", "render")
    assert b"<title>Ours</title>" in before.stdout
    assert feedsvc("render", "--config", "ours.toml").stdout == before.stdout
    for command in (["--site", "nowhere", "check"], ["check", "--site", "nowhere"]):
        assert "'nowhere' is not a web address" in feedsvc(*command).stderr.decode()


@pytest.mark.parametrize("command", ["pull", "check", "serve", "worker"])
@pytest.mark.parametrize("address", ["https://example.com/", "example.com", "example.com/news/"])
def test_an_address_without_its_option_is_told_where_it_belongs(command: str, address: str) -> None:
    done = feedsvc(command, address)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"a site is named by an option: --site {address}" in done.stderr.decode()


def test_what_else_is_too_much_is_said_as_ever() -> None:
    assert "unexpected extra argument (now)" in feedsvc("pull", "now").stderr.decode()


def test_an_unknown_command_is_wrong_usage() -> None:
    assert feedsvc("serv").returncode == 2
