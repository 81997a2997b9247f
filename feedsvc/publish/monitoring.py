"""The routes for those who watch over the service: is it alive, is it ready, the metrics."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.errors import DatabaseBusyError
from feedsvc.publish.context import current_context
from feedsvc.publish.health import list_health
from feedsvc.publish.metrics import CONTENT_TYPE, write_metrics
from feedsvc.publish.respond import respond_text
from feedsvc.store.clock import load_now

blueprint = Blueprint("monitoring", __name__)


@blueprint.get("/healthz")
def check_alive() -> BaseResponse:
    """Answer that the process answers, whatever the database does."""
    return respond_text("alive", 200)


@blueprint.get("/readyz")
def check_ready() -> BaseResponse:
    """Answer whether the database can be read and is at the current schema."""
    try:
        is_current = current_context().database.is_current()
    except (SQLAlchemyError, DatabaseBusyError):
        return respond_text("the database does not answer", 503)
    if not is_current:
        return respond_text("the database waits for: feedsvc migrate", 503)
    return respond_text("ready", 200)


@blueprint.get("/metrics")
def send_metrics() -> Response:
    """Send how each site is doing, for Prometheus."""
    context = current_context()
    with context.reading() as connection:
        sites = list_health(connection, context.settings, load_now(connection))
    return Response(write_metrics(sites), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})
