"""The settings: what wins, what is refused, and how a mistake is named."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import ROOT
from feedsvc.config import Settings, load_settings
from feedsvc.environment import list_variables
from feedsvc.errors import ConfigError
from feedsvc.values import derive_site_name, parse_duration, parse_url


def written(text: str) -> Path:
    """Return a configuration file with `text`."""
    file = Path("written.toml")
    file.write_text(text, "utf-8")
    return file


def mistakes(text: str = "", sites: tuple[str, ...] = ()) -> str:
    """Return what is said of a wrong configuration, and take care that it is refused."""
    with pytest.raises(ConfigError) as caught:
        load_settings(written(text), sites)
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    return str(caught.value)


def named(settings: Settings) -> dict[str, str]:
    """Return the addresses of the sites by their names."""
    return {site.name: site.url for site in settings.sites}


# Where settings come from


def test_without_any_setting_there_are_the_documented_defaults() -> None:
    settings = load_settings()
    assert (settings.poll_interval, settings.sweep_interval) == (timedelta(minutes=15), timedelta(hours=6))
    assert (settings.bind, settings.address) == ("127.0.0.1:8000", "http://127.0.0.1:8000/")
    assert (settings.database_url, settings.redis_url) == ("sqlite:///feedsvc.db", None)
    assert (settings.sites, settings.topics, settings.base_url) == ((), {}, None)


def test_the_example_configuration_is_valid_and_shows_the_defaults() -> None:
    settings = load_settings(ROOT / "config.example.toml")
    defaults = load_settings()
    assert list(named(settings)) == ["property", "science"]
    assert settings.topics["cell-therapy"].query == '("cell therapy" OR "stem cell") -veterinary'
    for key in (
        "poll_interval",
        "sweep_interval",
        "port",
        "web_concurrency",
        "database_url",
        "redis_url",
        "bind",
    ):
        assert getattr(settings, key) == getattr(defaults, key)


def test_the_example_configuration_names_every_key_and_every_variable() -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    for name in Settings.model_fields:
        assert re.search(rf"(?m)^(?:# )?(?:{name} = |\[\[?{name}\b)", text), name
        variable = list_variables(name)[-1]
        assert variable in text, variable


def test_a_file_is_read_key_by_key() -> None:
    settings = load_settings(
        written("""
            base_url = "https://feeds.example.com"
            title = "ข่าว"
            poll_interval = "90s"
            port = 9000
            [[sites]]
            name = "property"
            url = "https://example.com/news/"
            [[sites]]
            url = "https://b.example/wp-json/"
            [topics.cell-therapy]
            title = "Cell therapy"
            query = '"cell therapy"'
        """)
    )
    assert (settings.title, settings.poll_interval, settings.port) == ("ข่าว", timedelta(seconds=90), 9000)
    assert settings.address == "https://feeds.example.com/"
    assert named(settings) == {
        "property": "https://example.com/news/",
        "b.example": "https://b.example/wp-json/",
    }
    assert (settings.topics["cell-therapy"].title, settings.topics["cell-therapy"].query) == (
        "Cell therapy",
        '"cell therapy"',
    )


def test_config_toml_of_the_working_directory_is_read_if_it_is_there() -> None:
    Path("config.toml").write_text('title = "found"')
    assert load_settings().title == "found"


def test_feedsvc_config_names_the_file_and_the_option_is_stronger(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text('title = "default"')
    Path("other.toml").write_text('title = "other"')
    monkeypatch.setenv("FEEDSVC_CONFIG", "other.toml")
    assert load_settings().title == "other"
    assert load_settings(written('title = "option"')).title == "option"


@pytest.mark.parametrize(
    ("written_as", "url"),
    [
        ("postgres://u:p%40ss@db.example:5433/feeds", "postgresql://u:p%40ss@db.example:5433/feeds"),
        ("postgresql://db.example/feeds?sslmode=require", "postgresql://db.example/feeds?sslmode=require"),
        ("postgresql+psycopg://u@[::1]/feeds", "postgresql://u@[::1]/feeds"),
        ("postgresql:///feeds?host=/run/postgresql", "postgresql:///feeds?host=/run/postgresql"),
    ],
)
def test_the_address_of_a_postgresql_is_understood_as_hosts_write_it(
    written_as: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", written_as)
    assert load_settings().database_url == url


@pytest.mark.parametrize(
    ("variables", "share"),
    [({}, 5), ({"WEB_CONCURRENCY": "8"}, 2), ({"FEEDSVC_DATABASE_CONNECTIONS": "120"}, 30)],
)
def test_the_connections_to_a_server_are_shared_between_the_processes(
    variables: dict[str, str], share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.connections_of_a_process == share
    assert share * (settings.web_concurrency + 2) <= settings.database_connections


@pytest.mark.parametrize(
    ("variable", "value", "key", "expected"),
    [
        pytest.param(
            "FEEDSVC_POLL_INTERVAL", "2m", "poll_interval", timedelta(minutes=2), id="poll_interval"
        ),
        pytest.param(
            "FEEDSVC_SWEEP_INTERVAL", "1d", "sweep_interval", timedelta(days=1), id="sweep_interval"
        ),
        pytest.param(
            "FEEDSVC_BASE_URL", "https://e.example/f", "base_url", "https://e.example/f", id="base_url"
        ),
        pytest.param("FEEDSVC_TITLE", "From outside", "title", "From outside", id="title"),
        pytest.param("PORT", "5000", "port", 5000, id="port"),
        pytest.param("WEB_CONCURRENCY", "3", "web_concurrency", 3, id="web_concurrency"),
        pytest.param("DATABASE_URL", "sqlite:///e.db", "database_url", "sqlite:///e.db", id="database_url"),
        pytest.param(
            "REDIS_URL", "rediss://:pw@h:6379/1", "redis_url", "rediss://:pw@h:6379/1", id="redis_url"
        ),
    ],
)
def test_the_environment_wins_over_the_file_unless_it_is_empty(
    variable: str, value: str, key: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written("""
        poll_interval = "30m"
        sweep_interval = "30m"
        base_url = "https://file.example/"
        title = "From the file"
        port = 7000
        web_concurrency = 7
        database_url = "sqlite:///file.db"
        redis_url = "redis://file/0"
    """)
    in_file = getattr(load_settings(file), key)
    assert in_file != expected
    monkeypatch.setenv(variable, "")
    assert getattr(load_settings(file), key) == in_file
    monkeypatch.setenv(variable, value)
    assert getattr(load_settings(file), key) == expected


SITES = """
[[sites]]
name = "property"
url = "https://a.example/news"
[[sites]]
url = "https://b.example/"
"""


def test_sites_of_the_environment_win_over_the_file_and_options_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = written(SITES)
    assert named(load_settings(file)) == {
        "property": "https://a.example/news",
        "b.example": "https://b.example/",
    }
    monkeypatch.setenv("FEEDSVC_SITES", "https://c.example/  https://d.example/x/")
    assert named(load_settings(file)) == {
        "c.example": "https://c.example/",
        "d.example-x": "https://d.example/x/",
    }
    assert named(load_settings(file, ["https://e.example/"])) == {"e.example": "https://e.example/"}


def test_an_address_that_stands_in_the_file_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(SITES)
    assert list(named(load_settings(file, ["https://c.example/", "https://a.example/news/"]))) == [
        "c.example",
        "property",
    ]
    monkeypatch.setenv("FEEDSVC_SITES", "https://a.example/news/")
    assert list(named(load_settings(file))) == ["property"]


def test_blank_sites_in_the_environment_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_SITES", "   ")
    assert list(named(load_settings(written(SITES)))) == ["property", "b.example"]


def test_settings_never_change() -> None:
    with pytest.raises(Exception, match="frozen"):
        load_settings().title = "x"


# Where to listen


@pytest.mark.parametrize(
    ("variables", "bind"),
    [
        pytest.param({}, "127.0.0.1:8000", id="on the loopback"),
        pytest.param({"PORT": "5000"}, "0.0.0.0:5000", id="everywhere when a platform gives PORT"),
        pytest.param(
            {"PORT": "5000", "FEEDSVC_HOST": "127.0.0.1"}, "127.0.0.1:5000", id="where FEEDSVC_HOST says"
        ),
        pytest.param({"FEEDSVC_HOST": "0.0.0.0"}, "0.0.0.0:8000", id="FEEDSVC_HOST alone"),
        pytest.param({"PORT": ""}, "127.0.0.1:8000", id="an empty PORT is none"),
        pytest.param({"FEEDSVC_HOST": "::1"}, "[::1]:8000", id="IPv6"),
    ],
)
def test_the_service_listens_where_the_platform_expects(
    variables: dict[str, str], bind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert load_settings().bind == bind


def test_a_port_in_the_file_does_not_open_the_service_to_everyone() -> None:
    assert load_settings(written("port = 9000")).bind == "127.0.0.1:9000"


# What is refused


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('poll_intervall = "1m"', ["poll_intervall", "'poll_interval'"], id="an unknown key"),
        pytest.param(
            'pol = "1m"\nzzz = 1', ["pol", "zzz", "known are", "sweep_interval"], id="nothing near"
        ),
        pytest.param(
            '[[sites]]\nurl = "https://a.example"\nnmae = "x"',
            ["nmae of [[sites]] no. 1", "'name'"],
            id="of a site",
        ),
        pytest.param('[topics.ice]\nquerry = "x"', ["topics.ice.querry", "'query'"], id="of a topic"),
        pytest.param(
            "port = 0", ["port: 0 is out of range: write a whole number from 1 to 65535"], id="port 0"
        ),
        pytest.param(
            "port = 70000", ["port: 70000 is out of range", "from 1 to 65535"], id="a port too high"
        ),
        pytest.param('port = "abc"', ["port", "whole number"], id="a port that is no number"),
        pytest.param(
            "web_concurrency = 0", ["web_concurrency: 0 is out of range", "from 1 to 64"], id="no process"
        ),
        pytest.param("title = 5", ["title", "no text"], id="a title that is a number"),
        pytest.param('poll_interval = "soon"', ["poll_interval", "'soon'", "15m"], id="no duration"),
        pytest.param(
            "poll_interval = 900", ["poll_interval", "900", "15m"], id="a duration without a unit"
        ),
        pytest.param(
            'base_url = "feeds.example.com"', ["base_url", "'feeds.example.com'", "https://"], id="base_url"
        ),
        pytest.param(
            '[[sites]]\nurl = "nowhere"',
            ["url of [[sites]] no. 1", "'nowhere'", "https://"],
            id="no scheme",
        ),
        pytest.param(
            '[[sites]]\nurl = "ftp://a.example"',
            ["url of [[sites]] no. 1", "https://"],
            id="another scheme",
        ),
        pytest.param('[[sites]]\nurl = "https://"', ["url of [[sites]] no. 1", "https://"], id="no host"),
        pytest.param(
            '[[sites]]\nurl = "https://exa mple.com/"',
            ["url of [[sites]] no. 1", "https://"],
            id="a space in the host",
        ),
        pytest.param(
            '[[sites]]\nurl = "https://[::1"', ["url of [[sites]] no. 1", "https://"], id="a broken host"
        ),
        pytest.param(
            '[[sites]]\nurl = "https://a.example:99999/"',
            ["url of [[sites]] no. 1", "https://"],
            id="a broken port",
        ),
        pytest.param(
            '[[sites]]\nname = "a b"\nurl = "https://a.example"',
            ["name of [[sites]] no. 1: 'a b'", "letters, digits"],
            id="a name with a space",
        ),
        pytest.param(
            '[[sites]]\nname = "a"', ["url of [[sites]] no. 1", "missing"], id="a site without address"
        ),
        pytest.param(
            'sites = ["https://a.example"]',
            ["[[sites]] no. 1", "write [[sites]] before each"],
            id="sites that are strings",
        ),
        pytest.param(
            "[topics.ice]\ntitle = 'Ice'", ["topics.ice.query", "missing"], id="a topic without query"
        ),
        pytest.param("[topics.ice]\nquery = ''", ["topics.ice.query"], id="an empty query"),
        pytest.param(
            '[[sites]]\nname = "a"\nurl = "https://a.example"\n[[sites]]\nname = "a"\nurl = "https://b.example"',
            ["sites", "name 'a'"],
            id="two sites of one name",
        ),
        pytest.param(
            '[[sites]]\nname = "a"\nurl = "https://a.example"\n[[sites]]\nname = "b"\nurl = "https://a.example/"',
            ["sites", "https://a.example/"],
            id="two sites of one address",
        ),
        pytest.param(
            'database_url = "postgres://h"',
            ["database_url", "postgresql://user:password@host:5432/database"],
            id="postgres without a database",
        ),
        pytest.param(
            'database_url = "postgresql+asyncpg://h/d"',
            ["database_url", "no database has such an address", "postgresql://"],
            id="another driver",
        ),
        pytest.param(
            'database_url = "mysql://h/d"', ["database_url", "'mysql'", "sqlite:///"], id="another engine"
        ),
        pytest.param(
            'database_url = "sqlite:feedsvc.db"',
            ["database_url", "sqlite:///"],
            id="sqlite without strokes",
        ),
        pytest.param(
            'redis_url = "http://h"', ["redis_url", "redis://"], id="a Redis address that is none"
        ),
        pytest.param("title = ", ["written.toml", "not valid TOML"], id="broken TOML"),
        pytest.param(
            '[sites]\nurl = "https://a.example"',
            ["[sites] has one bracket too few", "write [[sites]] before each site"],
            id="one bracket",
        ),
        pytest.param("sites = 5", ["sites: this is no list", "[[sites]]"], id="a number for sites"),
        pytest.param('[[site]]\nurl = "https://a.example"', ["site", "[[sites]]"], id="[[site]]"),
        pytest.param('[topic.ice]\nquery = "ice"', ["topic", "[topics.NAME]"], id="[topic.ice]"),
        pytest.param(
            '[topics]\nice = "ice"', ["topics.ice", "write [topics.ice]"], id="a text for a topic"
        ),
        pytest.param('[[topics]]\nquery = "ice"', ["topics", "write [topics.NAME]"], id="[[topics]]"),
        pytest.param('players = "maybe"', ["players: this is neither true nor false"], id="neither"),
        pytest.param(
            "warm_bytes = -1",
            ["warm_bytes: -1 is out of range: write a whole number from 0 up"],
            id="negative",
        ),
        pytest.param("port = 80.5", ["port: this is no whole number"], id="half a port"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_key_and_what_to_write(text: str, says: list[str]) -> None:
    said = mistakes(text)
    for part in says:
        assert part.lower() in said.lower()


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_POLL_INTERVAL", "soon")
    monkeypatch.setenv("FEEDSVC_TITEL", "x")
    said = mistakes(
        'titel = "x"\nport = 0\ndatabase_url = "sqlite:///nowhere/x.db"\n'
        '[[sites]]\nurl = "ftp://a.example"\n[[sites]]\nurl = "https://b.example/tag/x/"\n'
        '[topics.ice]\nquery = "(ice"'
    )
    starts = (
        *("titel: ", "port: ", "url of [[sites]] no. 1: ", "url of [[sites]] no. 2: "),
        *("FEEDSVC_POLL_INTERVAL: 'soon'", "FEEDSVC_TITEL: ", "topics.ice.query: ", "database_url: "),
    )
    assert [start for start in starts if f"\n{start}" not in f"\n{said}"] == []
    assert len(said.splitlines()) == len(starts)


@pytest.mark.parametrize("name", ["FEEDSVC_SITES", "--site"])
def test_a_mistake_is_named_by_where_it_was_written(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "--site":
        assert mistakes(sites=("ftp://a.example",)).startswith("--site: 'ftp://a.example' is not")
        return
    monkeypatch.setenv(name, "https://a.example ftp://a.example")
    assert mistakes().startswith("FEEDSVC_SITES: 'ftp://a.example' is not")


@pytest.mark.real
def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    """In a process of its own, which gives up being root, for whom all can be written."""
    script = (
        "import os; from feedsvc.config import load_settings, check_settings\n"
        "settings = load_settings(); os.geteuid() or os.setuid(65534)\n"
        "check_settings(settings)"
    )
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o111)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{closed}/feedsvc.db"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"database_url: {closed} can't be written by this user" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('sites = "x"', id="a string for sites"),
        pytest.param('sites = ["https://a.example/"]', id="strings for sites"),
        pytest.param('[sites]\nurl = "https://a.example/"', id="one table for sites"),
        pytest.param("sites = 5", id="a number for sites"),
        pytest.param("sites = ", id="broken TOML"),
    ],
)
def test_a_broken_file_is_refused_with_options_as_well(text: str) -> None:
    assert mistakes(text, ("https://b.example/",))


def test_a_broken_variable_is_refused_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_TOPICS", "ice")
    assert "topics" in mistakes().lower()


@pytest.mark.parametrize(
    "by_option", [pytest.param(True, id="--config"), pytest.param(False, id="FEEDSVC_CONFIG")]
)
def test_a_file_that_is_not_there_is_refused_and_named(
    by_option: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_option:
        monkeypatch.setenv("FEEDSVC_CONFIG", "missing.toml")
    with pytest.raises(ConfigError, match=r"missing\.toml.*config\.example\.toml"):
        load_settings(Path("missing.toml") if by_option else None)


def test_a_file_that_is_not_utf_8_is_refused_and_named() -> None:
    file = Path("latin.toml")
    file.write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.toml"):
        load_settings(file)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("FEEDSVC_SITES", "https://user:s3cret@a.example/", id="a site"),
        pytest.param("FEEDSVC_SITES", "htps://user:s3cret@a.example/", id="a site with a mistyped scheme"),
        pytest.param(
            "FEEDSVC_SITES", "https://user:s3cret@a.example:99999/", id="a site with a broken port"
        ),
        pytest.param("FEEDSVC_BASE_URL", "//user:s3cret@a.example/", id="base_url"),
        pytest.param("DATABASE_URL", "postgres://user:s3cret@h", id="PostgreSQL"),
        pytest.param("DATABASE_URL", "mysql://user:s3cret@h/d", id="another engine"),
        pytest.param("REDIS_URL", "http://user:s3cret@h/d", id="Redis"),
    ],
)
def test_a_secret_is_never_in_a_message(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert "s3cret" not in mistakes()


# Durations, addresses, names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1s", timedelta(seconds=1), id="the shortest"),
        pytest.param("90s", timedelta(seconds=90), id="seconds"),
        pytest.param("15m", timedelta(minutes=15), id="minutes"),
        pytest.param("24h", timedelta(days=1), id="hours"),
        pytest.param("7d", timedelta(days=7), id="days"),
        pytest.param("2w", timedelta(days=14), id="weeks"),
        pytest.param("1h30m", timedelta(minutes=90), id="two units"),
        pytest.param("1.5h", timedelta(minutes=90), id="a fraction"),
        pytest.param(" 15M ", timedelta(minutes=15), id="capitals and spaces around"),
        pytest.param(timedelta(seconds=5), timedelta(seconds=5), id="a duration already"),
    ],
)
def test_a_duration_is_a_number_with_a_unit(text: object, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "15",
        15,
        "15 m",
        "-1m",
        "+1m",
        "0s",
        "0.5s",
        "1m1",
        "1y",
        "1e3s",
        "soon",
        "100000w",
        "9" * 400 + "d",
        None,
    ],
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="15m"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://a.example", "https://a.example/", id="a stroke at the end"),
        pytest.param(" http://a.example/x ", "http://a.example/x", id="spaces around"),
        pytest.param("https://a.example/x/?q=1#part", "https://a.example/x/?q=1", id="no fragment"),
        pytest.param("http://127.0.0.1:8080/", "http://127.0.0.1:8080/", id="a port"),
        pytest.param("http://[::1]:8080/", "http://[::1]:8080/", id="IPv6"),
        pytest.param("https://ข่าว.example/", "https://ข่าว.example/", id="a Thai host"),
    ],
)
def test_an_address_is_brought_to_one_form(text: str, expected: str) -> None:
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://example.com/", "example.com", id="a host"),
        pytest.param("https://www.Example.com/", "example.com", id="without www, in small letters"),
        pytest.param("https://example.com/news/", "example.com-news", id="with its folder"),
        pytest.param("https://example.com/wp-json/", "example.com", id="the root of the API"),
        pytest.param(
            "https://example.com/news/wp-json/wp/v2/posts", "example.com-news", id="within the API"
        ),
        pytest.param("https://example.com/index.php?rest_route=/", "example.com", id="the plain root"),
        pytest.param("http://127.0.0.1:8080/", "127.0.0.1-8080", id="a port"),
    ],
)
def test_a_site_without_a_name_is_called_by_its_host_and_folder(url: str, expected: str) -> None:
    assert derive_site_name(url) == expected
    assert named(load_settings(written(""), [url])) == {expected: url}
