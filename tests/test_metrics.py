"""What is told of how the sites are doing: the same on every process, and readable for Prometheus."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from columns import set_columns
from feedsvc import __version__
from feedsvc.config import Settings
from feedsvc.publish.web import create_app
from feedsvc.store import sites, traffic
from feedsvc.store.database import Database

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def metrics(client: FlaskClient) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples by name, then by the values of their labels, sorted by name."""
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_each_site_is_told_of(settings: Settings, database: Database) -> None:
    with database.transaction() as connection:
        well, failing, _ = (
            sites.ensure_site(connection, name, f"http://{name}.example/")
            for name in ("well", "failing", "new")
        )
        sites.ensure_site(connection, "imported", "http://imported.example/", imported=True)
        set_columns(
            connection,
            well,
            api_root="http://x/",
            backfilled_at=NOON,
            last_success_at=NOON,
            remarks='["odd"]',
        )
        set_columns(
            connection, failing, failures=3, failure_cause="http_503", last_error_at=NOON, retry_at=NOON
        )
        traffic.record_traffic(connection, well, NOON, 2, 900)
        traffic.record_traffic(connection, well, NOON + timedelta(days=2), 3, 100)
    told = metrics(create_app(settings, database).test_client())
    assert told["feedsvc_info"] == {(__version__,): 1}
    assert told["feedsvc_site_up"] == {("well",): 1, ("failing",): 0, ("new",): 0}
    assert told["feedsvc_site_failures"] == {("well",): 0, ("failing",): 3, ("new",): 0}
    assert told["feedsvc_site_error"] == {("http_503", "failing"): 1}
    assert told["feedsvc_site_remarks"][("well",)] == 1
    assert set(told["feedsvc_site_posts"]) == {("well",), ("failing",), ("new",), ("imported",)}
    assert told["feedsvc_site_last_success_timestamp_seconds"] == {("well",): NOON.timestamp()}
    assert told["feedsvc_site_last_error_timestamp_seconds"] == {("failing",): NOON.timestamp()}
    assert told["feedsvc_site_next_pull_timestamp_seconds"] == {("failing",): NOON.timestamp()}
    assert told["feedsvc_site_requests_total"][("well",)] == 5
    assert told["feedsvc_site_received_bytes_total"][("well",)] == 1000


def test_names_that_hold_marks_stay_whole(settings: Settings, database: Database) -> None:
    name = 'a"b\\c{d}\ne'
    with database.transaction() as connection:
        sites.ensure_site(connection, name, "http://x.example/")
    assert metrics(create_app(settings, database).test_client())["feedsvc_site_posts"] == {(name,): 0}


def test_two_processes_tell_the_same(settings: Settings, samples: Database) -> None:
    first, second = (create_app(settings, samples).test_client().get("/metrics") for _ in range(2))
    assert first.data == second.data
    assert b'feedsvc_site_posts{site="newsroom.example"}' in first.data


def test_the_last_day_is_counted_by_the_hour(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        for hours in range(30):
            traffic.record_traffic(connection, site_id, NOON + timedelta(hours=hours), 1, 10)
        assert traffic.sum_last_day(connection, NOON + timedelta(hours=29)) == {site_id: (24, 240)}
        assert traffic.sum_last_day(connection, NOON + timedelta(hours=40)) == {site_id: (13, 130)}
        assert traffic.sum_last_day(connection, NOON + timedelta(hours=80)) == {}


def test_that_we_are_ready_does_not_depend_on_the_sites(settings: Settings, database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        set_columns(
            connection, site_id, failures=99, failure_cause="refused", last_error="no", last_error_at=NOON
        )
    assert create_app(settings, database).test_client().get("/readyz").status_code == 200
