"""Finding a site's REST API: from the site's address, a subfolder, or an address of the API itself.

Two addresses lead to it: `/wp-json/…`, and with plain permalinks `index.php?rest_route=/…`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.etree import LxmlError

from feedsvc.errors import SiteError
from feedsvc.site_address import (
    find_part_of_page,
    find_part_of_route,
    find_rest_of_home,
    parse_api_root,
)
from feedsvc.text.language import parse_language_tag
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.api import Api, SiteInfo
from feedsvc.wordpress.diagnosis import choose_advice
from feedsvc.wordpress.http import Http
from feedsvc.wordpress.response import Response

_REL = "https://api.w.org/"
_TAG = re.compile(r"<(?:link|meta)\b[^<>]{1,2000}>", re.IGNORECASE)
_BODY_TAG = re.compile(r"<body\b([^<>]{1,5000})>", re.IGNORECASE)
_FEED = re.compile(r"(.*/)(?:comments/)?feed(?:/(?:rss2?|rdf|atom))?/?")
_HTML_TAG = re.compile(r"<html\b([^<>]{1,2000})>", re.IGNORECASE)
PART_OF_SITE = "part_of_site"
"""The cause, in a word, of a failure: the address is that of a part of a site."""

_MAX_PAGE_LENGTH = 1_000_000
_MAX_TAGS = 500
_MAX_ROOTS = 3
_MAX_ADDRESS_LENGTH = 1000
_VERSION = re.compile(r"WordPress (\d[\w.-]{0,20})")


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What a page says of its site: the version of WordPress, its language as a tag of BCP 47; each empty
    where the page does not say.
    """

    version: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class DiscoveredApi:
    """A REST API: where it is, what the site says of itself there, and what its page does (nothing where
    it was not read).
    """

    api: Api
    about: SiteInfo
    page: PageInfo


def discover(http: Http, address: str, remark: Callable[[str], None] = lambda text: None) -> DiscoveredApi:
    """Find the REST API behind `address`: a site, a subfolder, or the root of the API itself.

    Looks at the address itself, at the Link header and the <link> of its page (as in
    https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/), then where it is by
    default. Raises SiteError when it is nowhere, with what tells most: what came of an address that the
    site announces, or of a default one that is there but closed; and when the page shows a part of its
    site, since all of it would be taken.
    """
    if root := parse_api_root(address):
        return _ask_root(http, root, remark, PageInfo())
    response = http.get(address)
    refusal = _make_refusal(address, response)
    if refusal.asks_to_wait:
        raise refusal
    page = _HomePage(response)
    best_error: SiteError | None = None
    for root in dict.fromkeys(
        (*sorted(page.announced), *_guess_roots(response.url), *_guess_roots(address))
    ):
        try:
            discovered = _ask_root(http, root, remark, page.info)
            page.require_whole_site(address, discovered)
            return discovered
        except SiteError as error:
            if error.cause == PART_OF_SITE:
                raise
            if root in page.announced or error.status not in (200, 404):
                best_error = best_error or error
            if error.asks_to_wait:
                raise
    raise best_error if best_error and response.status == 200 else refusal


def _make_refusal(address: str, response: Response) -> SiteError:
    """Return the error for a site without an API, whose page at `address` was answered by `response`."""
    got = (
        f"it answered {response.status} with {response.media_type}, "
        "and no REST API is announced or found there"
    )
    advice = choose_advice(response.status)
    return SiteError(address, got, advice, response.status, retry_at=response.retry_at)


def fetch_page_info(http: Http, address: str) -> PageInfo:
    """Return what the page at `address` says of its site."""
    return _HomePage(http.get(address)).info


def _ask_root(http: Http, root: str, remark: Callable[[str], None], page: PageInfo) -> DiscoveredApi:
    about = Api(http, root, remark).fetch_site_info(fresh=True)
    return DiscoveredApi(Api(http, about.root, remark), about, page)


class _HomePage:
    """What a page says of its site: roots of the API, and what stands in PageInfo."""

    def __init__(self, response: Response) -> None:
        text = response.text[:_MAX_PAGE_LENGTH]
        tags = [_parse_attributes(tag) for tag in _TAG.findall(text)[:_MAX_TAGS]]
        links = [(link.get("rel"), link["url"]) for link in response.links]
        links += [(tag.get("rel"), tag.get("href", "")) for tag in tags]
        self._alternates = [
            whole
            for rel, address in links
            if rel == "alternate" and (whole := _resolve_root(response.url, address))
        ]
        body_tag = _BODY_TAG.search(text)
        body = _parse_attributes(f"<link{body_tag[1]}>") if body_tag else {}
        self._classes = frozenset(body.get("class", "").split())
        roots = (_resolve_root(response.url, address) for rel, address in links if rel == _REL)
        self.announced = set(islice((root for root in roots if root), _MAX_ROOTS))
        generators = (tag.get("content", "") for tag in tags if tag.get("name", "").lower() == "generator")
        matches = (match for text in generators if (match := _VERSION.match(text)))
        version = next(matches, None)
        # An error or a question of a firewall's has a language of its own.
        language = _find_language(text) if response.status == 200 else ""
        self.info = PageInfo(version[1] if version else "", language)

    def require_whole_site(self, address: str, discovered: DiscoveredApi) -> None:
        """Raise SiteError when this page, at `address`, shows a part of its site, such as a category."""
        home = discovered.about.home
        if not (rest := find_rest_of_home(address, home)):
            return
        # WordPress announces what the API has of the page, as in …/wp-json/wp/v2/categories/5.
        root = discovered.api.root
        routes = (each.removeprefix(root) for each in self._alternates if each.startswith(root))
        parts = [find_part_of_route(unquote(route), home) for route in routes]
        for part in [*parts, find_part_of_page(self._classes, rest, home)]:
            if part:
                raise SiteError(
                    address, part.reason, f"{part.advice[0].upper()}{part.advice[1:]}.", cause=PART_OF_SITE
                )


def describe_other_home(address: str, home: str) -> str:
    """Return that `address`, a post's or a feed's, is within the site that is read; empty where it is the
    site's own.
    """
    if parse_api_root(address) or not find_rest_of_home(address, home):
        return ""
    return f"{address} is an address within {home}: all posts of that site are read"


def _find_language(page: str) -> str:
    match = _HTML_TAG.search(page)
    # As another element: the parser makes a document of this one.
    attributes = _parse_attributes(f"<link{match[1]}>") if match else {}
    return parse_language_tag(attributes.get("lang")) or parse_language_tag(attributes.get("xml:lang"))


def _parse_attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, which stands alone: a page as a whole may take a parser hours."""
    try:
        return dict(lxml_html.fragment_fromstring(tag).attrib)
    except LxmlError:
        return {}


def _resolve_root(base: str, address: str) -> str:
    """Return an address that the page at `base` announces, made absolute, or an empty string.

    It is as secure as the page: a site behind a proxy often does not know that it is.
    """
    try:
        whole = parse_web_address(urljoin(base, address)) if address else ""
        at, to = urlsplit(base), urlsplit(whole)
    except ValueError:
        return ""
    if len(whole) > _MAX_ADDRESS_LENGTH or to.username or to.password:
        return ""
    return whole.replace("http:", "https:", 1) if at.scheme == "https" and to.scheme == "http" else whole


def _guess_roots(url: str) -> Iterator[str]:
    folder = url.split("?")[0].split("#")[0]
    folder = folder if folder.endswith("/") else re.sub(r"/[^/]*\.[^/]*$", "/", folder).rstrip("/") + "/"
    feed = _FEED.fullmatch(folder)  # whose headers a proxy may have taken away
    for each in [folder, feed[1]] if feed else [folder]:
        yield each + "wp-json/"
        yield each + "index.php?rest_route=/"
