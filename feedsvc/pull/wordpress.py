"""WordPress's REST API as we ask it: its pages of posts, its terms.

Everything asked for stands in https://developer.wordpress.org/rest-api/reference/. Where it is, discover.py
finds out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from feedsvc.errors import SiteError
from feedsvc.model import Taxonomy
from feedsvc.pull.http import Answer, Http
from feedsvc.pull.parse import is_id, web_address
from feedsvc.text import legal, one_line

PAGE = 100
"""The most that WordPress gives at once."""

_POST_FIELDS = (
    "id,date_gmt,date,modified_gmt,modified,guid,link,slug,status,type,title,content,excerpt,"
    "author,categories,tags,class_list,featured_media,jetpack_featured_media_url,"
    "meta.audio_file,meta.enclosure"
)
# All of media_details: WordPress leaves it out where only parts of it are asked for.
_MEDIA_FIELDS = "id,source_url,alt_text,mime_type,media_details"
_TERM_FIELDS = "id,name,slug,parent"
_TERM_ROUTES: dict[Taxonomy, str] = {"category": "categories", "tag": "tags", "author": "users"}
_MOVED_DURING_PAGES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, given at `date` by the site's clock. `total` is what WordPress counts, posts
    that it never lists included, and None when a proxy took the header away; `last` says that no page
    follows.
    """

    number: int
    items: Sequence[dict[str, Any]]
    total: int | None
    last: bool
    date: datetime
    url: str


@dataclass(frozen=True, slots=True)
class About:
    """What a site says of itself at the root of its API; its texts are HTML."""

    title: str
    description: str
    home: str


class Api:
    """The REST API of one site, at `root` (a URL that ends where '/wp/v2/posts' would follow)."""

    def __init__(self, http: Http, root: str) -> None:
        self._http = http
        self.root = root

    def url(self, route: str, **parameters: Any) -> str:
        """Give the URL of a route such as '/wp/v2/posts'."""
        parts = urlsplit(self.root)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if any(name == "rest_route" for name, _ in query):
            query = [(n, v.rstrip("/") + route if n == "rest_route" else v) for n, v in query]
            path = parts.path
        else:
            path = parts.path.rstrip("/") + route
        query += [(name, str(value)) for name, value in parameters.items()]
        return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, safe=",:/"), ""))

    def about(self, *, fresh: bool = False) -> About:
        """Give what the site says of itself. Raises SiteError when this is no REST API."""
        fields = "name,description,home,url,namespaces"
        url = self.url("/", _fields=fields)
        data = _json(self._http.get(url, keep=True, fresh=fresh), url)
        namespaces = data.get("namespaces") if isinstance(data, dict) else None
        if not isinstance(namespaces, list) or "wp/v2" not in namespaces:
            raise SiteError(url, "it is not the root of a WordPress REST API", ADVICE, 200)
        home = web_address(data.get("home")) or web_address(data.get("url"))
        return About(str(data.get("name") or ""), str(data.get("description") or ""), home)

    def newest(self, page: int, per_page: int = PAGE) -> Page:
        """Give a page of whole posts, the newest first."""
        return self._posts(_POST_FIELDS, orderby="date", order="desc", per_page=per_page, page=page)

    def newest_heads(self, page: int) -> Page:
        """Give the heads of the posts that `newest` has on the same page."""
        return self.heads(orderby="date", order="desc", page=page)

    def heads(self, **parameters: Any) -> Page:
        """Give a page of posts with nothing but their id and their time of modification."""
        page = self._posts("id,modified_gmt", **parameters)
        return replace(page, items=[item for item in page.items if is_id(item.get("id"))])

    def latest_heads(self) -> Iterator[Page]:
        """Give the heads of the posts published last, page by page."""
        return paged(lambda number: self.heads(orderby="date", order="desc", per_page=10, page=number))

    def changed_heads(self, since: datetime) -> Iterator[dict[str, Any]]:
        """Give the heads of the posts modified after `since`, or not long before.

        WordPress compares whole seconds and leaves the bound out, and a post can be saved while we
        read: hence the overlap.
        """
        after = (since - _MOVED_DURING_PAGES).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _walk(lambda n: self.heads(modified_after=after, orderby="modified", order="desc", page=n))

    def every_head(self) -> Iterator[dict[str, Any]]:
        """Give the heads of all posts of the site."""
        return _walk(lambda n: self.heads(orderby="id", order="asc", page=n))

    def posts(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Give the whole posts of `ids` that are public."""
        for some in in_pages(ids):
            include = ",".join(map(str, some))
            page = self._posts(_POST_FIELDS, include=include, orderby="include")
            yield from (item for item in page.items if item.get("id") in some)

    def are_there(self, ids: Iterable[int]) -> set[int]:
        """Give those of `ids` that the site still has.

        Raises SiteError when it answers with others, as a cache does that does not look at the query.
        """
        there: set[int] = set()
        for some in in_pages(ids):
            page = self.heads(include=",".join(map(str, some)))
            found = {int(item["id"]) for item in page.items}
            if not found <= set(some):
                raise SiteError(page.url, "it answered with other posts than it was asked for", _CACHE)
            there |= found
        return there

    def categories(self, *, fresh: bool = False) -> Iterator[dict[str, Any]]:
        """Give every category, the empty ones as well: they may be parents."""
        return _walk(
            lambda number: self._page(
                "/wp/v2/categories", keep=True, fresh=fresh, _fields=_TERM_FIELDS, orderby="id", page=number
            )
        )

    def terms(self, taxonomy: Taxonomy, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Give the tags or authors of `ids` that the site shows. Raises SiteError when it shows none."""
        for some in in_pages(ids):
            include = ",".join(map(str, some))
            route = f"/wp/v2/{_TERM_ROUTES[taxonomy]}"
            yield from self._page(route, _fields=_TERM_FIELDS, include=include).items

    def media(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Give the pictures of `ids` that the site shows. Raises SiteError when it shows none."""
        for some in in_pages(ids):
            include = ",".join(map(str, some))
            yield from self._page("/wp/v2/media", _fields=_MEDIA_FIELDS, include=include).items

    def _posts(self, fields: str, **parameters: Any) -> Page:
        return self._page("/wp/v2/posts", _fields=fields, **parameters)

    def _page(self, route: str, *, keep: bool = False, fresh: bool = False, **parameters: Any) -> Page:
        wanted = {"per_page": PAGE, "page": 1, **parameters}
        url = self.url(route, **wanted)
        answer = self._http.get(url, keep=keep, fresh=fresh)
        if answer.status == 400 and wanted["page"] != 1 and "invalid_page_number" in answer.text:
            # The listing became shorter while we paged, or a proxy took its length away.
            return Page(wanted["page"], [], None, last=True, date=answer.date, url=url)
        data = _json(answer, url)
        if not isinstance(data, list):
            raise SiteError(url, "it answered JSON that is no list", ADVICE)
        pages = _count(answer, "x-wp-totalpages")
        # A page may be short, since hidden posts are counted: only the number of pages tells the last.
        last = not data or (pages is not None and wanted["page"] >= pages)
        items = [item for item in data if isinstance(item, dict)]
        return Page(wanted["page"], items, _count(answer, "x-wp-total"), last, answer.date, url)


def paged(fetch: Callable[[int], Page], start: int = 1) -> Iterator[Page]:
    """Give pages from the number `start` to the last.

    Raises SiteError when a page comes twice, which would go on for ever.
    """
    before: list[object] = []
    for number in count(start):
        page = fetch(number)
        ids = [item.get("id") for item in page.items]
        if ids and ids == before:
            if page.total is None:
                return  # it knows nothing of pages
            raise SiteError(page.url, "it gives the same page again and again", _CACHE)
        yield page
        if page.last:
            return
        before = ids


def _walk(fetch: Callable[[int], Page]) -> Iterator[dict[str, Any]]:
    """Give the items of all pages."""
    for page in paged(fetch):
        yield from page.items


_CACHE = "A cache in front of the site may not look at the query string: ask its owner."

ADVICE = (
    "Open the address with /wp-json/ behind it in a browser: JSON must come. If it does not, the REST API "
    "is switched off there (often by a security plug-in), or this is no WordPress."
)


def in_pages(ids: Iterable[int]) -> Iterator[list[int]]:
    """Give `ids` in lists that are short enough for one request."""
    wanted = list(ids)
    for start in range(0, len(wanted), PAGE):
        yield wanted[start : start + PAGE]


def _count(answer: Answer, header: str) -> int | None:
    value = answer.headers.get(header, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _json(answer: Answer, url: str) -> Any:
    try:
        data = answer.json()
    except (ValueError, RecursionError):
        data = None
    if answer.status == 200 and data is not None:
        return data
    message = one_line(legal(str(data.get("message") or "")))[:200] if isinstance(data, dict) else ""
    said = f", “{message}”" if message else ""
    got = f"it answered {answer.status} with {answer.kind}{said}"
    raise SiteError(url, got, ADVICE_BY_STATUS.get(answer.status, ADVICE), answer.status)


ADVICE_BY_STATUS = {
    401: "The site asks for a log-in: its owner has to open the REST API to the public.",
    403: "The site or a guard in front of it forbids this: ask its owner to let us read the REST API.",
    429: "The site says that we ask too often: set a longer poll_interval.",
    **dict.fromkeys((500, 502, 503, 504), "The site is in trouble: try later."),
}
