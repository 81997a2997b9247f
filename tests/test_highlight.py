"""What a preview marks: the words that were asked for, wherever the index found them, and nothing else."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacks import ATTACKS
from bodies import BASE, BODIES
from conftest import empty_configuration
from feedsvc.clean.sanitize import sanitize
from feedsvc.model import Post
from feedsvc.publish.find import find_entries
from feedsvc.publish.highlight import highlight_html, highlight_text
from feedsvc.query.condition import Phrase
from feedsvc.query.query_string import parse_query_string
from feedsvc.query.topic import parse_topic
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.text import words
from feedsvc.text.html import extract_visible_text, to_plain_text
from properties import steadily
from storing import save_post
from tables import thinned

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def phrases(*topics: str) -> list[Phrase]:
    """Return every phrase of some topics."""
    return [atom for one in topics for atom in parse_topic(one).atoms() if isinstance(atom, Phrase)]


def title(text: str, *topics: str) -> str:
    """Return a title with what is marked in brackets."""
    pieces = highlight_text(text, phrases(*topics))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    return "".join(f"[{piece}]" if is_marked else piece for piece, is_marked in pieces)


def body(markup: str, *topics: str) -> str:
    """Return a body with what is marked."""
    return highlight_html(markup, phrases(*topics))


def structure(markup: str) -> list[Any]:
    """Return what a browser makes of a fragment, as if there were no marks: elements, attributes, text."""
    found: list[Any] = []

    def text(one: str | None) -> None:
        if one and found and isinstance(found[-1], str):
            found[-1] += one
        elif one:
            found.append(one)

    def walk(element: Any) -> None:
        is_own = element.tag != "mark"
        if is_own:
            found.append((element.tag, sorted(element.attrib.items())))
        text(element.text)
        for child in element:
            walk(child)
            text(child.tail)
        if is_own:
            found.append(f"</{element.tag}>")

    walk(html5lib.parseFragment(markup, namespaceHTMLElements=False))
    return found


NO_TEXT = frozenset("table thead tbody tfoot tr colgroup ul ol dl".split())


def misplaced(markup: str) -> list[str]:
    """Return the elements with a mark in them where none may stand."""
    root = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    return [
        parent.tag
        for parent in root.iter()
        for child in parent
        if (parent.tag in NO_TEXT and child.tag == "mark")
    ]


# Titles

Cases = Mapping[str, tuple[str, list[str], str]]
"""By name: a text, topics, and what it is with the marks."""

TITLES: Cases = {
    # Words
    "a word": ("Solar roofs", ["solar"], "[Solar] roofs"),
    "in any case, each time": ("SOLAR solar Solar", ["sOlar"], "[SOLAR] [solar] [Solar]"),
    "whole words": ("solars solarium re-solar", ["solar"], "solars solarium re-[solar]"),
    "no part of a word": ("propaganda of pagans", ["pagan"], "propaganda of pagans"),
    "digits are of the word": ("solar5 5solar", ["solar"], "solar5 5solar"),
    "an underscore is not": ("snake_case", ["snake"], "[snake]_case"),
    "signs": ("(solar), “solar”… solar", ["solar"], "([solar]), “[solar]”… [solar]"),
    "all of it": ("solar", ["solar"], "[solar]"),
    "nowhere": ("nothing of it", ["solar"], "nothing of it"),
    "nothing asked for": ("nothing asked", [], "nothing asked"),
    "nothing": ("", ["solar"], ""),
    "white space": (" \n ", ["solar"], " \n "),
    "two words beside each other": ("Solar wind", ["solar OR wind"], "[Solar] [wind]"),
    "a word that is an operator": ("or OR", ['"or"'], "[or] [OR]"),
    # Phrases
    "a phrase": ("A heat pump!", ['"heat pump"'], "A [heat pump]!"),
    "over a comma": ("heat, pump", ['"heat pump"'], "[heat, pump]"),
    "over white space": ("heat \n\t pump", ['"heat pump"'], "[heat \n\t pump]"),
    "over a dash": ("heat\xa0–\xa0pump", ['"heat pump"'], "[heat\xa0–\xa0pump]"),
    "in another order": ("pump heat", ['"heat pump"'], "pump heat"),
    "with a word between": ("heat the pump", ['"heat pump"'], "heat the pump"),
    "of whole words": ("heat pumps", ['"heat pump"'], "heat pumps"),
    "that overlaps itself": ("a b a b a b", ['"a b a"'], "[a b a b a] b"),
    "of one word twice": ("the the the", ['"the the"'], "[the the the]"),
    "cut off by the end": ("heat", ['"heat pump"'], "heat"),
    # Several
    "overlapping": ("the solar wind power", ['"solar wind"', '"wind power"'], "the [solar wind power]"),
    "one in another": ("solar wind power", ['"solar wind power"', "wind"], "[solar wind power]"),
    "three that overlap": ("a b c d", ['"a b c"', '"b c d"', "c"], "[a b c d]"),
    "the same ones": ("solar", ["solar", "sol*", "title:solar", '"solar"'], "[solar]"),
    "with the same beginning": ("solar wind", ['"solar wind"', "solar"], "[solar wind]"),
    "overlapping without spaces": ("日本語", ["日本", "本語", "本"], "[日本語]"),
    # Prefixes
    "a prefix": ("electric, elect; relectr", ["electr*"], "[electric], elect; relectr"),
    "a prefix without its accent": ("Électricité", ["electr*"], "[Électricité]"),
    "a prefix that is the whole word": ("electr", ["electr*"], "[electr]"),
    "of a phrase": ("heat pumps, heated pump", ['"heat pum"*'], "[heat pumps], heated pump"),
    "two prefixes": ("heat pumps", ["pum*", "hea*"], "[heat] [pumps]"),
    "a digit": ("5G 5 50 15", ["5*"], "[5G] [5] [50] 15"),
    # Signs that count
    "R&D": ("R&D, R & D, R D, RD", ["R&D"], "[R&D], [R & D], R D, RD"),
    "AT&T": ("AT&T&T", ["AT&T"], "[AT&T]&T"),
    "C++": ("C++, C, C+, C#", ["C++"], "[C++], C, C+, C#"),
    "C#": ("C++, C#", ["C#"], "C++, [C#]"),
    "C is in C++": ("C++ and vitamin C", ["C"], "[C]++ and vitamin [C]"),
    "U.S.": ("the U.S. and us", ["U.S."], "the [U.S]. and us"),
    "U.S. as others write it": ("U S, U.K., u.s", ["U.S."], "[U S], U.K., [u.s]"),
    "a hyphen": ("COVID-19, Covid 19, covid19", ["covid-19"], "[COVID-19], [Covid 19], covid19"),
    "apostrophes": ("don't don’t dont", ["don't"], "[don't] [don’t] dont"),
    "numbers": ("2,000 and 2.000", ["2,000"], "[2,000] and [2.000]"),
    # Accents, letters, width
    "accents": ("Café CAFE cafe\u0301 Cafés", ["café"], "[Café] [CAFE] [cafe\u0301] Cafés"),
    "accents of their own": ("e\u0301t\u0301e\u0301!", ["ete"], "[e\u0301t\u0301e\u0301]!"),
    "two accents on a letter": ("Việt Nam", ["viet"], "[Việt] Nam"),
    "a letter that is two": ("Straße, STRASSE", ["strasse"], "[Straße], [STRASSE]"),
    "more letters that are two": ("Æsop’s œuvre", ["aesop", "oeuvre"], "[Æsop]’s [œuvre]"),
    "with a stroke": ("Łódź İzmir ışık", ["lodz", "izmir", "isik"], "[Łódź] [İzmir] [ışık]"),
    "Greek": ("ΟΔΟΣ οδός", ["οδος"], "[ΟΔΟΣ] [οδός]"),
    "Cyrillic": ("ёлка Елка", ["елка"], "[ёлка] [Елка]"),
    "full width": ("ＳＯＬＡＲ　ｗｉｎｄ", ['"solar wind"'], "[ＳＯＬＡＲ　ｗｉｎｄ]"),
    "half width": ("ﾆｭｰｽ と ｶﾞｽ", ["ニュース", "ガス"], "[ﾆｭｰｽ] と [ｶﾞｽ]"),
    "ligatures": ("a ﬁne № 5", ["fine", "no"], "a [ﬁne] [№] 5"),
    "emoji": ("solar wind\U0001f44d\U0001f3fd wind", ["wind"], "solar [wind]\U0001f44d\U0001f3fd [wind]"),
    "beyond the first plane": ("\U0001d400\U0001d401 ab", ["ab"], "[\U0001d400\U0001d401] [ab]"),
    # What is not seen
    "within a word": ("so\xadlar so\u200blar", ["solar"], "[so\xadlar] [so\u200blar]"),
    "beside a word": ("\u200bsolar\u200b\xad wind", ["solar"], "\u200b[solar]\u200b\xad wind"),
    "marks of direction": ("\u200e\u2066solar\u2069", ["solar"], "\u200e\u2066[solar]\u2069"),
    # Scripts
    "Chinese characters anywhere": ("全日本の新聞", ["日本"], "全[日本]の新聞"),
    "not over a comma": ("今日、本社", ["日本"], "今日、本社"),
    "not over a space": ("新 闻", ["新闻"], "新 闻"),
    "over a comma where a space was asked for": ("今日、本社", ['"今日 本社"'], "[今日、本社]"),
    "Thai within a text": ("ห้องสมุดลอยน้ำ", ["สมุด"], "ห้อง[สมุด]ลอยน้ำ"),
    "Thai tones count": ("น้ำ นำ้", ["น้ำ"], "[น้ำ] นำ้"),
    "beside Latin letters": ("5Gในไทย", ["ไทย", "5G"], "[5G]ใน[ไทย]"),
    "Korean words are whole": ("한국의 한국", ["한국"], "한국의 [한국]"),
    "Arabic words are whole": ("الشمس شمس", ["شمس"], "الشمس [شمس]"),
    "Hindi words are whole": ("हिन्दी हिन्द", ["हिन्दी"], "[हिन्दी] हिन्द"),
    "Hebrew": ("צה״ל וצה״ל", ["צה״ל"], "[צה״ל] וצה״ל"),
    # What looks like markup
    "markup is text": ("<b>solar</b> & wind", ["solar", "b"], "<[b]>[solar]</[b]> & wind"),
}


@pytest.mark.parametrize(("text", "topics", "expected"), TITLES.values(), ids=TITLES)
def test_what_is_marked_in_a_title(text: str, topics: list[str], expected: str) -> None:
    assert title(text, *topics) == expected


# Bodies

MARKUP: Cases = {
    # Inline markup
    "a word": ("<p>Solar roofs</p>", ["solar"], "<p><mark>Solar</mark> roofs</p>"),
    "without an element": ("solar", ["solar"], "<mark>solar</mark>"),
    "beside elements": (
        "a solar <b>b</b> solar",
        ["solar"],
        "a <mark>solar</mark> <b>b</b> <mark>solar</mark>",
    ),
    "a word across inline markup": (
        "<p>the <b>re</b>markable thing</p>",
        ["remarkable"],
        "<p>the <b><mark>re</mark></b><mark>markable</mark> thing</p>",
    ),
    "not its end": ("<p><b>re</b>markable</p>", ["markable"], "<p><b>re</b>markable</p>"),
    "nor its beginning": ("<p><b>re</b>markable</p>", ["re"], "<p><b>re</b>markable</p>"),
    "a phrase across inline markup": (
        "<p>heat <i>pump</i></p>",
        ['"heat pump"'],
        "<p><mark>heat </mark><i><mark>pump</mark></i></p>",
    ),
    "a phrase in pieces": (
        "<p><a href='https://a.example/'>he<b>at</b></a> p<i>um</i>p!</p>",
        ['"heat pump"'],
        '<p><a href="https://a.example/"><mark>he</mark><b><mark>at</mark></b></a><mark> p</mark>'
        "<i><mark>um</mark></i><mark>p</mark>!</p>",
    ),
    "of other words": ("<p>heat<i> pump</i>s</p>", ['"heat pump"'], "<p>heat<i> pump</i>s</p>"),
    "an empty element within": (
        "<p>heat <i></i>pump</p>",
        ['"heat pump"'],
        "<p><mark>heat </mark><i></i><mark>pump</mark></p>",
    ),
    "a picture within": (
        '<p>heat <img src="https://a.example/a.png" alt="pump"> pump</p>',
        ['"heat pump"'],
        '<p><mark>heat </mark><img src="https://a.example/a.png" alt="pump"><mark> pump</mark></p>',
    ),
    "an accent in an element": (
        "<p>so<b>\u0301</b>lar</p>",
        ["solar"],
        "<p><mark>so</mark><b><mark>\u0301</mark></b><mark>lar</mark></p>",
    ),
    "Japanese across inline markup": (
        "<p>日<b>本</b>語</p>",
        ["日本"],
        "<p><mark>日</mark><b><mark>本</mark></b>語</p>",
    ),
    "a mark of the author's": (
        "<p>the <mark>solar</mark> wind</p>",
        ["solar"],
        "<p>the <mark><mark>solar</mark></mark> wind</p>",
    ),
    "between elements": (
        "<p>solar<b>a</b><b>b</b> solar <i>c</i>solar</p>",
        ["solar"],
        "<p>solar<b>a</b><b>b</b> <mark>solar</mark> <i>c</i>solar</p>",
    ),
    "each time": (
        "<p>wind solar, solar; wind solar</p>",
        ["solar"],
        "<p>wind <mark>solar</mark>, <mark>solar</mark>; wind <mark>solar</mark></p>",
    ),
    "overlapping phrases": (
        "<p>a <b>solar wind</b> power</p>",
        ['"solar wind"', '"wind power"'],
        "<p>a <b><mark>solar wind</mark></b><mark> power</mark></p>",
    ),
    # Blocks
    "no word across": ("<p>re</p><p>markable</p>", ["remarkable"], "<p>re</p><p>markable</p>"),
    "a phrase across paragraphs": (
        "<p>heat</p><p>pump</p>",
        ['"heat pump"'],
        "<p><mark>heat</mark></p><p><mark>pump</mark></p>",
    ),
    "a phrase across lines": (
        "<p>heat<br>pump</p>",
        ['"heat pump"'],
        "<p><mark>heat</mark><br><mark>pump</mark></p>",
    ),
    "no word across lines": ("<p>re<br>markable</p>", ["remarkable"], "<p>re<br>markable</p>"),
    "no text without spaces across paragraphs": ("<p>日</p><p>本</p>", ["日本"], "<p>日</p><p>本</p>"),
    "behind a block": (
        "<blockquote><p>solar</p></blockquote>solar",
        ["solar"],
        "<blockquote><p><mark>solar</mark></p></blockquote><mark>solar</mark>",
    ),
    "details": (
        "<details><summary>solar</summary>wind</details>",
        ["solar", "wind"],
        "<details><summary><mark>solar</mark></summary><mark>wind</mark></details>",
    ),
    "preformatted text stays as it is": (
        "<pre>heat\n   pump</pre>",
        ['"heat pump"'],
        "<pre><mark>heat\n   pump</mark></pre>",
    ),
    # Between blocks there may be white space, where no mark may stand
    "between items": (
        "<ul>\n<li>heat</li>\n<li>pump</li>\n</ul>",
        ['"heat pump"'],
        "<ul>\n<li><mark>heat</mark></li>\n<li><mark>pump</mark></li>\n</ul>",
    ),
    "between cells": (
        "<table>\n<tbody><tr>\n<td>heat</td>\n<td>pump</td>\n</tr></tbody>\n</table>",
        ['"heat pump"'],
        "<table>\n<tbody><tr>\n<td><mark>heat</mark></td>\n<td><mark>pump</mark></td>\n</tr></tbody>\n</table>",
    ),
    "between rows": (
        "<table><tbody><tr><td>heat</td></tr>\n<tr><td>pump</td></tr></tbody></table>",
        ['"heat pump"'],
        "<table><tbody><tr><td><mark>heat</mark></td></tr>\n<tr><td><mark>pump</mark></td></tr></tbody></table>",
    ),
    # What is not text
    "attributes": (
        '<p title="solar" lang="en"><a href="https://solar.example/solar?a=solar&amp;b">x</a></p>',
        ["solar"],
        '<p title="solar" lang="en"><a href="https://solar.example/solar?a=solar&amp;b">x</a></p>',
    ),
    "what a picture is called": (
        '<img src="https://a.example/solar.png" alt="solar">',
        ["solar"],
        '<img src="https://a.example/solar.png" alt="solar">',
    ),
    "a frame": (
        '<iframe src="https://a.example/solar">solar</iframe><p>solar</p>',
        ["solar"],
        '<iframe src="https://a.example/solar">solar</iframe><p><mark>solar</mark></p>',
    ),
    "scripts and styles": (
        "<script>solar</script><style>solar</style><noscript>solar</noscript><p>solar</p>",
        ["solar"],
        "<script>solar</script><style>solar</style><noscript>solar</noscript><p><mark>solar</mark></p>",
    ),
    "a comment": ("<!-- solar --><p>a</p>", ["solar"], "<p>a</p>"),
    # Entities
    "< and >": (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        ["script", "alert"],
        "<p>&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)&lt;/<mark>script</mark>&gt;</p>",
    ),
    "at the very beginning": (
        "&lt;b&gt;solar&lt;/b&gt;",
        ["solar"],
        "&lt;b&gt;<mark>solar</mark>&lt;/b&gt;",
    ),
    "an attribute that is text": (
        "&lt;i onclick=&quot;x&quot;&gt; <p>a</p>",
        ["onclick"],
        '&lt;i <mark>onclick</mark>="x"&gt; <p>a</p>',
    ),
    "within a mark": (
        "<p>AT&amp;T &amp; R&amp;D</p>",
        ["R&D"],
        "<p>AT&amp;T &amp; <mark>R&amp;D</mark></p>",
    ),
    "an ampersand in an element": (
        "<p>R<b>&amp;</b>D</p>",
        ["R&D"],
        "<p><mark>R</mark><b><mark>&amp;</mark></b><mark>D</mark></p>",
    ),
    "entities that are text": (
        "<p>&amp;lt;b&amp;gt; &amp;amp;</p>",
        ["b", "amp"],
        "<p>&amp;lt;<mark>b</mark>&amp;gt; &amp;<mark>amp</mark>;</p>",
    ),
    "quotation marks": (
        "<p>“solar” \"solar\" 'solar'</p>",
        ["solar"],
        "<p>“<mark>solar</mark>” \"<mark>solar</mark>\" '<mark>solar</mark>'</p>",
    ),
    "a sign within a phrase": ("<p>a &lt; b</p>", ['"a b"'], "<p><mark>a &lt; b</mark></p>"),
    "a space that holds": ("<p>heat&nbsp;pump</p>", ['"heat pump"'], "<p><mark>heat\xa0pump</mark></p>"),
    "a soft hyphen": ("<p>so&shy;lar</p>", ["solar"], "<p><mark>so\xadlar</mark></p>"),
    "C++": ("<p>C++ in C</p>", ["C++"], "<p><mark>C++</mark> in C</p>"),
    # Nothing
    "nothing": ("", ["solar"], ""),
    "white space": (" \n\t ", ["solar"], ""),
    "nothing asked for": ("<p>solar</p>", [], "<p>solar</p>"),
    "nothing found": ("<p>wind</p>", ["solar"], "<p>wind</p>"),
    "no text": ("<p></p><br><hr>", ["solar"], "<p></p><br><hr>"),
}


@pytest.mark.parametrize(("markup", "topics", "expected"), MARKUP.values(), ids=MARKUP)
def test_what_is_marked_in_a_body(markup: str, topics: list[str], expected: str) -> None:
    assert body(markup, *topics) == expected


def test_a_very_long_title_is_marked_to_its_end() -> None:
    text = "solar wind " * 5_000
    pieces = highlight_text(text, phrases("wind"))
    assert "".join(piece for piece, _ in pieces) == text
    assert sum(is_marked for _, is_marked in pieces) == 5_000


@pytest.mark.parametrize(
    ("one", "number"),
    [
        pytest.param("solar, wind and water; ", 3_000, id="text"),
        pytest.param("太陽光発電と風力。", 1_000, id="text without spaces"),
        pytest.param("<p>some <b>so</b>lar</p>\n", 300, id="markup"),
    ],
)
def test_a_very_long_body_is_marked_to_its_end(one: str, number: int) -> None:
    markup = one * number
    shown = body(markup, "solar", "太陽光")
    assert extract_visible_text(shown) == extract_visible_text(markup)
    assert shown.count("<mark>") == number * (2 if "<b>" in one else 1)


def test_a_phrase_of_a_whole_text_is_marked() -> None:
    text = " ".join(f"w{number}" for number in range(2_000))
    (phrase,) = [Phrase(tuple(text.split()))]
    assert highlight_html(f"<p>{text}</p>", [phrase]) == f"<p><mark>{text}</mark></p>"


# Bodies as WordPress gives them, and as attackers do


def has_changed(markup: str) -> bool:
    """Return whether marks change anything else of a body, when all of its text is asked for."""
    asked = (
        [Phrase(tuple(found))] if (found := words.tokenize_for_search(extract_visible_text(markup))) else []
    )
    shown = highlight_html(markup, asked)
    is_marked = not asked or "<mark>" in shown
    is_same = extract_visible_text(shown) == extract_visible_text(markup) and structure(shown) == structure(
        markup
    )
    return not (is_marked and is_same) or bool(misplaced(shown))


@pytest.mark.real
def test_marks_in_a_body_change_nothing_else() -> None:
    assert [case.name for case in BODIES if has_changed(case.expected)] == []


@pytest.mark.parametrize("kind", thinned(ATTACKS, 3))
def test_marks_in_the_body_of_an_attacker_change_nothing_else(kind: str) -> None:
    assert [attack for attack in ATTACKS[kind] if has_changed(sanitize(attack, BASE))] == []


# Random bodies

TRICKY = (
    "solar wind winds re markable remarkable café CAFE cafe\u0301 Łódź straße strasse ı İ ήλιος ΉΛΙΟΣ ёлка"
    " R&D r d C++ C# c don't don t 5G 5 COVID-19 covid 19 U.S. us 日 本 日本 日本語 ニュース ﾆｭｰｽ ไ ท ไทย"
    ' น้ำ ລາວ မြန်မာ 한국 한국의 شمس שמש צה״ל हिंदी काल ﬁn ＡＩ < > " & &lt; ½ №'
).split()
JOINTS = ["", " ", " ", ", ", ". ", "-", "、", "’", " & ", "&", " + ", "\u00ad", "\u200b", "\u2060", "\n"]
PARTINGS = [
    "</p><p>", "</p>\n<p>", "<br>", "<!-- wind -->", "<wbr>", "&shy;", "&nbsp;", "<b></b>",
    "<script>wind</script>", '<img src="wind.jpg" alt="wind"> ',
    "</p><ul>\n<li>wind</li>\n<li>solar</li>\n</ul><p>",
    "</p><table>\n<tr>\n<td>wind</td>\n<td>日</td>\n</tr>\n</table><p>",
    "</p>日<pre>\nwind\n\n wind</pre><p>",
    "</p><details><summary>wind</summary>re</details><p>",
]  # fmt: skip

WRAPPED = [
    wrapped
    for word in map(escape, TRICKY)
    for wrapped in (word, word, f"<b>{word}</b>", f'<a href="solar">{word}</a>')
]


def joined(some: Sequence[str], joints: Sequence[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.sampled_from(some), st.sampled_from(joints))
    return st.lists(pairs, max_size=8).map(lambda all_: "".join(one + joint for one, joint in all_))


contents = joined(WRAPPED, [*map(escape, JOINTS), *PARTINGS]).map(
    lambda inner: sanitize(f"<p>{inner}", BASE)
)

WORDS = [word for word in TRICKY if any(one[0] not in "&+#" for one in words.tokenize_for_search(word))]
TOPICS = [
    *(f'"{word}"' for word in WORDS if '"' not in word),
    *(f'"{one} {other}"' for one, other in pairwise(WORDS[::2])),
    *(f'"{one}{other}"' for one, other in pairwise(WORDS[::3])),
    '"wind solar"', '"wind 日"', '"solar wind"', '"wind re"', '"wind wind"', '"日 本"', '"wind so"*',
    *("so*", "wind*", "re*", "caf*", "stras*", "한국*", "हिं*", "covid-1*", "日*", "ไ*", "c+*"),
]  # fmt: skip


@steadily(40)
@given(contents, st.lists(st.sampled_from(TOPICS), max_size=5))
def test_marks_never_change_the_text_or_what_is_about_it(markup: str, topics: list[str]) -> None:
    shown = body(markup, *topics)
    assert extract_visible_text(shown) == extract_visible_text(markup)
    assert structure(shown) == structure(markup)
    assert misplaced(shown) == []


@steadily(100)
@given(joined(TRICKY, JOINTS), st.lists(st.sampled_from(TOPICS), max_size=5))
def test_marks_never_change_a_title(text: str, topics: list[str]) -> None:
    pieces = highlight_text(text, phrases(*topics))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece.strip() for piece, is_marked in pieces if is_marked)
    assert not any(before and after for (_, before), (_, after) in pairwise(pieces))


PLAIN_TOPICS = [topic for topic in TOPICS if topic.isascii()]


@steadily(100)
@given(
    joined([word for word in TRICKY if word.isascii()], [joint for joint in JOINTS if joint.isascii()]),
    st.lists(st.sampled_from(PLAIN_TOPICS), max_size=5),
    st.sampled_from([" ", "-", ""]),
)
def test_a_long_text_of_ascii_is_marked_as_one_that_is_gone_through(
    text: str, topics: list[str], joint: str
) -> None:
    # The second is none of ASCII, so that all of its words are gone through.
    around = [joint + "mmm nn " * 300, joint + "mmm ñn " * 300]
    gone_through, looked_up = (
        highlight_text(filler + text + filler, phrases(*topics)) for filler in around
    )
    assert [(len(piece), is_marked) for piece, is_marked in looked_up] == [
        (len(piece), is_marked) for piece, is_marked in gone_through
    ]


def test_a_long_text_without_white_space_is_marked() -> None:
    text = "-".join(["wind", *["m" * 80] * 300])
    assert highlight_text(text * 3, phrases("wind"))[0] == ("wind", True)
    assert sum(is_marked for _, is_marked in highlight_text(f"{text} {text} {text}", phrases("wind"))) == 3


# Without three marks that no one writes and that Unicode itself folds in two ways.
ANYTHING = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\u0345\U00016ff0\U00016ff1")
)


@steadily(100)
@given(ANYTHING)
def test_each_word_of_any_text_at_all_is_marked(text: str) -> None:
    for word in words.tokenize_for_search(text):
        pieces = highlight_text(text, [Phrase((word,))])
        assert "".join(piece for piece, _ in pieces) == text
        assert any(is_marked for _, is_marked in pieces)


# What the index finds


@dataclass(frozen=True)
class News:
    """A store and what is in it."""

    database: Database
    held: Sequence[Post]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[News]:
    """A store of random posts, which no test changes."""
    file = tmp_path_factory.mktemp("news") / "store.db"
    shutil.copyfile(empty_store, file)
    database = Database(f"sqlite:///{file}")
    held = some_posts(Random(20260504), 13)
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news.example", "https://news.example/", imported=True)
        for one in held:
            save_post(connection, site_id, one)
    yield News(database, held)
    database.close()


def some_posts(chance: Random, number: int) -> list[Post]:
    def text(some: Sequence[str], joints: Sequence[str]) -> str:
        return "".join(chance.choice(some) + chance.choice(joints) for _ in range(chance.randrange(7)))

    return [
        Post(
            id=wp_id,
            guid=f"https://news.example/?p={wp_id}",
            link=f"https://news.example/{wp_id}/",
            title=to_plain_text(escape(text(TRICKY, JOINTS))),
            summary="",
            content=sanitize(f"<p>{text(WRAPPED, [*map(escape, JOINTS), *PARTINGS])}", BASE),
            published=JANUARY + timedelta(hours=wp_id),
            modified=JANUARY + timedelta(hours=wp_id),
        )
        for wp_id in range(1, number + 1)
    ]


@pytest.mark.parametrize(
    "topics",
    [
        pytest.param(TOPICS[::3], id="anywhere"),
        pytest.param(TOPICS, id="all of them anywhere", marks=pytest.mark.real),
        pytest.param([f"title:{one}" for one in TOPICS[::3]], id="in the title"),
    ],
)
def test_every_post_that_the_index_finds_has_a_mark_and_no_other_has(news: News, topics: list[str]) -> None:
    found, marked = {}, {}
    for one in topics:
        query = parse_query_string(urlencode({"topic": one, "limit": 100, "dedupe": "off"}))
        with news.database.reading() as connection:
            entries = find_entries(connection, empty_configuration(), query, JANUARY).entries
        found[one] = sorted(entry.post.id for entry in entries)
        asked = phrases(one)
        anywhere = [phrase for phrase in asked if not phrase.in_title]
        marked[one] = [
            post.id
            for post in news.held
            if any(is_marked for _, is_marked in highlight_text(post.title, asked))
            or "<mark>" in highlight_html(post.content, anywhere)
        ]
    assert marked == found
    assert sum(map(bool, found.values())) > len(topics) // 4
