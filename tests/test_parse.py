"""WordPress's quirks: one JSON object of its REST API becomes one post or term, or a clear refusal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from feedsvc.errors import PostError
from feedsvc.model import SourcePost, Term
from feedsvc.wordpress.parse import parse_modified, parse_own_terms, parse_post, parse_site_url, parse_term

DATA: dict[str, Any] = {
    "id": 7,
    "date": "2026-01-02T10:04:05",
    "date_gmt": "2026-01-02T03:04:05",
    "modified": "2026-01-03T10:00:00",
    "modified_gmt": "2026-01-03T03:00:00",
    "guid": {"rendered": "https://news.example/?p=7"},
    "link": "https://news.example/a-story/",
    "status": "publish",
    "title": {"rendered": "A story"},
    "content": {"rendered": "<p>Body</p>", "protected": False},
    "excerpt": {"rendered": "<p>Excerpt</p>", "protected": False},
    "author": 3,
    "categories": [5, 6],
    "tags": [8],
}
STORY = SourcePost(
    id=7,
    guid="https://news.example/?p=7",
    link="https://news.example/a-story/",
    title="A story",
    content="<p>Body</p>",
    excerpt="<p>Excerpt</p>",
    published=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    modified=datetime(2026, 1, 3, 3, 0, tzinfo=UTC),
    categories=(5, 6),
    tags=(8,),
    authors=(3,),
)


def data(*without: str, **changes: Any) -> dict[str, Any]:
    """Return what the REST API says of the story, without some fields and with others changed."""
    return {name: value for name, value in {**DATA, **changes}.items() if name not in without}


def parsed(*without: str, **changes: Any) -> SourcePost:
    """Return the story with these changes, as it is parsed."""
    post = parse_post(data(*without, **changes))
    assert post
    return post


def test_a_post_is_read_field_by_field() -> None:
    assert parsed() == STORY


@pytest.mark.parametrize(
    "field", ["title", "content", "excerpt", "author", "categories", "tags", "status", "modified"]
)
def test_a_post_without_a_field_that_can_be_done_without_is_still_a_post(field: str) -> None:
    assert parsed(field).id == 7


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        # Texts
        pytest.param({"title": "A bare title"}, "title", "A bare title", id="a bare string for a title"),
        pytest.param({"title": {}}, "title", "", id="a title without rendered"),
        pytest.param({"title": {"raw": "x"}}, "title", "", id="a title in its raw form alone"),
        pytest.param({"title": {"rendered": None}}, "title", "", id="rendered is null"),
        pytest.param({"title": {"rendered": False}}, "title", "", id="rendered is false"),
        pytest.param({"title": None}, "title", "", id="the title is null"),
        pytest.param({"content": None}, "content", "", id="the content is null"),
        pytest.param({"content": []}, "content", "", id="the content is a list"),
        pytest.param({"content": {"protected": False}}, "content", "", id="content without rendered"),
        pytest.param({"content": "<p>x</p>"}, "content", "<p>x</p>", id="a bare string for the content"),
        pytest.param(
            {"content": {"rendered": "a\x00b\x0bc\ud800d\ufffee"}},
            "content",
            "abcde",
            id="characters that XML forbids",
        ),
        pytest.param({"excerpt": {"rendered": ["x"]}}, "excerpt", "", id="an excerpt that is a list"),
        # Addresses
        pytest.param(
            {"guid": {"rendered": "https://news.example/?p=7&#038;lang=th"}},
            "guid",
            "https://news.example/?p=7&lang=th",
            id="an escaped guid",
        ),
        pytest.param(
            {"guid": {"rendered": "https://news.example/?p=7&amp;copy=2"}},
            "guid",
            "https://news.example/?p=7&copy=2",
            id="a guid that looks escaped twice",
        ),
        pytest.param({"guid": "urn:uuid:1"}, "guid", "urn:uuid:1", id="a bare guid"),
        pytest.param(
            {"guid": {"rendered": ""}}, "guid", "https://news.example/a-story/", id="an empty guid"
        ),
        pytest.param({"guid": None}, "guid", "https://news.example/a-story/", id="no guid"),
        pytest.param({"link": None}, "link", "https://news.example/?p=7", id="no link"),
        pytest.param(
            {"link": "https://ข่าว.example/x/"},
            "link",
            "https://xn--22c8e6a1f.example/x/",
            id="a host beyond ASCII",
        ),
        pytest.param(
            {"link": " https://news.example/x/\n"},
            "link",
            "https://news.example/x/",
            id="a link with space",
        ),
        pytest.param(
            {"link": "javascript:alert(1)"}, "link", "https://news.example/?p=7", id="a link that is none"
        ),
        # Dates
        pytest.param(
            {"date_gmt": "2026-01-02T03:04:05Z"}, "published", STORY.published, id="a date with Z"
        ),
        pytest.param(
            {"date_gmt": "2026-01-02T10:04:05+07:00"}, "published", STORY.published, id="a date with a zone"
        ),
        pytest.param(
            {"date_gmt": "2026-01-02 03:04:05"}, "published", STORY.published, id="a date with a space"
        ),
        pytest.param(
            {"date_gmt": None},
            "published",
            datetime(2026, 1, 2, 10, 4, 5, tzinfo=UTC),
            id="only a local date",
        ),
        pytest.param(
            {"date_gmt": "0000-00-00T00:00:00"},
            "published",
            datetime(2026, 1, 2, 10, 4, 5, tzinfo=UTC),
            id="a date of zeros",
        ),
        pytest.param(
            {"date_gmt": "9999-12-31T23:59:59-01:00"},
            "published",
            datetime(2026, 1, 2, 10, 4, 5, tzinfo=UTC),
            id="a date beyond all calendars",
        ),
        pytest.param(
            {"modified_gmt": None, "modified": None}, "modified", STORY.published, id="never modified"
        ),
        pytest.param(
            {"modified_gmt": "soon", "modified": 5},
            "modified",
            STORY.published,
            id="modified, no one knows when",
        ),
        pytest.param(
            {"modified_gmt": "9999-12-31T23:59:59-01:00", "modified": ""},
            "modified",
            STORY.published,
            id="modified beyond all calendars",
        ),
        # Ids
        pytest.param({"categories": [5, 5, 6]}, "categories", (5, 6), id="an id twice"),
        pytest.param({"categories": [5, True, None, "6", 7.0]}, "categories", (5,), id="what is no id"),
        pytest.param({"categories": {"0": 5, "2": 6}}, "categories", (5, 6), id="an object for a list"),
        pytest.param({"categories": None}, "categories", (), id="no categories"),
        pytest.param({"tags": False}, "tags", (), id="tags are false"),
        pytest.param({"author": 0}, "authors", (), id="author 0"),
        pytest.param({"author": "3"}, "authors", (), id="an author in quotes"),
        pytest.param({"author": True}, "authors", (), id="an author who is true"),
        pytest.param({"author": None}, "authors", (), id="no author"),
    ],
)
def test_an_odd_field_does_no_harm(changes: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(parsed(**changes), field) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"content": {"rendered": "", "protected": True}}, id="behind a password"),
        pytest.param({"status": "draft"}, id="a draft"),
        pytest.param({"status": "private"}, id="private"),
        pytest.param({"status": "future"}, id="scheduled"),
        pytest.param({"status": "trash"}, id="in the bin"),
    ],
)
def test_a_post_that_is_not_for_the_public_is_no_post(changes: dict[str, Any]) -> None:
    assert parse_post(data(**changes)) is None


@pytest.mark.parametrize(
    ("without", "changes", "says"),
    [
        pytest.param(("id",), {}, "without an id", id="no id"),
        pytest.param((), {"id": "7"}, "without an id", id="an id in quotes"),
        pytest.param((), {"id": True}, "without an id", id="an id that is true"),
        pytest.param((), {"id": 0}, "without an id", id="id 0"),
        pytest.param((), {"id": -7}, "without an id", id="a negative id"),
        pytest.param(("date", "date_gmt"), {}, "post 7 has no date", id="no date"),
        pytest.param(
            ("date",), {"date_gmt": "0000-00-00T00:00:00"}, "post 7 has no date", id="a date of zeros"
        ),
        pytest.param(
            ("date",), {"date_gmt": "-0001-11-30T00:00:00"}, "post 7 has no date", id="a date before all"
        ),
        pytest.param(
            ("date",), {"date_gmt": "2026-02-30T00:00:00"}, "post 7 has no date", id="a day that never was"
        ),
        pytest.param(("date",), {"date_gmt": ["2026"]}, "post 7 has no date", id="a list for a date"),
        pytest.param(
            ("date",),
            {"date_gmt": "9999-12-31T23:59:59-01:00"},
            "post 7 has no date",
            id="a date beyond all",
        ),
        pytest.param(("guid", "link"), {}, "has no address", id="no address"),
    ],
)
def test_a_post_that_cannot_be_used_is_refused_with_its_id_and_the_reason(
    without: tuple[str, ...], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(PostError, match=says):
        parse_post(data(*without, **changes))


def test_the_time_of_modification_of_a_head_is_read_alone() -> None:
    assert parse_modified({"id": 1, "modified_gmt": "2026-01-03T03:00:00"}) == STORY.modified
    assert parse_modified({"id": 1}) is None


# Terms


def at_the_top(term: Term) -> Term:
    """Return a term with parent 0 when it has none, or when nothing is said of one."""
    return replace(term, parent=term.parent or 0)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(
            {"id": 3, "slug": "energy", "name": "Energy", "parent": 2},
            Term("category", 3, "energy", "Energy", 2),
            id="whole",
        ),
        pytest.param(
            {"id": 3, "slug": "a-b", "name": "A &amp; <b>B</b>"},
            Term("category", 3, "a-b", "A & B"),
            id="an escaped name",
        ),
        pytest.param(
            {"id": 3, "slug": "%e0%b8%82%e0%b9%88%e0%b8%b2%e0%b8%a7", "name": "ข่าวใหม่"},
            Term("category", 3, "ข่าว", "ข่าวใหม่"),
            id="a Thai slug, percent-encoded",
        ),
        pytest.param(
            {"id": 3, "slug": "%E6%96%B0%E9%97%BB", "name": "新"},
            Term("category", 3, "新闻", "新"),
            id="a Chinese slug in capitals",
        ),
        pytest.param(
            {"id": 3, "slug": "%ff%fe", "name": "X"},
            Term("category", 3, "%ff%fe", "X"),
            id="a slug that is not UTF-8",
        ),
        pytest.param(
            {"id": 3, "slug": "energy", "name": ""}, Term("category", 3, "energy", "energy"), id="no name"
        ),
        pytest.param({"id": 3, "name": "Energy"}, Term("category", 3, "3", "Energy"), id="no slug"),
        pytest.param(
            {"id": 3, "slug": "x", "name": "X", "parent": None},
            Term("category", 3, "x", "X"),
            id="a null parent",
        ),
        pytest.param({"id": 3}, Term("category", 3, "3"), id="an id alone has no name"),
        pytest.param(
            {"code": "rest_term_invalid", "message": "Term does not exist."}, None, id="an error object"
        ),
        pytest.param({"id": "3", "name": "X"}, None, id="an id in quotes"),
        pytest.param({"id": True, "name": "X"}, None, id="an id that is true"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_a_term_is_read_from_what_the_site_says_of_it(item: dict[str, Any], expected: Term | None) -> None:
    term = parse_term("category", item)
    assert (term and at_the_top(term)) == expected
    assert term is None or type(term.id) is int


SLUGS = ["post-7", "post", "type-post", "category-energy", "category-solar-power", "tag-ice", "hentry"]
FROM_SLUGS = [Term("category", 5, "energy"), Term("category", 6, "solar-power"), Term("tag", 8, "ice")]
EMBEDDED: dict[str, Any] = {
    "author": [{"id": 3, "name": "Jo O&#8217;Neill", "slug": "jo"}],
    "wp:term": [
        [
            {"id": 5, "taxonomy": "category", "name": "Energy", "slug": "energy"},
            {"id": 6, "taxonomy": "category", "name": "Solar &amp; more", "slug": "solar-power"},
        ],
        [{"id": 8, "taxonomy": "post_tag", "name": "Ice", "slug": "ice"}],
        [{"id": 9, "taxonomy": "post_format", "name": "Aside", "slug": "aside"}],
    ],
}
FROM_EMBEDDED = [
    Term("category", 5, "energy", "Energy"),
    Term("category", 6, "solar-power", "Solar & more"),
    Term("tag", 8, "ice", "Ice"),
    Term("author", 3, "jo", "Jo O’Neill"),
]
ERROR = {"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing said"),
        pytest.param({"class_list": SLUGS}, FROM_SLUGS, id="class_list is a list"),
        pytest.param(
            {"class_list": {str(n): slug for n, slug in enumerate(SLUGS)}},
            FROM_SLUGS,
            id="class_list is an object",
        ),
        pytest.param({"class_list": SLUGS[:4]}, [], id="fewer slugs than ids cannot be paired"),
        pytest.param({"class_list": None}, [], id="class_list is null"),
        pytest.param({"class_list": "category-energy"}, [], id="class_list is a string"),
        pytest.param(
            {"class_list": ["category-5", "category-6"]},
            [Term("category", 5, "5"), Term("category", 6, "6")],
            id="slugs that are not Latin stand as ids",
        ),
        pytest.param({"_embedded": EMBEDDED}, FROM_EMBEDDED, id="embedded"),
        pytest.param(
            {"_embedded": EMBEDDED, "class_list": SLUGS}, FROM_EMBEDDED, id="embedded says more than slugs"
        ),
        pytest.param(
            {"_embedded": {**EMBEDDED, "author": [ERROR]}},
            FROM_EMBEDDED[:3],
            id="the author is an error object",
        ),
        pytest.param(
            {"_embedded": {"wp:term": [ERROR], "author": [ERROR]}}, [], id="all are error objects"
        ),
        pytest.param(
            {"_embedded": {"wp:term": {"0": EMBEDDED["wp:term"][0]}}},
            FROM_EMBEDDED[:2],
            id="terms in an object",
        ),
        pytest.param(
            {"_embedded": {"wp:term": [None, 5, ["x", None]], "author": "x"}}, [], id="odd embedded things"
        ),
        pytest.param({"_embedded": []}, [], id="_embedded is an empty list"),
        pytest.param({"_embedded": None}, [], id="_embedded is null"),
    ],
)
def test_what_a_post_says_of_its_terms(changes: dict[str, Any], expected: list[Term]) -> None:
    assert sorted(map(at_the_top, parse_own_terms(data(**changes))), key=repr) == sorted(expected, key=repr)


# Sites


def links(relation: str, href: str) -> dict[str, Any]:
    """Return a post with one link to the REST API and none to itself."""
    return {"_links": {relation: [{"href": href}]}}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(
            links("collection", "https://a.example/wp-json/wp/v2/posts"), "https://a.example/", id="pretty"
        ),
        pytest.param(
            links("collection", "https://a.example/news/wp-json/wp/v2/posts"),
            "https://a.example/news/",
            id="in a folder",
        ),
        pytest.param(
            links("self", "https://a.example/wp-json/wp/v2/posts/7"),
            "https://a.example/",
            id="its own link",
        ),
        pytest.param(
            links("collection", "https://a.example/feeds/index.php?rest_route=/wp/v2/posts"),
            "https://a.example/feeds/",
            id="plain, in a folder",
        ),
        pytest.param(
            links("collection", "https://a.example/?rest_route=/wp/v2/posts"),
            "https://a.example/",
            id="plain, without index.php",
        ),
        pytest.param(
            {"link": "https://a.example/2026/01/x/"}, "https://a.example/", id="from its address alone"
        ),
        pytest.param(
            {**links("collection", "https://api.a.example/v2/posts"), "link": "https://a.example/x"},
            "https://a.example/",
            id="a link that says nothing",
        ),
        pytest.param(
            {"_links": [], "link": "https://a.example/x"}, "https://a.example/", id="_links is a list"
        ),
        pytest.param({"_links": {"collection": ["x", None, {}]}}, None, id="links that are none"),
        pytest.param({"_links": {"collection": 5}}, None, id="a number for links"),
        pytest.param({"link": "/x/"}, None, id="an address without a host"),
        pytest.param({"link": "https://[a.example/x"}, None, id="an address that does not parse"),
        pytest.param({"link": None}, None, id="no address"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_the_site_of_a_saved_post_is_told_by_its_links(item: dict[str, Any], expected: str | None) -> None:
    assert parse_site_url(item) == expected
