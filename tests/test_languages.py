"""The language of a site and of a post, the site's icon: from the site into the feeds."""

import json
from functools import partial
from typing import Any

import pytest
from babel import Locale
from babel.dates import get_day_names, get_month_names
from lxml import etree

from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.text.calendar_names import DAYS, MONTHS, SHORT_MONTHS
from feedsvc.text.language import parse_language_tag
from feedsvc.wordpress.media import enclosures_from_meta
from feedsvc.worker import Poller

ICON = "https://fake.example/icon-512.png"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def pull(address: str, database: Database, *, full: bool = False) -> None:
    poller = Poller(load_settings(sites=[address]), database)
    (state,) = poller.register()
    assert poller.claim(state.id, even_if_early=True)
    poller.pull(state.id, full=full)


def feed(database: Database, form: str = "json") -> Any:
    body = create_app(load_settings(), database).test_client().get(f"/feed.{form}").data
    return json.loads(body) if form == "json" else etree.fromstring(body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en-US", "en-US"),
        ("de_DE", "de-DE"),
        ("EN-gb", "en-GB"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("de-DE-formal", "de-DE-formal"),
        ("fil", "fil"),
        (" th ", "th"),
        ("es-419", "es-419"),
        ("", ""),
        ("english", ""),
        ("xx", ""),
        ("en-US;q=0.5", ""),
        ("en<script>", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_language_is_a_tag_that_feeds_can_carry(value: object, expected: str) -> None:
    assert parse_language_tag(value) == expected


@pytest.mark.parametrize("pretty", [True, False])
def test_a_feed_tells_what_the_page_and_the_api_of_its_site_tell(pretty: bool, database: Database) -> None:
    with fake_wordpress(3, language="de_DE", icon=ICON, pretty=pretty) as site:
        site.add(4, lang="fr")
        site.add(5, lang="de-DE")
        pull(site.url, database)
        page_requests = [target for target in site.requests if target in ("/", "")]
        assert len(page_requests) == 1, "the page is read at discovery, and for nothing else"
    listed = feed(database)
    assert (listed["language"], listed["icon"], listed["favicon"]) == ("de-DE", ICON, ICON)
    assert [item.get("language", "") for item in listed["items"]] == ["", "fr", "", "", ""]
    rss = feed(database, "rss")
    assert rss.findtext("channel/language") == "de-DE"
    assert rss.findtext("channel/image/url") == ICON
    assert [item.get(XML_LANG) for item in rss.iter("item")] == [None, "fr", None, None, None]


def test_where_the_address_is_the_api_s_the_page_of_the_site_is_read_with_a_sweep(
    database: Database,
) -> None:
    with fake_wordpress(3, language="th") as site:
        site.home = site.url
        pull(f"{site.url}wp-json/", database)
        assert "language" not in feed(database)
        pull(f"{site.url}wp-json/", database, full=True)
        assert feed(database)["language"] == "th"


@pytest.mark.real
def test_a_language_that_does_not_show_any_more_stays_and_another_replaces_it(database: Database) -> None:
    with fake_wordpress(3, language="nl") as site:
        pull(site.url, database)
        for shown, expected in (("", "nl"), ("fr-BE", "fr-BE"), ("no language", "fr-BE")):
            site.language = shown
            pull(site.url, database, full=True)
            assert feed(database)["language"] == expected


def test_the_page_of_an_error_tells_no_language(database: Database) -> None:
    with fake_wordpress(3, language="nl") as site:
        pull(site.url, database)
        _fail_home(site)
        pull(site.url, database, full=True)
    assert feed(database)["language"] == "nl"


def _fail_home(site: FakeWordPress) -> None:
    site.language = "en"
    site.fail("status", where="^/$", code=503)


@pytest.mark.parametrize(
    ("meta", "length"),
    [
        pytest.param(
            {"audio_file": "https://a.example/1.mp3", "filesize_raw": "31457280"}, 31457280, id="its field"
        ),
        pytest.param({"audio_file": "https://a.example/1.mp3", "filesize_raw": ""}, 0, id="an empty field"),
        pytest.param(
            {"audio_file": "https://a.example/1.mp3", "filesize_raw": "30M"}, 0, id="no number of bytes"
        ),
        pytest.param({"audio_file": "https://a.example/1.mp3"}, 0, id="no field"),
        pytest.param(
            {
                "audio_file": "https://a.example/1.mp3",
                "enclosure": "https://a.example/1.mp3\n77\naudio/mpeg",
            },
            77,
            id="the field of WordPress",
        ),
        pytest.param({"enclosure": ["https://a.example/1.mp3\n77\naudio/mpeg"]}, 77, id="that field alone"),
    ],
)
def test_a_recording_has_the_size_that_the_site_tells(meta: dict[str, Any], length: int) -> None:
    (enclosure,) = enclosures_from_meta({"meta": meta})
    assert (enclosure.url, enclosure.length) == ("https://a.example/1.mp3", length)


def test_the_names_of_months_and_days_are_babels() -> None:
    # Of all languages at once: with Babel a language may have another's names behind its own.
    for names, find_names in (
        (MONTHS, partial(get_month_names, "wide")),
        (SHORT_MONTHS, partial(get_month_names, "abbreviated")),
        (DAYS, partial(get_day_names, "wide")),
    ):
        found = {
            name
            for language in names
            for context in ("format", "stand-alone")
            for name in find_names(context, language).values()
        }
        assert frozenset().union(*names.values()) == found
        assert len(names) == 25
    assert MONTHS["th"] == set(get_month_names("wide", "format", "th").values())


def test_the_languages_of_two_letters_are_babels() -> None:
    codes = {f"{first}{second}" for first in LETTERS for second in LETTERS}
    known = {code for code in map(str, Locale("en").languages) if len(code) == 2}
    assert {code for code in codes if parse_language_tag(code)} == known
