"""Addresses that lead to another of ours: WordPress's own, other spellings, those before a renaming."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import Request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from feedsvc.model import Site
from feedsvc.publish.asked_path import AskedPath, ask_for_term, ask_for_topic
from feedsvc.publish.comments import format_comments_path
from feedsvc.publish.context import PublishContext, read_query_string
from feedsvc.publish.find import prepare_page
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT, FORMATS
from feedsvc.query.address import format_feed_path, format_page_path
from feedsvc.query.condition import NameFilter, all_of
from feedsvc.query.fields import TAXONOMIES
from feedsvc.query.query import Query
from feedsvc.query.wordpress_address import WordPressAddress, read_wordpress_address

_PAGES = ("pages.show_home", "feed_pages.show_term_page")
"""Endpoints at whose addresses WordPress has a page and, with ?feed=, a feed."""

_MAX_AGE_SECONDS = 86_400
"""Readers take a 301 for good at once; a cache asks again in a day, since a slug may get another term."""


def may_lead_on(request: Request) -> bool:
    """Return whether an address may be WordPress's, or another spelling of one of ours."""
    if request.method not in ("GET", "HEAD"):
        return False
    if request.endpoint is None:
        return True
    if request.endpoint not in _PAGES:
        return False
    ending = str((request.view_args or {}).get("slug", "")).rpartition(".")[2]
    names_feed = any(name == "feed" for name, _ in parse_qsl(read_query_string(request)))
    return names_feed or ending.lower() in FORMATS  # as /category/energy.rss/ is no page of a slug


def lead_on(request: Request, context: PublishContext) -> Response | None:
    """Return the redirect to where an address of WordPress's leads, or another spelling of one of ours;
    None where it is neither.

    Raises QueryError for what WordPress has and we have not, UnknownPathError for a name that there is not.
    """
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        own_sites = [state.site for state in published.states]
    site, path = _find_own_site(own_sites, request)
    address = read_wordpress_address(path, read_query_string(request))
    if address is None:
        return None
    if address.of_comments:
        return redirect(request, context, format_comments_path(address.suffix or DEFAULT_FORMAT.name))
    asked = _read_asked_path(context, address)
    query = asked.parse(urlencode(address.parameters))
    if site and len(own_sites) > 1:
        query = replace(query, condition=all_of([query.condition, NameFilter("site", (site.name,))]))
    with asked.judging(context):
        return redirect_to_query(request, context, query, address.suffix)


def redirect_to_query(request: Request, context: PublishContext, query: Query, suffix: str) -> Response:
    """Return the redirect to the canonical address of a feed of `query`; without a suffix, of its page."""
    with context.reading() as connection:
        canonical = _canonicalise(connection, context, query)
    path = (
        format_feed_path(canonical, suffix) if suffix else format_page_path(canonical, DEFAULT_FORMAT.name)
    )
    return redirect(request, context, path)


def redirect(request: Request, context: PublishContext, path: str) -> Response:
    """Return the permanent redirect to `path`, counted from where readers reach us.

    301, since there are readers that do not know 308 yet; nobody sends anything but GET and HEAD.
    """
    scope = "public" if context.may_share(request) else "private"
    target = context.base_url(request) + path
    headers = {"Location": target, "Cache-Control": f"{scope}, max-age={_MAX_AGE_SECONDS}"}
    return Response(f"this is at {target}\n", 301, headers, mimetype="text/plain")


def _canonicalise(connection: Connection, context: PublishContext, query: Query) -> Query:
    published = load_published_sites(connection, context.settings)
    return prepare_page(connection, context.settings, published, query, datetime.now(UTC)).query


def _read_asked_path(context: PublishContext, address: WordPressAddress) -> AskedPath:
    if address.kind == "topic":
        return ask_for_topic(context, address.name)
    taxonomy = next((taxonomy for taxonomy in TAXONOMIES if taxonomy == address.kind), None)
    return ask_for_term(taxonomy, address.name) if taxonomy else AskedPath()


def _find_own_site(own_sites: list[Site], request: Request) -> tuple[Site | None, str]:
    """Return the site whose address that of a request is, if any, and the path from where it begins.

    So a site whose name was moved here has its own posts at /feed/, beside other sites.
    """
    path = request.path
    begins = {
        unquote(urlsplit(site.url).path).rstrip("/") + "/": site
        for site in own_sites
        if urlsplit(site.url).netloc.lower() == request.host.lower()
    }
    for begin in sorted(begins, key=len, reverse=True):
        if f"{path}/".startswith(begin):
            return begins[begin], path[len(begin) - 1 :]
    return None, path
