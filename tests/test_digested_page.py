"""A page that is loaded with its digest is the page, and the digest, that each is by itself."""

import pytest

from feedsvc.config import load_settings
from feedsvc.publish.find import digest_page, load_digested_page, load_page, prepare_page
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.query.query_string import parse_query_string
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database

QUERIES = (
    *("", "limit=3", "limit=3&page=2", "page=99", "dedupe=off"),
    *("topic=solar", "topic=nowhere", "category=energy"),
)


@pytest.mark.parametrize("text", QUERIES)
def test_a_page_and_its_digest_are_those_of_two_readings(samples: Database, text: str) -> None:
    settings = load_settings()
    with samples.reading() as connection:
        published = load_published_sites(connection, settings)
        request = prepare_page(
            connection, settings, published, parse_query_string(text), load_now(connection)
        )
        page, digest = load_digested_page(connection, request)
        assert page == load_page(connection, request, counts_pages=True)
        assert digest == digest_page(connection, request)
