"""The pictures of a srcset: an address and at most one size each, or none (HTML, 'srcset attributes')."""

import pytest

from feedsvc.clean.sanitize import sanitize
from feedsvc.clean.urls import choose_widest, format_srcset, parse_srcset

BASE = "https://example.com/post/"
A, B = "https://example.com/a.png", "https://example.com/b.png"


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("/a.png", A),
        ("/a.png 1x, /b.png 2x", f"{A} 1x, {B} 2x"),
        ("/a.png 1x,/b.png 2x", f"{A} 1x, {B} 2x"),
        ("/a.png, /b.png 2x", f"{A}, {B} 2x"),
        ("/a.png,,, /b.png 2x", f"{A}, {B} 2x"),
        ("\t/a.png\n300w\f,\r/b.png\t600w ,", f"{A} 300w, {B} 600w"),
        ("/a.png 300w 200h, /b.png 40h 30w", f"{A} 300w, {B} 30w"),
        ("/a.png 1.5x, /b.png .5x", f"{A} 1.5x, {B} .5x"),
        ("/a.png 1e1x, /b.png 0x", f"{B} 0x"),
        ("/w_3,h_2/a.png 3w", "https://example.com/w_3,h_2/a.png 3w"),
        ("/a,b.png", "https://example.com/a,b.png"),
        ("", ""),
        (" , ,, ", ""),
    ],
)
def test_pictures_are_split_as_browsers_split_them(srcset: str, expected: str) -> None:
    assert format_srcset(parse_srcset(srcset, BASE)) == expected


NO_SIZES = """
    x w 1 300 300h 0w 00w -1w +1w 1.5w 1e3w 300W 2X 1x1 1px 1_0x 1_0w ²w ٣w +2x -2x 2.x 1..5x 1.5.5x .x e1x
    1ex infx nanx Infinityx 0x10x 1e999x 1xx 2xw w300 x2 100% auto calc(1x) (1x) 300w) 1x;2x "1x" '1x'
    1x\xa0 300w:300h {1x} url(/c.png) 1x/2x 99999999999999999999999w
""".split(" ")
NO_SIZES = [size.strip("\n") for size in NO_SIZES if size.strip("\n")]
NO_SIZES += [
    "1x 2x",
    "300w 2x",
    "300w 400w",
    "1x 200h",
    "300w 200h 200h",
    "300w 0h",
    "300w 200h 1x",
    "300w -2h",
]


@pytest.mark.parametrize("descriptor", NO_SIZES)
def test_a_picture_with_anything_but_a_size_goes_and_nothing_gets_in_behind_it(descriptor: str) -> None:
    assert format_srcset(parse_srcset(f"/c.png {descriptor}, /b.png 2x", BASE)) == f"{B} 2x"


@pytest.mark.parametrize("address", ["javascript:hit()", "data:text/html,hit", "vbscript:hit", "//[x"])
@pytest.mark.parametrize("comma", [",", " ,", ", ", "\t,\n"])
def test_an_address_behind_a_comma_is_read_as_one(address: str, comma: str) -> None:
    pictures = [
        f"<img alt=x src='/c.png' srcset='/a.png {size}{comma}{address} 3x, /b.png 2x'>"
        for size in ["1x", "300w", *NO_SIZES]
        if "'" not in size
    ]
    cleaned = sanitize(f"<p>{' '.join(pictures)}</p>", BASE)
    assert cleaned.count("<img") == len(pictures)
    assert not [part for part in ("javascript:", "text/html", "vbscript:", "//[x") if part in cleaned]


def test_an_address_in_parentheses_is_none() -> None:
    assert format_srcset(parse_srcset("/c.png 1x (, javascript:hit(), /b.png 2x", BASE)) == f"{B} 2x"
    assert format_srcset(parse_srcset("/c.png 1x(, javascript:hit( 1x, /b.png 2x", BASE)) == ""
    assert format_srcset(parse_srcset("/c.png (,/d.png 3x,) , /b.png 2x", BASE)) == f"{B} 2x"


def test_the_widest_sensible_picture_is_chosen() -> None:
    assert choose_widest(parse_srcset("/a.png 300w 200h, /b.png 800w 600h", BASE)) == B
    assert choose_widest(parse_srcset("/c.png 1e999x, /b.png 1e1x, /a.png 2x", BASE)) == A
