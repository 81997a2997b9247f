"""Values as people write them in settings and addresses: durations, web addresses, names of sites."""

import re
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")


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
    """Return `value`, an e-mail address or a web address. Raises ValueError when it is neither."""
    text = value.strip()
    if not text or re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+", text):
        return text
    try:
        return parse_url(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no e-mail address and no web address") from error


def parse_proxy(value: object) -> str:
    """Return `value` as the address of a proxy, which may hold a user name and a password.

    Raises ValueError when it is none.
    """
    return _parse_url(str(value).strip(), "http://proxy.example.com:3128")


def parse_url(value: object) -> str:
    """Return `value` as an http or https URL without fragment. Raises ValueError when it is none."""
    url = _parse_url(str(value).strip(), "https://example.com/")
    parts = urlsplit(url)
    if parts.username or parts.password:
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
        quoted = "this" if "@" in text else repr(text)  # it may hold a password
        raise ValueError(f"{quoted} is not a web address: write it whole, as in {example}")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def derive_site_name(url: str) -> str:
    """Return a name for a site that was not given one: its host and folder, as in 'example.com-news'."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "site"  # parse_url refuses its address
    path = re.split(r"/wp-json\b|/index\.php$", parts.path)[0]
    host = (parts.netloc or "site").lower().removeprefix("www.")
    return re.sub(r"[^\w.-]+", "-", f"{host}{path}").strip("-") or "site"
