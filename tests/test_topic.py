"""The topic language as it is read and spelt: what belongs together, its one spelling, every mistake.

Which posts a topic finds is the matter of test_topics.py.
"""

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.errors import QueryError
from feedsvc.query.address import format_query_string
from feedsvc.query.condition import Condition, NameFilter, Phrase, all_of, any_of
from feedsvc.query.query import Query
from feedsvc.query.query_string import parse_query_string
from feedsvc.query.topic import MAX_DEPTH, MAX_PARTS, MAX_STARS, parse_topic
from properties import steadily


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("solar", "solar"),
        ("SOLAR  Wind", "solar wind"),
        ("wind solar", "solar wind"),
        ("solar AND wind", "solar wind"),
        ("(solar) (wind)", "solar wind"),
        ("solar solar", "solar"),
        ("wind OR solar", "solar OR wind"),
        ("(wind OR solar)", "solar OR wind"),
        ("a1 OR (b1 OR c1)", "a1 OR b1 OR c1"),
        ("a1 b1 OR c1 d1", "(a1 b1) OR (c1 d1)"),
        ("a1 (b1 OR c1)", "a1 (b1 OR c1)"),
        ("-sports", "-sports"),
        ("-sports solar", "solar -sports"),
        ("-(-solar)", "solar"),
        ("-(a1 OR b1)", "-a1 -b1"),
        ("-(a1 b1)", "-(a1 b1)"),
        ('"cell therapy" OR "stem cell" -veterinary', '("cell therapy" OR "stem cell") -veterinary'),
        ("a1 -b1 OR c1", "(a1 OR c1) -b1"),
        ("(a1 -b1) OR c1", "(a1 -b1) OR c1"),
        ("solar OR -wind", "solar OR -wind"),
        ("b1 OR (-a1) c1", "b1 OR (c1 -a1)"),
        ("b1 OR c1 -(-a1)", "a1 (b1 OR c1)"),
        ("-a1 OR -b1", "-(a1 b1)"),
        ("-(-a1 -b1)", "a1 OR b1"),
        ('tag:"-a"', 'tag:"-a"'),
        ("–solar", "-solar"),
        ('"heat pump"', '"heat pump"'),
        ("“Heat  Pump”", '"heat pump"'),
        ('"solar"', "solar"),
        ('"OR"', "or"),
        ("or", "or"),
        ("electr*", "electr*"),
        ('"heat pum"*', '"heat pum"*'),
        ("covid-1*", '"covid 1"*'),
        ("COVID-19", '"covid 19"'),
        ("U.S.", "u.s."),
        ("R&D", "r&d"),
        ("C++", "c++"),
        ("Zoë", "zoe"),
        ("太陽能", "太陽能"),
        ('"太陽 能"', '"太陽 能"'),
        ('צה"ל', '"צה ל"'),
        ("title:solar", "title:solar"),
        ("Title:Solar", "title:solar"),
        ("title:(solar OR wind)", "title:solar OR title:wind"),
        ("title:(solar -wind)", "title:solar -title:wind"),
        ('title:"heat pump"', 'title:"heat pump"'),
        ("-title:wind", "-title:wind"),
        ("category:energy", "category:energy"),
        ("category:(wind OR energy)", "category:energy OR category:wind"),
        ("category:wind,energy", "category:energy,wind"),
        ("-category:b1 -category:a1", "-category:a1 -category:b1"),
        ('author:"Zoë Müller"', 'author:"Zoë Müller"'),
        ('category:"Oil, gas" OR category:wind', 'category:"Oil, gas" OR category:wind'),
        ("tag:c++ OR wind", "tag:c++ OR wind"),
        ("12:30", '"12 30"'),
        ("Terminator: Fate", "fate terminator"),
    ],
)
def test_each_query_has_one_spelling_that_is_read_as_the_same(text: str, spelt: str) -> None:
    assert str(parse_topic(text)) == spelt
    assert parse_topic(spelt) == parse_topic(text)


COLON = "A text with a colon goes into quotation marks"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("(solar", "a '(' that is never closed at character 1 of '(solar': write a ')' behind the group"),
        ("a ((b)", "a '(' that is never closed at character 3 of 'a ((b)': write a ')' behind the group"),
        ('"(" (a', "a '(' that is never closed at character 5 of '\"(\" (a': write a ')' behind the group"),
        ("solar)", "a ')' that closes nothing at character 6 of 'solar)': write a '(' before the group"),
        (")", "a ')' that closes nothing at character 1 of ')': write a '(' before the group"),
        ("()", "an empty group at character 1 of '()': write words between '(' and ')'"),
        ("a ( )", "an empty group at character 3 of 'a ( )': write words between '(' and ')'"),
        ("title:()", "an empty group at character 7 of 'title:()': write words between '(' and ')'"),
        ("-()", "an empty group at character 2 of '-()': write words between '(' and ')'"),
        ("solar OR", "OR with nothing behind it at character 7 of 'solar OR': write a word there"),
        ("(a OR) b", "OR with nothing behind it at character 4 of '(a OR) b': write a word there"),
        ("a AND", "AND with nothing behind it at character 3 of 'a AND': write a word there"),
        (
            "OR solar",
            "OR with nothing before it at character 1 of 'OR solar': "
            'write a word there, or "or" for the word itself',
        ),
        (
            "a OR OR b",
            "OR with nothing before it at character 6 of 'a OR OR b': "
            'write a word there, or "or" for the word itself',
        ),
        (
            "AND",
            "AND with nothing before it at character 1 of 'AND': "
            'write a word there, or "and" for the word itself',
        ),
        ("NOT wind", "NOT at character 1 of 'NOT wind': write -word to leave posts out"),
        ("-", "a minus that stands alone at character 1 of '-': write -word to leave posts out"),
        ("a - b", "a minus that stands alone at character 3 of 'a - b': write -word to leave posts out"),
        ("a – b", "a minus that stands alone at character 3 of 'a – b': write -word to leave posts out"),
        (
            '"heat pump',
            "a quotation mark that is never closed at character 1 of '\"heat pump': "
            "write another behind the phrase",
        ),
        (
            'solar "heat" pump"',
            'a quotation mark that is never closed at character 18 of \'solar "heat" pump"\': '
            "write another behind the phrase",
        ),
        (
            "solar “heat",
            "a quotation mark that is never closed at character 7 of 'solar \"heat': "
            "write another behind the phrase",
        ),
        (
            "so*ar",
            "a '*' in 'so*ar' at character 1 of 'so*ar': "
            'write it behind the beginning of a word, as in solar*, or "so*ar" for the text',
        ),
        (
            "a *",
            "a '*' in '*' at character 3 of 'a *': "
            'write it behind the beginning of a word, as in solar*, or "*" for the text',
        ),
        (
            '"heat pum*"',
            "a '*' within quotation marks at character 1 of '\"heat pum*\"': "
            'write it behind the quotation mark, as in "heat pum"*',
        ),
        (
            "title: solar",
            "'title:' with nothing behind it at character 1 of 'title: solar': "
            "write title:word, without a space",
        ),
        (
            "a category:",
            "'category:' with nothing behind it at character 3 of 'a category:': "
            "write category:word, without a space",
        ),
        (
            "titel:solar",
            f"no field 'titel:' at character 1 of 'titel:solar': did you mean 'title:'? {COLON}",
        ),
        ("a cat:b", f"no field 'cat:' at character 3 of 'a cat:b': did you mean 'category:'? {COLON}"),
        (
            "https://example.com",
            "no field 'https:' at character 1 of 'https://example.com': "
            f"known are title, category, tag, author. {COLON}",
        ),
        (
            "site:a",
            "no field 'site:' at character 1 of 'site:a': site is a parameter of its own, beside the topic",
        ),
        (
            "title:-solar",
            "a minus behind 'title:' at character 1 of 'title:-solar': write it before, as in -title:word",
        ),
        ("tag:-a", "a minus behind 'tag:' at character 1 of 'tag:-a': write it before, as in -tag:word"),
        ('tag:""', "no name behind 'tag:' at character 5 of 'tag:\"\"': write a slug, an id or a name"),
        (
            "title:(tag:a b)",
            "'tag:' within 'title:' at character 8 of 'title:(tag:a b)': write it outside of the group",
        ),
        ("tag:sol*", "a '*' behind 'tag:' at character 5 of 'tag:sol*': write the whole slug, id or name"),
        (
            "R & D",
            "no word in '&' at character 3 of 'R & D': "
            'put it into quotation marks with its words, as in "R & D"',
        ),
        ("a --b", "two minus signs at character 3 of 'a --b': write one to leave posts out"),
        ('""', "no word in '\"\"' at character 1 of '\"\"': write letters or digits"),
        ("…", "no word in '...' at character 1 of '...': write letters or digits"),
        ("👍", "no word in '👍' at character 1 of '👍': write letters or digits"),
        (
            "(" * 11 + "a" + ")" * 11,
            f"more than {MAX_DEPTH} groups within each other at character 11 of "
            f"{'(' * 11 + 'a' + ')' * 11!r}: write fewer",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_topic(text)
    assert str(caught.value) == f"topic has {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "topic is empty: leave it out, or write words such as topic=solar"),
        (" \n ", "topic is empty: leave it out, or write words such as topic=solar"),
        ("x" * 1001, "topic is 1001 characters long: 1000 are the most"),
        (
            " ".join(f"w{n}" for n in range(MAX_PARTS + 1)),
            f"topic has {MAX_PARTS + 1} words, phrases and names: {MAX_PARTS} are the most",
        ),
        (
            " ".join(f"w{n}*" for n in range(MAX_STARS + 1)),
            f"topic has {MAX_STARS + 1} words with a '*': {MAX_STARS} are the most",
        ),
        ("tag:a,", "tag has nothing before or after a comma or a minus in 'a,' at character 5 of 'tag:a,'"),
    ],
)
def test_what_is_empty_or_too_much_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_topic(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10 + "a" + ")" * 10,
        "-(" * 10 + "a" + ")" * 10,
        "x" * 1000,
        " ".join(f"w{n}" for n in range(MAX_PARTS)),
    ],
)
def test_what_is_just_within_the_bounds_is_read(text: str) -> None:
    assert parse_topic(text)


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "topic=solar&category=energy",
            "topic=category:energy+solar",
            "q=solar+AND+category:energy",
        ],
        ["category=a,b", "topic=category:a,b", "category=b,a,a", "topic=category:b,a&category=a,b"],
        ["topic=a+b", "topic=b&topic=a", "q=a&topic=b", "topic=b+a", "topic=(a)+AND+(b)"],
        ["topic=a+OR+b&topic=c", "topic=c+(b+OR+a)", "topic=(a+OR+b)+c"],
    ],
)
def test_whether_in_the_topic_or_beside_it_a_query_is_the_same(spellings: list[str]) -> None:
    assert len({parse_query_string(text) for text in spellings}) == 1
    assert len({format_query_string(parse_query_string(text)) for text in spellings}) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        ["category=energy,health", "topic=category:(health+OR+energy)", "topic=category:Health,ENERGY"],
        [
            "category=-energy,health",
            "category=-health&category=-energy",
            "topic=-category:(energy+OR+health)",
        ],
        [
            "topic=solar+category:energy",
            "category=Energy&q=Solar",
            "topic=category:%22energy%22&topic=(solar)",
        ],
        ["topic=solar+OR+category:health,energy", "topic=category:energy+OR+(category:Health+OR+solar)"],
    ],
)
def test_a_feed_is_the_same_to_the_byte_however_its_query_is_spelt(
    client: FlaskClient, spellings: list[str]
) -> None:
    answers = [client.get(f"/feed.atom?{text}") for text in spellings]
    assert {answer.status_code for answer in answers} == {200}
    assert len({(answer.headers["ETag"], answer.data) for answer in answers}) == 1


PHRASES = st.sampled_from(
    [
        "solar",
        "heat pump",
        "or",
        "and",
        "not",
        "r&d",
        "c++",
        "u.s.",
        "5g",
        "太陽能",
        "太陽 能",
        "พลังงาน",
        "한국",
        "-x",
        "a:b",
    ]
)
NAMES = st.sampled_from(["energy", "a1,b1", "7", "R&D", "Press releases", "c++", "ข่าว", "or", "a:b", "(x)"])


def phrase(text: str, in_title: bool, is_prefix: bool) -> Condition:
    condition = parse_topic(f'"{text}"')
    assert isinstance(condition, Phrase)
    return Phrase(condition.words, in_title, is_prefix)


ATOMS = st.builds(phrase, PHRASES, st.booleans(), st.booleans()) | st.builds(
    NameFilter.parse, st.sampled_from(["category", "tag", "author"]), NAMES
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda condition: condition.negate()),
        st.lists(inner, min_size=1, max_size=4).map(all_of),
        st.lists(inner, min_size=1, max_size=4).map(any_of),
    ),
    max_leaves=10,
)


@steadily(400)
@given(CONDITIONS)
def test_every_condition_is_read_from_its_spelling_and_from_its_query_string(condition: Condition) -> None:
    assert parse_topic(str(condition)) == condition
    query = Query(condition)
    assert parse_query_string(format_query_string(query)) == query


def test_names_beside_each_other_must_all_be() -> None:
    assert parse_topic("tag:a tag:b") == all_of([NameFilter("tag", ("a",)), NameFilter("tag", ("b",))])
