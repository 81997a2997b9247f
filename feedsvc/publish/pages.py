"""The routes of the pages for people: what is published, the builder, the preview, the status."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.errors import QueryError
from feedsvc.publish.context import PublishContext, current_context, read_query_string
from feedsvc.publish.directory import Directory
from feedsvc.publish.health import list_health
from feedsvc.publish.notices import (
    Notice,
    describe_trouble,
    describe_unmet,
    is_troubled,
    list_notices,
)
from feedsvc.publish.prepared_pages import prepare_html
from feedsvc.publish.preview import build_preview
from feedsvc.publish.published_sites import PublishedSites, load_published_sites
from feedsvc.publish.representation import Representation
from feedsvc.publish.respond import respond, respond_with
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.views import examples, overview, status
from feedsvc.publish.views.builder import build_beginning, build_feed_description, build_result
from feedsvc.publish.views.form import Form, Parameters, has_boxes, read_parameters, take_format
from feedsvc.publish.views.lists import cut_page, find_listings
from feedsvc.publish.views.mistakes import Mistake, locate_mistake
from feedsvc.publish.views.moments import describe_moment
from feedsvc.publish.views.readers import list_reader_links
from feedsvc.publish.views.script import SCRIPT
from feedsvc.publish.views.why import explain_post
from feedsvc.query.address import format_query_string
from feedsvc.query.query_string import parse_number, parse_query_string
from feedsvc.store.clock import load_now
from feedsvc.text.nearest import find_nearest

blueprint = Blueprint("pages", __name__)


@blueprint.app_context_processor
def add_to_templates() -> dict[str, object]:
    """Return what every template may use."""
    settings = current_context().settings
    return {
        "service_name": settings.title or "feedsvc",
        "page_script": _include_script,
        "list_reader_links": list_reader_links,
        "formats": FORMATS.values(),
        "describe_moment": describe_moment,
    }


def _include_script() -> Markup:
    """Return the script as an element, and let the content policy of the answer allow it."""
    g.has_script = True
    return Markup(f"<script>{SCRIPT}</script>")  # noqa: S704 (ours, as the policy's hash says)


@blueprint.get("/")
def show_home() -> BaseResponse:
    """Show what is published, and the form that makes a new feed."""
    context = current_context()
    now = datetime.now(UTC)
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        notices = list_notices(connection, published)

        def render() -> str:
            directory = _load_directory(context, connection, published)
            return render_template(
                "home.html",
                directory=directory,
                base_url=directory.base_url,
                sites=overview.load_sites(connection, published, directory),
                lists=overview.list_beginnings(directory),
                form=Form([], overview.list_choices(directory)),
                built=build_beginning(connection, context.settings, published, now),
                mistake=None,
                notices=notices,
            )

        pulled_at = [state.poll.last_success_at for state in published.states]
        page = prepare_html(context, published, (now.date(), notices, pulled_at), render)
        cache_control = context.cache_control(connection, request, published)
    return _respond_prepared(page, cache_control)


@blueprint.get("/preview")
def show_preview() -> BaseResponse:
    """Show what a query gives and what it leaves out, or the mistake in it, below the form."""
    context = current_context()
    if has_boxes(read_query_string(request)):
        tidy = urlencode(_read_parameters(), safe=",:*()")
        return redirect(f"{url_for('pages.show_preview')}?{tidy}", 303)
    parameters = _read_parameters()
    now = datetime.now(UTC)
    try:
        feed_parameters, format_name = take_format(parameters)
        query = parse_query_string(urlencode(feed_parameters))
        with context.reading() as connection:
            published = load_published_sites(connection, context.settings)
            notices = list_notices(connection, published)

            def render() -> str:
                preview = build_preview(connection, context.settings, published, query, now)
                canonical = preview.result.query
                next_page = replace(canonical, page=canonical.page + 1)
                return render_template(
                    "preview.html",
                    form=Form(parameters, overview.load_recent_choices(connection, published)),
                    preview=preview,
                    built=build_feed_description(
                        context.settings, canonical, preview.timeline, format_name
                    ),
                    mistake=None,
                    notices=notices,
                    base_url=context.base_url(request),
                    older=format_query_string(next_page) if preview.result.has_more else "",
                )

            # What goes by the clock is another page at every moment.
            moment = now if isinstance(query.since, timedelta) else now.date()
            page = prepare_html(context, published, (moment, notices), render)
    except QueryError as error:
        with context.reading() as connection:
            published = load_published_sites(connection, context.settings)
            form = Form(parameters, overview.load_recent_choices(connection, published))
            notices = list_notices(connection, published)
        return _show_mistake(locate_mistake(error, parameters), form, 400, notices)
    return _respond_prepared(page, "no-cache")


@blueprint.get("/builder")
def send_builder_parts() -> BaseResponse:
    """Send what of the builder changes with what is typed: its address and what that gives."""
    context = current_context()
    parameters = _read_parameters()
    built, mistake = None, None
    try:
        feed_parameters, format_name = take_format(parameters)
        query = parse_query_string(urlencode(feed_parameters))
        with context.reading() as connection:
            published = load_published_sites(connection, context.settings)
            built = build_result(
                connection, context.settings, published, query, format_name, datetime.now(UTC)
            )
    except QueryError as error:
        mistake = locate_mistake(error, parameters)
    page = render_template(
        "builder_parts.html",
        form=Form(parameters),
        built=built,
        mistake=mistake,
        is_fragment=True,
        base_url=context.base_url(request),
    )
    return Response(page, 400 if mistake else 200, headers={"Cache-Control": "no-store"})


@blueprint.get("/why")
def show_why() -> BaseResponse:
    """Show what there is to say of one post, and which part of a query decides whether it is given."""
    context = current_context()
    parameters = _read_parameters()
    address = next((value for name, value in parameters if name == "url"), "").strip()
    rest = [(name, value) for name, value in parameters if name != "url"]
    explanation, mistake = None, None
    now = datetime.now(UTC)
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        try:
            query = parse_query_string(urlencode(rest)) if rest else None
            if address:
                explanation = explain_post(connection, context.settings, published, address, query, now)
        except QueryError as error:
            mistake = locate_mistake(error, rest)
        notices = list_notices(connection, published)
    page = render_template(
        "why.html",
        address=address,
        form=Form(rest),
        rest=rest,
        explanation=explanation,
        mistake=mistake,
        notices=notices,
        now=now,
        base_url=context.base_url(request),
    )
    if mistake or (address and not explanation):
        return Response(page, 400 if mistake else 404, headers={"Cache-Control": "no-store"})
    return respond(request, page.encode(), "text/html", cache_control="no-cache")


@blueprint.get("/list")
def show_list() -> BaseResponse:
    """Show all feeds of a kind, page by page, or those whose names have what `find` says."""
    context = current_context()
    options = dict(parse_qsl(read_query_string(request)))
    kind, text = options.pop("of", "category"), options.pop("find", "").strip()
    page_number = parse_number("page", options.pop("page", "1"))
    if unknown := next(iter(options), None):
        raise QueryError(f"there is no parameter {unknown!r}: known are of, find, page")
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)
        directory = _load_directory(context, connection, published)
        group = directory.group(kind)
        if group is None:
            kinds = [group.kind for group in directory.groups]
            near = find_nearest(kind, kinds)
            advice = f"did you mean {near!r}?" if near else f"write {' or '.join(kinds) or 'nothing'}"
            raise QueryError(f"there is no list of {kind!r}: {advice}")
        cache_control = context.cache_control(connection, request, published)
    rows = overview.arrange_group(group, find_listings(group.feeds, text))
    page = render_template(
        "list.html",
        group=group,
        text=text,
        shown=cut_page(rows, page_number),
        base_url=directory.base_url,
    )
    return respond(request, page.encode(), "text/html", cache_control=cache_control)


@blueprint.get("/help")
def show_help() -> BaseResponse:
    """Show how to say what one wants, by examples of what is published."""
    context = current_context()
    now = datetime.now(UTC)
    with context.reading() as connection:
        published = load_published_sites(connection, context.settings)

        def render() -> str:
            names = overview.list_choices(_load_directory(context, connection, published))
            found = examples.load_examples(connection, context.settings, published, names, now)
            is_topic = [each.query_string.startswith("topic=") for each in found]
            return render_template(
                "help.html",
                topics=[each for each, is_one in zip(found, is_topic, strict=True) if is_one],
                parameters=[each for each, is_one in zip(found, is_topic, strict=True) if not is_one],
                max_counted=examples.MAX_COUNTED,
            )

        page = prepare_html(context, published, now.date(), render)
        cache_control = context.cache_control(connection, request, published)
    return respond_with(request, page, cache_control)


@blueprint.get("/status")
def show_status() -> Response:
    """Show how each site is doing."""
    context = current_context()
    with context.reading() as connection:
        now = load_now(connection)
        sites = list_health(connection, context.settings, now)
        charts = status.load_daily_charts(connection, sites, now)
    notices_by_site = {
        health.state.id: describe_trouble(health.state, health.post_count)
        for health in sites
        if is_troubled(health.state)
    }
    names = {health.state.site.name for health in sites}
    urls = {health.state.configured_url for health in sites}
    never_pulled = [
        site for site in context.settings.sites if site.name not in names and site.url not in urls
    ]
    page = render_template(
        "status.html",
        sites=sites,
        notices_by_site=notices_by_site,
        never_pulled=[(site, describe_unmet(site.name)) for site in never_pulled],
        summary=status.summarise(sites, len(never_pulled)),
        conditions=status.CONDITIONS,
        charts=charts,
        now=now,
    )
    return Response(page, headers={"Cache-Control": "no-store"})


def show_failure(message: str, status: int) -> Response:
    """Return a page that says why there is no answer, above the form with the fields as they were given."""
    return _show_mistake(Mistake(message), Form(_read_parameters()), status)


def _show_mistake(mistake: Mistake, form: Form, status: int, notices: Sequence[Notice] = ()) -> Response:
    page = render_template("preview.html", form=form, mistake=mistake, built=None, notices=notices)
    return Response(page, status, headers={"Cache-Control": "no-store"})


def _read_parameters() -> Parameters:
    return read_parameters(read_query_string(request))


def _load_directory(
    context: PublishContext, connection: Connection, published: PublishedSites
) -> Directory:
    return context.directories.load(connection, context.settings, published, context.base_url(request))


def _respond_prepared(page: Representation, cache_control: str) -> BaseResponse:
    g.has_script = True  # it was rendered with the script, if not for this request
    return respond_with(request, page, cache_control)
