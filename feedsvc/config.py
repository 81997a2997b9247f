"""The settings: a TOML file, then the environment, then options, made into one frozen `Settings`."""

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import regex
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from feedsvc.config_mistakes import describe_mistake, describe_sites_mistake, list_deeper_mistakes
from feedsvc.environment import (
    CONFIG_TOML_VARIABLE,
    CONFIG_VARIABLE,
    list_unknown_variables,
    parse_site,
    parse_topics,
    read_variable,
    read_variables,
)
from feedsvc.errors import ConfigError
from feedsvc.site_address import parse_site_address
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.values import (
    derive_site_name,
    is_loopback_name,
    parse_contact,
    parse_database_url,
    parse_duration,
    parse_hosts,
    parse_listening_host,
    parse_proxy,
    parse_redis_url,
    parse_tokens,
    parse_url,
)

DEFAULT_FILE = Path("config.toml")

PlainText = Annotated[
    str, AfterValidator(lambda text: collapse_whitespace(remove_illegal_characters(text)))
]


def _in_small_letters(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Contact = Annotated[str, AfterValidator(parse_contact)]
ProxyAddress = Annotated[str, BeforeValidator(parse_proxy)]
Tokens = Annotated[tuple[str, ...], BeforeValidator(parse_tokens)]
WebAddress = Annotated[str, BeforeValidator(parse_url)]
SiteAddress = Annotated[str, BeforeValidator(parse_site_address)]


class SiteSettings(BaseModel):
    """One site to pull: the name used in ?site= and its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="", pattern=r"^(?:[\w][\w.-]*)?$")
    url: SiteAddress

    @model_validator(mode="before")
    @classmethod
    def _name_from_url(cls, data: Any) -> Any:
        if isinstance(data, dict) and not data.get("name") and isinstance(data.get("url"), str):
            return {**data, "name": derive_site_name(_bring_to_one_form(data["url"]))}
        return data


class TopicSettings(BaseModel):
    """A saved topic: what it is called and the query that it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: PlainText = ""
    query: str
    access_token: Tokens = Field(default=(), repr=False)
    """What opens this topic, beside what opens all."""

    @field_validator("query")
    @classmethod
    def _asks_for_something(cls, query: str) -> str:
        if not query.strip():
            raise ValueError("this is empty: write words such as solar")
        return query


class Settings(BaseModel):
    """Everything that can be set. Made by `load_settings`, read once, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: WebAddress | None = None
    title: PlainText = ""
    contact: Contact = ""
    proxy: ProxyAddress | None = Field(default=None, repr=False)
    poll_interval: Duration = timedelta(minutes=15)
    sweep_interval: Duration = timedelta(hours=6)
    duplicate_window: Duration = timedelta(days=7)
    players: bool = False
    host: Annotated[str, AfterValidator(parse_listening_host)] = ""
    allowed_hosts: Annotated[tuple[str, ...], BeforeValidator(parse_hosts)] = ()
    access_token: Tokens = Field(default=(), repr=False)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    max_requests_per_client: int = Field(default=0, ge=0)
    warm_bytes: int = Field(default=64 * 2**20, ge=0)
    port: int = Field(default=8000, ge=1, le=65535)
    web_concurrency: int = Field(default=2, ge=1, le=64)
    database_url: Annotated[str, AfterValidator(parse_database_url)] = Field(
        default="sqlite:///feedsvc.db", repr=False
    )
    database_connections: int = Field(default=20, ge=4, le=10_000)
    redis_url: Annotated[str, AfterValidator(parse_redis_url)] | None = Field(default=None, repr=False)
    redis_verify: bool = True
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(_in_small_letters)
    ] = "info"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_in_small_letters)] = "text"
    access_log: bool = False
    sites: tuple[SiteSettings, ...] = ()
    topics: Mapping[str, TopicSettings] = Field(default_factory=dict)

    @field_validator("sites")
    @classmethod
    def _each_site_once(cls, sites: tuple[SiteSettings, ...]) -> tuple[SiteSettings, ...]:
        for key in ("name", "url"):
            values = [getattr(site, key) for site in sites]
            for value in values:
                if values.count(value) > 1:
                    raise ValueError(f"two sites have the {key} {value!r}: give each its own")
        return sites

    @field_validator("topics")
    @classmethod
    def _each_topic_has_an_address(cls, topics: Mapping[str, TopicSettings]) -> Mapping[str, TopicSettings]:
        for name in topics:
            if not regex.fullmatch(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*", name):
                raise ValueError(f"{name!r} can't stand in an address: use letters, digits and hyphens")
        return topics

    @property
    def address(self) -> str:
        """Where the service is reached when no request says so, with a slash at the end."""
        return (self.base_url or f"http://127.0.0.1:{self.port}/").rstrip("/") + "/"

    @property
    def connections_of_a_process(self) -> int:
        """How many connections to a database server a process may have: its share of them all, which the
        web processes have, the poller beside them, and one that is started apart, as a worker is.
        """
        return max(1, self.database_connections // (self.web_concurrency + 2))

    @property
    def bind(self) -> str:
        """Where to listen: on the loopback, or everywhere when a platform gives PORT."""
        host = self._listening_host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def listens_on_loopback(self) -> bool:
        """Whether only this machine reaches us, or what runs on it and passes requests on."""
        return is_loopback_name(self._listening_host)

    @property
    def _listening_host(self) -> str:
        return self.host or ("0.0.0.0" if os.environ.get("PORT") else "127.0.0.1")  # noqa: S104 (platforms reach us from outside)


def load_settings(file: Path | None = None, sites: Sequence[str] = ()) -> Settings:
    """Return the settings, read from `file`, the environment and `sites` (addresses from --site).

    Without `file`, FEEDSVC_CONFIG names it, else config.toml is read if it is there; FEEDSVC_CONFIG_TOML
    is read over it, and the other variables over both. An address that stands in the file as well keeps its
    name from there. Raises ConfigError with every mistake found.
    """
    mistakes: list[str] = []
    values, files = _read_toml(file, mistakes)
    variables: dict[str, str] = {}
    keys = list(Settings.model_fields)
    mistakes += list_unknown_variables(os.environ, keys)
    for key, variable in read_variables(os.environ, keys, mistakes).items():
        variables[key] = variable.name
        try:
            if key == "sites":
                written = [parse_site(text) for text in variable.value.split()]
                values[key] = _name_sites(written, values.get(key, []), mistakes)
            else:
                values[key] = parse_topics(variable.value) if key == "topics" else variable.value
        except ValueError as error:
            mistakes.append(f"{variable.name}: {error}")
            values.pop(key, None)
    if sites:
        values["sites"] = _name_sites(map(parse_site, sites), values.get("sites", []), mistakes)
        variables["sites"] = "--site"
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        for each in error.errors():
            where = files.get(str(each["loc"][0]), "")
            mistakes.append(describe_mistake(each, _TABLES, where, variables))
        mistakes += list_deeper_mistakes(values.get("topics"), values.get("database_url"))
    if mistakes:
        raise ConfigError(list(dict.fromkeys(mistakes)))
    return settings


_TABLES: Mapping[str, type[BaseModel]] = {"": Settings, "sites": SiteSettings, "topics": TopicSettings}


def check_settings(settings: Settings) -> None:
    """Raise ConfigError with what no look at a single value shows: saved topics that do not parse, a
    database that can't be written.
    """
    topics = {name: {"query": topic.query} for name, topic in settings.topics.items()}
    if mistakes := list_deeper_mistakes(topics, settings.database_url):
        raise ConfigError(mistakes)


def _read_toml(file: Path | None, mistakes: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the file says and the variable that holds as much, and where each key stands; what can't
    be read is added to `mistakes`.
    """
    path = file or Path(os.environ.get(CONFIG_VARIABLE) or DEFAULT_FILE)
    texts: dict[str, str] = {}
    if path.is_file():
        try:
            texts[str(path)] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
            mistakes.append(f"{path} can't be read: {reason}")
    elif path != DEFAULT_FILE or file:
        mistakes.append(f"there is no file {path}: copy config.example.toml to start one")
    if variable := read_variable(os.environ, CONFIG_TOML_VARIABLE, mistakes):
        texts[variable.name] = variable.value
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, text in texts.items():
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            mistakes.append(f"{origin} is not valid TOML: {error}")
            continue
        values |= said
        origins |= dict.fromkeys(said, origin)
    return values, origins


def _name_sites(
    sites: Iterable[Mapping[str, str]], known: object, mistakes: list[str]
) -> list[Mapping[str, Any]]:
    """Return `sites`, with the names that they have among `known`, those of the file, where they are given
    none. What is wrong with these is added to `mistakes`, since nothing else reads them.
    """
    if not isinstance(known, list) or not all(isinstance(site, dict) for site in known):
        mistakes.append(describe_sites_mistake(known))
        known = []
    by_url = {_bring_to_one_form(str(site.get("url"))).rstrip("/"): site for site in known}
    return [
        site if "name" in site else by_url.get(_bring_to_one_form(site["url"]).rstrip("/"), site)
        for site in sites
    ]


def _bring_to_one_form(address: str) -> str:
    """Return the address of a site in its one form, or as it is when it is refused, elsewhere."""
    try:
        return parse_site_address(address)
    except ValueError:
        return address
