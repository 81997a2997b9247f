"""Finding a site's REST API: from the site's address, a subfolder, or an address of the API itself.

Two addresses lead to it: `/wp-json/…`, and with plain permalinks `index.php?rest_route=/…`.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import html as lxml_html
from lxml.etree import ParserError

from feedsvc.errors import SiteError
from feedsvc.pull.http import Answer, Http
from feedsvc.pull.parse import web_address
from feedsvc.pull.wordpress import ADVICE, ADVICE_BY_STATUS, Api

_REL = "https://api.w.org/"


def discover(http: Http, address: str) -> Api:
    """Find the REST API behind `address`: a site, a subfolder, or the root of the API itself.

    Looks at the address itself, at the Link header and the <link> of its page (as in
    https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/), then where it is by
    default. Raises SiteError with what tells most when it is nowhere: what came of an address that the
    site announces, or of a default one that is there but closed.
    """
    if root := _root_in(address):
        api = Api(http, root)
        api.about(fresh=True)
        return api
    answer = http.get(address)
    announced = set(_announced(answer))
    telling: SiteError | None = None
    for root in dict.fromkeys((*sorted(announced), *_guesses(answer.url), *_guesses(address))):
        api = Api(http, root)
        try:
            api.about(fresh=True)
        except SiteError as error:
            if root in announced or error.status not in (200, 404):
                telling = telling or error
        else:
            return api
    if telling and answer.status == 200:
        raise telling
    got = f"it answered {answer.status} with {answer.kind}, and no REST API is announced or found there"
    raise SiteError(address, got, ADVICE_BY_STATUS.get(answer.status, ADVICE), answer.status)


def _root_in(address: str) -> str | None:
    """Give the root of the API when `address` points into one."""
    parts = urlsplit(address)
    if "rest_route=" in parts.query:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "rest_route=/", ""))
    if found := re.match(r"(.*/wp-json)(?:/|$)", parts.path):
        return urlunsplit((parts.scheme, parts.netloc, f"{found[1]}/", "", ""))
    return None


def _announced(answer: Answer) -> Iterator[str]:
    for header in answer.links:
        if header.get("rel") == _REL and (root := _joined(answer.url, header["url"])):
            yield root
    try:
        page = lxml_html.document_fromstring(answer.text.encode() or b" ")
    except (ParserError, ValueError):
        return
    for link in page.iter("link"):
        if link.get("rel") == _REL and (root := _joined(answer.url, link.get("href", ""))):
            yield root


def _joined(base: str, address: str) -> str:
    try:
        return web_address(urljoin(base, address)) if address else ""
    except ValueError:
        return ""


def _guesses(url: str) -> Iterator[str]:
    folder = url.split("?")[0].split("#")[0]
    folder = folder if folder.endswith("/") else re.sub(r"/[^/]*\.[^/]*$", "/", folder).rstrip("/") + "/"
    yield folder + "wp-json/"
    yield folder + "index.php?rest_route=/"
