"""Categories below categories: whatever a site says of parents, asked for and listed within a bound."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from markupsafe import escape
from sqlalchemy import event, func, insert, select

from fake_wordpress import fake_wordpress
from feedsvc.config import Settings, load_settings
from feedsvc.model import Term
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.families import (
    MAX_FAMILY,
    MAX_LEVELS,
    describe_cut_families,
    find_families,
    list_members,
)
from feedsvc.store.tables import facts, term_families
from feedsvc.store.tables import terms as terms_table
from feedsvc.store.term_lookup import count_entries_by_term, find_terms
from feedsvc.store.terms import (
    MAX_TERMS,
    TermKey,
    delete_unused_terms,
    ensure_term_ids,
    list_full_taxonomies,
    save_terms,
)
from feedsvc.wordpress.parse import MAX_TERMS_OF_POST, describe_cut_terms, parse_own_terms
from feedsvc.worker import Poller
from statements import counted_statements
from storing import save_posts
from tables import thinned
from test_preview import a_post


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        pytest.param({}, {}, id="no category"),
        pytest.param({1: 0, 2: 0}, {}, id="none below another"),
        pytest.param({1: 1}, {}, id="its own parent"),
        pytest.param({1: 7, 2: 1}, {1: [2]}, id="a parent that there is not"),
        pytest.param({1: 2, 2: 1}, {1: [2], 2: [1]}, id="each other's parents"),
        pytest.param({1: 3, 2: 1, 3: 2}, {1: [2, 3], 2: [3, 1], 3: [1, 2]}, id="a ring"),
        pytest.param({1: 2, 2: 3, 3: 2}, {2: [1, 3], 3: [2, 1]}, id="one below a ring"),
        pytest.param({4: 2, 3: 2, 2: 1, 1: 0}, {1: [2, 3, 4], 2: [3, 4]}, id="the nearest first"),
        pytest.param({1: -1, 2: 0}, {}, id="a negative parent"),
    ],
)
def test_a_category_has_those_below_it(parents: Mapping[int, int], expected: dict[int, list[int]]) -> None:
    assert find_families(parents) == expected


@pytest.mark.parametrize(
    ("parents", "pairs"),
    thinned(
        [
            pytest.param({n: n - 1 for n in range(1, 40_001)}, MAX_LEVELS * 40_000 - 55, id="a chain"),
            pytest.param({n: n - 1 or 40_000 for n in range(1, 40_001)}, MAX_LEVELS * 40_000, id="a ring"),
            pytest.param({1: 0} | dict.fromkeys(range(2, 40_001), 1), 39_999, id="a star"),
            pytest.param({n: n // 2 for n in range(1, 40_001)}, 397_964, id="a tree of two each"),
            pytest.param(dict.fromkeys(range(1, 40_001), 0), 0, id="a plain list"),
        ],
        2,
    ),
)
def test_forty_thousand_categories_are_looked_at_ten_times_each_at_most(
    parents: dict[int, int], pairs: int
) -> None:
    looked_at = 0

    class Counting(dict[int, int]):
        def __getitem__(self, key: int) -> int:
            nonlocal looked_at
            looked_at += 1
            return super().__getitem__(key)

    found = find_families(Counting(parents))
    assert sum(map(len, found.values())) == pairs <= MAX_LEVELS * len(parents)
    assert looked_at <= (MAX_LEVELS + 1) * len(parents)


def a_site(database: Database, parents: Mapping[int, int], name: str = "news") -> int:
    """Store a site with categories c1, c2 and so on; return its row's id."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, name, f"https://{name}.example/", imported=True)
        save_terms(connection, site_id, categories(parents))
    return site_id


def categories(parents: Mapping[int, int]) -> list[Term]:
    return [
        Term("category", number, f"c{number}", f"C {number}", parent) for number, parent in parents.items()
    ]


def below(database: Database, site_id: int, slug: str) -> set[str]:
    """Return the slugs of what a category's feed has."""
    with database.reading() as connection:
        match = find_terms(connection, "category", slug, [site_id])
        assert match
        return set(connection.scalars(select(terms_table.c.slug).where(terms_table.c.id.in_(match.ids))))


def test_families_follow_what_is_learnt(database: Database) -> None:
    site_id = a_site(database, {2: 1, 3: 2})
    assert below(database, site_id, "c2") == {"c2", "c3"}
    with database.transaction() as connection:  # the parent comes after its children
        save_terms(connection, site_id, categories({1: 0}))
    assert below(database, site_id, "c1") == {"c1", "c2", "c3"}
    with database.transaction() as connection:
        save_terms(connection, site_id, categories({3: 1, 2: 0}))
    assert [below(database, site_id, slug) for slug in ("c1", "c2")] == [{"c1", "c3"}, {"c2"}]
    with database.transaction() as connection:
        delete_unused_terms(connection, site_id, [("category", 3)])
    assert below(database, site_id, "c1") == {"c1"}


def test_the_families_of_sites_are_apart(database: Database) -> None:
    first, second = a_site(database, {1: 0, 2: 1}), a_site(database, {1: 0, 3: 1}, "other")
    assert below(database, first, "c1") == {"c1", "c2"}
    assert below(database, second, "c1") == {"c1", "c3"}


def test_a_posts_class_list_moves_no_category(database: Database) -> None:
    site_id = a_site(database, {1: 0, 2: 1})
    with database.transaction() as connection:
        save_terms(connection, site_id, [Term("category", 2, "c2", "", None)])
    assert below(database, site_id, "c1") == {"c1", "c2"}


def test_families_of_another_version_are_found_anew(database: Database) -> None:
    site_id = a_site(database, {1: 0, 2: 1})
    with database.transaction() as connection:
        connection.execute(term_families.delete())
        connection.execute(facts.delete().where(facts.c.name == "categories below categories"))
        connection.execute(insert(facts).values(name="categories below categories", value="another"))
    assert database.migrate() is True
    assert database.migrate() is False
    assert below(database, site_id, "c1") == {"c1", "c2"}


def test_what_is_too_large_or_too_deep_is_cut_and_said(database: Database) -> None:
    site_id = a_site(database, {n: n - 1 for n in range(1, MAX_LEVELS + 2)})
    other_id = a_site(database, {1: 0} | dict.fromkeys(range(2, MAX_FAMILY + 2), 1), "other")
    with database.reading() as connection:
        assert describe_cut_families(connection, site_id) == []
        assert describe_cut_families(connection, other_id) == []
    with database.transaction() as connection:
        save_terms(connection, site_id, categories({MAX_LEVELS + 2: MAX_LEVELS + 1}))
        save_terms(connection, other_id, categories({MAX_FAMILY + 2: 1}))
    with database.reading() as connection:
        assert describe_cut_families(connection, site_id) == [
            "1 categories, such as 'c12', are more than 10 levels deep: "
            "they do not count to those further above"
        ]
        assert describe_cut_families(connection, other_id) == [
            "category 'c1' has 1001 below it: the nearest 1000 count to it"
        ]
    assert len(below(database, other_id, "c1")) == MAX_FAMILY + 1
    assert "c11" in below(database, site_id, "c1")
    assert "c12" not in below(database, site_id, "c1")


@pytest.mark.real
@pytest.mark.parametrize("kind", thinned(["ring", "star"], 2))
def test_a_site_has_as_many_terms_as_are_stored_and_no_more(database: Database, kind: str) -> None:
    most = MAX_TERMS["category"]
    site_id = a_site(database, shape(kind, most - 1))
    with database.reading() as connection:
        assert list_full_taxonomies(connection, site_id) == []
    with database.transaction() as connection:
        save_terms(connection, site_id, categories(shape(kind, most + 1000) | {2: 0}))
        save_terms(connection, site_id, [Term("tag", 1, "t1")])
        wanted: list[TermKey] = [("category", 2), ("category", most + 1000), ("tag", 1), ("tag", 2)]
        assert set(ensure_term_ids(connection, site_id, wanted)) == {*wanted} - {("category", most + 1000)}
    with database.reading() as connection:
        assert list_full_taxonomies(connection, site_id) == ["category"]
        number = select(func.count()).select_from(terms_table).where(terms_table.c.taxonomy == "category")
        assert connection.scalar(number) == most
        assert len(list_members(connection, [1])) <= MAX_FAMILY + 1
    assert "c2" not in below(database, site_id, "c1")  # what is known is still brought up to date


@pytest.mark.real
def test_a_name_that_thousands_of_categories_have_is_answered_under_that_name(database: Database) -> None:
    namesakes = [Term("category", n, f"c{n}", "News", n - 1) for n in range(1, MAX_TERMS["category"] + 1)]
    site_id = a_site(database, {})
    with database.transaction() as connection:
        save_terms(connection, site_id, namesakes)
        save_posts(connection, site_id, [a_post(1, "Post", "<p>solar</p>", categories=(4000,))])
    a_site(database, {1: 0}, "other")  # what is narrowed to some sites asks for the terms' sites
    client = create_app(Settings(), database).test_client()
    for query in ("category=news", "category=news&site=-other", "topic=category:news+OR+wind"):
        feed = json.loads(client.get(f"/feed.json?{query}").data)
        assert [item["title"] for item in feed["items"]] == ["Post"]
        assert len(feed["feed_url"]) < 200
        assert client.get(feed["feed_url"]).status_code == 200


@contextmanager
def counted_steps(database: Database) -> Iterator[list[int]]:
    """Yield a list of one number: how many times a hundred steps SQLite's machine has taken so far."""
    steps = [0]

    def count() -> None:
        steps[0] += 1

    def watch(connection: object, *_rest: object) -> None:
        connection.set_progress_handler(count, 100)  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", watch)
    try:
        yield steps
    finally:
        event.remove(database.engine, "checkout", watch)


def shape(kind: str, size: int) -> dict[int, int]:
    chain = {number: number - 1 for number in range(1, size + 1)}
    return {
        "chain": chain,
        "ring": chain | {1: size},
        "star": {1: 0} | dict.fromkeys(range(2, size + 1), 1),
    }[kind]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("kind", thinned(["chain", "ring", "star"], 3))
def test_the_lists_of_feeds_take_work_in_proportion_to_the_categories(
    database: Database, kind: str
) -> None:
    site_id = a_site(database, shape(kind, 125))
    with database.transaction() as connection:
        save_posts(
            connection,
            site_id,
            [a_post(n, f"Post {n}", f"<p>{'solar wind ' * n}</p>", categories=(n,)) for n in range(1, 11)],
        )
    client = create_app(Settings(), database).test_client()
    taken = []
    for size in (125, 500):
        with database.transaction() as connection:
            save_terms(connection, site_id, categories(shape(kind, size)))
        for address in ("/", "/feeds.opml"):
            with counted_steps(database) as steps, database.reading() as connection:
                count_entries_by_term(connection, [site_id])
            with counted_statements(database) as statements:
                assert client.get(address).status_code == 200
            taken.append((steps[0], len(statements)))
    (few, few_of_page), (_, few_of_list), (many, many_of_page), (_, many_of_list) = taken
    assert many <= 4 * few + 20  # four times the categories
    assert many_of_page == few_of_page <= 12
    assert many_of_list == few_of_list <= 12


def test_embedded_terms_that_a_post_does_not_have_are_not_learnt() -> None:
    embedded = [
        {"id": n, "taxonomy": "category", "slug": f"s{n}", "name": f"N {n}"} for n in range(1, 40_001)
    ]
    item = {"id": 5, "categories": [7, 3], "tags": [], "_embedded": {"wp:term": [embedded]}}
    assert [term.id for term in parse_own_terms(item)] == [3, 7]


def test_a_post_with_more_terms_than_count_says_so() -> None:
    item = {"id": 5, "categories": list(range(1, 40_001)), "tags": list(range(1, MAX_TERMS_OF_POST + 1))}
    assert list(describe_cut_terms(item)) == ["post 5 has 40000 categories: the first 200 count"]
    embedded = [{"id": n, "taxonomy": "category", "slug": f"s{n}"} for n in range(1, 40_001)]
    assert len(list(parse_own_terms(item | {"_embedded": {"wp:term": [embedded]}}))) == MAX_TERMS_OF_POST


@pytest.mark.real
def test_a_site_with_a_chain_of_categories_and_a_post_with_too_many_tags_is_remarked_on(
    database: Database,
) -> None:
    with fake_wordpress(3) as site:
        for number in range(1, MAX_LEVELS + 3):
            site.add_term("categories", number, f"C{number}", parent=number - 1)
        site.add(4, categories=[MAX_LEVELS + 2], tags=list(range(1, MAX_TERMS_OF_POST + 2)))
        poller = Poller(load_settings(sites=[site.url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id, even_if_early=True)
        report = poller.pull(state.id)
        client = create_app(load_settings(sites=[site.url]), database).test_client()
        for remark in (
            "post 4 has 201 tags: the first 200 count",
            "1 categories, such as 'c12', are more than 10 levels deep: "
            "they do not count to those further above",
        ):
            assert remark in report.remarks
            assert escape(remark) in client.get("/status").text
        assert [item["id"] for item in json.loads(client.get("/category/c2.json").data)["items"]]
        assert json.loads(client.get("/category/c1.json").data)["items"] == []
