"""Finding a site's REST API: from the site's address, a subfolder, or an address of the API itself.

Two addresses lead to it: `/wp-json/…`, and with plain permalinks `index.php?rest_route=/…`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html
from lxml.etree import LxmlError

from feedsvc.errors import SiteError
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.api import Api, SiteInfo, parse_api_root
from feedsvc.wordpress.diagnosis import advice
from feedsvc.wordpress.http import Http
from feedsvc.wordpress.response import Response

_REL = "https://api.w.org/"
_TAG = re.compile(r"<(?:link|meta)\b[^<>]{1,2000}>", re.IGNORECASE)
_READ, _MOST_TAGS, _MOST_ROOTS, _LONGEST = 1_000_000, 500, 3, 1000
_VERSION = re.compile(r"WordPress (\d[\w.-]{0,20})")


@dataclass(frozen=True, slots=True)
class DiscoveredApi:
    """A REST API: where it is, what the site says of itself there, and the version of WordPress where its
    page shows it.
    """

    api: Api
    about: SiteInfo
    version: str


def discover(http: Http, address: str, remark: Callable[[str], None] = lambda text: None) -> DiscoveredApi:
    """Find the REST API behind `address`: a site, a subfolder, or the root of the API itself.

    Looks at the address itself, at the Link header and the <link> of its page (as in
    https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/), then where it is by
    default. Raises SiteError with what tells most when it is nowhere: what came of an address that the
    site announces, or of a default one that is there but closed.
    """
    if root := parse_api_root(address):
        return _look(http, root, remark)
    answer = http.get(address)
    page = _Page(answer)
    telling: SiteError | None = None
    for root in dict.fromkeys((*sorted(page.announced), *_guesses(answer.url), *_guesses(address))):
        try:
            return _look(http, root, remark, page.version)
        except SiteError as error:
            if root in page.announced or error.status not in (200, 404):
                telling = telling or error
            if error.retry_at:
                raise
    if telling and answer.status == 200:
        raise telling
    got = f"it answered {answer.status} with {answer.kind}, and no REST API is announced or found there"
    raise SiteError(address, got, advice(answer.status), answer.status, retry_at=answer.retry_at)


def fetch_version(http: Http, address: str) -> str:
    """Return the version of WordPress that the page at `address` shows, or nothing."""
    return _Page(http.get(address)).version


def _look(http: Http, root: str, remark: Callable[[str], None], version: str = "") -> DiscoveredApi:
    about = Api(http, root, remark).fetch_site_info(fresh=True)
    return DiscoveredApi(Api(http, about.root, remark), about, version)


class _Page:
    """What a page tells of the site: roots of the API, the version of WordPress."""

    def __init__(self, answer: Response) -> None:
        tags = [_attributes(tag) for tag in _TAG.findall(answer.text[:_READ])[:_MOST_TAGS]]
        links = [(one.get("rel"), one["url"]) for one in answer.links]
        links += [(one.get("rel"), one.get("href", "")) for one in tags]
        roots = (_joined(answer.url, address) for rel, address in links if rel == _REL)
        self.announced = set(islice((root for root in roots if root), _MOST_ROOTS))
        generators = (one.get("content", "") for one in tags if one.get("name", "").lower() == "generator")
        told = next((found for text in generators if (found := _VERSION.match(text))), None)
        self.version = told[1] if told else ""


def _attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, which stands alone: a page as a whole may take a parser hours."""
    try:
        return dict(lxml_html.fragment_fromstring(tag).attrib)
    except LxmlError:
        return {}


def _joined(base: str, address: str) -> str:
    """Return an address that the page at `base` announces; as secure as the page: a site behind a proxy
    often does not know that it is.
    """
    try:
        whole = parse_web_address(urljoin(base, address)) if address else ""
        at, to = urlsplit(base), urlsplit(whole)
    except ValueError:
        return ""
    if len(whole) > _LONGEST or to.username or to.password:
        return ""
    return whole.replace("http:", "https:", 1) if at.scheme == "https" and to.scheme == "http" else whole


def _guesses(url: str) -> Iterator[str]:
    folder = url.split("?")[0].split("#")[0]
    folder = folder if folder.endswith("/") else re.sub(r"/[^/]*\.[^/]*$", "/", folder).rstrip("/") + "/"
    yield folder + "wp-json/"
    yield folder + "index.php?rest_route=/"
