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
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from feedsvc.errors import ConfigError
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


class SiteSettings(BaseModel):
    """One site to pull: the name used in ?site= and its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="", pattern=r"^(?:[\w][\w.-]*)?$")
    url: WebAddress

    @model_validator(mode="before")
    @classmethod
    def _name_from_url(cls, data: Any) -> Any:
        if isinstance(data, dict) and not data.get("name") and isinstance(data.get("url"), str):
            return {**data, "name": derive_site_name(data["url"])}
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
    _refuse_unknown_variables()
    named_file = file or (Path(os.environ["FEEDSVC_CONFIG"]) if os.environ.get("FEEDSVC_CONFIG") else None)
    path = named_file or DEFAULT_FILE
    if named_file and not named_file.is_file():
        raise ConfigError([f"there is no file {named_file}: copy config.example.toml to start one"])

    class FileSettings(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        addresses = list(sites) or os.environ.get("FEEDSVC_SITES", "").split()
        if not addresses and not os.environ.get("FEEDSVC_SITES"):
            return FileSettings()
        file_sites = tomllib.loads(path.read_text("utf-8")).get("sites", []) if path.is_file() else []
        if not isinstance(file_sites, list) or not all(isinstance(site, dict) for site in file_sites):
            raise ConfigError([f"sites: write each in {path} as a table: [[sites]], then its name and url"])
        file_sites_by_url = {str(site.get("url")).rstrip("/"): site for site in file_sites}
        named_sites = [file_sites_by_url.get(url.rstrip("/"), {"url": url}) for url in addresses]
        options: dict[str, Any] = {"sites": named_sites or file_sites}
        return FileSettings(**options)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} is not valid TOML: {error}"]) from error
    except SettingsError as error:
        raise ConfigError([f"{error}: it has to be JSON"]) from error
    except ValidationError as error:
        raise ConfigError([_describe_mistake(e, path) for e in error.errors()]) from error


def _refuse_unknown_variables() -> None:
    """Raise ConfigError for a FEEDSVC_ variable that is none of ours, a misspelt one most likely.

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
    if mistakes:
        raise ConfigError(mistakes)


_PLAIN_MESSAGES = {
    "int_parsing": "this is no whole number",
    "int_type": "this is no whole number",
    "string_type": "this is no text: write it in quotation marks",
    "missing": "this key is missing",
    "model_type": "this is no table: see config.example.toml for what it holds",
    "dict_type": "this is no table: see config.example.toml for what it holds",
}
_TABLES: dict[str, type[BaseModel]] = {"sites": SiteSettings, "topics": TopicSettings}


def _describe_mistake(error: ErrorDetails, path: Path) -> str:
    """Return a mistake in plain words: its key, what is wrong, and for an unknown key the nearest one."""
    key_parts = [str(part) for part in error["loc"]]
    key = ".".join(key_parts)
    if key in _FROM_PLATFORM:
        key = f"{key} ({key.upper()})"
    if error["type"] != "extra_forbidden":
        return f"{key}: {_PLAIN_MESSAGES.get(error['type'], error['msg']).removeprefix('Value error, ')}"
    known_keys = list((_TABLES[key_parts[0]] if key_parts[1:] else Settings).model_fields)
    near = find_nearest(key_parts[-1], known_keys)
    advice = f"did you mean {near!r}?" if near else f"known are {', '.join(known_keys)}"
    return f"{key}: unknown key in {path}; {advice}"
