"""What WordPress gave is kept: nothing is cleaned twice, and everything again when the policy changes."""

import json
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, inspect, select, text

from columns import set_columns
from conftest import ROOT, copied
from fake_wordpress import fake_wordpress, wp_time
from feedsvc.clean import policy
from feedsvc.clean.post import clean_post
from feedsvc.cli import main
from feedsvc.config import load_settings
from feedsvc.model import Enclosure, Image, SourcePost, Term
from feedsvc.publish.web import create_app
from feedsvc.query.condition import Phrase
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.entries import load_entries
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.posts import count_posts, list_known_posts
from feedsvc.store.selection import Selection
from feedsvc.store.sources import list_outdated_sources, load_source_digests, serialize_source
from feedsvc.store.tables import posts as posts_table
from feedsvc.store.tables import sources as sources_table
from feedsvc.store.terms import save_terms
from feedsvc.sync.batch import Batch, load_item_digests, read_batch
from feedsvc.sync.importing import import_posts
from feedsvc.sync.reclean import clean_again
from feedsvc.text import words
from feedsvc.text.html import extract_visible_text
from feedsvc.worker import Poller
from postgres import make_database
from properties import steadily
from pulling import pull
from service import free_port
from storing import keep_source, remove_posts, save_post, withhold_post

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OLDER = "an older policy"


def a_source(wp_id: int, content: str = "", **changes: Any) -> SourcePost:
    """Return a post as WordPress gave it, an hour after the one with the id before."""
    published = NOON + timedelta(hours=wp_id)
    source = SourcePost(
        id=wp_id,
        guid=f"https://a.example/?p={wp_id}",
        link=f"https://a.example/{wp_id}/",
        title=f"Post {wp_id}",
        content=content or f"<p onclick='x()'>The new words of number {wp_id}.</p>",
        excerpt="",
        published=published,
        modified=published,
    )
    return replace(source, **changes)


def an_item(wp_id: int, **changes: Any) -> dict[str, Any]:
    """Return a post, as the REST API has it."""
    published = wp_time(NOON + timedelta(hours=wp_id))
    return {
        "id": wp_id,
        "date_gmt": published,
        "modified_gmt": published,
        "guid": {"rendered": f"https://a.example/?p={wp_id}"},
        "link": f"https://a.example/{wp_id}/",
        "title": {"rendered": f"Post {wp_id}"},
        "content": {"rendered": f"<p>The body of number {wp_id}.</p>"},
        "excerpt": {"rendered": ""},
        **changes,
    }


def a_site(database: Database, name: str = "a") -> int:
    """Return the row of a site that is published."""
    with database.transaction() as connection:
        return sites.ensure_site(connection, name, f"https://{name}.example/", imported=True)


def hold(database: Database, site_id: int, *some: SourcePost) -> None:
    """Hold posts whose bodies an older policy has left as other words."""
    with database.transaction() as connection:
        for source in some:
            save_post(connection, site_id, replace(clean_post(source), content=old_body(source.id)))
            keep_source(connection, site_id, source, OLDER)


def old_body(wp_id: int) -> str:
    return f"<p>Stale text of number {wp_id}.</p>"


def bodies(database: Database) -> dict[int, str]:
    """Return the bodies held, the newest first."""
    with database.reading() as connection:
        rows = connection.execute(
            select(posts_table.c.wp_id, posts_table.c.content).order_by(posts_table.c.key.desc())
        )
        return {row.wp_id: row.content for row in rows}


def policies(database: Database) -> dict[int, str]:
    """Return under which policy each post was cleaned."""
    with database.reading() as connection:
        rows = connection.execute(select(sources_table.c.wp_id, sources_table.c.policy))
        return {row.wp_id: row.policy for row in rows}


def found(database: Database, phrase: str) -> list[int]:
    """Return the ids of the posts that hold a phrase."""
    wanted = Selection(Phrase(tuple(words.tokenize_for_search(phrase))))
    with database.reading() as connection:
        return [entry.post.id for entry in load_entries(connection, wanted, 200)]


def feeds(database: Database) -> list[bytes]:
    """Return the feeds of everything, as readers get them."""
    client = create_app(load_settings(), database).test_client()
    answers = [client.get(f"/feed.{form}?limit=100") for form in ("rss", "atom", "json")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return [answer.data for answer in answers]


def titles(database: Database, query: str = "") -> list[str]:
    client = create_app(load_settings(), database).test_client()
    answer = client.get(f"/feed.json?limit=100&{query}")
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in json.loads(answer.data)["items"]]


# What is kept


MOMENTS = st.datetimes(datetime(1840, 1, 1), datetime(2235, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
IDS = st.integers(1, 2**63 - 1)
TEXTS = st.text(max_size=30)
SOURCES = st.builds(
    SourcePost,
    id=IDS,
    guid=TEXTS,
    link=TEXTS,
    title=TEXTS,
    content=TEXTS,
    excerpt=TEXTS,
    published=MOMENTS,
    modified=MOMENTS,
    categories=st.lists(IDS, max_size=3).map(tuple),
    tags=st.lists(IDS, max_size=3).map(tuple),
    authors=st.lists(IDS, max_size=2).map(tuple),
    image=st.none()
    | st.builds(
        Image,
        url=TEXTS,
        alt=TEXTS,
        width=st.integers(0, 99999),
        height=st.integers(0, 99999),
        type=TEXTS,
        thumbnail=TEXTS,
    ),
    enclosures=st.lists(
        st.builds(Enclosure, url=TEXTS, type=TEXTS, length=st.integers(0, 10**15)), max_size=2
    ).map(tuple),
)


@pytest.fixture(scope="module")
def any_store(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Database]:
    """A store for one post after another."""
    with copied(empty_store, tmp_path_factory.mktemp("any")) as database:
        yield database


@steadily(30)
@given(source=SOURCES)
def test_whatever_wordpress_gave_comes_back_equal(any_store: Database, source: SourcePost) -> None:
    with any_store.transaction() as connection:
        site_id = sites.ensure_site(connection, "a", "https://a.example/")
        save_post(connection, site_id, replace(clean_post(a_source(1)), id=source.id))
        keep_source(connection, site_id, source, OLDER)
        [held] = list_outdated_sources(connection, "another", 10)
        assert (held.site_id, held.wp_id, held.source) == (site_id, source.id, source)
        assert list_outdated_sources(connection, OLDER, 10) == []
        assert load_source_digests(connection, site_id, [source.id], OLDER) == {
            source.id: serialize_source(source).digest
        }
        assert load_source_digests(connection, site_id, [source.id], "another") == {}
        remove_posts(connection, site_id, [source.id])


@steadily(30)
@given(SOURCES, SOURCES)
def test_only_equal_sources_have_one_digest(one: SourcePost, other: SourcePost) -> None:
    assert serialize_source(one).digest == serialize_source(replace(one)).digest
    assert (serialize_source(one).digest == serialize_source(other).digest) == (one == other)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"content": "<p>x</p> "}, id="white space"),
        pytest.param({"modified": NOON + timedelta(microseconds=1)}, id="a moment"),
        pytest.param({"categories": (2, 1)}, id="the order of the categories"),
        pytest.param({"tags": (1, 2), "categories": ()}, id="tags instead of categories"),
        pytest.param({"authors": (1,)}, id="the author"),
        pytest.param({"language": "de"}, id="the language"),
        pytest.param({"image": Image("https://a.example/a.jpg", width=1)}, id="the picture"),
        pytest.param(
            {"enclosures": (Enclosure("https://a.example/a.mp3", "audio/mpeg"),)}, id="a recording"
        ),
    ],
)
def test_any_difference_changes_the_digest(changes: dict[str, Any]) -> None:
    source = a_source(1, "<p>x</p>", categories=(1, 2))
    assert serialize_source(replace(source, **changes)).digest != serialize_source(source).digest


def test_a_source_is_kept_compressed(database: Database) -> None:
    body = "<p>" + "The ferry leaves at six and comes back at seven. " * 400 + "</p>"
    hold(database, a_site(database), a_source(1, body))
    with database.reading() as connection:
        data = connection.scalars(select(sources_table.c.data)).one()
    assert len(data) < len(body) / 20
    assert json.loads(zlib.decompress(data))["content"] == body


def test_a_source_is_replaced_by_what_wordpress_gives_later(database: Database) -> None:
    site_id = a_site(database)
    import_posts(database, site_id, [an_item(1)])
    import_posts(database, site_id, [an_item(1, title={"rendered": "Edited"})])
    with database.reading() as connection:
        [held] = list_outdated_sources(connection, "another", 10)
    assert held.source
    assert held.source.title == "Edited"


def test_the_source_goes_when_the_post_goes(database: Database) -> None:
    site_id, other_id = a_site(database), a_site(database, "b")
    import_posts(database, site_id, [an_item(number) for number in range(1, 6)])
    import_posts(database, other_id, [an_item(1)])
    with database.transaction() as connection:
        remove_posts(connection, site_id, [1])
        withhold_post(connection, site_id, 2, NOON)
    import_posts(database, site_id, [an_item(3, status="private", modified_gmt="2027-01-01T00:00:00")])
    with database.reading() as connection:
        kept = connection.execute(select(sources_table.c.site_id, sources_table.c.wp_id)).all()
    assert sorted(map(tuple, kept)) == [(site_id, 4), (site_id, 5), (other_id, 1)]


# Nothing is cleaned twice


def read_again(database: Database, site_id: int, items: list[dict[str, Any]]) -> Batch:
    """Read posts as a pull does."""
    with database.reading() as connection:
        return read_batch(items, load_item_digests(connection, site_id, items))


def cleaned(batch: Batch) -> list[int]:
    return [prepared.post.id for prepared in batch.changes.posts]


def unchanged(batch: Batch) -> list[int]:
    return [source.id for source in batch.sources if source.id not in cleaned(batch)]


def test_what_is_held_is_not_cleaned_again(database: Database) -> None:
    site_id = a_site(database)
    items = [an_item(number) for number in range(1, 4)]
    import_posts(database, site_id, items)
    batch = read_again(database, site_id, items)
    assert unchanged(batch) == [1, 2, 3]
    assert (cleaned(batch), dict(batch.changes.withheld)) == ([], {})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"content": {"rendered": "<p>Another body.</p>"}}, id="its body"),
        pytest.param({"title": {"rendered": "Another"}}, id="its title"),
        pytest.param({"categories": [7]}, id="its categories"),
        pytest.param({"jetpack_featured_media_url": "https://a.example/a.jpg"}, id="its picture"),
        pytest.param({"meta": {"audio_file": "https://a.example/a.mp3"}}, id="its recording"),
    ],
)
def test_only_what_has_changed_is_cleaned(database: Database, changes: dict[str, Any]) -> None:
    site_id = a_site(database)
    import_posts(database, site_id, [an_item(1), an_item(2)])
    items = [an_item(1), an_item(2, **changes), an_item(3)]
    batch = read_again(database, site_id, items)
    assert unchanged(batch) == [1]
    assert cleaned(batch) == [2, 3]
    assert import_posts(database, site_id, items) == ChangeCounts(new=1, changed=1)


def test_what_another_policy_has_cleaned_is_cleaned_when_it_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_id = a_site(database)
    import_posts(database, site_id, [an_item(1)])
    monkeypatch.setattr(policy, "VERSION", "another")
    assert cleaned(read_again(database, site_id, [an_item(1)])) == [1]
    assert import_posts(database, site_id, [an_item(1)]) == ChangeCounts()
    assert policies(database) == {1: "another"}
    assert unchanged(read_again(database, site_id, [an_item(1)])) == [1]


def test_the_same_post_of_another_site_is_cleaned(database: Database) -> None:
    import_posts(database, a_site(database), [an_item(1)])
    other = a_site(database, "b")
    assert unchanged(read_again(database, other, [an_item(1)])) == []


def test_a_withheld_post_comes_back_when_it_is_published_again_as_it_was(database: Database) -> None:
    site_id = a_site(database)
    import_posts(database, site_id, [an_item(1)])
    import_posts(database, site_id, [an_item(1, status="private")])
    assert titles(database) == []
    assert import_posts(database, site_id, [an_item(1)]) == ChangeCounts(new=1)
    assert titles(database) == ["Post 1"]


def test_a_full_pull_of_what_is_held_changes_nothing(database: Database) -> None:
    with fake_wordpress(40) as site:
        for number in (3, 21, 40):
            site.add_picture(1000 + number)
            site.posts[number]["featured_media"] = 1000 + number
        assert pull(site, database).new == 40
        before = feeds(database), policies(database)
        assert len(before[1]) == 40
        report = pull(site, database, full=True)
        assert (report.new, report.changed, report.removed) == (0, 0, 0)
        assert (feeds(database), policies(database)) == before


# Everything again when the policy changes


def test_all_bodies_are_cleaned_again_under_another_policy(database: Database) -> None:
    site_id, other_id = a_site(database), a_site(database, "b")
    hold(database, site_id, *(a_source(number) for number in range(1, 4)))
    hold(database, other_id, a_source(9))
    assert clean_again(database) == 4
    assert bodies(database) == {
        number: f"<p>The new words of number {number}.</p>" for number in (9, 3, 2, 1)
    }
    assert policies(database) == dict.fromkeys((1, 2, 3, 9), policy.VERSION)
    assert clean_again(database) == 0


def test_nothing_is_cleaned_again_under_the_same_policy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_posts(database, a_site(database), [an_item(1), an_item(2)])
    before = feeds(database)
    assert clean_again(database) == 0
    monkeypatch.setattr(policy, "VERSION", "another")
    assert clean_again(database) == 2
    assert feeds(database) == before
    assert clean_again(database) == 0


def test_the_version_of_the_policy_names_what_cleans() -> None:
    assert all(name in policy.VERSION for name in ("nh3", "bleach", "lxml"))


def once() -> Callable[[], bool]:
    """Return what says yes once and then no."""
    answers = iter([True])
    return lambda: next(answers, False)


def test_the_newest_are_cleaned_first_in_batches_and_the_rest_later(database: Database) -> None:
    hold(database, a_site(database), *(a_source(number) for number in range(1, 61)))
    left = list(range(1, 61))
    for expected in (50, 10, 0):
        assert clean_again(database, once()) == expected
        left, done = left[: len(left) - expected], left[len(left) - expected :]
        assert all(policies(database)[wp_id] == policy.VERSION for wp_id in done)
        assert sorted(wp_id for wp_id, body in bodies(database).items() if body == old_body(wp_id)) == left
        assert sorted(wp_id for wp_id, name in policies(database).items() if name == OLDER) == left
    assert set(policies(database).values()) == {policy.VERSION}


def test_nothing_is_cleaned_when_it_is_told_to_stop_at_once(database: Database) -> None:
    hold(database, a_site(database), a_source(1))
    assert clean_again(database, lambda: False) == 0
    assert bodies(database) == {1: old_body(1)}


def test_a_post_cleaned_again_keeps_its_id_its_terms_and_its_place(database: Database) -> None:
    site_id = a_site(database)
    energy, solar = Term("category", 4, "energy", "Energy"), Term("tag", 5, "solar", "Solar")
    with database.transaction() as connection:
        save_terms(connection, site_id, [energy, solar, Term("author", 6, "zoe", "Zoé")])
    carrying = a_source(1, categories=(4,), tags=(5,), authors=(6,))
    at_once = [a_source(number, published=carrying.published) for number in (2, 3)]
    hold(database, site_id, carrying, *at_once, a_source(9))
    assert found(database, "stale text") == [9, 3, 2, 1]

    def keys() -> dict[int, int]:
        with database.reading() as connection:
            rows = connection.execute(select(posts_table.c.wp_id, posts_table.c.key))
            return {row.wp_id: row.key for row in rows}

    before = keys()
    assert clean_again(database) == 4
    assert keys() == before
    assert (found(database, "stale text"), found(database, "new words")) == ([], [9, 3, 2, 1])
    client = create_app(load_settings(), database).test_client()
    for query in ("category=energy", "tag=solar", "author=zoe", "category=energy&topic=words"):
        [item] = json.loads(client.get(f"/feed.json?{query}").data)["items"]
        assert item["id"] == "https://a.example/?p=1"
        assert (item["tags"], item["authors"]) == (["Energy", "Solar"], [{"name": "Zoé"}])
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
        assert connection.scalar(text("SELECT count(*) FROM search")) == 4
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_posts_that_repeat_another_do_so_when_both_are_cleaned_again(database: Database) -> None:
    site_id = a_site(database)
    news = "<p>" + " ".join(f"word{number}" for number in range(200)) + "</p>"
    twice = [a_source(1, news, title="Once"), a_source(2, news, title="Once")]
    hold(database, site_id, *twice)
    assert len(titles(database)) == 2
    clean_again(database)
    assert titles(database) == ["Once"]
    assert len(titles(database, "dedupe=off")) == 2


def test_a_post_that_can_be_cleaned_no_more_is_withheld_and_costs_no_other(database: Database) -> None:
    site_id = a_site(database)
    # No parser lets such an address through today.
    broken = a_source(2, image=Image("https://a.example/\x00.jpg"))
    hold(database, site_id, a_source(1), a_source(3))
    with database.transaction() as connection:
        save_post(connection, site_id, clean_post(a_source(2)))
        keep_source(connection, site_id, broken, OLDER)
    assert clean_again(database) == 3
    assert titles(database) == ["Post 3", "Post 1"]
    assert policies(database) == dict.fromkeys((1, 3), policy.VERSION)
    assert found(database, "number") == [3, 1]
    with database.reading() as connection:
        assert list_known_posts(connection, site_id)[2] == broken.modified
        assert count_posts(connection, site_id) == 2
    assert clean_again(database) == 0


def test_a_source_that_can_be_read_no_more_costs_no_other(database: Database) -> None:
    site_id = a_site(database)
    hold(database, site_id, a_source(1), a_source(2), a_source(3))
    with database.transaction() as connection:
        connection.execute(
            sources_table.update()
            .where(sources_table.c.wp_id == 2)
            .values(data=zlib.compress(b'{"id": 2, "of": "a later version"}'))
        )
    clean_again(database)
    assert {policies(database)[1], policies(database)[3]} == {policy.VERSION}


def between_reading_and_writing(database: Database, happens: Callable[[Connection], None]) -> None:
    """Let something happen in the store when the next reading has ended, as a pull beside it might."""

    def do(_connection: Connection) -> None:
        with database.transaction() as connection:
            happens(connection)

    event.listen(database.engine, "commit", do, once=True)


def test_a_post_that_is_removed_meanwhile_stays_removed(database: Database) -> None:
    site_id = a_site(database)
    hold(database, site_id, a_source(1), a_source(2))
    between_reading_and_writing(database, lambda connection: ignore(remove_posts(connection, site_id, [2])))
    clean_again(database)
    assert titles(database) == ["Post 1"]


def test_a_post_that_is_withheld_meanwhile_stays_withheld(database: Database) -> None:
    site_id = a_site(database)
    hold(database, site_id, a_source(1), a_source(2))
    between_reading_and_writing(
        database, lambda connection: ignore(withhold_post(connection, site_id, 2, NOON))
    )
    clean_again(database)
    assert titles(database) == ["Post 1"]


def test_a_post_that_is_edited_meanwhile_stays_edited(database: Database) -> None:
    site_id = a_site(database)
    hold(database, site_id, a_source(1), a_source(2))
    edited = a_source(2, "<p>Edited.</p>", title="Edited", modified=NOON + timedelta(days=9))

    def edit(connection: Connection) -> None:
        save_post(connection, site_id, clean_post(edited))
        keep_source(connection, site_id, edited, policy.VERSION)

    between_reading_and_writing(database, edit)
    clean_again(database)
    assert titles(database) == ["Edited", "Post 1"]
    with database.reading() as connection:
        assert list_known_posts(connection, site_id)[2] == edited.modified


def ignore(_value: object) -> None:
    pass


# Who does it


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Put back how this process takes signals."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def run_until(urls: list[str], database: Database, done: Callable[[], bool]) -> None:
    """Run pollers, each for a moment (until the parent that it never had is gone), until that is done."""
    for _ in range(20):
        Poller(load_settings(sites=urls), database).run(beside=0)
        if done():
            return
    raise AssertionError("it never happened")


@pytest.mark.real
@pytest.mark.usefixtures("own_signals")
def test_a_running_poller_cleans_again_beside_its_pulls(database: Database) -> None:
    with fake_wordpress(3) as site:
        pull(site, database)
        before = feeds(database)
        make_stale(database)
        assert feeds(database) != before
        site.add(4)
        with database.transaction() as connection:
            set_columns(connection, 1, next_pull_at=NOON - timedelta(days=999))
        down = f"http://127.0.0.1:{free_port()}/"
        run_until(
            [site.url, down], database, lambda: list(policies(database).values()) == [policy.VERSION] * 4
        )
    assert list(bodies(database).values()) == [f"<p>Body {number}</p>" for number in (4, 3, 2, 1)]


def make_stale(database: Database) -> None:
    """Leave all bodies as an older policy left them."""
    with database.reading() as connection:
        held = list_outdated_sources(connection, "none", 1000)
    for one in held:
        assert one.source
        hold(database, one.site_id, one.source)


def own_database() -> Database:
    """Return the store that the commands use here."""
    return Database(load_settings().database_url)


def test_the_command_import_cleans_again(own_folder: Path) -> None:
    (own_folder / "one.json").write_text(json.dumps(an_item(1)))
    (own_folder / "two.json").write_text(json.dumps(an_item(2)))
    assert CliRunner().invoke(main, ["import", "one.json"]).exit_code == 0
    with closing(own_database()) as database:
        make_stale(database)
        assert bodies(database) == {1: old_body(1)}
        result = CliRunner().invoke(main, ["import", "two.json"])
        assert result.output == "two.json: 1 new, 0 changed, 0 removed\n"
        assert bodies(database) == {number: f"<p>The body of number {number}.</p>" for number in (2, 1)}
        assert policies(database) == dict.fromkeys((1, 2), policy.VERSION)


def test_the_command_pull_cleans_again(own_folder: Path) -> None:
    with fake_wordpress(2) as site:
        arguments = ["pull", "--site", site.url]
        assert CliRunner().invoke(main, arguments).exit_code == 0
        with closing(own_database()) as database:
            make_stale(database)
            result = CliRunner().invoke(main, arguments)
            assert ": 0 new, 0 changed, 0 removed, 0 duplicates" in result.output
            assert bodies(database) == {2: "<p>Body 2</p>", 1: "<p>Body 1</p>"}
            assert policies(database) == dict.fromkeys((1, 2), policy.VERSION)


# A store of the first schema


NEWS = "<p>" + " ".join(f"word{number}" for number in range(200)) + " solar</p>"
KEPT = {
    "sites": "id, name, url, home, api, title, description, imported, backfilled_at, modified_until,"
    " asked_at, hidden_posts, swept_at, next_pull_at, last_success_at, last_error, failures",
    "terms": "id, site_id, taxonomy, wp_id, slug, name, folded, parent",
    "posts": "key, site_id, wp_id, guid, link, title, summary, content, published, modified, digest",
    "post_terms": "term_id, post_key",
    "withheld": "site_id, wp_id, modified",
}
"""What the first schema has and every later one keeps as it was."""

RENAMED = {
    "api": "api_root",
    "modified_until": "newest_modified",
    "asked_at": "observed_at",
    "hidden_posts": "unlisted_count",
}
"""What the schema of today calls some of these columns."""


@contextmanager
def raw(database: Database) -> Iterator[Connection]:
    """Yield a connection that writes, whatever schema there is."""
    with database.engine.execution_options(writes=True).begin() as connection:
        yield connection


def bring(database: Database, to: str, is_up: bool | None = None) -> None:
    """Bring a store up or down to a revision, as Alembic's own commands do."""
    config = Config()
    migrations = ROOT / "feedsvc" / "store" / "migrations"
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with raw(database) as connection:
        config.attributes["connection"] = connection
        at = MigrationContext.configure(connection).get_current_revision()
        goes_up = at is None if is_up is None else is_up
        (command.upgrade if goes_up else command.downgrade)(config, to)


def insert(connection: Connection, table: str, **values: object) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def insert_post(connection: Connection, site_id: int, wp_id: int, title: str, content: str) -> None:
    """Write a post as the first version did, in the index as well."""
    published = int(NOON.timestamp()) + 3600 * wp_id
    key = (published << 30) + wp_id
    insert(
        connection, "posts", key=key, site_id=site_id, wp_id=wp_id, guid=f"https://a.example/?p={wp_id}",
        link=f"https://a.example/{wp_id}/", title=title, summary="", content=content,
        published=published, modified=published + 60, fingerprint="of then", digest=b"\x00\x01",
    )  # fmt: skip
    indexed = {
        "title": " ".join(words.tokenize(title)),
        "body": " ".join(words.tokenize(extract_visible_text(content))),
    }
    if connection.dialect.name == "sqlite":  # PostgreSQL had no index then
        insert(connection, "search", rowid=key, **indexed)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def first(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A store as the first version left it: a site read, one imported, one half read; a post repeated."""
    url = make_database() if request.param == "postgresql" else f"sqlite:///{tmp_path}/first.db"
    with closing(Database(url)) as database:
        bring(database, "0001")
        with raw(database) as connection:
            seen = int(NOON.timestamp())
            insert(connection, "facts", name="words in the search index", value=words.VERSION)
            insert(connection, "facts", name="another", value="that nobody touches")
            insert(
                connection, "sites", id=1, name="a", url="https://a.example/",
                api="https://a.example/wp-json/", title="A", imported=False,
                backfill_page=None, backfilled_at=seen, modified_until=seen, asked_at=seen,
                hidden_posts=3, swept_at=seen, next_pull_at=seen, last_success_at=seen,
            )  # fmt: skip
            for site_id, name, imported, page in ((2, "b", True, None), (3, "c", False, 4)):
                url = f"https://{name}.example/"
                insert(
                    connection, "sites", id=site_id, name=name, url=url, title=name.upper(),
                    imported=imported, backfill_page=page,
                )  # fmt: skip
            for term in (
                (11, 1, "category", 4, "energy", "Energy", 0),
                (12, 1, "category", 5, "solar", "Solar", 4),
                (13, 1, "tag", 6, "grid", "Grid", 0),
                (14, 1, "author", 7, "zoe", "Zoé", 0),
                (15, 2, "category", 4, "energy", "Energy", 0),
            ):
                names = ("id", "site_id", "taxonomy", "wp_id", "slug", "name", "parent")
                insert(
                    connection,
                    "terms",
                    **dict(zip(names, term, strict=True)),
                    folded=words.fold(str(term[5])),
                )
            insert_post(connection, 1, 1, "Sun", NEWS)
            insert_post(connection, 1, 2, "Sun", f"<h2>Again</h2>{NEWS}")
            insert_post(connection, 1, 3, "Wind", "<p>The wind of the sea.</p>")
            insert_post(connection, 2, 4, "ลม", "<p>ลมทะเล</p>")
            for term_id, wp_id in ((12, 1), (14, 1), (13, 2), (11, 3), (13, 3), (15, 4)):
                key = (seen + 3600 * wp_id << 30) + wp_id
                insert(connection, "post_terms", term_id=term_id, post_key=key)
            insert(connection, "withheld", site_id=1, wp_id=9, modified=seen)
        yield database


def tables(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of what every schema keeps."""
    rows = {}
    with database.reading() as connection:
        for table, columns in KEPT.items():
            there = {column["name"] for column in inspect(connection).get_columns(table)}
            names = [name if name in there else RENAMED[name] for name in columns.split(", ")]
            selected = connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))
            rows[table] = sorted(tuple(row) for row in selected)
    return rows


def answers(database: Database) -> dict[str, list[str]]:
    """Return what some feeds hold."""
    queries = (
        "", "dedupe=off", "category=energy", "category=solar", "tag=grid", "author=zoe", "topic=solar",
        "topic=wind", "topic=ลม", "site=b", "site=a",
    )  # fmt: skip
    return {query: titles(database, query) for query in queries}


EXPECTED = {
    "": ["ลม", "Wind", "Sun"],
    "dedupe=off": ["ลม", "Wind", "Sun", "Sun"],
    "category=energy": ["ลม", "Wind", "Sun"],
    "category=solar": ["Sun"],
    "tag=grid": ["Wind", "Sun"],
    "author=zoe": ["Sun"],
    "topic=solar": ["Sun"],
    "topic=wind": ["Wind"],
    "topic=ลม": ["ลม"],
    "site=b": ["ลม"],
    "site=a": ["Wind", "Sun"],
}


def test_a_store_keeps_everything_at_each_revision_on_its_way_up_and_down(first: Database) -> None:
    before = tables(first)
    script = ScriptDirectory(str(ROOT / "feedsvc" / "store" / "migrations"))
    revisions = [script_at.revision for script_at in script.walk_revisions()][::-1]
    for revision in revisions[1:]:
        bring(first, revision, is_up=True)
        assert tables(first) == before, revision
    assert first.is_current()
    for revision in revisions[-2::-1]:
        bring(first, revision, is_up=False)
        assert tables(first) == before, revision
    assert first.migrate() is True
    assert answers(first) == EXPECTED


def test_a_store_of_the_first_schema_keeps_everything(first: Database) -> None:
    before = tables(first)
    assert [len(rows) for rows in before.values()] == [3, 5, 4, 6, 1]
    assert first.migrate() is True
    assert tables(first) == before
    assert first.is_current()
    assert first.migrate() is False
    with first.reading() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("SELECT value FROM facts WHERE name = 'another'"))
        assert connection.scalar(text("SELECT count(*) FROM posts WHERE canonical_key IS NULL")) == 0


def test_the_feeds_of_a_store_of_the_first_schema_go_on(first: Database) -> None:
    first.migrate()
    assert answers(first) == EXPECTED


def test_a_store_of_the_first_schema_is_read_again_but_for_imported_sites(first: Database) -> None:
    first.migrate()
    with first.reading() as connection:
        pages = {state.site.name: state.sync.backfill_page for state in sites.list_sites(connection)}
    assert pages == {"a": 1, "b": None, "c": 1}


def test_in_a_store_of_the_first_schema_what_refers_to_a_post_still_goes_with_it(first: Database) -> None:
    first.migrate()
    with first.transaction() as connection:
        assert remove_posts(connection, 1, [1, 2, 3]) == 3
        kept = connection.execute(text("SELECT term_id FROM post_terms")).all()
        assert [tuple(row) for row in kept] == [(15,)]
        assert connection.scalar(text("SELECT count(*) FROM search")) == 1
        assert connection.scalar(text("SELECT count(*) FROM terms")) == 5
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO search (search) VALUES ('integrity-check')"))
    assert found(first, "solar") == found(first, "wind") == []
    assert found(first, "ลม") == [4]


def test_a_site_of_the_first_schema_has_its_sources_after_the_next_pull(tmp_path: Path) -> None:
    with fake_wordpress(3) as site, closing(Database(f"sqlite:///{tmp_path}/first.db")) as database:
        bring(database, "0001")
        with raw(database) as connection:
            insert(connection, "facts", name="words in the search index", value=words.VERSION)
            insert(connection, "sites", id=1, name="a", url=site.url, backfill_page=None)
            for wp_id in (1, 2, 3):
                insert_post(connection, 1, wp_id, f"Post {wp_id}", f"<p>Stale {wp_id}</p>")
        database.migrate()
        pull(site, database)
        assert policies(database) == dict.fromkeys((1, 2, 3), policy.VERSION)
        assert bodies(database) == {3: "<p>Body 3</p>", 2: "<p>Body 2</p>", 1: "<p>Body 1</p>"}
        assert (found(database, "stale"), found(database, "body")) == ([], [3, 2, 1])


def test_down_to_the_first_schema_and_up_again_posts_terms_and_feeds_are_kept(first: Database) -> None:
    before = tables(first)
    first.migrate()
    compared = decided(first)
    bring(first, "0001")
    with first.reading() as connection:
        assert not inspect(connection).has_table("sources")
        assert not inspect(connection).has_table("sketches")
        assert {"media", "original"}.isdisjoint(c["name"] for c in inspect(connection).get_columns("posts"))
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert tables(first) == before
    first.migrate()
    assert tables(first) == before
    assert decided(first) == compared
    assert answers(first) == EXPECTED


def decided(database: Database) -> tuple[list[tuple[Any, ...]], ...]:
    """Return what each post repeats, and by what it is found to be repeated."""
    with database.reading() as connection:
        statements = ("SELECT key, canonical_key FROM posts", "SELECT hash, post_key FROM sketches")
        return tuple(
            sorted(tuple(row) for row in connection.execute(text(statement))) for statement in statements
        )
