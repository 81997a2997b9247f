"""The examples of the help page: the topic language, in words and names of what is published here."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlencode

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.errors import NotReadyError, QueryError
from feedsvc.publish.find import prepare_page
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.views.form import Name
from feedsvc.query.query_string import parse_query_string
from feedsvc.store import entries, recent_posts
from feedsvc.store.selection import Selection
from feedsvc.text import words

MAX_COUNTED = 1000
_NEWEST = 80
_MIN_LENGTH = 5
_PREFIX_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A query, what it means, and how many posts it gives: MAX_COUNTED where there are as many or more."""

    written: str
    meaning: str
    query_string: str
    entry_count: int

    @property
    def parts(self) -> list[str]:
        """What is written, cut where a line may break."""
        return re.findall(r"[^,&]*[,&]?", self.written)[:-1]


def load_examples(
    connection: Connection,
    settings: Settings,
    published: PublishedSites,
    names: Mapping[str, Sequence[Name]],
    now: datetime,
) -> list[Example]:
    """Return examples that give posts, of the words of the newest titles and of `names` by their fields."""
    newest = recent_posts.load_headlines(connection, Selection(published=published.ids), _NEWEST)
    titles = [post.title for post in newest]
    examples = []
    for written, meaning, parameters in (*_iter_topics(titles, names), *_iter_parameters(names)):
        query_string = urlencode(parameters, safe=",:*()")
        try:
            query = parse_query_string(query_string)
            selection = prepare_page(connection, settings, published, query, now).selection
        except (QueryError, NotReadyError):
            continue  # of two sites one may call a category what the other can't
        count = entries.count_selected(connection, selection, MAX_COUNTED)
        examples.append(Example(written, meaning, query_string, count))
    return examples


def _iter_topics(
    titles: Sequence[str], names: Mapping[str, Sequence[Name]]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield what is written as a topic, what it means, and the parameters of its address."""
    first, second = _choose_words(titles)
    category = next((name.value for name in names.get("category", ())), "")
    topics = [
        (
            first,
            "with the word in the title or the body, in any case, with or without accents",
        ),
        (f"{first} {second}", "with both words, wherever they stand"),
        (f"{first} OR {second}", "with either word; OR in capitals"),
        (f"{first} -{second}", "with the first word and without the second"),
        (f'"{_choose_phrase(titles, first)}"', "with these words one after the other"),
        (f"{first[:_PREFIX_LENGTH]}*", "with a word that begins so"),
        (f"title:{first}", "with the word in the title"),
        (f"title:({first} OR {second})", "a field before parentheses counts for all in them"),
    ]
    if category:
        topics += [
            (f"({first} OR {second}) category:{category}", "either word, and of a category"),
            (f"{first} -category:{category}", "the word, and not of that category"),
        ]
    for topic, meaning in topics:
        yield topic, meaning, [("topic", topic)]


def _iter_parameters(
    names: Mapping[str, Sequence[Name]],
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield parameters beside the topic, what they mean, and themselves."""
    categories = [name.value for name in names.get("category", ())]
    if len(categories) > 1:
        one, other = categories[:2]
        yield f"category={one},{other}", "of either category", [("category", f"{one},{other}")]
        both = [("category", one), ("category", other)]
        yield f"category={one}&category={other}", "of both categories", both
        without = [("category", one), ("category", f"-{other}")]
        yield f"category={one}&category=-{other}", "of the first and not of the second", without
    for field in ("tag", "author"):
        for name in names.get(field, ())[:1]:
            yield f"{field}={name.value}", f"of one {field}", [(field, name.value)]
    yield (
        "since=30d",
        "published in the last 30 days; a date such as 2026-01-31 counts too",
        [("since", "30d")],
    )
    yield (
        "content=summary&limit=50",
        "summaries alone, and 50 of them",
        [("content", "summary"), ("limit", "50")],
    )


def _choose_words(titles: Sequence[str]) -> tuple[str, str]:
    """Return two words that several titles have, or words that are looked for anywhere."""
    counts = Counter(
        word
        for title in titles
        for word in set(words.tokenize(title))
        if len(word) >= _MIN_LENGTH and word.isalpha()
    )
    common = sorted(counts, key=lambda word: (-counts[word], word))
    first, second, *_ = [*common, "solar", "battery"]
    return first, second


def _choose_phrase(titles: Sequence[str], word: str) -> str:
    """Return two words of a title of which the first is `word`, if there are any."""
    for title in titles:
        for one, other in pairwise(words.tokenize(title)):
            if one == word:
                return f"{one} {other}"
    return f"{word} power"
