"""What PostgreSQL's index is asked for: few lexemes a query, and none too few."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from feedsvc.query.condition import Condition, NameFilter, Phrase, ResolvedFilter, all_of, any_of
from feedsvc.store.lexemes import MAX_MARKS, list_eras, split_condition, widen
from properties import steadily

BITS = {"a": 16, "b": 19, "c": 22, "d": 25}
YEARS = 365 * 86400
THIS_YEAR = int((datetime(2026, 1, 1, tzinfo=UTC) - datetime(1990, 1, 1, tzinfo=UTC)).total_seconds())


@given(st.integers(-YEARS, THIS_YEAR), st.integers(0, 8 * YEARS), st.floats(0, 1))
def test_whatever_was_published_in_a_part_of_the_time_has_one_of_its_few_lexemes(
    first: int, length: int, share: float
) -> None:
    eras = list_eras(first, first + length)
    rowid = first + int(length * share)
    assert len(eras) <= 9
    assert any(era == f"'{era[1]}{rowid >> BITS[era[1]]}'" for era in eras)


def categories(first: int, number: int) -> ResolvedFilter:
    return ResolvedFilter(NameFilter("category", (f"c{first}",)), frozenset(range(first, first + number)))


ATOMS = st.sampled_from([
    Phrase(("solar",)), Phrase(("wind",)), categories(1, 3), categories(5, 120), categories(60, 200),
])  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda parts: (
        parts.map(lambda part: part.negate())
        | st.lists(parts, min_size=1, max_size=3).map(all_of)
        | st.lists(parts, min_size=1, max_size=3).map(any_of)
    ),
    max_leaves=6,
)


@steadily(300)
@given(CONDITIONS, st.sets(st.sampled_from(["solar", "wind", 2, 30, 100, 250])))
def test_a_filter_of_many_marks_is_taken_apart_and_finds_the_same(
    condition: Condition, owned: set[str | int]
) -> None:
    def has(atom: Condition) -> bool:
        if isinstance(atom, Phrase):
            return atom.words[0] in owned
        assert isinstance(atom, ResolvedFilter)
        return not atom.row_ids.isdisjoint(owned)

    parts = split_condition(condition)
    assert condition.matches(has) == any(part.matches(has) for part in parts)
    for part in parts:
        assert (widen(part, "post") or "").count("'mpost") <= MAX_MARKS + 3 * 6


def test_a_name_of_thousands_of_categories_is_asked_for_in_groups_unless_a_word_says_where_to_look() -> (
    None
):
    many = categories(1, 5000)
    assert len(split_condition(many)) == 5000 / MAX_MARKS
    assert len(split_condition(any_of([many, Phrase(("wind",))]))) == 5000 / MAX_MARKS + 1
    assert len(split_condition(all_of([many, Phrase(("wind",)).negate()]))) == 5000 / MAX_MARKS
    assert len(split_condition(all_of([many, Phrase(("wind",))]))) == 1
    assert widen(many, "post") is None
    assert widen(all_of([many, Phrase(("wind",))]), "post") == "(('wwind'))"
