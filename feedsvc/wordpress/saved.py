"""REST responses that were saved to files → posts, by the site that they came from."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from feedsvc.errors import ImportFileError
from feedsvc.wordpress.json_values import to_mapping
from feedsvc.wordpress.parse import parse_site_url


def read_saved_posts(file: Path) -> list[Mapping[str, Any]]:
    """Return the posts in a file that holds a saved response, or in standard input for '-'.

    Raises ImportFileError when it can't be read or holds anything else.
    """
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        data = json.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise ImportFileError(f"{file} can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ImportFileError(f"{file} is not JSON: {error}") from error
    items = data if isinstance(data, list) else [data]
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or "id" not in item or "content" not in item:
            message = item.get("message") if isinstance(item, dict) else None
            hint = f" (the site said: {message})" if message else ""
            raise ImportFileError(
                f"{file}: item {number} is no post{hint}: save what /wp-json/wp/v2/posts answers"
            )
    return items


def group_by_site(
    file: Path, items: Iterable[Mapping[str, Any]], fallback_url: str | None = None
) -> dict[str, list[Mapping[str, Any]]]:
    """Return posts by the address of the site that they came from, which their links tell.

    `fallback_url` is for posts that do not tell. Raises ImportFileError when there are some and it is None.
    """
    posts_by_site: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        url = parse_site_url(item) or fallback_url
        if not url:
            raise ImportFileError(f"{file}: post {item['id']} does not tell its site: give --site URL")
        posts_by_site.setdefault(url, []).append(item)
    return posts_by_site


def describe_nameless_terms(file: Path, items: Iterable[Mapping[str, Any]]) -> str:
    """Return why the categories of saved posts have no names; an empty string where they have some."""
    count = sum(1 for item in items if _lacks_names(item))
    if not count:
        return ""
    return (
        f"{file}: the categories, tags and authors of {count} posts have no names, since these were saved "
        "without _embed: save /wp-json/wp/v2/posts?_embed and import that"
    )


def _lacks_names(item: Mapping[str, Any]) -> bool:
    has_terms = any(item.get(name) for name in ("categories", "tags"))
    return has_terms and not to_mapping(item.get("_embedded")).get("wp:term")
