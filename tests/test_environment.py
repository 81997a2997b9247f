"""What the file says, said by the environment: variables, a whole configuration, secrets in files."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from feedsvc.config import Settings, load_settings
from feedsvc.environment import list_variables
from feedsvc.errors import ConfigError


def mistakes() -> str:
    """Return what is said of a wrong environment, and take care that it is refused."""
    with pytest.raises(ConfigError) as caught:
        load_settings()
    return str(caught.value)


def secret(text: str, name: str = "secret") -> str:
    """Return the name of a file that holds `text`."""
    Path(name).write_text(text, "utf-8")
    return name


VALUES = {
    "base_url": "https://feeds.example.com/x",
    "title": "Ours",
    "contact": "desk@example.com",
    "proxy": "http://proxy.example:3128/",
    "poll_interval": "2m",
    "sweep_interval": "1d",
    "duplicate_window": "3d",
    "players": "true",
    "host": "0.0.0.0",
    "allowed_hosts": "a.example .b.example",
    "trusted_proxies": "2",
    "max_requests_per_client": "7",
    "warm_bytes": "1000",
    "port": "9000",
    "web_concurrency": "3",
    "database_url": "postgres://u:p@h/d",
    "database_connections": "40",
    "redis_url": "redis://h:6379/1",
    "redis_verify": "false",
    "log_level": "WARNING",
    "log_format": "json",
    "access_log": "1",
    "access_token": "first second",
    "sites": "property=https://a.example/news/ https://b.example/?rest_route=/",
    "topics": "ice=ice OR snow\n\nsun = solar",
}
"""A value for each key, none of them the default."""

IN_TOML = {
    "poll_interval": "2m",
    "players": True,
    "trusted_proxies": 2,
    "max_requests_per_client": 7,
    "warm_bytes": 1000,
    "port": 9000,
    "web_concurrency": 3,
    "database_connections": 40,
    "access_log": True,
    "redis_verify": False,
    "allowed_hosts": ["a.example", ".b.example"],
    "access_token": ["first", "second"],
    "sites": [
        {"name": "property", "url": "https://a.example/news/"},
        {"url": "https://b.example/?rest_route=/"},
    ],
    "topics": {"ice": {"query": "ice OR snow"}, "sun": {"query": "solar"}},
}
"""The same as the file says it, where that is other than the text."""


def write_toml(values: dict[str, Any]) -> str:
    """Return a configuration with these values; its tables are written on one line each."""

    def write(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{name} = {write(part)}" for name, part in value.items()) + "}"
        return f"[{', '.join(map(write, value))}]" if isinstance(value, list) else json.dumps(value)

    return "\n".join(f"{name} = {write(value)}" for name, value in values.items())


def test_every_key_can_be_set_by_its_variable_and_by_a_file_that_it_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("config.toml").write_text(write_toml(VALUES | IN_TOML), "utf-8")
    by_config = load_settings()
    Path("config.toml").unlink()
    default = load_settings()
    assert set(VALUES) == set(Settings.model_fields)
    for name in Settings.model_fields:
        variable = list_variables(name)[0]
        assert variable == f"FEEDSVC_{name.upper()}"
        expected = getattr(by_config, name)
        assert getattr(default, name) != expected, name
        with monkeypatch.context() as patch:
            patch.setenv(variable, VALUES[name])
            assert getattr(load_settings(), name) == expected
            patch.delenv(variable)
            patch.setenv(f"{variable}_FILE", secret(VALUES[name] + "\n"))
            assert getattr(load_settings(), name) == expected


def test_a_whole_configuration_stands_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / "config.example.toml"
    monkeypatch.setenv("FEEDSVC_CONFIG_TOML", example.read_text("utf-8"))
    assert load_settings() == load_settings(example)


def test_the_later_wins_file_then_whole_configuration_then_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("config.toml").write_text('title = "file"\ncontact = "file@example.com"\nwarm_bytes = 1')
    monkeypatch.setenv("FEEDSVC_CONFIG_TOML", 'title = "whole"\nwarm_bytes = 2')
    monkeypatch.setenv("FEEDSVC_WARM_BYTES", "3")
    settings = load_settings()
    assert (settings.contact, settings.title, settings.warm_bytes) == ("file@example.com", "whole", 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("titel = 'x'", "titel: unknown key in FEEDSVC_CONFIG_TOML; did you mean 'title'?"),
        ("title = ", "FEEDSVC_CONFIG_TOML is not valid TOML"),
        ("sites = ['x']", "[[sites]] no. 1: write [[sites]] before each site"),
        ("port = 0", "port: 0 is out of range"),
    ],
)
def test_a_mistake_in_it_names_the_variable(text: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_CONFIG_TOML", text)
    assert says in mistakes()


# The platform's variables


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"DATABASE_URL": "sqlite:///a.db"}, "sqlite:///a.db"),
        ({"DATABASE_URL": "sqlite:///a.db", "FEEDSVC_DATABASE_URL": "sqlite:///b.db"}, "sqlite:///b.db"),
        # What the host sets, and what we can't use, is overridden.
        ({"DATABASE_URL": "mysql://h/d", "FEEDSVC_DATABASE_URL": "sqlite:///b.db"}, "sqlite:///b.db"),
        ({"DATABASE_URL": "mysql://h/d", "FEEDSVC_DATABASE_URL_FILE": "secret"}, "sqlite:///f.db"),
        ({"DATABASE_URL_FILE": "secret"}, "sqlite:///f.db"),
        ({"DATABASE_URL_FILE": "secret", "DATABASE_URL": ""}, "sqlite:///f.db"),
        ({"FEEDSVC_DATABASE_URL": " ", "DATABASE_URL": "sqlite:///a.db"}, "sqlite:///a.db"),
    ],
)
def test_our_own_variable_is_stronger_than_the_platform_s(
    variables: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret("sqlite:///f.db\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert load_settings().database_url == url


def test_what_kubernetes_sets_is_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_PORT", "tcp://10.0.0.1:80")
    monkeypatch.setenv("PORT", "5000")
    assert load_settings().port == 5000


# Files


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"DATABASE_URL_FILE": "nowhere"}, "DATABASE_URL_FILE: the file nowhere can't be read: No such"),
        ({"REDIS_URL_FILE": "."}, "REDIS_URL_FILE: the file . can't be read: Is a directory"),
        ({"FEEDSVC_PROXY_FILE": "empty"}, "FEEDSVC_PROXY_FILE: the file empty is empty"),
        ({"FEEDSVC_PROXY_FILE": "latin"}, "FEEDSVC_PROXY_FILE: the file latin can't be read: it is not in"),
        (
            {"DATABASE_URL_FILE": "empty", "DATABASE_URL": "sqlite:///a.db"},
            "DATABASE_URL and DATABASE_URL_FILE are both set",
        ),
        ({"FEEDSVC_CONFIG_FILE": "empty"}, "FEEDSVC_CONFIG_FILE: there is no such variable"),
        ({"FEEDSVC_TITEL_FILE": "empty"}, "FEEDSVC_TITEL_FILE: there is no such variable"),
    ],
)
def test_a_file_that_can_t_be_used_is_named(
    variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret(" \n", "empty")
    Path("latin").write_bytes("é".encode("latin-1"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert says in mistakes()


def test_a_secret_of_a_file_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", secret("mysql://user:s3cret@h/d"))
    said = mistakes()
    assert said.startswith("DATABASE_URL_FILE: ")
    assert "s3cret" not in said


# Sites and topics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/", [("a.example", "https://a.example/")]),
        ("news=https://a.example/", [("news", "https://a.example/")]),
        (
            "https://a.example/index.php?rest_route=/ b=http://b.example/index.php?rest_route=/",
            [("a.example", "https://a.example/index.php?rest_route=/"), ("b", "http://b.example/index.php?rest_route=/")],
        ),
        ("\n a=https://a.example/ \n b=https://b.example/ \n", [("a", "https://a.example/"), ("b", "https://b.example/")]),
    ],
)  # fmt: skip
def test_sites_of_the_environment_may_have_names(
    text: str, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDSVC_SITES", text)
    assert [(site.name, site.url) for site in load_settings().sites] == expected
    monkeypatch.delenv("FEEDSVC_SITES")
    assert [(site.name, site.url) for site in load_settings(sites=text.split()).sites] == expected


def test_a_name_that_is_given_goes_before_that_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text('[[sites]]\nname = "old"\nurl = "https://a.example"')
    monkeypatch.setenv("FEEDSVC_SITES", "new=https://a.example/")
    assert load_settings().sites[0].name == "new"


@pytest.mark.parametrize("text", ["=https://a.example/", "a!=https://a.example/", "a=b", "a=", "a=x://y/"])
def test_a_site_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_SITES", text)
    assert mistakes().startswith("FEEDSVC_SITES: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ice=ice OR snow", {"ice": ("", "ice OR snow")}),
        (
            "ice=title:(ice = water)\r\nsun=solar",
            {"ice": ("", "title:(ice = water)"), "sun": ("", "solar")},
        ),
        ('{"ice": "ice OR snow"}', {"ice": ("", "ice OR snow")}),
        (' {"ice": {"title": "Ice", "query": "ice"}}', {"ice": ("Ice", "ice")}),
    ],
)
def test_topics_of_the_environment(
    text: str, expected: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDSVC_TOPICS", text)
    assert {name: (topic.title, topic.query) for name, topic in load_settings().topics.items()} == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ice", "FEEDSVC_TOPICS: line 1 is no topic: write name=query"),
        ("\nice=x\n=y", "line 3 is no topic"),
        ("ice=x\nice=y", "two topics have the name 'ice'"),
        ("ice=", "ice.query of FEEDSVC_TOPICS: this is empty"),
        ("a b=x", "'a b' can't stand in an address"),
        ('{"ice": ', "this is no JSON"),
        ('{"ice": 5}', "ice of FEEDSVC_TOPICS: this is no table"),
        ('{"ice": {"querry": "x"}}', "did you mean 'query'?"),
    ],
)
def test_a_topic_that_is_none_is_refused(text: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_TOPICS", text)
    assert says in mistakes()


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text('titel = "x"')
    for name, value in {
        "FEEDSVC_PORTT": "1",
        "FEEDSVC_LOG_FORMAT": "xml",
        "FEEDSVC_PLAYERS": "perhaps",
        "PORT": "x",
        "REDIS_URL_FILE": "nowhere",
        "FEEDSVC_TOPICS": "ice",
    }.items():
        monkeypatch.setenv(name, value)
    said = mistakes()
    assert len(said.splitlines()) == 7
    for part in (
        "titel: unknown key in config.toml",
        "FEEDSVC_PORTT: there is no such variable; did you mean 'FEEDSVC_PORT'?",
        "FEEDSVC_LOG_FORMAT: 'xml' is none of these: 'text' or 'json'",
        "FEEDSVC_PLAYERS: this is neither true nor false",
        "PORT: this is no whole number",
        "REDIS_URL_FILE: ",
        "FEEDSVC_TOPICS: ",
    ):
        assert part in said
