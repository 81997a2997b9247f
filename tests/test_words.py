"""What a word is: the same for what is stored and for what is asked."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc.text import words

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
        pytest.param("5x10⁶ 10⁻⁶", ["5x10", "6", "10", "6"], id="an exponent is a number of its own"),
        pytest.param(
            "log₁₀100 10⁶cells", ["log10", "100", "10", "6", "cells"], id="beside numbers and words"
        ),
        pytest.param("2½ 2⅞", ["2", "1", "2", "2", "7", "8"], id="a half behind a number"),
        pytest.param("CO₂ m² H₂O", ["co2", "m2", "h2o"], id="figures of a unit or a substance"),
        pytest.param("harbour¹ Straßen²³", ["harbour", "1", "strassen", "23"], id="notes behind words"),
        pytest.param("10\u200b⁶", ["10", "6"], id="an exponent behind what is not seen"),
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
        pytest.param("land\u200bmark", ["landmark"], id="nor is a character without width"),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert list(words.tokenize(text)) == expected


@settings(deadline=None)
@given(ANYTHING)
@example("ﷺ ǆ ﬃ ẞ İ \u0301a 中\u0301")
def test_what_is_found_can_be_spelt_and_is_found_by_its_spelling(text: str) -> None:
    found = words.tokenize_for_search(text)
    assert words.tokenize_for_search(words.spell(found)) == found


@settings(deadline=None)
@given(ANYTHING)
@example("ﬃ İ \u0301a b\u200b\u0327 ½中、文 C++ R&D #1 ①\ufe0f\u20e3 กี")
def test_each_word_has_its_place_in_the_text(text: str) -> None:
    found = words.locate_tokens(text)
    assert [word for word, _, _ in found] == words.tokenize_for_search(text)
    ends = [0]
    for word, start, end in found:
        assert 0 <= start < end <= len(text)
        if word != words.BREAK:
            assert word in words.fold(text[start:end])
        ends.append(end)
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("R&D R & D R&amp;D", ["r", "&", "d"] * 2 + ["r", "&", "amp", "d"], id="ampersands"),
        pytest.param("C++ c# C++20 F#m", ["c", "++", "c", "#", "c", "++", "20", "f", "#", "m"], id="signs"),
        pytest.param("1 + 1, #solar, + (#)", ["1", "1", "solar"], id="signs that stand alone"),
        pytest.param("Ｃ＋＋ Ｒ＆Ｄ", ["c", "++", "r", "&", "d"], id="full width"),
        pytest.param("今日、本社", ["今", "日", "‖", "本", "社"], id="a comma between Chinese characters"),
        pytest.param("ร้าน กา", [*"ร้าน", "‖", *"กา"], id="a space between Thai words"),
        pytest.param("ร้าน\u200bกา", [*"ร้านกา"], id="a place where a line may break is none"),
        pytest.param("5G 网络 AI", ["5g", "网", "络", "ai"], id="no break beside Latin letters"),
    ],
)
def test_what_a_text_is_found_by(text: str, expected: list[str]) -> None:
    assert words.tokenize_for_search(text) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["u", "s"], "u.s."),
        (["covid", "19"], "covid 19"),
        (["r", "&", "d"], "r&d"),
        (["c", "++"], "c++"),
        ([*"太陽能", "ai"], "太陽能ai"),
        ([*"日本", "‖", *"東京"], "日本 東京"),
    ],
)
def test_the_spelling_of_what_is_found(found: list[str], expected: str) -> None:
    assert words.spell(found) == expected


@settings(deadline=None)
@given(ANYTHING)
def test_a_word_never_holds_what_the_index_would_read_as_its_own_syntax(text: str) -> None:
    for word in words.tokenize(text):
        assert word
        assert not set(word) & set("\"*()^+-:{} \t\n\x00'")


@settings(deadline=None)
@given(ANYTHING)
def test_a_text_has_the_same_words_in_either_case(text: str) -> None:
    assert list(words.tokenize(text.casefold())) == list(words.tokenize(text))


@given(st.text(st.characters(max_codepoint=0x206F)))
@example("Café n°²³¼ ªº µ™ _a_b_ naïve\u2060co\u00adop ß")
def test_latin_text_has_the_words_that_any_text_has(text: str) -> None:
    # A Thai letter takes the text to the way of every script.
    assert words.tokenize(text + " ก") == [*words.tokenize(text), "ก"]


def test_each_character_is_folded_beside_latin_letters_as_in_any_text() -> None:
    for code in range(0x80, 0x2200):
        text = f"a{chr(code)}A{chr(code) * 2} 1"
        assert words.fold(text + "ก") == words.fold(text) + "ก", hex(code)


@given(st.text("aB1 +#&é’"))
@example("C++# f#m + a&+ b ++#c")
def test_signs_are_found_in_latin_text_as_in_any_text(text: str) -> None:
    assert words.tokenize_for_search(text + " ก") == [*words.tokenize_for_search(text), "ก"]
