"""The topics of the configuration: parsed, checked against the store, recognised in a query."""

from dataclasses import replace

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import ConfigError, NotReadyError, QueryError
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.resolve import resolve_condition
from feedsvc.query.condition import ANYTHING, Condition
from feedsvc.query.query import Query
from feedsvc.query.topic import parse_topic
from feedsvc.text.nearest import find_nearest


def parse_saved_topics(settings: Settings) -> dict[str, Condition]:
    """Return the condition of each saved topic. Raises ConfigError with every one that does not parse."""
    conditions, mistakes = {}, []
    for name, topic in settings.topics.items():
        try:
            conditions[name] = parse_topic(topic.query)
        except QueryError as error:
            mistakes.append(f"topics.{name}.query: {error}")
    if mistakes:
        raise ConfigError(mistakes)
    return conditions


def check_topic_name(settings: Settings, name: str) -> None:
    """Raise QueryError where there is no saved topic called `name`."""
    if name not in settings.topics:
        near = find_nearest(name, settings.topics)
        advice = f"did you mean {near!r}?" if near else "see / for those that there are"
        sentence = f"there is no saved topic {name!r}: {advice}"
        raise QueryError(sentence, field="topic", wrong=name, near=near or "")


def shorten_to_saved_topic(settings: Settings, query: Query) -> Query:
    """Return `query` by the name of the saved topic that asks for the very same, else as it is."""
    for name, condition in parse_saved_topics(settings).items():
        if query.condition == condition:
            return replace(query, condition=ANYTHING, saved_topic=name)
    return query


def list_unknown_names(connection: Connection, settings: Settings) -> list[str]:
    """Return a sentence for each saved topic that names a category, tag or author that there is not."""
    mistakes = []
    published = load_published_sites(connection, settings)
    for name, condition in parse_saved_topics(settings).items():
        try:
            resolve_condition(connection, published, condition)
        except QueryError as error:
            mistakes.append(f"topics.{name}.query: {error}")
        except NotReadyError:
            continue  # a site that may have it is still being read
    return mistakes
