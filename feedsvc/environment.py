"""The environment as a source of settings: which variable sets which key, which file holds a secret, and
what is no variable of ours.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from feedsvc.text.nearest import find_nearest

CONFIG_VARIABLE = "FEEDSVC_CONFIG"
"""Names the file of the configuration."""

CONFIG_TOML_VARIABLE = "FEEDSVC_CONFIG_TOML"
"""Holds a whole configuration, as the file does."""

_PLATFORM_VARIABLES = {
    "port": "PORT",
    "web_concurrency": "WEB_CONCURRENCY",
    "database_url": "DATABASE_URL",
    "redis_url": "REDIS_URL",
}
_PLATFORM_SECRETS = ("DATABASE_URL", "REDIS_URL")
"""Of the platform's variables those that may be the name of a file, with _FILE behind."""


class Variable(NamedTuple):
    """A variable that is set: the name that it has in messages, and its value."""

    name: str
    value: str


def list_variables(key: str) -> tuple[str, ...]:
    """Return the variables that set a key, the strongest first: our own goes before the platform's."""
    platform = _PLATFORM_VARIABLES.get(key)
    return (f"FEEDSVC_{key.upper()}", *([platform] if platform else []))


def read_variables(
    environment: Mapping[str, str], keys: Iterable[str], mistakes: list[str]
) -> dict[str, Variable]:
    """Return the variables that are set, by their keys; what is wrong is added to `mistakes`."""
    found = {}
    for key in keys:
        for name in list_variables(key):
            if variable := read_variable(environment, name, mistakes):
                found[key] = variable
                break
    return found


def read_variable(environment: Mapping[str, str], name: str, mistakes: list[str]) -> Variable | None:
    """Return the variable `name`, or what is in the file that `name`_FILE names; None where neither is set.

    Hosts give secrets as files, which no list of processes and no dump of an environment shows.
    """
    value = "" if _is_set_by_kubernetes(name, environment) else environment.get(name, "")
    file_name = f"{name}_FILE"
    file = environment.get(file_name, "") if _may_be_in_file(name) else ""
    if value.strip() and file:
        mistakes.append(f"{name} and {file_name} are both set: set one of them")
    if value.strip() or not file:
        return Variable(name, value) if value.strip() else None
    try:
        content = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        mistakes.append(f"{file_name}: the file {file} can't be read: {reason}")
        return None
    if not content:
        mistakes.append(f"{file_name}: the file {file} is empty")
        return None
    return Variable(file_name, content)


def list_unknown_variables(environment: Mapping[str, str], keys: Sequence[str]) -> list[str]:
    """Return a sentence for each FEEDSVC_ variable that is none of ours, a misspelt one most likely.

    Kubernetes sets FEEDSVC_PORT, FEEDSVC_SERVICE_HOST and the like for a service of that name.
    """
    known = [CONFIG_VARIABLE, CONFIG_TOML_VARIABLE, *(f"FEEDSVC_{key.upper()}" for key in keys)]
    allowed = {*known, *(f"{name}_FILE" for name in known if _may_be_in_file(name))}
    return [
        f"{name}: there is no such variable" + (f"; did you mean {near!r}?" if near else "")
        for name in sorted(environment)
        if name.startswith("FEEDSVC_")
        and name not in allowed
        and not name.startswith(("FEEDSVC_TEST_", "FEEDSVC_SERVICE_", "FEEDSVC_PORT_"))
        for near in [find_nearest(name, known)]
    ]


def parse_site(text: str) -> dict[str, str]:
    """Return the site that an address names, or `name=address`."""
    name, equals, url = text.partition("=")
    # An address may have an equals sign as well, behind a question mark.
    return (
        {"name": name, "url": url} if name and equals and not re.search(r"[/:?#]", name) else {"url": text}
    )


def parse_topics(text: str) -> dict[str, Any]:
    """Return the topics that a variable holds: `name=query`, one a line, or in JSON the object of their
    names, with a query or a table as in the file for each. Raises ValueError when it is neither.
    """
    advice = 'write name=query, each on a line of its own, or JSON: {"name": {"title": "…", "query": "…"}}'
    if text.lstrip().startswith("{"):
        try:
            topics = json.loads(text)
        except ValueError as error:
            raise ValueError(f"this is no JSON ({error}): {advice}") from error
        return {
            name: {"query": topic} if isinstance(topic, str) else topic for name, topic in topics.items()
        }
    topics = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, query = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not equals or not name:  # it is not repeated: what is broken JSON may hold a token
            raise ValueError(f"line {number} is no topic: {advice}")
        if name in topics:
            raise ValueError(f"two topics have the name {name!r}: give each its own")
        topics[name] = {"query": query}
    return topics


def _may_be_in_file(name: str) -> bool:
    return name in _PLATFORM_SECRETS or (name.startswith("FEEDSVC_") and name != CONFIG_VARIABLE)


def _is_set_by_kubernetes(name: str, environment: Mapping[str, str]) -> bool:
    return name == "FEEDSVC_PORT" and environment.get(name, "").startswith("tcp://")
