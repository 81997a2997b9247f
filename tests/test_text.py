"""The text of a post: what is seen, what XML can carry, and what fits."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.text.html import extract_visible_text, to_plain_text
from feedsvc.text.shorten import SUMMARY_LENGTH, shorten

# Everything that a str can hold, lone surrogates and non-characters too.
ANYTHING = st.text(st.characters(), max_size=200)
_PIECES = (
    "<p> </p> <b> </b> <br> <div> </div> <table> <td> <li> <!-- --> <![CDATA[ ]]> <? ?> <a\xa0href=' ' \" "
    "> < & &amp; &lt; &#0; &#1; &#x80; &#xD800; &#xFFFE; &#xFFFF; <script> </script> <style> <title> <svg> "
    "<textarea> <iframe> </iframe> <x:y> \x00 \x0b \x7f \x85 \ud800 \ufffe \ufdd0 a ไทย 中 🐘 e\u0301"
)
MARKUP = st.lists(
    st.sampled_from([piece.replace("\xa0", " ") for piece in _PIECES.split(" ")]), max_size=16
).map("".join)


def in_xml(text: str) -> str | None:
    """Return what a strict XML parser reads when `text` is the text of an element."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return etree.fromstring(f"<a>{escaped}</a>".encode()).text


# What XML can carry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\tb\nc", "a\tb\nc", id="tab and line feed stay"),
        pytest.param("a\r\nb\rc", "a\nb\nc", id="line ends as XML reads them"),
        pytest.param("a\x00\x08\x0b\x0c\x0e\x1fb", "ab", id="control characters"),
        pytest.param("a\x7f\x81\x8d\x9db", "ab", id="DEL and C1, which validators warn of"),
        pytest.param("\x80 5\x85 it\x92s", "€ 5… it’s", id="what windows-1252 has for C1"),
        pytest.param("caf\ufffd", "caf□", id="a broken character, of which validators warn, is seen"),
        pytest.param("a\ud800b\udfffc", "abc", id="lone surrogates"),
        pytest.param("a\ufffe\uffffb\ufdd0\ufdefc", "abc", id="non-characters of the first plane"),
        pytest.param("a\U0001fffe\U0010ffffb", "ab", id="non-characters of other planes"),
        pytest.param("ที่ 漢字 مُحَمَّد 🐘 e\u0301 □ \xa0", "ที่ 漢字 مُحَمَّد 🐘 e\u0301 □ \xa0", id="all else stays"),
    ],
)
def test_legal_takes_out_only_what_xml_or_its_validators_refuse(text: str, expected: str) -> None:
    assert remove_illegal_characters(text) == expected


@settings(deadline=None)
@given(ANYTHING)
@example("\x00\x0b\ud800\ufffe\U0001ffff\r")
def test_any_text_at_all_becomes_text_that_xml_carries_unchanged(text: str) -> None:
    assert in_xml(remove_illegal_characters(text)) == (remove_illegal_characters(text) or None)
    assert not {unicodedata.category(char) for char in remove_illegal_characters(text)} & {"Cs"}


@settings(deadline=None)
@given(ANYTHING | MARKUP)
@example("&#0;&#8;&#xD800;&#xFFFE;")
@example("<!DOCTYPE html>")
@example("<html>")
def test_any_markup_at_all_has_a_visible_text_and_a_plain_text_that_xml_can_carry(markup: str) -> None:
    for text in (extract_visible_text(markup), to_plain_text(markup)):
        assert in_xml(text) == (text or None)
        assert remove_illegal_characters(text) == text


# What is seen


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \n\t ", "", id="white space"),
        pytest.param("just text", "just text", id="text without a tag"),
        pytest.param("<p>One</p><p>two</p>", "One\ntwo", id="blocks are lines"),
        pytest.param("un<b>believ</b><i>able</i>", "unbelievable", id="inline markup splits no word"),
        pytest.param("one<br>two<br/>three", "one\ntwo\nthree", id="a break is a line"),
        pytest.param("<ul><li>a<li>b</ul>", "a\nb", id="list items without an end tag"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb", id="cells are apart"),
        pytest.param("a<!-- wp:html -->b<!--more-->c", "abc", id="comments are unseen"),
        pytest.param(
            "a<script>alert(1)</script>b<style>p{}</style>c", "abc", id="scripts and styles are unseen"
        ),
        pytest.param(
            "before<iframe>inner</iframe>after", "beforeafter", id="what stands behind is still seen"
        ),
        pytest.param("<p>a  b\tc&nbsp; d</p>", "a b c d", id="white space is one space"),
        pytest.param("AT&amp;T &lt;b&gt; &#8220;x&#8221;", "AT&T <b> “x”", id="entities"),
        pytest.param("&amp;lt;b&amp;gt; &amp;amp;", "&lt;b&gt; &amp;", id="entities are decoded once"),
        pytest.param("1 < 2 and 3 > 2", "1 < 2 and 3 > 2", id="a lone angle bracket"),
        pytest.param("<p>a<b>b</p><p>c", "ab\nc", id="tags left open"),
        pytest.param("</div>a</b></div>b", "ab", id="end tags too many"),
        pytest.param("<img alt='unseen' src='x'>", "", id="an image has no text"),
        pytest.param("<p>ที่นี่<b>ที่</b>นั่น</p><p>漢字</p>", "ที่นี่ที่นั่น\n漢字", id="Thai and Chinese"),
        pytest.param("a\x00b\ud800c", "abc", id="illegal characters"),
    ],
)
def test_the_visible_text_is_what_a_reader_of_the_html_sees(markup: str, expected: str) -> None:
    assert extract_visible_text(markup) == expected


FIGURES = [
    pytest.param("5 x 10<sup>6</sup> cells", "5 x 10⁶ cells", id="an exponent"),
    pytest.param("10<sup>&#8722;6</sup> m", "10⁻⁶ m", id="below zero"),
    pytest.param("2<sup>n</sup> and 2<sup>x</sup>", "2ⁿ and 2^x", id="a letter for an exponent"),
    pytest.param("10<sup>a+1</sup>", "10^a+1", id="an expression"),
    pytest.param("H<sub>2</sub>O, log<sub>10</sub>100", "H₂O, log₁₀100", id="an index"),
    pytest.param("12 m<sup>2</sup>", "12 m²", id="a unit"),
    pytest.param('by 12<sup><a href="#n">1</a></sup> in', "by 12¹ in", id="a note"),
    pytest.param("by 12<sup>[1]</sup> in", "by 12[1] in", id="a note in brackets"),
    pytest.param("old.<sup>1, 2</sup>", "old.¹, ²", id="two notes"),
    pytest.param("1<sup>st</sup>, 2<sup>e</sup>, M<sup>me</sup>", "1st, 2e, Mme", id="what is no figure"),
    pytest.param("Acme<sup>®</sup> X<sup>TM</sup>", "Acme® XTM", id="signs of trade"),
    pytest.param("a<sup></sup>b<sub> </sub>c", "ab c", id="nothing raised"),
]


@pytest.mark.parametrize(("markup", "expected"), FIGURES)
def test_what_is_raised_or_lowered_stays_so_in_a_title_and_in_the_text(markup: str, expected: str) -> None:
    assert (to_plain_text(markup), extract_visible_text(markup)) == (expected, expected)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("Now <s>$900</s> $700", "Now $700", id="a price of before"),
        pytest.param("<del datetime='2026'>Monday</del> Tuesday", "Tuesday", id="a day of before"),
        pytest.param("<strike>One</strike> two", "two", id="an element of old"),
        pytest.param("<s>All of it</s>", "All of it", id="a title that is struck as a whole"),
        pytest.param(
            '<span style="text-decoration:line-through"><b>Monday</b> noon</span> Tuesday',
            "Tuesday",
            id="a line by style, around more elements",
        ),
        pytest.param("1<del>2</del><ins>3</ins> boats", "13 boats", id="a figure that is corrected"),
        pytest.param("&lt;s&gt; &amp; <s>x</s> y", "<s> & y", id="signs that are written"),
        pytest.param("<strong>All</strong> <span>of it</span>", "All of it", id="names that begin alike"),
    ],
)
def test_what_is_struck_is_no_part_of_a_title(markup: str, expected: str) -> None:
    assert to_plain_text(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>Now <s>$900</s> $700.</p>", "Now $700.", id="a price of before"),
        pytest.param("<p>At <del><b>six</b></del> <ins>seven</ins>.</p>", "At seven.", id="a correction"),
        pytest.param("<p>One.</p><del><p>Two.</p></del><p>3</p>", "One.\n3", id="a paragraph"),
        pytest.param("<p>1<del>2</del><ins>3</ins> boats</p>", "13 boats", id="a figure within a figure"),
        pytest.param("<p>100<s>200</s>300 baht</p>", "100 300 baht", id="figures that would be one"),
        pytest.param("<p>colo<s>u</s>r</p>", "color", id="a letter within a word"),
        pytest.param("<p><s>All</s></p><ul><li><s>of it</s></li></ul>", "All\nof it", id="nothing else"),
    ],
)
def test_what_is_struck_is_no_part_of_the_text_where_there_is_other_text(
    markup: str, expected: str
) -> None:
    assert extract_visible_text(markup) == expected


def test_the_visible_text_of_a_deep_or_long_fragment_is_whole() -> None:
    assert extract_visible_text("<div>" * 500 + "deep" + "</div>" * 500) == "deep"
    assert extract_visible_text("<p>word</p>" * 20_000) == "\n".join(["word"] * 20_000)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("Plain", "Plain", id="text"),
        pytest.param("  a \n b\t", "a b", id="on one line"),
        pytest.param("World&#8217;s First &#8212; AT&#038;T", "World’s First — AT&T", id="entities"),
        pytest.param("&amp;lt;b&amp;gt;", "&lt;b&gt;", id="entities are decoded once"),
        pytest.param("&lt;script&gt;", "<script>", id="an escaped tag is text"),
        pytest.param("<em>Letter</em> from <b>Ningbo</b>", "Letter from Ningbo", id="markup"),
        pytest.param("Line one<br>line two", "Line one line two", id="a break parts the words around it"),
        pytest.param("<p>One</p><p>two</p>", "One two", id="blocks part the words around them"),
        pytest.param("a<script>alert(1)</script>b<style>x</style>c", "abc", id="scripts and styles"),
        pytest.param("1 < 2 & 3", "1 < 2 & 3", id="loose characters"),
        pytest.param("a&nbsp;b", "a b", id="no-break space"),
        pytest.param("&#xFFFE;a\x00&#x1F;", "a", id="illegal characters behind entities"),
        pytest.param("ที่ &amp; 漢字 🐘", "ที่ & 漢字 🐘", id="other scripts"),
    ],
)
def test_a_title_is_plain_text_on_one_line(markup: str, expected: str) -> None:
    assert to_plain_text(markup) == expected


# What fits


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("", 10, "", id="nothing"),
        pytest.param("Short.", 10, "Short.", id="what fits stays"),
        pytest.param("exactly 10", 10, "exactly 10", id="what just fits stays"),
        pytest.param("a\n b\t\tc", 10, "a b c", id="on one line"),
        pytest.param("First one here. Second goes on.", 24, "First one here.", id="at a sentence"),
        pytest.param("Is it so? It is, of course it is.", 16, "Is it so?", id="at a question"),
        pytest.param(
            "“I did it.” Then she left the room.", 20, "“I did it.”", id="with the closing quotation mark"
        ),
        pytest.param(
            "A. Bbbb cccc dddd eeee ffff",
            20,
            "A. Bbbb cccc dddd…",
            id="not at a sentence that is too short",
        ),
        pytest.param("one two three four five", 14, "one two three…", id="at a word"),
        pytest.param("one, two, three, four, five", 10, "one, two…", id="without a hanging comma"),
        pytest.param("one two (three four five six)", 11, "one two…", id="without a hanging bracket"),
        pytest.param("one two – three four five six", 11, "one two…", id="without a hanging dash"),
        pytest.param(
            "The U.S. Food Administration said so. More came.",
            42,
            "The U.S. Food Administration said so.",
            id="an initialism ends no sentence",
        ),
        pytest.param(
            "Yesterday Dr. Quensby opened the very old cellar door",
            21,
            "Yesterday Dr.…",
            id="a title ends no sentence",
        ),
        pytest.param(
            "Acme Tools Co. Ltd. Announces another long thing",
            24,
            "Acme Tools Co. Ltd.…",
            id="a company's form ends no sentence",
        ),
        pytest.param(
            "It costs 5.50 dollars a day. And more for two.",
            30,
            "It costs 5.50 dollars a day.",
            id="a decimal point ends no sentence",
        ),
        pytest.param(
            "See example.com for the rest. And so on and on.",
            31,
            "See example.com for the rest.",
            id="a dot in an address ends no sentence",
        ),
        pytest.param(
            "He waited... and nothing came of it all",
            30,
            "He waited... and nothing came…",
            id="an ellipsis before a small letter ends no sentence",
        ),
        pytest.param("x" * 40, 10, "x" * 9 + "…", id="a word without end is cut"),
        pytest.param("这是第一句。这是第二句，还没有完", 10, "这是第一句。", id="Chinese at a sentence"),
        pytest.param(
            "这是很长的一句话，中间有逗号，后面还有",
            12,
            "这是很长的一句话，中间…",
            id="Chinese between characters",
        ),
        pytest.param(
            "「はい。」と彼は言った。それから出て行った",
            14,
            "「はい。」と彼は言った。",
            id="Japanese at a sentence",
        ),
        pytest.param(
            "บริษัทเปิดโรงงานใหม่ ที่จังหวัดสุพรรณบุรี",
            24,
            "บริษัทเปิดโรงงานใหม่…",
            id="Thai not between a letter and its marks",
        ),
        pytest.param(
            "Das ist ein Satz. Ärger folgt im nächsten Satz.", 20, "Das ist ein Satz.", id="German"
        ),
        pytest.param("هذه جملة قصيرة. وهذه جملة أخرى طويلة جدا", 20, "هذه جملة قصيرة.", id="Arabic"),
    ],
)
def test_a_long_text_ends_at_a_sentence_or_a_word(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


def test_a_summary_has_at_most_300_characters_if_nothing_else_is_asked_for() -> None:
    assert SUMMARY_LENGTH == 300
    for word in ("word ", "ทดสอบ", "汉字", "Sentence. ", "x"):
        assert 150 <= len(shorten(word * 200)) <= 300


@settings(deadline=None)
@given(ANYTHING, st.integers(1, 60))
@example("a. b", 3)
@example("ที่ ที่ ที่ ที่", 5)
def test_a_shortened_text_is_never_longer_than_its_limit_and_begins_as_the_text_does(
    text: str, limit: int
) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert collapse_whitespace(text).startswith(short.removesuffix("…"))


@settings(deadline=None)
@given(st.text("กขคงที่น้ำเด็กไปใจแม่ ", min_size=30, max_size=60))
def test_a_thai_letter_is_never_parted_from_its_marks(text: str) -> None:
    kept = shorten(text, 20).removesuffix("…")
    rest = collapse_whitespace(text)[len(kept) :]
    assert not rest or unicodedata.category(rest[0]) != "Mn"
