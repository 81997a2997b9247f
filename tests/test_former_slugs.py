"""The slugs that categories, tags and authors had: no address is lost, on both engines."""

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from feedsvc.model import Taxonomy, Term
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.former_slugs import list_current_slugs, remember_former_slugs
from feedsvc.store.tables import former_slugs
from feedsvc.store.term_lookup import find_terms
from feedsvc.store.terms import delete_unused_terms, save_terms


def a_site(database: Database, name: str = "site") -> int:
    with database.transaction() as connection:
        return sites.ensure_site(connection, name, f"https://{name}.example/")


def learn(database: Database, site_id: int, *learnt: Term) -> None:
    with database.transaction() as connection:
        save_terms(connection, site_id, learnt)


def current(
    database: Database, word: str, site_ids: Sequence[int] = (1,), taxonomy: Taxonomy = "category"
) -> list[str]:
    with database.reading() as connection:
        return list_current_slugs(connection, taxonomy, word, site_ids)


def category(number: int, slug: str, name: str = "") -> Term:
    return Term("category", number, slug, name or slug.title())


HISTORIES: dict[str, tuple[list[list[Term]], dict[str, list[str]]]] = {
    "never renamed": ([[category(1, "a")]], {"a": [], "b": []}),
    "renamed": ([[category(1, "a")], [category(1, "b")]], {"a": ["b"], "b": []}),
    "renamed, the name kept": ([[category(1, "a", "A")], [category(1, "b", "A")]], {"a": ["b"]}),
    "a chain": ([[category(1, slug)] for slug in "abcd"], {"a": ["d"], "b": ["d"], "c": ["d"], "d": []}),
    "there and back": ([[category(1, slug)] for slug in "aba"], {"a": [], "b": ["a"]}),
    "taken by another": (
        [[category(1, "a")], [category(1, "b")], [category(2, "a")]],
        {"a": [], "b": []},
    ),
    "taken by another, which is renamed then": (
        [[category(1, "a")], [category(1, "b")], [category(2, "a")], [category(2, "c")]],
        {"a": ["c"], "b": [], "c": []},
    ),
    "two that change their slugs": (
        [[category(1, "a"), category(2, "b")], [category(1, "b"), category(2, "a")]],
        {"a": [], "b": []},
    ),
    "several of a page": (
        [[category(n, f"a{n}") for n in range(1, 900)], [category(n, f"b{n}") for n in range(1, 900)]],
        {"a1": ["b1"], "a899": ["b899"]},
    ),
    "of several the last": ([[category(1, "a")], [category(1, "b"), category(1, "c")]], {"a": ["c"]}),
    "an id is no slug": ([[Term("category", 1, "1")], [category(1, "a")]], {"1": []}),
    "what is known less well": ([[category(1, "a")], [Term("category", 1, "b")]], {"a": [], "b": []}),
    "a slug without a name": ([[Term("category", 1, "a")], [Term("category", 1, "b")]], {"a": ["b"]}),
    "Thai": ([[category(1, "ข่าว")], [category(1, "news")]], {"ข่าว": ["news"], quote("ข่าว"): ["news"]}),
    "capitals": ([[category(1, "a-b")], [category(1, "c")]], {"A-B": ["c"]}),
}  # fmt: skip


@pytest.mark.parametrize(("told", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_a_slug_leads_to_the_one_that_its_term_has_now(
    told: list[list[Term]], expected: dict[str, list[str]], database: Database
) -> None:
    site_id = a_site(database)
    for learnt in told:
        learn(database, site_id, *learnt)
    assert {word: current(database, word, [site_id]) for word in expected} == expected


def test_a_former_slug_comes_before_an_id_and_a_name(database: Database) -> None:
    site_id = a_site(database)
    learn(database, site_id, category(1, "energy"), category(2, "energy-2", "Energy"), category(3, "7"))
    learn(database, site_id, category(1, "power"), category(3, "seven"), category(7, "eight"))
    with database.reading() as connection:
        for word, slug in (("energy", "power"), ("7", "seven"), ("8", None), ("eight", "eight")):
            match = find_terms(connection, "category", word, [site_id])
            assert (match and match.canonical) == slug


def test_each_site_and_each_taxonomy_has_its_own(database: Database) -> None:
    one, other = a_site(database, "one"), a_site(database, "other")
    learn(database, one, category(1, "a"), Term("tag", 1, "a", "A"))
    learn(database, one, category(1, "b"))
    learn(database, other, category(1, "c"))
    assert current(database, "a", [one]) == ["b"]
    assert current(database, "a", [other]) == []
    assert current(database, "a", [one], "tag") == []
    learn(database, other, category(1, "a"), Term("author", 1, "a", "A"))
    assert current(database, "a", [one, other]) == [], "the other site has it now"
    learn(database, other, category(1, "d"))
    assert current(database, "a", [one, other]) == ["b", "d"]


def test_the_slugs_of_a_term_that_is_deleted_go_with_it(database: Database) -> None:
    site_id = a_site(database)
    learn(database, site_id, category(1, "a"))
    learn(database, site_id, category(1, "b"))
    with database.transaction() as connection:
        delete_unused_terms(connection, site_id, [("category", 1)])
    assert current(database, "a", [site_id]) == []
    learn(database, site_id, category(1, "c"))
    assert current(database, "a", [site_id]) == []


def test_a_site_that_renames_everything_all_the_time_fills_no_disk(database: Database) -> None:
    site_id = a_site(database)
    learn(database, site_id, *(category(number, f"a{number}") for number in range(9)))
    later = [category(number, f"b{number}") for number in range(9)]
    with database.transaction() as connection:
        remember_former_slugs(connection, site_id, "category", later[:3], most=5)
        remember_former_slugs(connection, site_id, "category", later, most=5)
        remember_former_slugs(connection, site_id, "category", later[4:], most=5)
        assert connection.scalar(select(func.count()).select_from(former_slugs)) == 5
