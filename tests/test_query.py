"""A query string and its one canonical form: every parameter, every spelling, every mistake."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from feedsvc.errors import QueryError
from feedsvc.query.address import canonicalise_query, format_feed_path, format_query_string
from feedsvc.query.condition import Atom, Condition, NameFilter, Phrase, ResolvedFilter, all_of
from feedsvc.query.fields import FIELDS, Field
from feedsvc.query.query import Query, ResolvedQuery
from feedsvc.query.query_string import MAX_QUERY_STRING_LENGTH, parse_query_string
from feedsvc.query.topic import MAX_PARTS, parse_topic
from properties import steadily

SOLAR = Phrase(("solar",))
HEAT_PUMP = Phrase(("heat", "pump"))
BOTH = all_of([SOLAR, HEAT_PUMP])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Query(), id="nothing"),
        pytest.param("?", Query(), id="a question mark alone"),
        pytest.param("&&", Query(), id="separators alone"),
        pytest.param("?limit=5", Query(limit=5), id="a question mark in front"),
        pytest.param("topic=solar", Query(SOLAR), id="a word"),
        pytest.param("q=solar", Query(SOLAR), id="q is topic"),
        pytest.param("topic=SoLaR", Query(SOLAR), id="case is ignored"),
        pytest.param("topic=ＳＯＬＡＲ", Query(SOLAR), id="width is ignored"),
        pytest.param("topic=s%C3%B3l%C3%A0r", Query(SOLAR), id="Latin accents are ignored"),
        pytest.param("topic=++solar++", Query(SOLAR), id="spaces around"),
        pytest.param("topic=solar+solar", Query(SOLAR), id="a word twice"),
        pytest.param("topic=%22solar%22", Query(SOLAR), id="a phrase of one word"),
        pytest.param("topic=%22heat+pump%22", Query(HEAT_PUMP), id="a phrase"),
        pytest.param("topic=%22heat%20pump%22", Query(HEAT_PUMP), id="a phrase with %20"),
        pytest.param('topic="heat pump"', Query(HEAT_PUMP), id="a phrase that is not encoded"),
        pytest.param("topic=“Heat  Pump”", Query(HEAT_PUMP), id="typographic quotes"),
        pytest.param("topic=„heat pump“", Query(HEAT_PUMP), id="German quotes"),
        pytest.param("topic=«heat pump»", Query(HEAT_PUMP), id="French quotes"),
        pytest.param('topic=solar "heat pump"', Query(BOTH), id="a word and a phrase"),
        pytest.param('topic=solar&topic="heat pump"', Query(BOTH), id="topic repeated"),
        pytest.param('topic=solar&q="heat pump"', Query(BOTH), id="topic and q"),
        pytest.param("topic=or", Query(Phrase(("or",))), id="or in small letters is a word"),
        pytest.param("topic=ไทย", Query(Phrase(("ไ", "ท", "ย"))), id="Thai is a run of characters"),
        pytest.param("since=2026-01-31", Query(since=date(2026, 1, 31)), id="since a date"),
        pytest.param("since=24h", Query(since=timedelta(hours=24)), id="since hours"),
        pytest.param("since=7d", Query(since=timedelta(days=7)), id="since days"),
        pytest.param("since=2w", Query(since=timedelta(days=14)), id="since weeks"),
        pytest.param("since=90m", Query(since=timedelta(minutes=90)), id="since minutes"),
        pytest.param("since=1h30m", Query(since=timedelta(minutes=90)), id="since hours and minutes"),
        pytest.param("since=7D", Query(since=timedelta(days=7)), id="since with a capital"),
        pytest.param("limit=1", Query(limit=1), id="the least limit"),
        pytest.param("limit=100", Query(limit=100), id="the greatest limit"),
        pytest.param("limit=050", Query(limit=50), id="a limit with a zero in front"),
        pytest.param("limit=+7", Query(limit=7), id="a limit behind a space"),
        pytest.param("page=3", Query(page=3), id="a page"),
        pytest.param("content=full", Query(), id="content=full"),
        pytest.param("content=summary", Query(content="summary"), id="content=summary"),
        pytest.param("dedupe=on", Query(), id="dedupe=on"),
        pytest.param("dedupe=off", Query(dedupe=False), id="dedupe=off"),
        pytest.param("players=on", Query(players=True), id="players=on"),
        pytest.param("players=off", Query(players=False), id="players=off"),
    ],
)
def test_a_query_string_is_read(text: str, expected: Query) -> None:
    assert parse_query_string(text) == expected


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(["energy"], [("energy", False)], id="a slug"),
        pytest.param(["3"], [("3", False)], id="an id"),
        pytest.param(["Press Releases"], [("Press Releases", False)], id="a name"),
        pytest.param(["R&D"], [("R&D", False)], id="a name with an ampersand"),
        pytest.param(["C++"], [("C++", False)], id="a name with plus signs"),
        pytest.param(["พลังงาน"], [("พลังงาน", False)], id="Thai"),
        pytest.param(["energy,solar"], [("energy,solar", False)], id="any of two"),
        pytest.param([" energy , solar "], [("energy,solar", False)], id="spaces round a comma"),
        pytest.param(["energy", "solar"], [("energy", False), ("solar", False)], id="all of two"),
        pytest.param(["energy", "energy"], [("energy", False)], id="the same twice"),
        pytest.param(["-energy"], [("energy", True)], id="without one"),
        pytest.param(["-energy,solar"], [("energy,solar", True)], id="one minus for both"),
        pytest.param(["-energy,-solar"], [("energy,solar", True)], id="a minus for each"),
        pytest.param(["-energy", "-solar"], [("energy", True), ("solar", True)], id="without, repeated"),
        pytest.param(["e-mail"], [("e-mail", False)], id="a hyphen within"),
    ],
)
def test_a_filter_is_read(field: Field, values: list[str], expected: list[tuple[str, bool]]) -> None:
    text = urlencode([(field, value) for value in values])
    wanted = (NameFilter.parse(field, value) for value, _ in expected)
    conditions = (one.negate() if out else one for one, (_, out) in zip(wanted, expected, strict=True))
    assert parse_query_string(text).condition == all_of(conditions)


def test_what_the_path_names_stands_beside_the_query_string() -> None:
    query = parse_query_string(
        "category=solar&tag=grid", path_condition=NameFilter.parse("category", "energy")
    )
    parts = [
        NameFilter.parse("category", "energy"),
        NameFilter.parse("category", "solar"),
        NameFilter.parse("tag", "grid"),
    ]
    assert query.condition == all_of(parts)


@pytest.mark.parametrize(
    "name",
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id fbclid gclid dclid msclkid yclid "
    "ttclid twclid wbraid gbraid igshid mc_cid mc_eid _ga _gl _hsenc _hsmi mkt_tok".split(),
)
@pytest.mark.parametrize("value", ["", "x", "%FF"])
def test_tracking_parameters_are_ignored(name: str, value: str) -> None:
    assert parse_query_string(f"{name}={value}&limit=7&{name}={value}") == Query(limit=7)


KNOWN = "topic, q, category, tag, author, site, since, limit, page, content, players, dedupe"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "catgory=x", "there is no parameter 'catgory': did you mean 'category'?", id="mistyped category"
        ),
        pytest.param(
            "categories=x", "there is no parameter 'categories': did you mean 'category'?", id="plural"
        ),
        pytest.param("tags=x", "there is no parameter 'tags': did you mean 'tag'?", id="tags"),
        pytest.param("Limit=5", "there is no parameter 'Limit': did you mean 'limit'?", id="a capital"),
        pytest.param("topics=x", "there is no parameter 'topics': did you mean 'topic'?", id="topics"),
        pytest.param(
            "zzz=x", f"there is no parameter 'zzz': known are {KNOWN}", id="a parameter like no other"
        ),
        pytest.param("=x", f"there is no parameter '': known are {KNOWN}", id="a value without a name"),
        pytest.param("utm=x", f"there is no parameter 'utm': known are {KNOWN}", id="hardly tracking"),
        pytest.param("format=", f"there is no parameter 'format': known are {KNOWN}", id="no such feature"),
        pytest.param("topic=", "topic is empty: leave it out or give it a value", id="an empty topic"),
        pytest.param("q=", "q is empty: leave it out or give it a value", id="an empty q"),
        pytest.param(
            "category=", "category is empty: leave it out or give it a value", id="empty category"
        ),
        pytest.param("tag=+", "tag is empty: leave it out or give it a value", id="a tag of one space"),
        pytest.param("limit", "limit is empty: leave it out or give it a value", id="a name alone"),
        pytest.param("since=", "since is empty: leave it out or give it a value", id="an empty since"),
        pytest.param("dedupe=", "dedupe is empty: leave it out or give it a value", id="an empty dedupe"),
        pytest.param("limit=1&limit=1", "limit is given 2 times: give it once", id="limit twice"),
        pytest.param("page=1&page=2&page=3", "page is given 3 times: give it once", id="page three times"),
        pytest.param("since=7d&since=7d", "since is given 2 times: give it once", id="since twice"),
        pytest.param(
            "content=full&content=full", "content is given 2 times: give it once", id="content 2×"
        ),
        pytest.param("dedupe=on&dedupe=off", "dedupe is given 2 times: give it once", id="dedupe twice"),
        *[
            pytest.param(
                f"limit={quote(value)}",
                f"limit={value!r} is not understood: write a number from 1 to 100",
                id=f"limit {value}",
            )
            for value in ("0", "101", "-1", "abc", "1.5", "1e1", "9999999999999999999", "٣", "²", "1_0")
        ],
        *[
            pytest.param(
                f"page={quote(value)}",
                f"page={value!r} is not understood: write a number from 1 to 100000",
                id=f"page {value}",
            )
            for value in ("0", "100001", "-1", "next")
        ],
        *[
            pytest.param(
                f"since={quote(value)}",
                f"since={value!r} is not understood: "
                "write a date such as 2026-01-31, or a time such as 24h or 7d",
                id=f"since {value}",
            )
            for value in (
                *("yesterday", "2026-13-01", "2026-02-30", "0000-01-01", "26-01-31", "20260131", "7"),
                *("7 d", "7y", "-7d", "0d", "0.5s", "99999999d", "2026-01-31T00:00:00", "1d2"),
            )
        ],
        pytest.param(
            "content=body", "content='body' is not understood: write full or summary", id="a bad content"
        ),
        pytest.param("content=Full", "content='Full' is not understood: write full or summary", id="Full"),
        pytest.param("players=yes", "players='yes' is not understood: write on or off", id="bad players"),
        pytest.param("players=", "players is empty: leave it out or give it a value", id="empty players"),
        pytest.param("dedupe=yes", "dedupe='yes' is not understood: write on or off", id="a bad dedupe"),
        pytest.param(
            "category=energy,-solar",
            "category mixes '-solar' with others: write it apart, as in &category=-solar",
            id="a minus behind a comma",
        ),
        pytest.param(
            "tag=a,-b,c", "tag mixes '-b' with others: write it apart, as in &tag=-b", id="a minus between"
        ),
        *[
            pytest.param(
                f"author=-{value}",
                f"author has nothing before or after a comma or a minus in {value!r}",
                id=f"author -{value}",
            )
            for value in ("", "a,", ",a")
        ],
        pytest.param("tag=--a", "tag has too many minus signs: one leaves posts out", id="two minus signs"),
        *[
            pytest.param(
                f"author={value}",
                f"author has nothing before or after a comma or a minus in {value!r}",
                id=f"author {value}",
            )
            for value in (",", "a,", ",a", "a,,b")
        ],
    ],
)
def test_a_mistake_is_named_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query_string(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "tag=" + "x" * (MAX_QUERY_STRING_LENGTH - 3),
            f"the query string is {MAX_QUERY_STRING_LENGTH + 1} characters long: "
            f"{MAX_QUERY_STRING_LENGTH} are the most",
            id="a long query string",
        ),
        pytest.param(
            "topic=" + "x" * 1001, "topic is 1001 characters long: 1000 are the most", id="a long topic"
        ),
        pytest.param(
            "topic=title:(" + "+".join(f"{n:013}" for n in range(60)) + ")",
            "topic is 1199 characters long when written out: 1000 are the most",
            id="a topic that is long when written out",
        ),
        pytest.param(
            "topic=" + "+".join(f"w{n}" for n in range(MAX_PARTS + 1)),
            f"topic has {MAX_PARTS + 1} words, phrases and names: {MAX_PARTS} are the most",
            id="a topic of many words",
        ),
        pytest.param(
            "tag=" + ",".join(f"t{n}" for n in range(MAX_PARTS + 1)),
            f"{MAX_PARTS + 1} words and names are asked for: {MAX_PARTS} are the most",
            id="many names",
        ),
        pytest.param(
            f"topic={'x' * 600}&topic={'y' * 600}",
            "topic is 1201 characters long when written out: 1000 are the most",
            id="two topics that are long together",
        ),
        pytest.param(
            "topic=a%00b",
            "topic holds a control character or bytes that are not UTF-8: leave them out",
            id="a control character",
        ),
        pytest.param(
            "tag=a%FFb",
            "tag holds a control character or bytes that are not UTF-8: leave them out",
            id="bytes that are not UTF-8",
        ),
        pytest.param(
            "&".join(f"tag={n}" for n in range(MAX_PARTS + 1)),
            f"{MAX_PARTS + 1} words and names are asked for: {MAX_PARTS} are the most",
            id="many filters",
        ),
    ],
)
def test_what_is_too_long_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query_string(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("tag=" + "x" * (MAX_QUERY_STRING_LENGTH - 4), id="query string"),
        pytest.param("topic=" + "x" * 1000, id="topic"),
        pytest.param("topic=" + "+".join(f"w{n}" for n in range(MAX_PARTS)), id="words"),
        pytest.param("&".join(f"tag={n}" for n in range(MAX_PARTS)), id="filters"),
    ],
)
def test_what_is_just_short_enough_is_read(text: str) -> None:
    assert parse_query_string(text) != Query()


def test_what_the_path_names_counts_as_well() -> None:
    text = "&".join(f"tag={n}" for n in range(MAX_PARTS))
    with pytest.raises(QueryError, match="61 words and names are asked for: 60 are the most"):
        parse_query_string(text, path_condition=NameFilter.parse("category", "energy"))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("limit=20&page=1&content=full&dedupe=on", "", id="defaults are left out"),
        pytest.param(
            "dedupe=off&content=summary&page=2&limit=5&since=7d&site=s&author=a&tag=t&category=c&q=w",
            "topic=w&category=c&tag=t&author=a&site=s&since=7d&limit=5&page=2&content=summary&dedupe=off",
            id="the order is fixed",
        ),
        pytest.param("category=b&category=a", "category=a&category=b", id="filters are sorted"),
        pytest.param("category=b&category=-a", "category=-a&category=b", id="with a minus as well"),
        pytest.param("category=-a,-b", "category=-a,b", id="one minus is enough"),
        pytest.param("category=a,%20b", "category=a,b", id="no space behind a comma"),
        pytest.param('topic="Heat  Pump"', "topic=%22heat+pump%22", id="a phrase"),
        pytest.param("topic=%22solar%22", "topic=solar", id="a phrase of one word"),
        pytest.param("tag=R%26D", "tag=R%26D", id="what has to be encoded is"),
        pytest.param("tag=ไทย", "tag=%E0%B9%84%E0%B8%97%E0%B8%A2", id="Thai is encoded"),
        pytest.param("since=2026-01-31", "since=2026-01-31", id="a date"),
        pytest.param("since=1d", "since=1d", id="a day"),
        pytest.param("utm_source=x&fbclid=y", "", id="no tracking"),
    ],
)
def test_there_is_one_canonical_spelling(text: str, canonical: str) -> None:
    assert format_query_string(parse_query_string(text)) == canonical


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(
            ["topic=a&category=b", "category=b&q=A", "?category=b&topic=%22a%22&page=1&utm_id=1"],
            id="order",
        ),
        pytest.param(["since=7d", "since=168h", "since=1w", "since=10080m", "since=6d24h"], id="a week"),
        pytest.param(["tag=a,b&tag=c", "tag=c&tag=a,b", "tag=a,%20b&tag=c&tag=c"], id="filters"),
        pytest.param(["author=-a,b", "author=-a,-b", "author=-%20a,%20-b"], id="minus"),
        pytest.param(
            ["topic=„a b“", 'topic="a b"', "q=%E2%80%9CA++B%E2%80%9D", "topic=«ａ b»"], id="quotes"
        ),
        pytest.param(["topic=caf%C3%A9", "topic=cafe%CC%81", "topic=CAFE", "topic=ｃａｆｅ"], id="accents"),
    ],
)
def test_spellings_of_one_query_are_equal(spellings: list[str]) -> None:
    assert len({parse_query_string(text) for text in spellings}) == 1
    assert len({format_query_string(parse_query_string(text)) for text in spellings}) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("category=b&category=a", id="filters that are not sorted"),
        pytest.param("category=a&category=-b&category=-a", id="filters with and without"),
        pytest.param("topic=solar&tag=-c%2B%2B&q=wind+OR+category:%22a+b%22", id="a topic of names"),
        pytest.param("since=100001s", id="a since of odd seconds"),
        pytest.param("since=1s", id="a since of one second"),
        pytest.param("since=1.5s", id="a since of a second and a half"),
        pytest.param('topic="-wind"', id="a phrase that begins with a minus"),
        pytest.param('topic="sol"*', id="a phrase before a star"),
        pytest.param('topic="(wind)"', id="a phrase in brackets"),
        pytest.param('topic="title:wind"', id="a phrase that looks like a field"),
    ],
)
def test_the_canonical_spelling_means_the_same_query(text: str) -> None:
    """The link to itself and to its next page, in every feed, is made of the canonical spelling."""
    query = parse_query_string(text)
    assert parse_query_string(format_query_string(query)) == query


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("topic=（wind）", id="wide brackets"),
        pytest.param("topic=wind＊", id="a wide star"),
        pytest.param("topic=－wind", id="a wide minus"),
        pytest.param("topic=a＂b", id="a wide quotation mark"),
        pytest.param("category=---a", id="three minus signs"),
    ],
)
def test_what_is_hardly_meant_is_refused_or_means_the_same_when_spelt_canonically(text: str) -> None:
    try:
        query = parse_query_string(text)
    except QueryError:
        return
    assert parse_query_string(format_query_string(query)) == query


plain = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
names = st.text(plain, min_size=1, max_size=8)
filter_values = st.builds(
    lambda minus, parts: minus + ",".join(parts),
    st.sampled_from(["", "-"]),
    st.lists(names, min_size=1, max_size=3),
)
dates = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
durations = st.builds(
    lambda number, unit: f"{number}{unit}", st.integers(1, 40_000), st.sampled_from("smhdw")
)


def read(pairs: list[tuple[str, str]]) -> Query:
    """Return the query of these parameters; those that are refused are of no interest."""
    try:
        return parse_query_string(urlencode(pairs))
    except QueryError:
        assume(False)
        raise


@steadily(150)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), filter_values), max_size=5))
@example([("tag", "b"), ("tag", "a")])
def test_filters_survive_the_way_to_a_string_and_back(pairs: list[tuple[str, str]]) -> None:
    query = read(pairs)
    assert parse_query_string(format_query_string(query)) == query


@steadily(150)
@given(
    st.lists(
        st.one_of(st.text(plain, max_size=12), st.text(plain, max_size=12).map('"{}"'.format)), max_size=4
    )
)
def test_a_topic_survives_the_way_to_a_string_and_back(parts: list[str]) -> None:
    query = read([("topic", " ".join(parts))])
    assert parse_query_string(format_query_string(query)) == query


@steadily(150)
@given(st.one_of(dates, durations))
def test_since_survives_the_way_to_a_string_and_back(since: str) -> None:
    query = read([("since", since)])
    assert parse_query_string(format_query_string(query)) == query


@steadily(150)
@given(
    st.integers(1, 100),
    st.integers(1, 100_000),
    st.sampled_from(["full", "summary"]),
    st.sampled_from(["on", "off"]),
    st.sampled_from(["", "7d", "24h", "2026-01-31"]),
    st.sampled_from(["", "solar", '"heat pump" solar', "ไทย"]),
    st.permutations(["limit", "page", "content", "dedupe", "since", "topic"]),
)
def test_a_whole_query_survives_the_way_to_a_string_and_back(
    limit: int, page: int, content: str, dedupe: str, since: str, topic: str, order: list[str]
) -> None:
    given = {
        "limit": str(limit),
        "page": str(page),
        "content": content,
        "dedupe": dedupe,
        "since": since,
        "topic": topic,
    }
    query = parse_query_string(urlencode([(name, given[name]) for name in order if given[name]]))
    assert (query.limit, query.page, query.content) == (limit, page, content)
    assert parse_query_string(format_query_string(query)) == query


@steadily(150)
@given(st.text(max_size=60))
@example("topic=a%00")
@example("since=１d")
def test_any_text_is_read_or_refused_with_one_sentence(text: str) -> None:
    try:
        query = parse_query_string(text)
    except QueryError as error:
        assert str(error).strip()
        assert "\n" not in str(error)
    else:
        assert "\n" not in format_query_string(query)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("", "rss", "feed.rss", id="all posts"),
        pytest.param("", "atom", "feed.atom", id="Atom"),
        pytest.param("limit=5", "json", "feed.json?limit=5", id="JSON with a limit"),
        pytest.param("category=energy", "rss", "category/energy.rss", id="a category"),
        pytest.param("tag=grid&limit=5", "atom", "tag/grid.atom?limit=5", id="a tag"),
        pytest.param("author=zoe", "json", "author/zoe.json", id="an author"),
        pytest.param("site=a", "rss", "feed.rss?site=a", id="a site has no path of its own"),
        pytest.param("site=a&category=b", "rss", "category/b.rss?site=a", id="a category of a site"),
        pytest.param("category=-energy", "rss", "feed.rss?category=-energy", id="without a category"),
        pytest.param("category=a,b", "rss", "feed.rss?category=a,b", id="any of two"),
        pytest.param("category=a&tag=b", "rss", "feed.rss?category=a&tag=b", id="two kinds"),
        pytest.param("category=b&category=a", "rss", "feed.rss?category=a&category=b", id="all of two"),
        pytest.param("tag=ไทย", "rss", "tag/%E0%B9%84%E0%B8%97%E0%B8%A2.rss", id="Thai"),
        pytest.param("tag=a%2Fb", "rss", "feed.rss?tag=a%2Fb", id="a slash, which a server reads as one"),
        pytest.param("tag=a%3Fb%23c", "rss", "tag/a%3Fb%23c.rss", id="what ends a path"),
        pytest.param("tag=node.js", "rss", "tag/node.js.rss", id="a dot"),
        pytest.param(
            "category=energy&topic=solar&since=7d&page=2",
            "rss",
            "category/energy.rss?topic=solar&since=7d&page=2",
            id="a category and more",
        ),
    ],
)
def test_a_query_has_one_path(text: str, form: str, expected: str) -> None:
    assert format_feed_path(parse_query_string(text), form) == expected


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        pytest.param(None, None, id="not given"),
        pytest.param("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC), id="a date begins in UTC"),
        pytest.param("24h", datetime(2026, 3, 1, 12, tzinfo=UTC), id="24h"),
        pytest.param("7d", datetime(2026, 2, 23, 12, tzinfo=UTC), id="7d"),
    ],
)
def test_since_means_a_moment(since: str | None, moment: datetime | None) -> None:
    query = parse_query_string(f"since={since}") if since else Query()
    assert query.since_moment(datetime(2026, 3, 2, 12, tzinfo=UTC)) == moment


IDS = {"energy": 1, "health": 2, "sports": 3, "news": 4}


def resolve(atom: Atom) -> Condition:
    """Return a filter with made-up ids, and slugs in small letters as its canonical names."""
    if not isinstance(atom, NameFilter):
        return atom
    slugs = tuple(name.lower() for name in atom.names)
    return ResolvedFilter(NameFilter(atom.field, slugs), frozenset(IDS[slug] for slug in slugs))


@pytest.mark.parametrize(
    ("text", "canonical", "row_ids"),
    [
        ("category=Energy", "category=energy", [{1}]),
        ("topic=category:energy OR category:HEALTH", "category=energy,health", [{1, 2}]),
        ("category=energy&category=health", "category=energy&category=health", [{1}, {2}]),
        ("category=-energy&category=-health", "category=-energy,health", [{1, 2}]),
        ("topic=solar OR tag:news OR tag:sports", "topic=solar+OR+tag:news,sports", [{3, 4}]),
        ("topic=-(solar category:energy)", "topic=-(category:energy+solar)", [{1}]),
    ],
)
def test_what_is_resolved_is_merged_by_field_and_has_one_address(
    text: str, canonical: str, row_ids: list[set[int]]
) -> None:
    query = parse_query_string(text)
    resolved = ResolvedQuery(query, query.condition.map(resolve).merge_filters())
    filters = [atom for atom in resolved.condition.atoms() if isinstance(atom, ResolvedFilter)]
    assert [set(resolved_filter.row_ids) for resolved_filter in filters] == row_ids
    assert format_query_string(canonicalise_query(resolved)) == canonical


def test_the_next_page_differs_in_its_page_alone() -> None:
    query = parse_query_string("topic=solar&category=energy&limit=5&content=summary")
    assert (
        format_query_string(replace(query, page=2))
        == "topic=solar&category=energy&limit=5&page=2&content=summary"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("solar\x00wind", id="NUL"),
        pytest.param("solar \x1b[0m", id="an escape sequence"),
        pytest.param('"solar\x01wind"', id="a control character in a phrase"),
        pytest.param("solar\ufffe", id="a non-character"),
        pytest.param("solar\udc80", id="half a surrogate pair, as a shell may give"),
        pytest.param("solar\x7f\x9f", id="DEL and C1"),
    ],
)
def test_a_topic_never_carries_what_xml_forbids(text: str) -> None:
    """Its text stands in the title of the feed."""
    try:
        condition = parse_topic(text)
    except QueryError:
        return  # refused is right as well
    assert str(condition).isprintable()
