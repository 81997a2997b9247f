"""REST responses that were saved to files → posts, by the site that they came from."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from feedsvc.errors import ImportFileError
from feedsvc.wordpress.parse import parse_site_url


def posts_in(file: Path) -> list[Mapping[str, Any]]:
    """Return the posts in a file that holds a saved response, or in standard input for '-'. Raises
    ImportFileError when it holds none.
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
            said = item.get("message") if isinstance(item, dict) else None
            hint = f" (the site said: {said})" if said else ""
            raise ImportFileError(
                f"{file}: item {number} is no post{hint}: save what /wp-json/wp/v2/posts answers"
            )
    return items


def by_site(
    file: Path, items: Iterable[Mapping[str, Any]], otherwise: str | None = None
) -> dict[str, list[Mapping[str, Any]]]:
    """Sort posts by the address of the site that they came from, which their links tell; `otherwise` is for
    those that do not tell. Raises ImportFileError.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        url = parse_site_url(item) or otherwise
        if not url:
            raise ImportFileError(f"{file}: post {item['id']} does not tell its site: give --site URL")
        found.setdefault(url, []).append(item)
    return found
