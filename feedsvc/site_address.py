"""The address of a site as people write it: its one form, and what it must not ask for. Pure.

A site is read whole. So an address that asks for a part of it, such as a category's page or the REST API's
list of one post type, is refused with what to write instead: it would be taken for the whole site. The
address of a single post or of the site's feed does no harm: it finds its site, which discovery says.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from feedsvc.values import IGNORED_PARAMETERS, is_loopback_name, parse_url, quote_safely

_WITHOUT_SCHEME = re.compile(r"(?P<host>[^\s/:@?#\[\]]+)(?::\d{1,5})?(?:[/?#].*)?")
_NEXT_ADDRESS = re.compile(r"[,;|]+(?:https?:|$)", re.IGNORECASE)
_SHOWN_VALUE = re.compile(r"[\w.,:+-]{1,60}")
_FOLDERS = ("category", "tag", "author")
"""Of WordPress's own pages; parameters of our feeds ask for the same by the same names."""

_PARAMETERS_OF_PAGES: Mapping[str, str] = {
    "cat": "category", "category_name": "category", "tag": "tag", "author": "author",
    "author_name": "author", "s": "topic",
}  # fmt: skip
_PARAMETERS_OF_API: Mapping[str, str] = {
    "categories": "category", "tags": "tag", "author": "author", "search": "topic",
}  # fmt: skip
_ROUTES_OF_API: Mapping[str, str] = {"categories": "category", "tags": "tag", "users": "author"}
_HARMLESS_ON_PAGES = {"p", "page_id", "attachment_id", "feed", "paged", "rest_route"}
"""They name one post, the feed of all, or a page of what there is."""

_HARMLESS_IN_API = {
    "rest_route", "_fields", "_embed", "_envelope", "_locale", "_jsonp", "context", "per_page", "page",
    "offset", "order", "orderby",
}  # fmt: skip
"""They say how the posts are told, not which."""


def parse_site_address(value: object) -> str:
    """Return `value`, the address of a site, of a subfolder, of the REST API or of a post, as a URL.

    Without a scheme it is tried by https, on this machine by http. Raises ValueError when it is no address,
    is several, or asks for a part of its site.
    """
    text = str(value).strip()
    if re.search(r"\s", text) or _NEXT_ADDRESS.search(text):
        raise ValueError(
            f"{quote_safely(text)} is no single address, as in https://example.com/: give --site twice for "
            "two sites; in FEEDSVC_SITES put a space between them, in a file write [[sites]] before each"
        )
    if not text.isprintable():
        raise ValueError("the address holds a character that does not show: type it anew")
    match = _WITHOUT_SCHEME.fullmatch(text)
    if match and is_loopback_name(match["host"]):
        text = f"http://{text}"
    elif match and re.search(r"[^.]\.[^.]", match["host"]):
        text = f"https://{text}"
    url = parse_url(text)
    for part in _list_parts(url):
        raise ValueError(part)
    return url


def parse_api_root(address: str) -> str | None:
    """Return the root of the API when `address` points into one, else None."""
    parts = urlsplit(address)
    if "rest_route=" in parts.query:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "rest_route=/", ""))
    if match := re.match(r"(.*/wp-json)(?:/|$)", parts.path):
        return urlunsplit((parts.scheme, parts.netloc, f"{match[1]}/", "", ""))
    return None


class PartOfSite(NamedTuple):
    """Why an address can't be read, since it asks for a part of a site, and what to write instead."""

    reason: str
    advice: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.advice}"


def find_part_of_route(route: str, home: str) -> PartOfSite | None:
    """Return which part of a site a REST route is, as '/wp/v2/categories/5' is; None where it is a post or
    a page, or all posts. `home` is the site's address.
    """
    match [segment for segment in route.split("/") if segment]:
        case [] | ["wp"] | ["wp", "v2"] | ["wp", "v2", "posts", *_] | ["wp", "v2", "pages", _]:
            return None
        case ["wp", "v2", ("categories" | "tags" | "users") as base, term_id] if term_id.isdecimal():
            return _narrow(f"{base}/{term_id}", home, f"?{_ROUTES_OF_API[base]}={term_id}")
        case ["wp", "v2", base, *_]:
            reason = f"{_show(base)} is no list of posts, and another post type can't be asked for yet"
            return PartOfSite(reason, f"write {home} for the posts")
    return PartOfSite(f"{_show(route)} lists no posts", f"write {home} for those of the site")


def find_part_of_page(classes: Collection[str], rest: str, home: str) -> PartOfSite | None:
    """Return which part of a site a page shows, by what WordPress writes into the class of its body; None
    where it shows a post or all posts. `rest` is what its address has behind the site's, `home`.
    """
    if types := sorted(name for name in classes if name.startswith("post-type-archive-")):
        return find_part_of_route(f"/wp/v2/{types[0].removeprefix('post-type-archive-')}", home)
    if "archive" in classes or "search" in classes:
        return _narrow(rest, home, "")
    if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2,4})?", rest, re.IGNORECASE) and "single" not in classes:
        reason = f"{_show(rest)} seems to be one language of the site, which can't be asked for yet"
        return PartOfSite(reason, f"write {home} for all its posts")
    return None


def find_rest_of_home(address: str, home: str) -> str | None:
    """Return what `address` has behind `home`, the site's own address, without strokes around; empty where
    it is that address, None where it is elsewhere.
    """
    parts, home_parts = urlsplit(address), urlsplit(home)
    if _strip_www(parts.netloc) != _strip_www(home_parts.netloc):
        return None
    path, home_path = (re.sub(r"/index\.php$", "", each.path.rstrip("/")) for each in (parts, home_parts))
    if path != home_path and not path.startswith(f"{home_path}/"):
        return None
    return path.removeprefix(home_path).strip("/") or (f"?{parts.query}" if parts.query else "")


def _strip_www(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def _list_parts(url: str) -> Iterator[PartOfSite]:
    """Yield the parts of a site that `url` asks for."""
    parts = urlsplit(url)
    parameters = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not IGNORED_PARAMETERS.fullmatch(name)
    ]
    if parse_api_root(url):
        by_query = next((value for name, value in parameters if name == "rest_route"), None)
        folder, _, by_path = parts.path.partition("/wp-json")
        folder = folder if by_query is None else re.sub(r"/[^/]*\.php$", "", parts.path)
        home = _join(url, folder)
        if part := find_part_of_route(unquote(by_path) if by_query is None else by_query, home):
            yield part
        yield from _list_narrowing(parameters, home, _PARAMETERS_OF_API, _HARMLESS_IN_API)
        return
    segments = parts.path.split("/")
    for place, segment in enumerate(segments[:-1]):
        if segment in _FOLDERS and (slug := _find_slug(segment, segments[place + 1 :])):
            shown = unquote("/".join([segment, *filter(None, segments[place + 1 :])]))
            yield _narrow(shown, _join(url, "/".join(segments[:place])), f"?{segment}={unquote(slug)}")
    home = _join(url, parts.path)
    yield from _list_narrowing(parameters, home, _PARAMETERS_OF_PAGES, _HARMLESS_ON_PAGES)


def _find_slug(field: str, segments: Sequence[str]) -> str:
    """Return the slug that the page behind /category/, /tag/ or /author/ is of, or an empty string."""
    slugs = []
    for segment in filter(None, segments):
        if segment in ("feed", "page"):
            break
        slugs.append(segment)
    if not slugs:
        return ""
    return slugs[-1] if field == "category" else slugs[0]  # a category stands below its parents


def _list_narrowing(
    parameters: Sequence[tuple[str, str]], home: str, fields: Mapping[str, str], harmless: Collection[str]
) -> Iterator[PartOfSite]:
    for name, value in parameters:
        if name not in harmless:
            shown = value if _SHOWN_VALUE.fullmatch(value) else "…"
            yield _narrow(f"{name}={shown}", home, f"?{fields[name]}={shown}" if name in fields else "")


def _narrow(part: str, home: str, parameter: str) -> PartOfSite:
    if not parameter:
        reason = f"{_show(part)} asks for a part of the site that can't be asked for yet"
        return PartOfSite(reason, f"write {home} for all its posts")
    reason = f"{_show(part)} asks for a part of the site, which is read whole"
    return PartOfSite(reason, f"write {home}, and ask its feeds for {parameter}")


def _join(url: str, folder: str) -> str:
    """Return the address of a folder on the host of `url`, with a slash behind."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"{folder.rstrip('/')}/", "", ""))


def _show(part: str) -> str:
    """Return a part of an address in quotation marks, which is not endless and does not hide anything."""
    printable = "".join(character if character.isprintable() else "�" for character in part)
    return f"'{printable if len(printable) <= 100 else printable[:100] + '…'}'"
