"""The addresses at which WordPress announces feeds, and readers look for them → what each asks for. Pure.

So the subscribers of a site can be moved here by its name alone. The rules are those of WordPress's
rewrites and query variables (wp-includes/class-wp-rewrite.php, class-wp.php).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from feedsvc.errors import QueryError
from feedsvc.query.fields import TAXONOMIES
from feedsvc.query.topic import parse_topic
from feedsvc.text import words

_RSS, _ATOM, _JSON = "rss", "atom", "json"
_KINDS = {"feed": _RSS, "rss": _RSS, "rss2": _RSS, "rdf": _RSS, "atom": _ATOM, "json": _JSON}
"""What WordPress calls its feeds; `feed` is its default, `json` a plug-in's. RSS 1.0 has no format here."""

_FILES = {
    **dict.fromkeys("rss.xml rss2.xml feed.xml index.xml index.rdf feed.rdf feed.php".split(), _RSS),
    **dict.fromkeys("wp-feed.php wp-rss.php wp-rss2.php wp-rdf.php".split(), _RSS),
    **dict.fromkeys("atom.xml wp-atom.php".split(), _ATOM),
}
_COMMENT_FILES = {"wp-commentsrss2.php": _RSS}
_COMMENT_KINDS = "comments-"  # as in ?feed=comments-rss2, or with an underscore
_OF_COMMENTS = frozenset("withcomments p page_id attachment_id name pagename attachment".split())
"""Parameters that ask for comments, or name a post, whose feed is that of its comments."""

_RENAMED = {"tag_id": "tag", "author_name": "author", "paged": "page"}
_NAME_LISTS = {"category_name": "category", "tag": "tag"}
_MEANINGLESS = frozenset({"feed", "withoutcomments"})  # the first has been read


@dataclass(frozen=True, slots=True)
class WordPressAddress:
    """What an address of WordPress's asks for, in our words.

    `suffix` is the format of a feed, empty where the address is of a page. `kind` is category, tag, author
    or topic where it is of one, which has `name` in the path. `parameters` are those of our query strings.
    `of_comments` is whether it is a feed of comments.
    """

    suffix: str
    kind: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    of_comments: bool


def read_wordpress_address(path: str, query_string: str) -> WordPressAddress | None:
    """Return what WordPress takes an address for, None where it is none of a feed nor of a list of posts.

    `path` is decoded, and counted from where the site begins.
    """
    segments = [segment for segment in path.split("/") if segment]
    if segments and segments[0].lower() == "index.php":
        segments = segments[1:]
    pairs = parse_qsl(query_string, keep_blank_values=True, errors="replace")
    suffix, of_comments = _read_feed_parameter(pairs)
    if file := _read_file(segments):
        suffix, segments, of_comments = suffix or file, [], segments[0].lower() in _COMMENT_FILES
    elif ending := _read_ending(segments):
        suffix, segments = ending, _cut_ending(segments)
    elif end := _read_end(segments):
        suffix, segments = suffix or end, segments[: -_count_end(segments)]
    segments, page = _split_page(segments)
    if [segment.lower() for segment in segments] == ["comments"] and suffix:
        segments, of_comments = [], True
    of_comments = of_comments or any(name in _OF_COMMENTS for name, _ in pairs)
    parameters = [*page, *_translate(pairs)]
    if not segments:
        return WordPressAddress(suffix, "", "", tuple(parameters), of_comments) if suffix else None
    kind, name = segments[0].lower(), segments[-1]
    if len(segments) == 1:
        return None
    if kind == "search" and suffix:
        # In this path WordPress writes spaces as in a query string.
        searched = ("topic", _spell_search("/".join(segments[1:]).replace("+", " ")))
        return WordPressAddress(suffix, "", "", (searched, *parameters), of_comments)
    if kind in TAXONOMIES or (kind == "topic" and len(segments) == 2):
        # In WordPress the last one counts; those before it are the categories above.
        return WordPressAddress(suffix, kind, name, tuple(parameters), of_comments)
    return None


def _read_file(segments: Sequence[str]) -> str:
    """Return the format of a feed that has an address like that of a file, empty where it is none."""
    name = segments[0].lower() if len(segments) == 1 else ""
    return _FILES.get(name) or _COMMENT_FILES.get(name, "")


def _read_ending(segments: Sequence[str]) -> str:
    """Return the format of a feed of ours whose address is written otherwise, as /Feed.RSS or with a slash
    behind; empty where it is none.
    """
    stem, _, ending = segments[-1].rpartition(".") if segments else ("", "", "")
    is_ours = len(segments) > 1 or stem.lower() == "feed"
    return ending.lower() if stem and is_ours and ending.lower() in (_RSS, _ATOM, _JSON) else ""


def _cut_ending(segments: Sequence[str]) -> list[str]:
    """Return the path without the format at its end, and without the 'feed' that stands for all of it."""
    stem = segments[-1].rpartition(".")[0]
    return [*segments[:-1]] if stem.lower() == "feed" else [*segments[:-1], stem]


def _read_feed_parameter(pairs: Iterable[tuple[str, str]]) -> tuple[str, bool]:
    """Return the format that `feed=` names, empty where it does not; whether it is of comments."""
    value = next((value for name, value in pairs if name == "feed"), "").strip().lower().replace("_", "-")
    return _KINDS.get(value.removeprefix(_COMMENT_KINDS), ""), value.startswith(_COMMENT_KINDS)


def _read_end(segments: Sequence[str]) -> str:
    """Return the format that the end of a path names, empty where it names none."""
    end = segments[-1].lower() if segments else ""
    if len(segments) == 2 and segments[0].lower() in TAXONOMIES:
        return ""  # the page of a tag that is called so
    if end == "json" and len(segments) > 1 and segments[-2].lower() != "feed":
        return ""  # a plug-in's: of a category it is another below it
    return _KINDS.get(end, "")


def _count_end(segments: Sequence[str]) -> int:
    """Return how many segments at the end of a path say that it is of a feed, as /feed/atom has two."""
    return 2 if len(segments) > 1 and segments[-2].lower() == "feed" else 1


def _split_page(segments: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return a path without /page/2 at its end, and that as a parameter."""
    if len(segments) > 1 and segments[-2].lower() == "page" and segments[-1].isdecimal():
        return segments[:-2], [("page", segments[-1])]
    return segments, []


def _translate(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yield the parameters of a query string in our words; those that are not WordPress's as they are."""
    for name, value in pairs:
        if name in _MEANINGLESS or name in _OF_COMMENTS:
            continue
        if name == "cat":
            # -5,6 leaves out the first and asks for the second.
            numbers = [number.strip() for number in value.split(",")]
            included = [number for number in numbers if not number.startswith("-")]
            yield from (("category", number) for number in numbers if number.startswith("-"))
            if included:
                yield "category", ",".join(included)
        elif name in _NAME_LISTS:
            # A comma means any of them; a plus, which may be a space by now, all.
            for part in value.replace("+", " ").split():
                yield _NAME_LISTS[name], part.rpartition("/")[2]
        elif name == "s":
            yield "topic", _spell_search(value)
        else:
            yield _RENAMED.get(name, name), value


def _spell_search(value: str) -> str:
    """Return what was searched for in the topic language. What is none there are its words alone."""
    try:
        parse_topic(value)
    except QueryError:
        parts = [words.tokenize_for_search(part) for part in value.split()]
        if any(parts):
            return " ".join(f'"{words.spell(part)}"' for part in parts if part)
    return value
