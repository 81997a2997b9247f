"""Values as people write them in settings and addresses: durations, web addresses, names of sites."""

import os
import re
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")

IGNORED_PARAMETERS = re.compile(
    # What links are given to follow their readers, and what readers add to get around caches.
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|ttclid|twclid|wbraid|gbraid|igshid|igsh|mc_cid|mc_eid"
    r"|_ga|_gl|_hsenc|_hsmi|hsCtaTracking|mkt_tok|li_fat_id|srsltid|gad_source|gad_campaignid|vero_id|_kx"
    r"|epik|s_kwcid|ref_src|_|nocache|cachebuster"
)
"""Parameters of an address that do not change what is there."""


def parse_duration(value: object) -> timedelta:
    """Return the duration that `value` names: '90s', '15m', '1h30m', '7d', '2w'.

    Raises ValueError when it names none, or one shorter than a second or longer than 100 years.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{value!r} is not a duration: write a number and s, m, h, d or w, as in 15m")
    parts = re.findall(r"([\d.]+)([smhdw])", text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if not 1 <= seconds <= 100 * 366 * 86400:
        raise ValueError(f"{value!r} is out of range: write a duration from 1s up, as in 15m")
    return timedelta(seconds=seconds)


def parse_contact(value: str) -> str:
    """Return `value`, an e-mail address or a web address. Raises ValueError when it is neither.

    It is sent to every site, so that nothing may pass that has a password in it: 'user:password@host' is no
    e-mail address.
    """
    text = value.strip()
    address = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    if not text or re.fullmatch(r"[^\s@<>()\[\]:;,/]+@[^\s@<>()\[\]:;,/]+", address):
        return address
    try:
        return parse_url(text)
    except ValueError as error:
        raise ValueError(
            f"{quote_safely(text)} is no e-mail address and no web address without a password"
        ) from error


def parse_proxy(value: object) -> str:
    """Return `value` as the address of a proxy, which may hold a user name and a password.

    Raises ValueError when it is none.
    """
    return _parse_url(str(value).strip(), "http://proxy.example.com:3128")


def parse_redis_url(value: str) -> str:
    """Return `value` as the address of a Redis, which may hold a user name and a password.

    Raises ValueError when it is none.
    """
    advice = "this is no Redis address: write redis://host:6379/0"
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(advice)
    try:
        # Else the Redis library says what it took for a port, and that may be a part of the password.
        _ = urlsplit(value).port
    except ValueError:
        raise ValueError(f"{advice}; in a password write / as %2F, and # as %23") from None
    return value


def parse_database_url(value: str) -> str:
    """Return `value` as the address of a database: a file of SQLite, or a PostgreSQL, which may hold a user
    name and a password. Raises ValueError when it is none.
    """
    value = value.strip()  # as it comes out of a file, or out of a form
    engine, _, rest = value.partition(":")
    if engine in ("postgres", "postgresql", "postgresql+psycopg"):
        return _parse_postgresql_url(f"postgresql:{rest}")
    if re.split(r"\+", engine)[0] != "sqlite":
        # What is no word may be anything, a password too.
        called = f"is called {engine!r}" if engine.isalpha() and engine != value else "has such an address"
        raise ValueError(
            f"no database {called}: write sqlite:///feedsvc.db, or postgresql://user:password@host/database"
        )
    if not re.match(r"sqlite:///(?!:memory:).", value):
        raise ValueError("this is no address of a file: write sqlite:///feedsvc.db")
    return value


def find_file_mistake(file: Path) -> str | None:
    """Return why a database can't lie in `file`, with what to do; None when it can."""
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder {folder}: make it first"
    if file.is_dir():
        return f"{file} is a folder: name a file in it"
    # SQLite makes files beside it, so the folder counts too.
    closed = next((path for path in (folder, file) if path.exists() and not os.access(path, os.W_OK)), None)
    if closed:
        return f"{closed} can't be written by this user: let it, or name a file elsewhere"
    return None


def _parse_postgresql_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        # Else a part of the password is taken for the host or the port, and stands in messages.
        is_usable = parts.netloc.count("@") <= 1 and parts.port != 0 and not parts.fragment
        is_usable = is_usable and re.fullmatch(r"[\w.:-]*", parts.hostname or "") is not None
        is_usable = is_usable and re.fullmatch(r"/[^/]+", parts.path) is not None
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError(
            "this is no address of a PostgreSQL database: write "
            "postgresql://user:password@host:5432/database; in "
            "a password write @ as %40, / as %2F, # as %23 and ? as %3F"
        )
    return url


def parse_url(value: object) -> str:
    """Return `value` as an http or https URL without fragment. Raises ValueError when it is none."""
    url = _parse_url(str(value).strip(), "https://example.com/")
    if "@" in urlsplit(url).netloc:
        raise ValueError("a web address must not hold a user name or a password")
    return url


def _parse_url(text: str, example: str) -> str:
    try:
        parts = urlsplit(text)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        is_usable = is_usable and not re.search(r"\s", parts.netloc)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError(f"{quote_safely(text)} is not a web address: write it whole, as in {example}")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def quote_safely(text: str) -> str:
    """Return `text` in quotation marks, or 'this' where a part of it may be a password."""
    # Behind a colon stands a port at most; an @ or what follows a question mark is not shown at all.
    is_plain = re.fullmatch(r"(?:\w+://)?[^:@?#]*(?::\d{1,5})?(?:/[^:@?#]*)?", text)
    return repr(text) if is_plain else "this"


def parse_hosts(value: object) -> tuple[str, ...]:
    """Return the names of hosts in `value`, a list or a text with spaces between them, in small letters.

    A dot before a name stands for all names within it. Raises ValueError for what is no name of a host.
    """
    if not isinstance(value, str | list | tuple):
        raise ValueError('this is no list: write ["feeds.example.com"]')
    names = value.split() if isinstance(value, str) else value
    return tuple(_parse_host(str(name), "feeds.example.com or .example.com") for name in names)


def parse_tokens(value: object) -> tuple[str, ...]:
    """Return the tokens in `value`, a list or a text with spaces between them.

    Raises ValueError, which never repeats one, for what is none.
    """
    if not isinstance(value, str | list | tuple) or not all(isinstance(token, str) for token in value):
        raise ValueError("this is no text and no list of texts: `feedsvc token new` makes a token")
    tokens = tuple(value.split() if isinstance(value, str) else value)
    if (isinstance(value, str) and not tokens) or "" in tokens:
        raise ValueError(
            "this is empty: `feedsvc token new` makes a token; leave the key out to ask for none"
        )
    if any(not token.isprintable() or re.search(r"\s", token) for token in tokens):
        raise ValueError(
            "a token holds a space or a character that does not show: `feedsvc token new` makes one"
        )
    return tokens


def parse_listening_host(value: str) -> str:
    """Return `value`, a name or address of this machine. Raises ValueError when it is none."""
    return _parse_host(value, "0.0.0.0") if value.strip() else ""  # noqa: S104 (an example)


def _parse_host(text: str, example: str) -> str:
    name = text.strip().lower().rstrip(".")
    try:
        return str(ip_address(name.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    try:
        name = (
            name.encode("idna").decode()
            if not name.startswith(".")
            else "." + name[1:].encode("idna").decode()
        )
    except UnicodeError:
        name = ""
    if not re.fullmatch(r"\.?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", name):
        raise ValueError(f"{quote_safely(text)} is no name of a host: write it alone, as in {example}")
    return name


def is_loopback_name(name: str) -> bool:
    """Return whether `name`, a host without a port, means the machine itself."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def derive_site_name(url: str) -> str:
    """Return a name for a site that was not given one: its host and folder, as in 'example.com-news'."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "site"  # parse_url refuses its address
    path = re.split(r"/wp-json\b|/index\.php$", parts.path)[0]
    host = (parts.netloc or "site").lower().removeprefix("www.")
    return re.sub(r"[^\w.-]+", "-", f"{host}{path}").strip("-") or "site"
