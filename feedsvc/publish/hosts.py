"""Which names readers may call us by: what a request's Host header is believed to be."""

from urllib.parse import urlsplit

from feedsvc.config import Settings
from feedsvc.values import is_loopback_name


def is_known_host(settings: Settings, host: str) -> bool:
    """Return whether the operator has named `host`, the Host header of a request, as one of ours.

    Named are the hosts of `allowed_hosts` and that of `base_url`. Where we listen on the loopback, the
    loopback's names are ours as well: whoever calls us by them is on this machine.
    """
    name = _strip_port(host)
    if settings.listens_on_loopback and is_loopback_name(name):
        return True
    own = urlsplit(settings.base_url).hostname if settings.base_url else None
    return name == own or any(_matches(name, allowed) for allowed in settings.allowed_hosts)


def _strip_port(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _matches(name: str, allowed: str) -> bool:
    """Return whether `name` is `allowed`, or within it where that begins with a dot."""
    return name == allowed.removeprefix(".") or (allowed.startswith(".") and name.endswith(allowed))
