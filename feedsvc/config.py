"""The settings: a TOML file, then the environment, then options, made into one frozen `Settings`."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import regex
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from feedsvc.config_mistakes import describe_mistake, describe_sites_mistake, list_deeper_mistakes
from feedsvc.errors import ConfigError
from feedsvc.site_address import parse_site_address
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.text.nearest import find_nearest
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
    parse_url,
)

DEFAULT_FILE = Path("config.toml")

PlainText = Annotated[
    str, AfterValidator(lambda text: collapse_whitespace(remove_illegal_characters(text)))
]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Contact = Annotated[str, AfterValidator(parse_contact)]
ProxyAddress = Annotated[str, BeforeValidator(parse_proxy)]
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

    @field_validator("query")
    @classmethod
    def _asks_for_something(cls, query: str) -> str:
        if not query.strip():
            raise ValueError("this is empty: write words such as solar")
        return query


_FROM_PLATFORM = ("port", "web_concurrency", "database_url", "redis_url")


def _from_platform(key: str) -> AliasChoices:
    """Return the names of a setting that the platform sets: port in the file is PORT in the environment."""
    return AliasChoices(key, key.upper())


class Settings(BaseSettings):
    """Everything that can be set. Made by `load_settings`, read once, never changed."""

    model_config = SettingsConfigDict(
        env_prefix="FEEDSVC_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    base_url: WebAddress | None = None
    title: PlainText = ""
    contact: Contact = ""
    proxy: ProxyAddress | None = Field(default=None, repr=False)
    poll_interval: Duration = timedelta(minutes=15)
    sweep_interval: Duration = timedelta(hours=6)
    duplicate_window: Duration = timedelta(days=7)
    players: bool = False
    host: Annotated[str, AfterValidator(parse_listening_host)] = ""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_hosts)] = ()
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    max_requests_per_client: int = Field(default=0, ge=0)
    warm_bytes: int = Field(default=64 * 2**20, ge=0)
    port: int = Field(default=8000, ge=1, le=65535, validation_alias=_from_platform("port"))
    web_concurrency: int = Field(default=2, ge=1, le=64, validation_alias=_from_platform("web_concurrency"))
    database_url: Annotated[str, AfterValidator(parse_database_url)] = Field(
        default="sqlite:///feedsvc.db", validation_alias=_from_platform("database_url"), repr=False
    )
    database_connections: int = Field(default=20, ge=4, le=10_000)
    redis_url: Annotated[str, AfterValidator(parse_redis_url)] | None = Field(
        default=None, validation_alias=_from_platform("redis_url"), repr=False
    )
    sites: Annotated[tuple[SiteSettings, ...], NoDecode] = ()
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources, the strongest first: options, the environment, the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

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

    Without `file`, FEEDSVC_CONFIG names it, else config.toml is read if it is there. An address that
    stands in the file as well keeps its name from there. Raises ConfigError with every mistake found.
    """
    named_file = file or (Path(os.environ["FEEDSVC_CONFIG"]) if os.environ.get("FEEDSVC_CONFIG") else None)
    path = named_file or DEFAULT_FILE
    mistakes = _list_unknown_variables()
    if named_file and not named_file.is_file():
        raise ConfigError(
            [*mistakes, f"there is no file {named_file}: copy config.example.toml to start one"]
        )

    class FileSettings(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    options: dict[str, Any] = {}
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        addresses = list(sites) or os.environ.get("FEEDSVC_SITES", "").split()
        if addresses or os.environ.get("FEEDSVC_SITES"):
            file_sites = values.get("sites", [])
            if not isinstance(file_sites, list) or not all(isinstance(site, dict) for site in file_sites):
                mistakes.append(describe_sites_mistake(file_sites))
                file_sites = []
            named_sites = {
                _bring_to_one_form(str(site.get("url"))).rstrip("/"): site for site in file_sites
            }
            options["sites"] = [
                named_sites.get(_bring_to_one_form(url).rstrip("/"), {"url": url}) for url in addresses
            ] or file_sites
        settings = FileSettings(**options)
    except OSError as error:
        raise ConfigError([*mistakes, f"{path} can't be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([*mistakes, f"{path} is not valid TOML: {error}"]) from error
    except SettingsError as error:
        raise ConfigError([*mistakes, f"{error}: it has to be JSON"]) from error
    except ValidationError as error:
        variables = _name_sources(sites)
        tables: dict[str, type[BaseModel]] = {"": Settings, "sites": SiteSettings, "topics": TopicSettings}
        mistakes += [describe_mistake(each, tables, str(path), variables) for each in error.errors()]
        database_url = os.environ.get("DATABASE_URL") or values.get("database_url")
        mistakes += list_deeper_mistakes(values.get("topics"), database_url)
        raise ConfigError(list(dict.fromkeys(mistakes))) from error
    if mistakes:
        raise ConfigError(mistakes)
    return settings


def check_settings(settings: Settings) -> None:
    """Raise ConfigError with what no look at a single value shows: saved topics that do not parse, a
    database that can't be written.
    """
    topics = {name: {"query": topic.query} for name, topic in settings.topics.items()}
    if mistakes := list_deeper_mistakes(topics, settings.database_url):
        raise ConfigError(mistakes)


def _name_sources(sites: Sequence[str]) -> dict[str, str]:
    """Return what the keys that do not come from the file are called where they come from."""
    sources = {}
    for key in Settings.model_fields:
        variable = key.upper() if key in _FROM_PLATFORM else f"FEEDSVC_{key.upper()}"
        if os.environ.get(variable, "").strip():
            sources[key] = variable
    return sources | ({"sites": "--site"} if sites else {})


def _bring_to_one_form(address: str) -> str:
    """Return the address of a site in its one form, or as it is when it is refused, elsewhere."""
    try:
        return parse_site_address(address)
    except ValueError:
        return address


def _list_unknown_variables() -> list[str]:
    """Return a sentence for each FEEDSVC_ variable that is none of ours, a misspelt one most likely.

    Kubernetes sets FEEDSVC_PORT, FEEDSVC_SERVICE_HOST and the like for a service of that name.
    """
    known_variables = {"FEEDSVC_CONFIG", *(f"FEEDSVC_{key.upper()}" for key in Settings.model_fields)}
    known_variables -= {f"FEEDSVC_{key.upper()}" for key in (*_FROM_PLATFORM, "topics")}
    unknown_variables = sorted(
        name
        for name, value in os.environ.items()
        if name.startswith("FEEDSVC_")
        and name not in known_variables
        and not name.startswith(("FEEDSVC_TEST_", "FEEDSVC_SERVICE_", "FEEDSVC_PORT_"))
        and not (name == "FEEDSVC_PORT" and value.startswith("tcp://"))
    )
    platform_variables = [key.upper() for key in _FROM_PLATFORM]
    mistakes = []
    for name in unknown_variables:
        near = find_nearest(name.removeprefix("FEEDSVC_"), platform_variables)
        near = near or find_nearest(name, known_variables)
        mistakes.append(
            f"{name}: there is no such variable" + (f"; did you mean {near!r}?" if near else "")
        )
    return mistakes
