"""The HTML policy: nothing dangerous gets in, nothing that readers need gets lost."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from conftest import ROOT, SAMPLES, SHARED_SAMPLE, lacking
from feedsvc.clean.policy import ATTRIBUTES, MAX_DEPTH, MAX_LENGTH, SCHEMES, TAGS
from feedsvc.clean.sanitize import extract_cleaned_text, sanitize
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.text.html import extract_visible_text

BASE = "https://news.example/2026/01/a-story/"
XSS = ROOT.parent / "shared" / "xss"
ADDRESSES = {"href", "src", "poster", "cite"}


def clean(markup: str) -> str:
    """Return a body cleaned, as one of the story at BASE."""
    return sanitize(markup, BASE)


def elements(markup: str) -> list[tuple[str, dict[str, str]]]:
    """Return every element of a fragment with its attributes, as two unlike parsers read them."""
    found: list[tuple[str, dict[str, str]]] = []
    if markup.strip():
        tree = lxml_html.fragment_fromstring(markup, create_parent="main")
        found += [
            (str(e.tag), {str(k): str(v) for k, v in e.attrib.items()}) for e in tree.iterdescendants()
        ]
    parsed = html5lib.parseFragment(markup, treebuilder="lxml", namespaceHTMLElements=False)
    for top in parsed:
        if isinstance(top, etree._Element):
            found += [(str(e.tag), {str(k): str(v) for k, v in e.attrib.items()}) for e in top.iter()]
    return found


def dangers(markup: str) -> list[str]:
    """Return what in a fragment might do something, or is not on the list."""
    found = []
    for tag, attributes in elements(markup):
        if tag not in TAGS:
            found.append(f"<{tag}>")
        for name, value in attributes.items():
            if name not in {*ATTRIBUTES.get(tag, ()), "dir", "lang", "title"}:
                found.append(f"{tag} {name}={value}")
            scheme = "".join(value.split()).lower().partition(":")[0]
            if name in ADDRESSES and scheme not in SCHEMES:
                found.append(f"{tag} {name}={value}")
            if name == "srcset" and not all(part.strip().startswith("http") for part in value.split(", ")):
                found.append(f"{tag} srcset={value}")
    return found


# What readers need


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(
            "<p>Text with <b>bold</b>, <em>emphasis</em>, <code>code</code> and <sup>up</sup>.</p>",
            id="inline",
        ),
        pytest.param(
            "<h2>Head</h2><blockquote><p>Said</p></blockquote><hr><ul><li>one</li></ul>", id="blocks"
        ),
        pytest.param('<ol start="3"><li value="4">x</li></ol>', id="numbered lists"),
        pytest.param(
            '<table><caption>c</caption><thead><tr><th scope="col">h</th></tr></thead><tbody><tr>'
            '<td colspan="2">d</td></tr></tbody></table>',
            id="tables",
        ),
        pytest.param(
            '<figure><img src="https://news.example/x.jpg" alt="A bridge" width="4" height="3">'
            "<figcaption>By day</figcaption></figure>",
            id="figures",
        ),
        pytest.param("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", id="ruby"),
        pytest.param("<details><summary>More</summary><p>Hidden</p></details>", id="details"),
        pytest.param('<p dir="rtl" lang="ar">نص</p>', id="direction and language"),
        pytest.param('<p>See <abbr title="World Health Organization">WHO</abbr></p>', id="abbreviations"),
        pytest.param("<pre>two  spaces\n    and lines</pre>", id="preformatted text"),
        pytest.param(
            '<video src="https://news.example/v.mp4" poster="https://news.example/p.jpg" controls></video>',
            id="video",
        ),
        pytest.param(
            '<a href="mailto:desk@news.example">mail</a> <a href="tel:+661">call</a>',
            id="mail and telephone",
        ),
        pytest.param("1 &lt; 2 &amp; 3 &gt; 2, &amp;lt;b&amp;gt;", id="entities"),
        pytest.param("ที่ 漢字 🐘 e\u0301", id="other scripts"),
    ],
)
def test_what_a_reader_needs_stays_as_it_is(markup: str) -> None:
    assert clean(markup) == markup


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<a href='/x'>x</a>", f'<a href="{"https://news.example/x"}">x</a>', id="from the root"
        ),
        pytest.param("<a href='x'>x</a>", f'<a href="{BASE}x">x</a>', id="from the post"),
        pytest.param("<a href='../b'>x</a>", '<a href="https://news.example/2026/01/b">x</a>', id="one up"),
        pytest.param("<a href='#note-1'>1</a>", f'<a href="{BASE}#note-1">1</a>', id="a footnote"),
        pytest.param("<a href='?p=1&amp;q=2'>x</a>", f'<a href="{BASE}?p=1&amp;q=2">x</a>', id="a query"),
        pytest.param(
            "<a href='//cdn.example/x'>x</a>",
            '<a href="https://cdn.example/x">x</a>',
            id="without a scheme",
        ),
        pytest.param(
            "<a href=' https://b.example/ '>x</a>",
            '<a href="https://b.example/">x</a>',
            id="with spaces around",
        ),
        pytest.param("<a href='http://[b'>x</a>", "<a>x</a>", id="an address that is none"),
        pytest.param(
            "<base href='https://evil.example/'><a href='x'>x</a>",
            f'<a href="{BASE}x">x</a>',
            id="whatever a base element says",
        ),
        pytest.param("<img src='/i.jpg'>", '<img src="https://news.example/i.jpg">', id="an image"),
        pytest.param(
            "<blockquote cite='/s'>q</blockquote>",
            '<blockquote cite="https://news.example/s">q</blockquote>',
            id="a citation",
        ),
        pytest.param(
            "<video poster='p.jpg'><source src='v.mp4'></video>",
            f'<video poster="{BASE}p.jpg" controls><source src="{BASE}v.mp4"></video>',
            id="a video and its source, which a reader can start",
        ),
        pytest.param(
            "<img src='a.jpg' srcset='a.jpg 300w, /b.jpg 600w'>",
            f'<img src="https://news.example/b.jpg" '
            f'srcset="{BASE}a.jpg 300w, https://news.example/b.jpg 600w">',
            id="srcset: the largest is shown",
        ),
        pytest.param(
            "<img src='a.jpg' srcset='a.jpg 1x,\n\t b.jpg 2x'>",
            f'<img src="{BASE}b.jpg" srcset="{BASE}a.jpg 1x, {BASE}b.jpg 2x">',
            id="srcset on several lines",
        ),
        pytest.param(
            "<img src='a.jpg' srcset='a.jpg 1x,b.jpg 2x'>",
            f'<img src="{BASE}b.jpg" srcset="{BASE}a.jpg 1x, {BASE}b.jpg 2x">',
            id="srcset without spaces",
        ),
        pytest.param(
            "<img src='a.jpg' srcset='https://c.example/w_1,h/a.jpg 1x, https://c.example/b.jpg 2x'>",
            '<img src="https://c.example/b.jpg" '
            'srcset="https://c.example/w_1,h/a.jpg 1x, https://c.example/b.jpg 2x">',
            id="srcset with commas in its addresses",
        ),
        pytest.param(
            "<img src='a.jpg' srcset='data:image/png;base64,AA 1x, b.jpg 2x'>",
            f'<img src="{BASE}b.jpg" srcset="{BASE}b.jpg 2x">',
            id="srcset with a placeholder",
        ),
    ],
)
def test_links_and_images_become_absolute(markup: str, expected: str) -> None:
    assert clean(markup) == expected


def test_an_address_that_is_whole_needs_no_base() -> None:
    for base in ("", "https://[bad", "urn:uuid:1"):
        assert sanitize('<a href="https://b.example/">x</a>', base) == '<a href="https://b.example/">x</a>'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<img src='data:image/gif;base64,R0' data-src='/r.jpg' alt='x'>",
            '<img alt="x" src="{}/r.jpg">',
            id="data-src",
        ),
        pytest.param(
            "<img src='/blank.gif' data-lazy-src='/r.jpg'>", '<img src="{}/r.jpg">', id="data-lazy-src"
        ),
        pytest.param("<img data-src='/r.jpg'>", '<img src="{}/r.jpg">', id="no src yet"),
        pytest.param("<img src='/s.jpg' data-src=''>", '<img src="{}/s.jpg">', id="an empty data-src"),
        pytest.param(
            "<img src='data:,' data-src='/r.jpg' data-srcset='/r.jpg 1x, /s.jpg 2x'>",
            '<img src="{0}/s.jpg" srcset="{0}/r.jpg 1x, {0}/s.jpg 2x">',
            id="data-srcset",
        ),
        pytest.param(
            "<img src='data:,' data-src='/r.jpg'><noscript><img src='/r.jpg'></noscript>",
            '<img src="{}/r.jpg">',
            id="its double in noscript is left out",
        ),
        pytest.param(
            "<picture><source data-srcset='/a.webp' type='image/webp'><img data-src='/a.jpg'></picture>",
            '<picture><source type="image/webp" srcset="{0}/a.webp"><img src="{0}/a.jpg"></picture>',
            id="in a picture",
        ),
        pytest.param(
            "<img src='/x.jpg' data-src='javascript:alert(1)'>",
            '<img src="{}/x.jpg">',
            id="a lazy image that attacks keeps its own address",
        ),
        pytest.param(
            "<img src='data:,' data-src='javascript:alert(1)'>", "", id="a lazy image that attacks"
        ),
    ],
)
def test_a_lazy_image_is_shown_at_once(markup: str, expected: str) -> None:
    assert clean(markup) == expected.format("https://news.example")


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<img>", id="no address"),
        pytest.param("<img src=''>", id="an empty address"),
        pytest.param("<img src=' '>", id="an address of spaces"),
        pytest.param("<img src='data:image/gif;base64,R0lG'>", id="a placeholder alone"),
        pytest.param("<img src='javascript:alert(1)'>", id="an attack"),
    ],
)
def test_an_image_without_a_usable_address_is_left_out(markup: str) -> None:
    assert clean(f"<p>a{markup}b</p>") == "<p>ab</p>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "<iframe src='https://video.example/1' title='A film'></iframe>",
            '<a href="https://video.example/1">A film</a>',
            id="with a title",
        ),
        pytest.param(
            "<iframe src='//video.example/1'></iframe>",
            '<a href="https://video.example/1">video.example</a>',
            id="without one",
        ),
        pytest.param(
            "<p>a<iframe src='https://video.example/1' title='F'>inner</iframe>b</p>",
            '<p>a<a href="https://video.example/1">F</a>b</p>',
            id="within text",
        ),
        pytest.param(
            "<figure class='wp-block-embed'><div><iframe src='https://video.example/1' title='F'></iframe>"
            "</div><figcaption>c</figcaption></figure>",
            '<figure><div><a href="https://video.example/1">F</a></div><figcaption>c</figcaption></figure>',
            id="an embed block",
        ),
        pytest.param("<iframe></iframe>after", "after", id="an empty frame"),
        pytest.param("<iframe src=''></iframe>after", "after", id="an empty address"),
        pytest.param("<iframe srcdoc='<b>x</b>'></iframe>after", "after", id="a document of its own"),
        pytest.param("<iframe src='about:blank'></iframe>after", "after", id="a blank page"),
        pytest.param("<iframe src='javascript:alert(1)' title='x'></iframe>after", "after", id="an attack"),
    ],
)
def test_a_frame_becomes_a_link_to_what_it_shows(markup: str, expected: str) -> None:
    assert clean(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \n ", "", id="white space"),
        pytest.param("<!-- wp:html --><p>a</p><!--more--><p>b</p>", "<p>a</p><p>b</p>", id="comments"),
        pytest.param(
            "<span class='screen-reader-text'>Opens in a new tab</span>seen",
            "seen",
            id="screen-reader-text",
        ),
        pytest.param(
            "<a href='/x'>x<span class='a screen-reader-text'> of <b>it</b></span></a>!",
            '<a href="https://news.example/x">x</a>!',
            id="screen-reader-text within a link",
        ),
        pytest.param("<span><span style='color:red'>a</span>b</span>c", "abc", id="empty spans"),
        pytest.param(
            "<span lang='th'>ก</span>", '<span lang="th">ก</span>', id="a span with a language stays"
        ),
        pytest.param(
            "<p class='x' id='y' style='z' data-w='1' onclick='f()'>t</p>",
            "<p>t</p>",
            id="theme attributes",
        ),
        pytest.param(
            "<script>alert(1)</script><style>p{}</style>a", "a", id="scripts and styles with their content"
        ),
        pytest.param("<svg><text>x</text></svg>a", "a", id="svg with its content"),
        pytest.param("<math><mi>x</mi></math>a", "<code>x</code>a", id="math but for its text"),
        pytest.param('<p>a</p><p>[gallery ids="1"]</p>', "<p>a</p>", id="a shortcode left over"),
        pytest.param(
            "<font color='red'>a</font><x-y>b</x-y>", "ab", id="unknown elements leave their content"
        ),
        pytest.param("<p>a<p>b", "<p>a</p><p>b</p>", id="tags left open"),
        pytest.param("a</div></p>b", "a<p></p>b", id="end tags too many"),
        pytest.param("<embed src='x'><object data='y'>z</object>a", "a", id="embed and object"),
        pytest.param(
            "<link rel='stylesheet' href='x'><meta http-equiv='refresh' content='0'>a",
            "a",
            id="link and meta",
        ),
        pytest.param(
            "<a href='x' target='_blank' rel='nofollow' ping='/p'>x</a>",
            f'<a href="{BASE}x">x</a>',
            id="a link's",
        ),
        pytest.param("a\x00b\x0bc\ud800d\ufffee", "abcde", id="characters that XML forbids"),
        pytest.param("<p>a&#1;b&#xFFFE;c&#8;</p>", "<p>abc</p>", id="the same behind entities"),
        pytest.param(
            "<a href='https://b.example/&#1;'>x&#xFDD0;</a>",
            '<a href="https://b.example/">x</a>',
            id="the same in an attribute",
        ),
    ],
)
def test_what_only_a_theme_or_a_machine_needs_is_left_out(markup: str, expected: str) -> None:
    assert clean(markup) == expected


def test_an_unknown_block_still_parts_the_words_around_it() -> None:
    assert extract_visible_text(clean("<center>Hello</center>World")).split() == ["Hello", "World"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("alt", "5 < 6 & 7", id="signs"),
        pytest.param("alt", 'He said "no" & left', id="quotation marks and an ampersand"),
        pytest.param("title", "'single' \"double\" <b>", id="both quotation marks and a bracket"),
        pytest.param("alt", "&lt; as text", id="an entity as text"),
        pytest.param("src", 'https://b.example/?a=1&b="2"', id="an address with quotation marks"),
    ],
)
def test_an_attribute_says_the_same_before_and_after(name: str, value: str) -> None:
    image = lxml_html.Element("img", {"src": "https://b.example/i.jpg", name: value})
    markup = lxml_html.tostring(image, encoding="unicode")
    values = [attributes[name].replace("%22", '"') for _, attributes in elements(clean(markup))]
    assert values == [value, value]


# What is dangerous


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("<scr<script>ipt>alert(1)</scr</script>ipt>", id="script in script"),
        pytest.param("<img src=x onerror=alert(1)>", id="onerror"),
        pytest.param("<p/onclick=alert(1)>x", id="onclick behind a stroke"),
        pytest.param("<a href='javascript:alert(1)'>x</a>", id="javascript"),
        pytest.param("<a href=' \x01java\nscr\tipt:alert(1)'>x</a>", id="javascript with white space"),
        pytest.param("<a href='&#106;avascript&colon;alert(1)'>x</a>", id="javascript in entities"),
        pytest.param("<a href='javascript:123'>x</a>", id="javascript that looks like a port"),
        pytest.param(
            "<a href='data:1'>x</a><a href='vbscript:1'>y</a>", id="data and vbscript that look so"
        ),
        pytest.param("<a href='data:text/html,<script>alert(1)</script>'>x</a>", id="data"),
        pytest.param("<img srcset='javascript:alert(1) 1x' src=x>", id="srcset"),
        pytest.param("<img src=x srcset='a.jpg 1x,javascript:alert(1) 2x'>", id="srcset without spaces"),
        pytest.param("<video poster='javascript:alert(1)' src='javascript:1'></video>", id="video"),
        pytest.param("<blockquote cite='javascript:alert(1)'>x</blockquote>", id="cite"),
        pytest.param("<p style='background:url(javascript:alert(1))'>x</p>", id="style"),
        pytest.param("<svg><script>alert(1)</script></svg>", id="svg"),
        pytest.param("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", id="mutation by svg"),
        pytest.param(
            "<math><mtext><table><mglyph><style><!--</style>"
            "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
            id="mutation by math",
        ),
        pytest.param(
            "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", id="mutation by noscript"
        ),
        pytest.param(
            "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>", id="mutation by textarea"
        ),
        pytest.param(
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            id="nested forms",
        ),
        pytest.param("<template><script>alert(1)</script></template>", id="template"),
        pytest.param("<p title='\"><script>alert(1)</script>'>x</p>", id="out of an attribute"),
        pytest.param("<img alt='`onerror=alert(1)' src='x`'>", id="back quotes"),
        pytest.param(
            "<iframe src='https://v.example' title='<script>alert(1)</script>'></iframe>",
            id="a frame's title",
        ),
        pytest.param("<!--><script>alert(1)</script>-->", id="out of a comment"),
        pytest.param("<![CDATA[<script>alert(1)</script>]]>", id="CDATA"),
        pytest.param("<?php <script>alert(1)</script> ?>", id="a processing instruction"),
        pytest.param("&lt;script&gt;alert(1)&lt;/script&gt;", id="escaped, to stay escaped"),
        pytest.param(
            "<a href='https://ok.example/' onmouseover='x' style='y' formaction='javascript:1'>x</a>",
            id="attributes",
        ),
        pytest.param(
            "<object data='javascript:1'></object><embed src='javascript:1'><applet code=x></applet>",
            id="plug-ins",
        ),
        pytest.param(
            "<meta http-equiv=refresh content='0;url=javascript:1'><base href='javascript:1'>",
            id="head elements",
        ),
        pytest.param(
            "<button formaction='javascript:1'>x</button><input type=image src='javascript:1'>", id="forms"
        ),
    ],
)
def test_nothing_dangerous_is_left_in_a_body(markup: str) -> None:
    assert dangers(clean(markup)) == []


@pytest.mark.parametrize("file", ["html5lib.json", "feedparser.json"])
def test_no_known_attack_gets_through(file: str) -> None:
    path = XSS / file
    lacking(None if path.exists() else f"{path} is not there: put shared/ beside the checkout")
    attacks = json.loads(path.read_text("utf-8"))
    assert len(attacks) > 50
    got_through = {}
    for attack in attacks:
        result = clean(attack["payload"])
        if found := dangers(result):
            got_through[attack["name"]] = (attack["payload"], found)
    assert got_through == {}


PIECES = (
    "<p> </p> <b> </b> <span> </span> <div> <table> <tr> <td> </table> <!-- --> <![CDATA[ ]]> <? > < </ & "
    "&lt; &#0; &#1; &#xFFFE; &quot; ' \" = <a\xa0href= javascript:1 <img\xa0src=x <img\xa0src=x\xa0alt=' "
    "onerror=1 <svg> </svg> <math> <mtext> <mglyph> <style> </style> <title> </title> <textarea> <select> "
    "<option> <template> <noscript> </noscript> <iframe\xa0src=https://v.example/> <script> </script> "
    "<form> <li> <ruby> <rt> <ul> <dl> <figure> <video> <picture> <noscript><img\xa0src=x> [vc_row\xa0] "
    "<h2> </h2> <a\xa0href=x> </a> <blockquote> <pre> <br> <hr> <details> <summary> <caption> "
    "\x00 \ud800 \ufffe a ไทย"
).split(" ")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([piece.replace("\xa0", " ") for piece in PIECES]), max_size=14).map("".join)
)
@example("<p>&#1;&#xFFFE;</p>")
def test_any_markup_at_all_becomes_safe_and_legal(markup: str) -> None:
    result = clean(markup)
    assert dangers(result) == []
    assert remove_illegal_characters(result) == result
    assert clean(result) == result


@settings(deadline=None)
@given(st.text())
@example("<a href='x'>[vc_row ]</a><iframe src='https://www.youtube.com/embed/x'>")
@example("<![CDATA[<noscript><img src=x>")
def test_any_text_that_was_cleaned_stays_as_it_is(text: str) -> None:
    result = clean(text)
    assert dangers(result) == []
    assert clean(result) == result


# Bounds


def test_a_body_that_is_too_deep_keeps_its_text_and_loses_its_depth() -> None:
    result = clean("<div>" * 500 + "deep" + "</div>" * 500 + "<p>after</p>")
    assert extract_visible_text(result).split() == ["deep", "after"]
    assert max(_depths(result)) <= MAX_DEPTH


@pytest.mark.real
def test_a_hostile_depth_does_no_harm_to_the_text_before_it() -> None:
    result = clean("<p>before</p>" + "<blockquote>" * 20_000 + "deep")
    assert extract_visible_text(result).startswith("before")
    assert max(_depths(result)) <= MAX_DEPTH


def test_an_element_with_thousands_of_attributes_is_cleaned_as_any_other() -> None:
    assert clean("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x</p>") == "<p>x</p>"


def _depths(markup: str) -> list[int]:
    tree = lxml_html.fragment_fromstring(markup, create_parent="main")
    return [len(list(element.iterancestors())) for element in tree.iter()]


def test_a_body_that_is_too_long_is_cut_between_elements_and_says_so() -> None:
    paragraph = "<p>" + "word " * 4000 + "</p>"
    result = clean(paragraph * (MAX_LENGTH // len(paragraph) + 2))
    assert result.endswith("<p>[…]</p>")
    assert 0.9 * MAX_LENGTH < len(result) <= MAX_LENGTH + 100
    assert extract_visible_text(result).replace("[…]", "").replace("word", "").strip() == ""


def test_a_long_body_of_one_element_keeps_its_beginning() -> None:
    result = clean("<pre>" + "word " * (MAX_LENGTH // 5 + 100) + "</pre>")
    assert len(extract_visible_text(result)) > 0.9 * MAX_LENGTH
    assert "[…]" in result


def test_a_body_of_just_the_greatest_length_is_whole() -> None:
    markup = "<p>" + "a" * (MAX_LENGTH - 7) + "</p>"
    assert clean(markup) == markup


# The samples


def sample_bodies() -> list[Any]:
    """Return the bodies of the samples that are there, each with its link."""
    files = [path for path in (SAMPLES, SHARED_SAMPLE) if path.exists()]
    read = [json.loads(Path(path).read_text("utf-8")) for path in files]
    posts = [post for data in read for post in (data if isinstance(data, list) else [data])]
    return [pytest.param(post["content"]["rendered"], post["link"], id=str(post["id"])) for post in posts]


@pytest.mark.parametrize(("body", "link"), sample_bodies())
def test_a_sample_is_safe_whole_and_no_different_when_cleaned_twice(body: str, link: str) -> None:
    result = sanitize(body, link)
    assert sanitize(result, link) == result
    assert dangers(result) == []
    assert "<!--" not in result
    words = extract_visible_text(body).split()
    kept = extract_visible_text(result).split()
    assert len(kept) >= 0.9 * len(words)
    for _, attributes in elements(result):
        for name in ADDRESSES & attributes.keys():
            assert attributes[name].startswith(("http://", "https://", "mailto:", "tel:"))


@pytest.mark.parametrize(
    ("excerpt", "text"),
    [
        ("<p>One word and another [&hellip;]</p>\n", "One word and another […]"),
        ("<p>It&#8217;s&nbsp;so &#8212; a &#038; b &amp; c</p>", "It’s so — a & b & c"),
        ("<p>One\nTwo \t three</p>", "One\nTwo three"),
        ("<p>A &amp;lt;b&amp;gt; c</p>", "A &lt;b&gt; c"),
        ("<p>Sold: a &notit; b</p>", "Sold: a ¬it; b"),
        ("<p>A&#150;B</p>", "A–B"),
        ('<p>See [gallery ids="1"] here</p>', "See here"),
        ("<p>See data:image/svg+xml;u=https%3A%2F%2Fa.example%2Fb.jpg</p>", "See https://a.example/b.jpg"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>&nbsp;</p>", ""),
    ],
)
def test_an_excerpt_has_the_text_of_its_cleaned_html(excerpt: str, text: str) -> None:
    assert extract_cleaned_text(excerpt, BASE) == text
    assert extract_visible_text(sanitize(excerpt, BASE)) == text


_PIECES = (
    "a Ä [ ] & ; # : lt; image/ <b> </p> [toc] &hellip; [&hellip;] &amp; &nbsp; &#8217; &#8203; &#150;"
).split()


@given(st.lists(st.sampled_from([*_PIECES, "data:", " ", "\n", "\t", "\xa0", "\u200b"])).map("".join))
@example("a&amp;#60;b")
def test_a_plain_excerpt_is_read_as_any_other(text: str) -> None:
    excerpt = f"<p>{text}</p>"
    assert extract_cleaned_text(excerpt, BASE) == extract_visible_text(sanitize(excerpt, BASE))


def test_bodies_that_are_cleaned_at_once_do_not_get_into_each_other() -> None:
    bodies = [
        "".join(f"<p>{name} <b>{number}<i>{name}</b></i><ul><li>{name}</ul>" for number in range(40))
        for name in ("one", "two", "three", "four")
    ]
    alone = [clean(body) for body in bodies]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(len(bodies)) as pool:
            for _ in range(5):
                assert list(pool.map(clean, bodies)) == alone
    finally:
        sys.setswitchinterval(usual)
