"""WordPress's REST API as we ask it: its pages of posts, its terms.

Everything asked for stands in https://developer.wordpress.org/rest-api/reference/. Where it is, discover.py
finds out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from feedsvc.errors import SiteError
from feedsvc.model import Taxonomy
from feedsvc.text.html import legal, one_line
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.diagnosis import ADVICE, ADVICE_CACHE, advice
from feedsvc.wordpress.http import INFO_MAX_AGE, REVALIDATE, Http
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.lenient_json import NoJsonError
from feedsvc.wordpress.pages import PAGE_SIZE, Page, iter_pages, split_into_pages
from feedsvc.wordpress.response import Response

PROBE_SIZE = 10
"""Posts that are asked for to see whether anything has happened."""

_POST_FIELDS = (
    "id,date_gmt,date,modified_gmt,modified,guid,link,slug,status,type,title,content,excerpt,"
    "author,categories,tags,class_list,featured_media,jetpack_featured_media_url,"
    "meta.audio_file,meta.enclosure"
)
# All of media_details: WordPress leaves it out where only parts of it are asked for.
_MEDIA_FIELDS = "id,source_url,alt_text,mime_type,media_details"
_WITH_LINKS = "id,modified_gmt,link"
_NO_SUCH_PAGE = "rest_post_invalid_page_number"
_TERM_FIELDS = "id,name,slug,parent"
_TERM_ROUTES: dict[Taxonomy, str] = {"category": "categories", "tag": "tags", "author": "users"}


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What a site says of itself at the root of its API, and where that was; its texts are HTML."""

    title: str
    description: str
    home: str
    root: str


class Api:
    """The REST API of one site, at `root` (a URL that ends where '/wp/v2/posts' would follow).

    `remark` is told what is odd about an answer, in plain words, where it could be put right.
    """

    def __init__(self, http: Http, root: str, remark: Callable[[str], None] = lambda text: None) -> None:
        self.http = http
        self.root = root
        self.moved_to = ""
        """Where the site sends us for good, if anywhere."""
        self._remark = remark

    def url(self, route: str, **parameters: Any) -> str:
        """Return the URL of a route such as '/wp/v2/posts'."""
        parts = urlsplit(self.root)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if any(name == "rest_route" for name, _ in query):
            query = [(n, v.rstrip("/") + route if n == "rest_route" else v) for n, v in query]
            path = parts.path
        else:
            path = parts.path.rstrip("/") + route
        query += [(name, str(value)) for name, value in parameters.items()]
        return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, safe=",:/"), ""))

    def fetch_site_info(self, *, fresh: bool = False) -> SiteInfo:
        """Return what the site says of itself. Raises SiteError when this is no REST API."""
        url = self.url("/", _fields="name,description,home,url,namespaces")
        answer = self.http.get(url, keep=INFO_MAX_AGE, fresh=fresh)
        data = self._json(answer, url)
        namespaces = data.get("namespaces") if isinstance(data, dict) else None
        if not isinstance(namespaces, list) or "wp/v2" not in namespaces:
            raise SiteError(url, "it is not the root of a WordPress REST API", ADVICE, 200)
        home = parse_web_address(data.get("home")) or parse_web_address(data.get("url"))
        # For good, or to the secure address of the same host, as some redirect in words for a while.
        to_https = urlsplit(answer.url)[:2] == ("https", urlsplit(self.root).netloc)
        root = (parse_api_root(answer.url) if answer.is_moved or to_https else "") or self.root
        return SiteInfo(str(data.get("name") or ""), str(data.get("description") or ""), home, root)

    def fetch_posts_page(self, page: int, per_page: int = PAGE_SIZE) -> Page:
        """Return a page of whole posts, the newest first."""
        return self._posts(_POST_FIELDS, orderby="date", order="desc", per_page=per_page, page=page)

    def fetch_heads_page(self, page: int, per_page: int = PAGE_SIZE) -> Page:
        """Return the heads of the posts that `fetch_posts_page` has on the same page."""
        return self.heads(orderby="date", order="desc", per_page=per_page, page=page)

    def heads(self, fields: str = "id,modified_gmt", **parameters: Any) -> Page:
        """Return a page of posts with nothing but their id and their time of modification."""
        page = self._posts(fields, **parameters)
        return replace(page, items=[item for item in page.items if is_id(item.get("id"))])

    def fetch_last_modified(self) -> Page:
        """Return the heads of the few posts that were modified last, with the number of all.

        Not conditional: validators are mostly made of the body, and the number stands in a header.
        """
        return self.heads(orderby="modified", order="desc", per_page=PROBE_SIZE)

    def iter_heads_by_modified(self) -> Iterator[Page]:
        """Return the heads of all posts, those that were modified last first, page by page."""
        return iter_pages(lambda number: self.heads(orderby="modified", order="desc", page=number))

    def iter_heads_by_date(self, size: int = PROBE_SIZE) -> Iterator[Page]:
        """Return the heads of the posts published last, with their links, page by page."""
        return iter_pages(
            lambda number: self.heads(
                _WITH_LINKS, orderby="date", order="desc", per_page=size, page=number, keep=REVALIDATE
            )
        )

    def fetch_links(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the links of those of a few posts that are public."""
        page = self.heads(_WITH_LINKS, include=",".join(map(str, ids)))
        return links_by_id(page.items)

    def iter_all_heads(self) -> Iterator[Page]:
        """Return the heads of all posts of the site, page by page."""
        return iter_pages(lambda number: self.heads(orderby="id", order="asc", page=number))

    def fetch_posts(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Return the whole posts of `ids` that are public, asking more often where the site gives fewer."""
        for some in split_into_pages(ids):
            wanted = set(some)
            while wanted:
                include = ",".join(str(i) for i in some if i in wanted)
                page = self._posts(_POST_FIELDS, include=include, orderby="include")
                given = [item for item in page.items if item.get("id") in wanted]
                yield from given
                wanted -= {item["id"] for item in given}
                if page.last or not given:
                    break

    def fetch_existing_ids(self, ids: Iterable[int], control: int | None = None) -> set[int]:
        """Return those of `ids` that the site still has.

        Raises SiteError when it answers with others, as a cache does that does not look at the query, or
        when it does not give the post `control`, which it has: an empty answer says nothing.
        """
        there: set[int] = set()
        for some in split_into_pages(ids, PAGE_SIZE - 1):
            asked = {*some, *([control] if control else [])}
            found: set[int] = set()
            for page in self._heads_of(asked):
                found |= {int(item["id"]) for item in page.items}
                if found >= asked:
                    break
            if not found <= asked:
                got = "it answered with other posts than it was asked for"
                raise SiteError(self.root, got, ADVICE_CACHE, cause="ignores_query")
            if control and control not in found:
                got = f"it did not give post {control}, which it lists"
                raise SiteError(self.root, got, ADVICE_CACHE, cause="ignores_query")
            there |= found & set(some)
        return there

    def _heads_of(self, ids: Iterable[int]) -> Iterator[Page]:
        include = ",".join(map(str, sorted(ids)))
        return iter_pages(lambda number: self.heads(include=include, page=number))

    def iter_terms(self, taxonomy: Taxonomy) -> Iterator[Page]:
        """Return all categories, tags or authors, page by page."""
        return iter_pages(lambda number: self._terms(taxonomy, orderby="id", page=number))

    def fetch_terms(
        self, taxonomy: Taxonomy, ids: Iterable[int], *, keep: timedelta | None = None
    ) -> Iterator[dict[str, Any]]:
        """Return the tags or authors of `ids` that the site shows. Raises SiteError when it shows none."""
        for some in split_into_pages(ids):
            yield from self._terms(taxonomy, include=",".join(map(str, some)), keep=keep).items

    def _terms(self, taxonomy: Taxonomy, **parameters: Any) -> Page:
        return self._page(f"/wp/v2/{_TERM_ROUTES[taxonomy]}", _fields=_TERM_FIELDS, **parameters)

    def fetch_media(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Return the pictures of `ids` that the site shows. Raises SiteError when it shows none."""
        for some in split_into_pages(ids):
            include = ",".join(map(str, some))
            yield from self._page("/wp/v2/media", _fields=_MEDIA_FIELDS, include=include).items

    def _posts(self, fields: str, **parameters: Any) -> Page:
        return self._page("/wp/v2/posts", _fields=fields, **parameters)

    def _page(self, route: str, *, keep: timedelta | None = None, **parameters: Any) -> Page:
        wanted = {"per_page": PAGE_SIZE, "page": 1, **parameters}
        url = self.url(route, **wanted)
        answer = self.http.get(url, keep=keep)
        if answer.is_moved and (root := parse_api_root(answer.url)):
            self.moved_to = root
        data = self._data(answer, url)
        if isinstance(data, dict) and wanted["page"] != 1 and data.get("code") == _NO_SUCH_PAGE:
            # The listing became shorter while we paged, or a proxy took its length away.
            return Page(wanted["page"], [], None, last=True, date=answer.date, url=url)
        data = self._good(answer, url, data)
        if not isinstance(data, list):
            raise SiteError(url, "it answered JSON that is no list", ADVICE)
        items = [item for item in data if isinstance(item, dict)]
        if sum(is_id(item.get("id")) for item in items) > wanted["per_page"]:
            got = f"it gives {len(items)} when asked for {wanted['per_page']}"
            raise SiteError(url, got, ADVICE_CACHE, cause="ignores_query")
        pages = _count(answer, "x-wp-totalpages")
        # A page may be short, since hidden posts are counted: only the number of pages tells the last.
        last = not data or (pages is not None and wanted["page"] >= pages)
        return Page(wanted["page"], items, _count(answer, "x-wp-total"), last, answer.date, url)

    def _json(self, answer: Response, url: str) -> Any:
        """Return the data of a good answer. Raises SiteError with what came instead."""
        return self._good(answer, url, self._data(answer, url))

    def _data(self, answer: Response, url: str) -> Any:
        try:
            told = answer.json()
        except NoJsonError as error:
            got = f"it answered {answer.status} {error.got}, as {answer.kind}"
            cause = error.cause if answer.status == 200 else ""
            raise self._refused(answer, url, got, cause) from error
        if answer.status == 200:
            for remark in told.remarks:
                self._remark(remark)
        return told.data

    def _good(self, answer: Response, url: str, data: Any) -> Any:
        said = data.get("message") if isinstance(data, dict) and "code" in data else None
        if answer.status == 200 and not said:  # PHP's notices turn a status of failure into 200
            return data
        message = one_line(legal(str(said or "")))[:200]
        got = f"it answered {answer.status} with {answer.kind}" + (f", “{message}”" if message else "")
        raise self._refused(answer, url, got)

    @staticmethod
    def _refused(answer: Response, url: str, got: str, cause: str = "") -> SiteError:
        what = advice(answer.status, cause)
        return SiteError(url, got, what, answer.status, cause=cause, retry_at=answer.retry_at)


def links_by_id(heads: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Return the links that heads tell of."""
    return {head["id"]: link for head in heads if (link := parse_web_address(head.get("link")))}


def parse_api_root(address: str) -> str | None:
    """Return the root of the API when `address` points into one."""
    parts = urlsplit(address)
    if "rest_route=" in parts.query:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "rest_route=/", ""))
    if found := re.match(r"(.*/wp-json)(?:/|$)", parts.path):
        return urlunsplit((parts.scheme, parts.netloc, f"{found[1]}/", "", ""))
    return None


def _count(answer: Response, header: str) -> int | None:
    value = answer.headers.get(header, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
