"""What a word is: the same for what is stored and for what is asked."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc import words

# Without three marks that no one writes and that Unicode itself folds in two ways.
ANYTHING = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\u0345\U00016ff0\U00016ff1"), max_size=80
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n-–—…!?()«»“” ", [], id="punctuation alone"),
        pytest.param("👍 🇹🇭 →", [], id="emoji and arrows are no words"),
        pytest.param("Solar  power", ["solar", "power"], id="words"),
        pytest.param("one\ntwo\tthree\xa0four", ["one", "two", "three", "four"], id="any white space"),
        pytest.param("covid19 3D", ["covid19", "3d"], id="digits are part of a word"),
        pytest.param(
            "Covid-19 co-operate", ["covid", "19", "co", "operate"], id="a hyphen parts two words"
        ),
        pytest.param("a–b—c/d_e", ["a", "b", "c", "d", "e"], id="so do dashes, strokes and underscores"),
        pytest.param("R&D C++ U.S.", ["r", "d", "c", "u", "s"], id="signs are no part of a word"),
        pytest.param("don't don’t", ["don", "t", "don", "t"], id="both apostrophes alike"),
        pytest.param("5,000 5.50", ["5", "000", "5", "50"], id="separators in numbers"),
        # Latin, Greek, Cyrillic
        pytest.param("ÉNERGIE énergie e\u0301nergie Energie", ["energie"] * 4, id="Latin accents"),
        pytest.param("Straße STRASSE", ["strasse"] * 2, id="German sharp s"),
        pytest.param(
            "Žluťoučký kůň, façade, İstanbul", ["zlutoucky", "kun", "facade", "istanbul"], id="more accents"
        ),
        pytest.param("Việt Nam", ["viet", "nam"], id="two accents on one letter"),
        pytest.param("Ενέργεια ΕΝΈΡΓΕΙΑ ενεργεια", ["ενεργεια"] * 3, id="Greek accents"),
        pytest.param("ΟΔΟΣ οδος οδοσ", ["οδοσ"] * 3, id="both small sigmas"),
        pytest.param("ЭНЕРГИЯ энергия", ["энергия"] * 2, id="Cyrillic case"),
        pytest.param("ёлка елка за́мок", ["елка", "елка", "замок"], id="Cyrillic accents"),
        # Width and forms
        pytest.param("ＡＢＣ　１２３", ["abc", "123"], id="full width"),
        pytest.param("ｶﾀｶﾅ カタカナ", list("カタカナカタカナ"), id="half width"),
        pytest.param("ﬁne x² №", ["fine", "x2", "no"], id="ligatures and small figures"),
        # Scripts without spaces: each character
        pytest.param("中文新闻", ["中", "文", "新", "闻"], id="Chinese"),
        pytest.param("漢字とカナ", ["漢", "字", "と", "カ", "ナ"], id="Japanese"),
        pytest.param("ที่ดิน", ["ท", "ี", "่", "ด", "ิ", "น"], id="Thai, its vowels and tones too"),
        pytest.param("ກຂ ខ្ម မြ", ["ກ", "ຂ", "ខ", "្", "ម", "မ", "ြ"], id="Lao, Khmer, Burmese"),
        pytest.param("5G在中国", ["5g", "在", "中", "国"], id="beside Latin"),
        pytest.param("บริษัทABC", [*"บริษัท", "abc"], id="Thai beside Latin"),
        # Scripts with spaces: whole words with their marks
        pytest.param("हिन्दी क्षेत्र", ["हिन्दी", "क्षेत्र"], id="Hindi"),
        pytest.param("الطاقة مُحَمَّد", ["الطاقة", "مُحَمَّد"], id="Arabic, which keeps its marks"),
        pytest.param("한국어 뉴스", ["한국어", "뉴스"], id="Korean"),
        pytest.param("\u1112\u1161\u11ab 한", ["한", "한"], id="Korean in parts"),
        pytest.param("שלום עולם", ["שלום", "עולם"], id="Hebrew"),
        # What is not seen
        pytest.param(
            "Regie\xadrung Regierung", ["regierung"] * 2, id="a soft hyphen is no part of the text"
        ),
        pytest.param("land\u200bmark", ["land", "mark"], id="a zero width space parts"),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert list(words.tokens(text)) == expected


@settings(deadline=None)
@given(ANYTHING)
@example("ﷺ ǆ ﬃ ẞ İ \u0301a 中\u0301")
def test_words_are_stable_so_that_what_is_asked_meets_what_is_stored(text: str) -> None:
    found = list(words.tokens(text))
    assert list(words.tokens(" ".join(found))) == found


@settings(deadline=None)
@given(ANYTHING)
def test_a_word_never_holds_what_the_index_would_read_as_its_own_syntax(text: str) -> None:
    for word in words.tokens(text):
        assert word
        assert not set(word) & set("\"*()^+-:{} \t\n\x00'")


@settings(deadline=None)
@given(ANYTHING)
def test_a_text_has_the_same_words_in_either_case(text: str) -> None:
    assert list(words.tokens(text.casefold())) == list(words.tokens(text))


@given(st.text(st.characters(max_codepoint=0x206F)))
@example("Café n°²³¼ ªº µ™ _a_b_ naïve\u2060co\u00adop ß")
def test_latin_text_has_the_words_that_any_text_has(text: str) -> None:
    # A Thai letter takes the text to the way of every script.
    assert words.tokens(text + " ก") == [*words.tokens(text), "ก"]
