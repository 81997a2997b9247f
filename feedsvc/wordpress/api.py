"""What we ask of WordPress's REST API: pages of posts, heads, terms, media.

Everything asked for stands in https://developer.wordpress.org/rest-api/reference/. Where the API is,
discover.py finds out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from feedsvc.errors import SiteError
from feedsvc.model import Taxonomy
from feedsvc.site_address import parse_api_root
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.api_answer import parse_answer, parse_count, require_success
from feedsvc.wordpress.diagnosis import ADVICE, ADVICE_CACHE
from feedsvc.wordpress.http import INFO_MAX_AGE, REVALIDATE, Http
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.listing import PAGE_SIZE, Page, iter_pages, split_into_pages

PROBE_SIZE = 10
"""Posts that are asked for to see whether anything has happened."""

Parameters = Mapping[str, str | int]
"""The parameters of a query string, in their order."""

_POST_FIELDS = (
    "id,date_gmt,date,modified_gmt,modified,guid,link,slug,status,type,title,content,excerpt,"
    "author,categories,tags,class_list,featured_media,jetpack_featured_media_url,"
    "meta.audio_file,meta.enclosure,meta.filesize_raw,lang,wpml_current_locale"
)
_HEAD_FIELDS = "id,modified_gmt"
_HEAD_FIELDS_WITH_LINK = "id,modified_gmt,link"
_HEAD_FIELDS_WITH_TITLE = "id,title"
# All of media_details: WordPress leaves it out where only parts of it are asked for.
_MEDIA_FIELDS = "id,source_url,alt_text,caption,mime_type,media_details"
_TERM_FIELDS = "id,name,slug,parent"
_TERM_ROUTES: dict[Taxonomy, str] = {"category": "categories", "tag": "tags", "author": "users"}
_NO_SUCH_PAGE = "rest_post_invalid_page_number"


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What a site says of itself at the root of its API, and where that was; its texts are HTML.

    `icon` is the address of its square picture, empty where it has none.
    """

    title: str
    description: str
    home: str
    root: str
    icon: str = ""


class Api:
    """The REST API of one site, at `root` (a URL that ends where '/wp/v2/posts' would follow).

    `remark` takes, in plain words, what is odd about an answer though it could be put right. Every method
    that asks the site raises SiteError when it does not answer as WordPress does.
    """

    def __init__(self, http: Http, root: str, remark: Callable[[str], None] = lambda text: None) -> None:
        self.http = http
        self.root = root
        self.moved_to = ""
        """The root to which the site redirects us for good, or an empty string."""
        self._remark = remark

    def build_url(self, route: str, parameters: Parameters) -> str:
        """Return the URL of a route such as '/wp/v2/posts'."""
        parts = urlsplit(self.root)
        query: list[tuple[str, str]] = parse_qsl(parts.query, keep_blank_values=True)
        if any(name == "rest_route" for name, _ in query):
            query = [(n, v.rstrip("/") + route if n == "rest_route" else v) for n, v in query]
            path = parts.path
        else:
            path = parts.path.rstrip("/") + route
        query += [(name, str(value)) for name, value in parameters.items()]
        return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, safe=",:/"), ""))

    def fetch_site_info(self, *, fresh: bool = False) -> SiteInfo:
        """Return what the site says of itself, from the cache unless `fresh`.

        Raises SiteError when this is no REST API.
        """
        url = self.build_url("/", {"_fields": "name,description,home,url,namespaces,site_icon_url"})
        response = self.http.get(url, max_age=INFO_MAX_AGE, fresh=fresh)
        data = require_success(response, url, parse_answer(response, url, self._remark))
        namespaces = data.get("namespaces") if isinstance(data, dict) else None
        if not isinstance(namespaces, list) or "wp/v2" not in namespaces:
            raise SiteError(url, "it is not the root of a WordPress REST API", ADVICE, 200)
        home = parse_web_address(data.get("home")) or parse_web_address(data.get("url"))
        # Moved for good, or to the secure address of the same host, as some redirect temporarily.
        to_https = urlsplit(response.url)[:2] == ("https", urlsplit(self.root).netloc)
        root = (parse_api_root(response.url) if response.is_moved or to_https else "") or self.root
        icon = parse_web_address(data.get("site_icon_url"))
        return SiteInfo(str(data.get("name") or ""), str(data.get("description") or ""), home, root, icon)

    def fetch_posts_page(self, page: int, per_page: int = PAGE_SIZE) -> Page:
        """Return a page of whole posts, the newest first."""
        return self._fetch_posts(_POST_FIELDS, _by_date(page, per_page))

    def fetch_heads_page(self, page: int, per_page: int = PAGE_SIZE) -> Page:
        """Return the heads of the posts that `fetch_posts_page` has on the same page."""
        return self._fetch_heads(_by_date(page, per_page))

    def fetch_last_modified(self, count: int = PROBE_SIZE) -> Page:
        """Return the heads of the `count` posts that were modified last, with the number of all posts.

        Not conditional: validators are mostly made of the body, and the number of posts stands in a header,
        so that a 304 would hide that one was deleted.
        """
        return self._fetch_heads({"orderby": "modified", "order": "desc", "per_page": count})

    def iter_heads_by_modified(self) -> Iterator[Page]:
        """Yield the heads of all posts, those that were modified last first, page by page."""
        return iter_pages(
            lambda number: self._fetch_heads({"orderby": "modified", "order": "desc", "page": number})
        )

    def iter_heads_by_date(self, size: int = PROBE_SIZE) -> Iterator[Page]:
        """Yield the heads of the posts published last, with their links, page by page.

        Conditional where the site gives a validator: this is asked for in idle polls.
        """
        return iter_pages(
            lambda number: self._fetch_heads(
                _by_date(number, size), fields=_HEAD_FIELDS_WITH_LINK, max_age=REVALIDATE
            )
        )

    def fetch_titles(self) -> list[tuple[int, str]]:
        """Return the ids and the titles of the posts published last, as many as a page has."""
        page = self._fetch_heads(_by_date(1, PAGE_SIZE), fields=_HEAD_FIELDS_WITH_TITLE)
        return [(head["id"], get_title(head)) for head in page.items]

    def fetch_links(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the links, by post id, of those of a few posts that are public."""
        page = self._fetch_heads({"include": _join_ids(ids)}, fields=_HEAD_FIELDS_WITH_LINK)
        return parse_links(page.items)

    def iter_all_heads(self) -> Iterator[Page]:
        """Yield the heads of all posts of the site, by their ids, page by page."""
        return iter_pages(
            lambda number: self._fetch_heads({"orderby": "id", "order": "asc", "page": number})
        )

    def fetch_posts(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Yield the whole posts of `ids` that are public, asking more often where the site gives fewer."""
        for page_ids in split_into_pages(ids):
            missing_ids = set(page_ids)
            while missing_ids:
                include = _join_ids(post_id for post_id in page_ids if post_id in missing_ids)
                page = self._fetch_posts(_POST_FIELDS, {"include": include, "orderby": "include"})
                items = [item for item in page.items if item.get("id") in missing_ids]
                yield from items
                missing_ids -= {item["id"] for item in items}
                if page.last or not items:
                    break

    def fetch_existing_ids(self, ids: Iterable[int], control: int | None = None) -> set[int]:
        """Return those of `ids` that the site still has.

        Raises SiteError when it answers with others, as a cache does that does not look at the query, or
        when it does not give the post `control`, which it has: an empty answer says nothing. So no post is
        dropped on a guess.
        """
        existing_ids: set[int] = set()
        for page_ids in split_into_pages(ids, PAGE_SIZE - 1):
            requested_ids = {*page_ids, *([control] if control else [])}
            returned_ids: set[int] = set()
            for page in self._iter_heads(requested_ids):
                returned_ids |= {int(item["id"]) for item in page.items}
                if not returned_ids <= requested_ids:
                    got = "it answered with other posts than it was asked for"
                    raise SiteError(self.root, got, ADVICE_CACHE, cause="ignores_query")
                if returned_ids >= requested_ids:
                    break
            if control and control not in returned_ids:
                got = f"it did not give post {control}, which it lists"
                raise SiteError(self.root, got, ADVICE_CACHE, cause="ignores_query")
            existing_ids |= returned_ids & set(page_ids)
        return existing_ids

    def iter_terms(self, taxonomy: Taxonomy) -> Iterator[Page]:
        """Yield all categories, tags or authors, by their ids, page by page."""
        return iter_pages(lambda number: self._fetch_terms(taxonomy, {"orderby": "id", "page": number}))

    def fetch_terms(
        self, taxonomy: Taxonomy, ids: Iterable[int], *, max_age: timedelta | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the categories, tags or authors of `ids` that the site shows.

        Raises SiteError when it shows none.
        """
        for page_ids in split_into_pages(ids):
            yield from self._fetch_terms(taxonomy, {"include": _join_ids(page_ids)}, max_age=max_age).items

    def fetch_media(self, ids: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Yield the pictures of `ids` that the site shows. Raises SiteError when it shows none."""
        for page_ids in split_into_pages(ids):
            parameters = {"_fields": _MEDIA_FIELDS, "include": _join_ids(page_ids)}
            yield from self._fetch_page("/wp/v2/media", parameters).items

    def _iter_heads(self, ids: Iterable[int]) -> Iterator[Page]:
        include = _join_ids(sorted(ids))
        return iter_pages(lambda number: self._fetch_heads({"include": include, "page": number}))

    def _fetch_heads(
        self, parameters: Parameters, *, fields: str = _HEAD_FIELDS, max_age: timedelta | None = None
    ) -> Page:
        """Return a page of posts with nothing but their id and their time of modification."""
        page = self._fetch_posts(fields, parameters, max_age=max_age)
        return replace(page, items=[item for item in page.items if is_id(item.get("id"))])

    def _fetch_posts(
        self, fields: str, parameters: Parameters, *, max_age: timedelta | None = None
    ) -> Page:
        return self._fetch_page("/wp/v2/posts", {"_fields": fields, **parameters}, max_age=max_age)

    def _fetch_terms(
        self, taxonomy: Taxonomy, parameters: Parameters, *, max_age: timedelta | None = None
    ) -> Page:
        route = f"/wp/v2/{_TERM_ROUTES[taxonomy]}"
        return self._fetch_page(route, {"_fields": _TERM_FIELDS, **parameters}, max_age=max_age)

    def _fetch_page(self, route: str, parameters: Parameters, *, max_age: timedelta | None = None) -> Page:
        number, size = int(parameters.get("page", 1)), int(parameters.get("per_page", PAGE_SIZE))
        url = self.build_url(route, {"per_page": size, "page": number, **parameters})
        response = self.http.get(url, max_age=max_age)
        if response.is_moved and (root := parse_api_root(response.url)):
            self.moved_to = root
        data = parse_answer(response, url, self._remark, size)
        if isinstance(data, dict) and number != 1 and data.get("code") == _NO_SUCH_PAGE:
            # The listing became shorter while we paged, or a proxy took its length away.
            return Page(number, [], None, last=True, date=response.date, url=url)
        data = require_success(response, url, data)
        if not isinstance(data, list):
            raise SiteError(url, "it answered JSON that is no list", ADVICE)
        items = [item for item in data if isinstance(item, dict)]
        # One post may be odd by itself; of several, one at least is as WordPress has it.
        if data and size > 1 and not any(is_id(item.get("id")) for item in items):
            got = f"it gives a list of {len(data)} in which nothing has an id as WordPress has them"
            raise SiteError(url, got, ADVICE, response.status)
        page_count = parse_count(response, "x-wp-totalpages")
        # A page may be short, since hidden posts are counted: only the number of pages tells the last.
        is_last = not data or (page_count is not None and number >= page_count)
        total = parse_count(response, "x-wp-total")
        return Page(number, items, total, is_last, response.date, url, page_count)


def get_title(item: Mapping[str, Any]) -> str:
    """Return the title of a post as the site gives it, empty where there is none."""
    title = item.get("title")
    return str(title.get("rendered") or "") if isinstance(title, dict) else ""


def parse_links(heads: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the links of heads by post id, without those of heads that have none."""
    return {head["id"]: link for head in heads if (link := parse_web_address(head.get("link")))}


def _by_date(page: int, per_page: int) -> Parameters:
    return {"orderby": "date", "order": "desc", "per_page": per_page, "page": page}


def _join_ids(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))
