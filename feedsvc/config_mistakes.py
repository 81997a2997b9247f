"""Mistakes in the configuration in plain words: where each stands, what is wrong, what to write instead."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from feedsvc.errors import QueryError
from feedsvc.text.nearest import find_nearest
from feedsvc.values import find_file_mistake

_SITES_ADVICE = 'write [[sites]] before each site, and below it url = "https://example.com/"'

_SQLITE = "sqlite:///"

_NO_TABLES = ("model_type", "model_attributes_type", "dict_type", "mapping_type", "tuple_type")

_PLAIN_MESSAGES = {
    "int_parsing": "this is no whole number",
    "int_type": "this is no whole number",
    "int_from_float": "this is no whole number",
    "bool_parsing": "this is neither true nor false",
    "bool_type": "this is neither true nor false",
    "string_type": "this is no text: write it in quotation marks",
    "missing": "this key is missing",
    "string_pattern_mismatch": "{input!r} is no name of a site: use letters, digits, '.', '_' and '-'",
}


def describe_mistake(
    error: ErrorDetails, tables: Mapping[str, type[BaseModel]], file: str, variables: Mapping[str, str]
) -> str:
    """Return what is wrong by `error`, an error of pydantic's, with its place before it.

    `tables` are the models of the tables by their keys, that of the whole configuration by ''. `variables`
    are the keys that do not come from `file`, with what they are called where they come from.
    """
    keys = [str(part).lower() for part in error["loc"][:1]] + [str(part) for part in error["loc"][1:]]
    where = _describe_place(keys, variables)
    if error["type"] == "extra_forbidden":
        known_keys = list(tables[keys[0] if keys[1:] else ""].model_fields)
        near = find_nearest(keys[-1], known_keys)
        advice = f"did you mean {_show_key(near)}?" if near else f"known are {', '.join(known_keys)}"
        return f"{where}: unknown key in {file}; {advice}"
    if error["type"] in _NO_TABLES and keys[0] == "sites":
        return describe_sites_mistake(error["input"]) if not keys[1:] else f"{where}: {_SITES_ADVICE}"
    if error["type"] in _NO_TABLES and keys[0] == "topics":
        name = keys[1] if keys[1:] else "NAME"
        return f'{where}: this is no table: write [topics.{name}], and below it title = "…" and query = "…"'
    return f"{where}: {_describe_value(error, tables[''], keys[0])}"


def describe_sites_mistake(value: object) -> str:
    """Return what is wrong with `value`, which stands for the sites in a file and is no list of tables."""
    if isinstance(value, dict):
        return f"[sites] has one bracket too few, since there may be several: {_SITES_ADVICE}"
    return f"sites: this is no list of tables: {_SITES_ADVICE}"


def list_deeper_mistakes(topics: object, database_url: object) -> list[str]:
    """Return what is wrong with values that each look right: topics that do not parse, a database that
    can't be written. What is no table or no text otherwise is passed over.
    """
    mistakes = []
    for name, topic in topics.items() if isinstance(topics, dict) else ():
        query = topic.get("query") if isinstance(topic, dict) else None
        if isinstance(query, str) and (mistake := _find_topic_mistake(query)):
            mistakes.append(f"topics.{name}.query: {mistake}")
    if isinstance(database_url, str) and database_url.startswith(_SQLITE):
        file = Path(database_url.removeprefix(_SQLITE).partition("?")[0])
        if mistake := find_file_mistake(file):
            mistakes.append(f"database_url: {mistake}")
    return mistakes


def _find_topic_mistake(query: str) -> str | None:
    from feedsvc.query.topic import parse_topic  # which builds a parser, and few have saved topics

    try:
        parse_topic(query)
    except QueryError as error:
        return str(error) if query.strip() else None  # the empty one has its own sentence
    return None


def _describe_value(error: ErrorDetails, model: type[BaseModel], key: str) -> str:
    kind = error["type"]
    if kind in ("greater_than_equal", "less_than_equal"):
        metadata = model.model_fields[key].metadata
        least = next((bound.ge for bound in metadata if hasattr(bound, "ge")), None)
        most = next((bound.le for bound in metadata if hasattr(bound, "le")), None)
        bounds = f"from {least} up" if most is None else f"from {least} to {most}"
        return f"{error['input']} is out of range: write a whole number {bounds}"
    if kind == "literal_error":
        return f"{error['input']!r} is none of these: {error['ctx']['expected']}"
    message = _PLAIN_MESSAGES.get(kind, error["msg"].removeprefix("Value error, "))
    return message.format(input=error["input"]) if kind in _PLAIN_MESSAGES else message


def _describe_place(keys: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return where a mistake stands, in the words of the file or of what else it was written in."""
    if elsewhere := variables.get(keys[0]):
        return f"{'.'.join(keys[1:])} of {elsewhere}" if keys[0] == "topics" and keys[1:] else elsewhere
    if keys[0] == "sites" and keys[1:]:
        return " of ".join([*reversed(keys[2:]), f"[[sites]] no. {int(keys[1]) + 1}"])
    return ".".join(keys)


def _show_key(key: str | None) -> str:
    return {"sites": "[[sites]]", "topics": "[topics.NAME]"}.get(key or "", f"{key!r}")
