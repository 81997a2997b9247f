"""A post's picture and recordings: read from what WordPress tells, shown once, told by every feed."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from feedsvc.clean.media import find_recordings
from feedsvc.clean.post import clean_post
from feedsvc.clean.sanitize import sanitize
from feedsvc.config import load_settings
from feedsvc.model import Enclosure, Image
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.media import pack_media, unpack_media
from feedsvc.sync.importing import import_posts
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.wordpress.media import (
    enclosures_from_meta,
    parse_featured_id,
    parse_featured_image,
    parse_image,
)
from feedsvc.wordpress.parse import parse_post
from properties import steadily
from tables import thinned

LINK = "https://news.example/2026/03/harbour/"
UPLOADS = "https://news.example/wp-content/uploads/2026/03/"
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def size(name: str, width: object, height: object) -> dict[str, object]:
    """Return one size of a picture, as a media object tells of it."""
    return {"source_url": UPLOADS + name, "width": width, "height": height, "mime_type": "image/jpeg"}


def details(width: object, height: object, **sizes: object) -> dict[str, object]:
    """Return the media_details of a picture."""
    return {"width": width, "height": height, "sizes": sizes}


def a_picture(**changes: object) -> dict[str, object]:
    """Return a media object, as /wp/v2/media has it."""
    return {
        "id": 12,
        "source_url": UPLOADS + "harbour.jpg",
        "alt_text": "The harbour",
        "mime_type": "image/jpeg",
        "media_details": details(1600, 900),
        **changes,
    }


def embedding(*told: object) -> dict[str, Any]:
    """Return the fields of a post that embeds these as its featured media."""
    return {"featured_media": 12, "_embedded": {"wp:featuredmedia": list(told)}}


# The featured image


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            a_picture(),
            Image(UPLOADS + "harbour.jpg", "The harbour", 1600, 900, "image/jpeg"),
            id="a picture without sizes",
        ),
        pytest.param(
            a_picture(
                media_details=details(
                    1600,
                    900,
                    thumbnail=size("harbour-150x150.jpg", 150, 150),
                    medium=size("harbour-300x169.jpg", 300, 169),
                    large=size("harbour-1024x576.jpg", 1024, 576),
                    full=size("harbour.jpg", 1600, 900),
                )
            ),
            Image(
                UPLOADS + "harbour.jpg",
                "The harbour",
                1600,
                900,
                "image/jpeg",
                UPLOADS + "harbour-300x169.jpg",
            ),
            id="the whole picture, and a small one",
        ),
        pytest.param(
            a_picture(media_details=details(1600, 900, thumbnail=size("harbour-150x150.jpg", 150, 150))),
            Image(
                UPLOADS + "harbour.jpg",
                "The harbour",
                1600,
                900,
                "image/jpeg",
                UPLOADS + "harbour-150x150.jpg",
            ),
            id="the cut-out as the small one where there is no other",
        ),
        pytest.param(
            a_picture(
                source_url=UPLOADS + "harbour-scaled.jpg",
                media_details=details(
                    2560,
                    1440,
                    medium=size("harbour-300x169.jpg", 300, 169),
                    large=size("harbour-1024x576.jpg", 1024, 576),
                    **{"2048x2048": size("harbour-2048x1152.jpg", 2048, 1152)},
                    full=size("harbour-scaled.jpg", 2560, 1440),
                ),
            ),
            Image(
                UPLOADS + "harbour-2048x1152.jpg",
                "The harbour",
                2048,
                1152,
                "image/jpeg",
                UPLOADS + "harbour-300x169.jpg",
            ),
            id="of a wide picture the widest size that is sensible",
        ),
        pytest.param(
            a_picture(media_details=details(2049, 1000, wide=size("harbour-2500x1220.jpg", 2500, 1220))),
            Image(UPLOADS + "harbour.jpg", "The harbour", 2049, 1000, "image/jpeg"),
            id="a wide picture where all sizes are wide",
        ),
        pytest.param(
            a_picture(media_details=details(2048, 1000, large=size("harbour-1024x500.jpg", 1024, 500))),
            Image(UPLOADS + "harbour.jpg", "The harbour", 2048, 1000, "image/jpeg"),
            id="just not too wide",
        ),
        pytest.param(
            a_picture(media_details={}),
            Image(UPLOADS + "harbour.jpg", "The harbour", 0, 0, "image/jpeg"),
            id="no width",
        ),
        pytest.param(
            {"source_url": UPLOADS + "harbour.PNG?ver=2"},
            Image(UPLOADS + "harbour.PNG?ver=2", type="image/png"),
            id="an address alone, whose ending tells the type",
        ),
        pytest.param(
            a_picture(
                media_details=details("1600", "900", medium=size("harbour-300x169.jpg", "300", "169"))
            ),
            Image(
                UPLOADS + "harbour.jpg",
                "The harbour",
                1600,
                900,
                "image/jpeg",
                UPLOADS + "harbour-300x169.jpg",
            ),
            id="strings for numbers",
        ),
        pytest.param(
            a_picture(media_details=details([1600], {"px": 900})),
            Image(UPLOADS + "harbour.jpg", "The harbour", 0, 0, "image/jpeg"),
            id="lists for numbers",
        ),
        pytest.param(
            a_picture(media_details=details(-5, 10**30)),
            Image(UPLOADS + "harbour.jpg", "The harbour", 0, 0, "image/jpeg"),
            id="numbers that no picture has",
        ),
        pytest.param(
            a_picture(media_details=[]),
            Image(UPLOADS + "harbour.jpg", "The harbour", 0, 0, "image/jpeg"),
            id="PHP's empty list for no details",
        ),
        pytest.param(
            a_picture(media_details={"width": 1600, "height": 900, "sizes": []}),
            Image(UPLOADS + "harbour.jpg", "The harbour", 1600, 900, "image/jpeg"),
            id="PHP's empty list for no sizes",
        ),
        pytest.param(
            a_picture(
                media_details=details(
                    1600, 900, thumbnail="small", medium=None, large=[1], full={"source_url": 5}
                )
            ),
            Image(UPLOADS + "harbour.jpg", "The harbour", 1600, 900, "image/jpeg"),
            id="sizes that are none",
        ),
        pytest.param(
            a_picture(
                media_details=details(
                    3000,
                    2000,
                    large={"source_url": "javascript:alert(1)", "width": 2000, "height": 1333},
                    medium={"source_url": "data:image/png;base64,AA", "width": 300, "height": 200},
                )
            ),
            Image(UPLOADS + "harbour.jpg", "The harbour", 3000, 2000, "image/jpeg"),
            id="sizes with addresses that attack",
        ),
        pytest.param(
            a_picture(mime_type="image/svg+xml", source_url=UPLOADS + "map.svg", media_details={}),
            Image(UPLOADS + "map.svg", "The harbour", 0, 0, "image/svg+xml"),
            id="a drawing",
        ),
        pytest.param(
            a_picture(mime_type="application/pdf", source_url=UPLOADS + "report.pdf"), None, id="a PDF"
        ),
        pytest.param(a_picture(mime_type="video/mp4", source_url=UPLOADS + "tide.mp4"), None, id="a film"),
        pytest.param(
            a_picture(mime_type="", source_url=UPLOADS + "tide"),
            None,
            id="nothing tells that it is a picture",
        ),
        pytest.param(
            a_picture(mime_type=["image/png"], source_url=UPLOADS + "tide"), None, id="a list for the type"
        ),
        pytest.param(a_picture(source_url="javascript:alert(1)"), None, id="an address that attacks"),
        pytest.param(a_picture(source_url="//news.example/harbour.jpg"), None, id="no scheme"),
        pytest.param(
            a_picture(source_url="https://[news.example/a.jpg"), None, id="an address that is none"
        ),
        pytest.param(a_picture(source_url=None), None, id="no address"),
        pytest.param(a_picture(source_url=False), None, id="WordPress's false for no address"),
        pytest.param(
            {"code": "rest_forbidden", "message": "No.", "data": {"status": 401}},
            None,
            id="an error object",
        ),
        pytest.param({}, None, id="nothing"),
        pytest.param(
            a_picture(alt_text="  The\nharbour\x00 \u2028 at \ud800night\ufffe "),
            Image(UPLOADS + "harbour.jpg", "The harbour at night", 1600, 900, "image/jpeg"),
            id="an alternative text of several lines with illegal characters",
        ),
        pytest.param(
            a_picture(alt_text="x" * 100_000),
            Image(UPLOADS + "harbour.jpg", "x" * 1000, 1600, 900, "image/jpeg"),
            id="an alternative text without end",
        ),
        pytest.param(
            a_picture(alt_text=None),
            Image(UPLOADS + "harbour.jpg", "", 1600, 900, "image/jpeg"),
            id="no alternative text",
        ),
        pytest.param(
            a_picture(source_url=UPLOADS + 'ภาพ "1"<x>.jpg'),
            Image(
                UPLOADS + "%E0%B8%A0%E0%B8%B2%E0%B8%9E%20%221%22%3Cx%3E.jpg",
                "The harbour",
                1600,
                900,
                "image/jpeg",
            ),
            id="an address in other characters than RFC 3986 allows",
        ),
    ],
)
def test_a_media_object_is_read_as_a_picture(told: dict[str, object], expected: Image | None) -> None:
    assert parse_image(told) == expected
    assert parse_featured_image(embedding(told)) == expected


def test_a_cut_out_does_not_stand_for_the_whole_of_a_wide_picture() -> None:
    """WordPress's own srcset offers no size of another shape, and neither does it offer its thumbnail."""
    told = a_picture(
        media_details=details(
            3000,
            4500,
            thumbnail=size("harbour-150x150.jpg", 150, 150),
            large=size("harbour-683x1024.jpg", 683, 1024),
            hero=size("harbour-1600x400.jpg", 1600, 400),
        )
    )
    image = parse_image(told)
    assert image
    assert image.url in (UPLOADS + "harbour-683x1024.jpg", UPLOADS + "harbour.jpg")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("image/\x00jpeg", id="NUL"),
        pytest.param("image/jpeg\ufffe", id="a non-character"),
        pytest.param("image/\ud800", id="half a surrogate pair"),
    ],
)
def test_a_type_with_illegal_characters_breaks_neither_the_post_nor_the_feed(
    database: Database, kind: str
) -> None:
    client = published(database, a_post(**embedding(a_picture(mime_type=kind))))
    for form in FORMATS:
        answer = client.get(f"/feed.{form}")
        assert answer.status_code == 200
        assert "Harbour" in answer.text


JETPACK = "jetpack_featured_media_url"
OF_JETPACK = "https://i0.wp.com/news.example/wp-content/uploads/2026/03/harbour.jpg?fit=1200%2C675&ssl=1"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({JETPACK: OF_JETPACK}, Image(OF_JETPACK, type="image/jpeg"), id="Jetpack's address"),
        pytest.param(
            {**embedding({"code": "rest_forbidden"}), JETPACK: OF_JETPACK},
            Image(OF_JETPACK, type="image/jpeg"),
            id="Jetpack's beside an error object",
        ),
        pytest.param(
            {**embedding(a_picture()), JETPACK: OF_JETPACK},
            Image(UPLOADS + "harbour.jpg", "The harbour", 1600, 900, "image/jpeg"),
            id="the media object before Jetpack's",
        ),
        pytest.param(
            {JETPACK: "https://news.example/picture"}, Image("https://news.example/picture"), id="no ending"
        ),
        pytest.param({JETPACK: ""}, None, id="Jetpack's nothing"),
        pytest.param({JETPACK: False}, None, id="Jetpack's false"),
        pytest.param({JETPACK: "javascript:alert(1)//.jpg"}, None, id="Jetpack's that attacks"),
        pytest.param({JETPACK: ["https://news.example/a.jpg"]}, None, id="a list"),
        pytest.param({"featured_media": 0}, None, id="none"),
        pytest.param({"featured_media": 12}, None, id="an id alone"),
        pytest.param({"_embedded": {"wp:featuredmedia": []}}, None, id="nothing embedded"),
        pytest.param({"_embedded": {"wp:featuredmedia": [[a_picture()]]}}, None, id="a list of lists"),
        pytest.param({"_embedded": [a_picture()]}, None, id="a list for what is embedded"),
        pytest.param({}, None, id="nothing told"),
    ],
)
def test_a_featured_image_is_found_where_it_is_told(
    data: dict[str, object], expected: Image | None
) -> None:
    assert parse_featured_image(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"featured_media": 12}, 12, id="an id"),
        pytest.param({"featured_media": 0}, None, id="none"),
        pytest.param(
            {"featured_media": 0, "class_list": ["has-post-thumbnail"]}, None, id="none, says a theme"
        ),
        pytest.param({"featured_media": "12"}, None, id="a string"),
        pytest.param({"featured_media": True}, None, id="true"),
        pytest.param({"featured_media": -12}, None, id="negative"),
        pytest.param({"featured_media": 2**70}, None, id="more than an id can be"),
        pytest.param({"featured_media": [12]}, None, id="a list"),
        pytest.param({}, None, id="nothing told"),
        pytest.param(embedding(a_picture()), None, id="embedded already"),
        pytest.param({**embedding(), "featured_media": 12}, 12, id="nothing embedded"),
    ],
)
def test_a_featured_image_is_asked_for_where_it_is_not_embedded(
    data: dict[str, object], expected: int | None
) -> None:
    assert parse_featured_id(data) == expected


# Recordings that are told of


AUDIO = "https://news.example/talk.mp3"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"meta": {"audio_file": AUDIO}}, [Enclosure(AUDIO, "audio/mpeg")], id="audio_file"),
        pytest.param(
            {"audio_file": AUDIO}, [Enclosure(AUDIO, "audio/mpeg")], id="audio_file beside the meta"
        ),
        pytest.param(
            {"meta": {"enclosure": f"{AUDIO}\n12345\naudio/mpeg\n"}},
            [Enclosure(AUDIO, "audio/mpeg", 12345)],
            id="an enclosure field",
        ),
        pytest.param(
            {"meta": {"enclosure": f"{AUDIO}\r\n12345\r\naudio/mpeg\r\n"}},
            [Enclosure(AUDIO, "audio/mpeg", 12345)],
            id="an enclosure field with lines of Windows",
        ),
        pytest.param(
            {
                "meta": {
                    "enclosure": [f"{AUDIO}\n7\naudio/mpeg", "https://news.example/a.mp4\n8\nvideo/mp4"]
                }
            },
            [Enclosure(AUDIO, "audio/mpeg", 7), Enclosure("https://news.example/a.mp4", "video/mp4", 8)],
            id="several enclosure fields",
        ),
        pytest.param(
            {"meta": {"enclosure": "https://news.example/play?id=5\n900\naudio/ogg"}},
            [Enclosure("https://news.example/play?id=5", "audio/ogg", 900)],
            id="a type that only the field tells",
        ),
        pytest.param(
            {"meta": {"enclosure": f'{AUDIO}\n12345\naudio/mpeg\na:1:{{s:8:"duration";s:8:"00:10:00";}}'}},
            [Enclosure(AUDIO, "audio/mpeg", 12345)],
            id="PowerPress's fourth line",
        ),
        pytest.param(
            {"meta": {"audio_file": AUDIO, "enclosure": f"{AUDIO}\n12345\naudio/mpeg"}},
            [Enclosure(AUDIO, "audio/mpeg", 12345)],
            id="the same file in two fields",
        ),
        pytest.param(
            {"meta": {"enclosure": "https://news.example/a.pdf\n10\napplication/pdf"}}, [], id="a PDF"
        ),
        pytest.param({"meta": {"enclosure": "https://news.example/play?id=5"}}, [], id="no type at all"),
        pytest.param(
            {"meta": {"enclosure": f"{AUDIO}\nmany\naudio/mpeg"}},
            [Enclosure(AUDIO, "audio/mpeg")],
            id="a length that is none",
        ),
        pytest.param(
            {"meta": {"enclosure": f"{AUDIO}\n-1\naudio/mpeg"}},
            [Enclosure(AUDIO, "audio/mpeg")],
            id="a negative length",
        ),
        pytest.param(
            {"meta": {"enclosure": f"{AUDIO}\n{'9' * 50}\naudio/mpeg"}},
            [Enclosure(AUDIO, "audio/mpeg")],
            id="a length without end",
        ),
        pytest.param(
            {"meta": {"audio_file": "javascript:alert(1)//a.mp3"}}, [], id="an address that attacks"
        ),
        pytest.param({"meta": {"audio_file": "talk.mp3"}}, [], id="a name alone"),
        pytest.param({"meta": {"audio_file": ""}}, [], id="an empty field"),
        pytest.param({"meta": {"audio_file": [[], {}, None, 5, True, "x"]}}, [], id="garbage in a list"),
        pytest.param({"meta": {"audio_file": {"url": AUDIO}}}, [], id="an object"),
        pytest.param({"meta": []}, [], id="PHP's empty list for no meta"),
        pytest.param({"meta": None}, [], id="no meta"),
        pytest.param({}, [], id="nothing told"),
    ],
)
def test_recordings_are_read_from_the_fields_of_podcast_plug_ins(
    data: dict[str, object], expected: list[Enclosure]
) -> None:
    assert list(enclosures_from_meta(data)) == expected


def test_no_post_tells_of_recordings_without_end() -> None:
    many = [f"https://news.example/{number}.mp3" for number in range(5000)]
    assert len(enclosures_from_meta({"meta": {"audio_file": many}})) == 20
    assert len(find_recordings("".join(f'<a href="{one}">x</a>' for one in many))) == 20


# Whatever a site tells


NAMES = (
    "id featured_media _embedded wp:featuredmedia jetpack_featured_media_url source_url alt_text mime_type "
    "media_details width height sizes medium thumbnail meta audio_file enclosure"
).split()
NASTY = [
    "https://news.example/a.jpg", "https://news.example/a.mp3\n5\naudio/mpeg", "image/jpeg", "audio/\x00",
    "image/\x00", "\ud800", "https://\ud800/", "http://[", "javascript:1", "https://a.example/\x00\n", "",
    "12", "²", "https://a.example/?\n٣\naudio/x\x01",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=25,
)
ADDRESSES = st.sampled_from(NASTY) | st.sampled_from(NASTY) | JSON
TYPES = st.sampled_from([one for one in NASTY if one.startswith("image/")])
PICTURES = st.fixed_dictionaries(
    {"source_url": st.just(UPLOADS + "a.jpg") | ADDRESSES, "mime_type": TYPES | ADDRESSES},
    optional={"alt_text": JSON, "media_details": JSON},
)
TOLD = st.fixed_dictionaries(
    {"_embedded": st.fixed_dictionaries({"wp:featuredmedia": st.lists(PICTURES, max_size=2)}) | JSON},
    optional={
        JETPACK: ADDRESSES,
        "meta": st.dictionaries(st.sampled_from(["audio_file", "enclosure"]), ADDRESSES) | JSON,
    },
)


@steadily(60)
@example(embedding({"source_url": UPLOADS + "a.jpg", "mime_type": "image/\x00"}))
@given(TOLD)
def test_whatever_is_told_comes_out_fit_for_a_feed_or_not_at_all(data: dict[str, Any]) -> None:
    image, told = parse_featured_image(data), enclosures_from_meta(data)
    strings = [text for one in told for text in (one.url, one.type)]
    addresses = [one.url for one in told]
    if image:
        strings += [image.url, image.alt, image.type, image.thumbnail]
        addresses += [image.url] + [image.thumbnail] * bool(image.thumbnail)
        assert 0 <= image.width < 100_000
        assert 0 <= image.height < 100_000
    assert [remove_illegal_characters(text) for text in strings] == strings
    assert all(urlsplit(address).scheme in ("http", "https") for address in addresses)
    assert unpack_media(pack_media(image, told)) == (image, told)


# Recordings in a body


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(f'<audio controls src="{AUDIO}"></audio>', [(AUDIO, "audio/mpeg")], id="a player"),
        pytest.param(
            '<video controls src="https://news.example/tide.webm"></video>',
            [("https://news.example/tide.webm", "video/webm")],
            id="a film",
        ),
        pytest.param(
            '<audio controls><source src="https://news.example/5" type="audio/ogg; codecs=opus"></audio>',
            [("https://news.example/5", "audio/ogg")],
            id="a source with a type",
        ),
        pytest.param(
            '<audio controls><source src="https://news.example/a.ogg"><source src="https://news.example/a.mp3">'
            "</audio>",
            [("https://news.example/a.ogg", "audio/ogg"), ("https://news.example/a.mp3", "audio/mpeg")],
            id="sources in their order",
        ),
        pytest.param(
            '<audio src="https://news.example/play/5"></audio><video src="https://news.example/play/6"></video>',
            [("https://news.example/play/5", "audio/mpeg"), ("https://news.example/play/6", "video/mp4")],
            id="players whose address shows no type",
        ),
        pytest.param(
            '<p><a href="https://news.example/a.mp3?dl=1#t=5">a</a> '
            '<a href="https://news.example/B.M4A">b</a> <a href="https://news.example/c.mp4?x=y.pdf">c</a></p>',
            [
                ("https://news.example/a.mp3?dl=1#t=5", "audio/mpeg"),
                ("https://news.example/B.M4A", "audio/mp4"),
                ("https://news.example/c.mp4?x=y.pdf", "video/mp4"),
            ],
            id="links to recordings",
        ),
        pytest.param(
            f'<p><a href="{AUDIO}">Save</a></p><audio src="{AUDIO}"></audio><a href="{AUDIO}">again</a>',
            [(AUDIO, "audio/mpeg")],
            id="one file three times",
        ),
        pytest.param(
            '<video src="https://news.example/2.mp4"></video><audio src="https://news.example/1.mp3"></audio>',
            [("https://news.example/2.mp4", "video/mp4"), ("https://news.example/1.mp3", "audio/mpeg")],
            id="in the order of the body",
        ),
        pytest.param(
            '<p><a href="https://news.example/">Home</a> <a href="https://news.example/mp3">mp3</a> '
            '<a href="https://news.example/?file=a.mp3">list</a> <a href="https://mp3.example">x</a> '
            '<a href="https://news.example/a.pdf">y</a> <a href="mailto:a@b.example?x=.mp3">z</a></p>',
            [],
            id="ordinary links",
        ),
        pytest.param(
            '<picture><source srcset="https://news.example/a.webp" type="image/webp">'
            '<img src="https://news.example/a.jpg"></picture>',
            [],
            id="the sources of a picture",
        ),
        pytest.param(
            '<iframe src="https://www.youtube.com/embed/abc"></iframe>'
            '<a href="https://www.youtube.com/watch?v=abc">x</a>',
            [],
            id="another site's player",
        ),
        pytest.param(
            '<audio controls></audio><video controls src=""></video><a>x</a>', [], id="nothing to play"
        ),
        pytest.param("<p>a.mp3 https://news.example/a.mp3</p>", [], id="text"),
        pytest.param("", [], id="no body"),
    ],
)
def test_a_body_s_recordings_are_enclosed_each_once_in_their_order(
    content: str, expected: list[tuple[str, str]]
) -> None:
    assert [(one.url, one.type, one.length) for one in find_recordings(content)] == [
        (url, kind, 0) for url, kind in expected
    ]


@pytest.mark.parametrize("tag", ["audio", "video"])
def test_the_player_of_a_shortcode_is_one_recording(tag: str) -> None:
    """WordPress numbers the players of one answer in their addresses: ?_=1, ?_=2."""
    file = "https://news.example/talk.mp3" if tag == "audio" else "https://news.example/tide.mp4"
    markup = (
        f"<!--[if lt IE 9]><script>document.createElement('{tag}');</script><![endif]-->"
        f'<{tag} class="wp-{tag}-shortcode" id="{tag}-5-1" preload="none" controls="controls">'
        f'<source type="{tag}/mpeg" src="{file}?_=1" /><a href="{file}">{file}</a></{tag}>'
    )
    found = find_recordings(sanitize(markup, LINK))
    assert len(found) == 1
    again = sanitize(markup.replace("_=1", "_=2"), LINK)
    assert found == find_recordings(again)
    assert sanitize(markup, LINK) == again


def test_the_number_of_a_player_is_taken_off_an_address_with_a_query() -> None:
    markup = (
        '<audio controls><source type="audio/mpeg" src="https://a.example/talk.mp3?t=5&amp;_=1"></audio>'
    )
    (one,) = find_recordings(sanitize(markup, LINK))
    assert one.url == "https://a.example/talk.mp3?t=5"


def test_what_a_plug_in_tells_goes_before_what_the_body_plays() -> None:
    body = f'<audio src="{UPLOADS}other.mp3"></audio>'
    played = parse_post(a_post(content=body))
    told = parse_post(a_post(meta={"audio_file": AUDIO}, content=body))
    assert played and told
    assert [one.url for one in clean_post(played).enclosures] == [UPLOADS + "other.mp3"]
    assert [one.url for one in clean_post(told).enclosures] == [AUDIO]


# The picture on top of the body


FEATURED = Image(UPLOADS + "harbour.jpg", "The harbour", 1600, 900, "image/jpeg")
ON_TOP = f'<figure><img src="{UPLOADS}harbour.jpg" alt="The harbour" width="1600" height="900"></figure>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f'<img src="{UPLOADS}harbour.jpg">', id="the same"),
        pytest.param(
            f'<p>x</p><figure><a href="/"><img src="{UPLOADS}harbour.jpg"></a></figure>', id="linked"
        ),
        pytest.param('<img src="/wp-content/uploads/2026/03/harbour.jpg">', id="a relative address"),
        pytest.param(f'<img src="{UPLOADS}harbour.jpg?resize=640">', id="a query string"),
        pytest.param(f'<img src="{UPLOADS}harbour-300x169.jpg">', id="another size"),
        pytest.param(f'<img src="{UPLOADS}harbour-scaled.jpg">', id="scaled"),
        pytest.param(f'<img src="{UPLOADS}harbour-rotated.jpg">', id="turned"),
        pytest.param(f'<img src="{UPLOADS}harbour-e1700000000000.jpg">', id="edited"),
        pytest.param(f'<img src="{UPLOADS}harbour-e1700000000000-300x169.jpg">', id="edited, another size"),
        pytest.param(f'<img src="{UPLOADS}harbour.webp">', id="a webp twin"),
        pytest.param(f'<img src="{UPLOADS}harbour.jpg.webp">', id="a webp twin behind the name"),
        pytest.param(f'<img src="{UPLOADS}harbour-300x169.jpg.webp">', id="a small webp twin"),
        pytest.param(
            '<img src="https://cdn.example/wp-content/uploads/2026/03/harbour-1024x576.jpg">', id="a CDN"
        ),
        pytest.param(
            '<img src="https://i0.wp.com/news.example/wp-content/uploads/2026/03/harbour.jpg?w=640&ssl=1">',
            id="Jetpack's CDN",
        ),
        pytest.param(
            f'<img src="data:image/gif;base64,R0" srcset="{UPLOADS}harbour-300x169.jpg 300w, '
            f'{UPLOADS}harbour-1024x576.jpg 1024w">',
            id="in a srcset only",
        ),
        pytest.param(f'<img src="data:image/gif;base64,R0" data-src="{UPLOADS}harbour.jpg">', id="lazy"),
        pytest.param(
            f'<img src="data:image/gif;base64,R0"><noscript><img src="{UPLOADS}harbour.jpg"></noscript>',
            id="in a noscript",
        ),
        pytest.param(
            f'<picture><source srcset="{UPLOADS}harbour.webp" type="image/webp">'
            f'<img src="{UPLOADS}harbour.jpg"></picture>',
            id="in a picture element",
        ),
        pytest.param(
            "<p>" + "x" * 5000 + f'</p><img src="{UPLOADS}harbour.jpg">', id="at the end of a long body"
        ),
    ],
)
def test_the_picture_is_not_shown_twice(body: str) -> None:
    shown = lxml_html.fragment_fromstring(sanitize(body, LINK, FEATURED), create_parent="div")
    assert len(list(shown.iter("img"))) == 1
    assert sanitize(body, LINK, FEATURED) == sanitize(body, LINK)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<p>Text</p>", id="no picture"),
        pytest.param("Text", id="bare text"),
        pytest.param("", id="no body"),
        pytest.param(f'<img src="{UPLOADS}ferry.jpg">', id="another picture"),
        pytest.param(
            '<img src="https://news.example/wp-content/uploads/2026/04/harbour.jpg">',
            id="in another folder",
        ),
        pytest.param(f'<img src="{UPLOADS}harbour-2.jpg">', id="a second upload of that name"),
        pytest.param(f'<img src="{UPLOADS}harbour-at-night.jpg">', id="a longer name"),
        pytest.param(f'<p><a href="{UPLOADS}harbour.jpg">See it</a></p>', id="a link to it"),
        pytest.param(
            f'<img src="{UPLOADS}harbour.jpg" width="1" height="1"><p>Text</p>', id="as a pixel that counts"
        ),
        pytest.param('<img src="https://other.example/harbour.jpg">', id="the same name on another site"),
    ],
)
def test_the_picture_stands_on_top_of_a_body_that_does_not_show_it(body: str) -> None:
    shown = sanitize(body, LINK, FEATURED)
    assert shown.startswith(ON_TOP)
    assert shown.removeprefix(ON_TOP) == sanitize(body, LINK)
    assert sanitize(shown, LINK) == shown


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("ภาพ.jpg", "ภาพ-300x169.jpg", id="Thai"),
        pytest.param("ภาพ.jpg", "%E0%B8%A0%E0%B8%B2%E0%B8%9E-300x169.jpg", id="Thai, percent-encoded"),
        pytest.param("Köln-Dom.jpg", "Köln-Dom.jpg", id="an umlaut"),
        pytest.param("Köln-Dom.jpg", "K%c3%b6ln-Dom.jpg", id="an umlaut, percent-encoded in small letters"),
        pytest.param("my photo.jpg", "my%20photo.jpg", id="a space"),
    ],
)
def test_a_picture_whose_name_is_not_latin_is_not_shown_twice(name: str, written: str) -> None:
    picture = parse_image(a_picture(source_url=UPLOADS + name))
    assert picture
    shown = sanitize(f'<p>x</p><img src="{UPLOADS}{written}" alt="">', LINK, picture)
    assert shown.count("<img") == 1


def test_the_picture_is_not_shown_twice_where_only_a_source_of_the_body_has_it() -> None:
    body = f'<p>x</p><picture><source srcset="{UPLOADS}harbour.webp 1x"><img alt="The harbour"></picture>'
    shown = sanitize(body, LINK, FEATURED)
    assert shown.count("<img") == 1
    assert f'<img alt="The harbour" src="{UPLOADS}harbour.webp">' in shown


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        pytest.param(
            f'<picture><source srcset="data:image/webp;base64,AA"><img src="{UPLOADS}a.jpg"></picture>',
            f'<img src="{UPLOADS}a.jpg">',
            id="a placeholder before a picture",
        ),
        pytest.param(
            f'<picture><source type="image/webp" srcset=""><img src="{UPLOADS}a.jpg"></picture>',
            f'<img src="{UPLOADS}a.jpg">',
            id="nothing before a picture",
        ),
        pytest.param(
            f'<audio controls><source src="blob:x"><source src="{UPLOADS}a.mp3"></audio>',
            f'<source src="{UPLOADS}a.mp3">',
            id="an address that is none before a recording",
        ),
        pytest.param(
            f'<video controls><track src="data:text/vtt,x"><source src="{UPLOADS}a.mp4"></video>',
            f'<source src="{UPLOADS}a.mp4">',
            id="a track before a film",
        ),
    ],
)
def test_a_source_that_cannot_be_used_takes_nothing_with_it(body: str, kept: str) -> None:
    assert kept in sanitize(f"<p>x</p>{body}", LINK)


def test_a_cut_body_keeps_its_picture() -> None:
    shown = sanitize("<p>word</p>" * 50_000, LINK, FEATURED)
    assert shown.startswith(ON_TOP)
    assert shown.endswith("<p>[…]</p>")


# In the feeds


def a_post(
    post_id: int = 5, content: str = "<p>The ferry leaves at six.</p>", **changes: Any
) -> dict[str, Any]:
    """Return a post, as /wp/v2/posts has it."""
    return {
        "id": post_id,
        "date_gmt": "2026-03-04T05:06:07",
        "modified_gmt": "2026-03-04T05:06:07",
        "guid": {"rendered": f"https://news.example/?p={post_id}"},
        "link": LINK,
        "status": "publish",
        "title": {"rendered": "Harbour"},
        "content": {"rendered": content, "protected": False},
        "excerpt": {"rendered": "<p>Of boats and their hours.</p>"},
        **changes,
    }


def published(database: Database, *items: Mapping[str, Any]) -> FlaskClient:
    """Return a client of a service that publishes these posts."""
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "news.example", "https://news.example/", imported=True)
    import_posts(database, site_id, items)
    return create_app(load_settings(), database).test_client()


def xml(client: FlaskClient, form: str, query: str = "") -> etree._Element:
    """Return the one entry of an RSS or Atom feed, read by a strict parser."""
    root = etree.fromstring(client.get(f"/feed.{form}?{query}").data)
    (entry,) = root.iter("item" if form == "rss" else f"{ATOM}entry")
    return entry


def json_item(client: FlaskClient, query: str = "") -> dict[str, Any]:
    """Return the one item of the JSON feed."""
    (item,) = json.loads(client.get(f"/feed.json?{query}").data)["items"]
    assert isinstance(item, dict)
    return item


def seen(client: FlaskClient, form: str, query: str = "") -> Any:
    """Return the one entry of a feed as feedparser sees it."""
    feed = feedparser.parse(client.get(f"/feed.{form}?{query}").data)
    assert not feed.bozo, feed.get("bozo_exception")
    (entry,) = feed.entries
    return entry


def told_by(entry: etree._Element, name: str) -> list[dict[str, str]]:
    """Return the attributes of the children of an entry that are called `name`."""
    return [{str(key): str(value) for key, value in one.attrib.items()} for one in entry.findall(name)]


def enclosing_links(entry: etree._Element) -> list[dict[str, str]]:
    return [link for link in told_by(entry, f"{ATOM}link") if link.get("rel") == "enclosure"]


BOTH = a_post(
    **embedding(a_picture(media_details=details(1600, 900, medium=size("harbour-300x169.jpg", 300, 169)))),
    meta={"enclosure": [f"{AUDIO}\n12345\naudio/mpeg", "https://news.example/tide.mp4\n0\nvideo/mp4"]},
)


@pytest.mark.parametrize("query", ["", "content=summary"])
def test_rss_tells_of_the_picture_and_of_one_recording(database: Database, query: str) -> None:
    item = xml(published(database, BOTH), "rss", query)
    assert told_by(item, f"{MEDIA}content") == [
        {
            "url": UPLOADS + "harbour.jpg",
            "medium": "image",
            "type": "image/jpeg",
            "width": "1600",
            "height": "900",
        }
    ]
    assert told_by(item, f"{MEDIA}thumbnail") == [{"url": UPLOADS + "harbour-300x169.jpg"}]
    assert told_by(item, "enclosure") == [{"url": AUDIO, "length": "12345", "type": "audio/mpeg"}]
    assert (item.find(CONTENT) is None) == bool(query)


@pytest.mark.parametrize("query", ["", "content=summary"])
def test_atom_tells_of_the_picture_and_of_every_recording(database: Database, query: str) -> None:
    entry = xml(published(database, BOTH), "atom", query)
    assert told_by(entry, f"{MEDIA}content") == [
        {
            "url": UPLOADS + "harbour.jpg",
            "medium": "image",
            "type": "image/jpeg",
            "width": "1600",
            "height": "900",
        }
    ]
    assert told_by(entry, f"{MEDIA}thumbnail") == [{"url": UPLOADS + "harbour-300x169.jpg"}]
    assert enclosing_links(entry) == [
        {"href": AUDIO, "rel": "enclosure", "type": "audio/mpeg", "length": "12345"},
        {"href": "https://news.example/tide.mp4", "rel": "enclosure", "type": "video/mp4"},
    ]
    assert (entry.find(f"{ATOM}content") is None) == bool(query)


@pytest.mark.parametrize("query", ["", "content=summary"])
def test_json_tells_of_the_picture_and_of_every_recording(database: Database, query: str) -> None:
    item = json_item(published(database, BOTH), query)
    assert item["image"] == UPLOADS + "harbour.jpg"
    assert item["attachments"] == [
        {"url": AUDIO, "mime_type": "audio/mpeg", "size_in_bytes": 12345},
        {"url": "https://news.example/tide.mp4", "mime_type": "video/mp4"},
    ]
    assert ("content_html" not in item) == bool(query)


@pytest.mark.parametrize("query", ["", "content=summary"])
def test_a_feed_reader_sees_the_picture_and_the_recordings(database: Database, query: str) -> None:
    client = published(database, BOTH)
    rss, atom = seen(client, "rss", query), seen(client, "atom", query)
    for entry in (rss, atom):
        assert [one["url"] for one in entry.media_content] == [UPLOADS + "harbour.jpg"]
        assert entry.media_content[0]["medium"] == "image"
        assert entry.media_content[0]["width"] == "1600"
        assert [one["url"] for one in entry.media_thumbnail] == [UPLOADS + "harbour-300x169.jpg"]
        assert entry.link == LINK
        assert (entry.enclosures[0].href, entry.enclosures[0].type, entry.enclosures[0].length) == (
            AUDIO,
            "audio/mpeg",
            "12345",
        )
    assert [one.href for one in rss.enclosures] == [AUDIO]
    assert [one.href for one in atom.enclosures] == [AUDIO, "https://news.example/tide.mp4"]


def test_what_is_not_known_of_a_picture_or_a_recording_is_not_told(database: Database) -> None:
    post = a_post(jetpack_featured_media_url="https://news.example/picture", meta={"audio_file": AUDIO})
    client = published(database, post)
    for form in ("rss", "atom"):
        entry = xml(client, form)
        expected = [{"url": "https://news.example/picture", "medium": "image"}]
        assert told_by(entry, f"{MEDIA}content") == expected
        assert told_by(entry, f"{MEDIA}thumbnail") == [{"url": "https://news.example/picture"}]
    # RSS has to say a length: 0 means that it is not known.
    assert told_by(xml(client, "rss"), "enclosure") == [{"url": AUDIO, "length": "0", "type": "audio/mpeg"}]
    assert enclosing_links(xml(client, "atom")) == [
        {"href": AUDIO, "rel": "enclosure", "type": "audio/mpeg"}
    ]
    assert json_item(client)["attachments"] == [{"url": AUDIO, "mime_type": "audio/mpeg"}]


def test_a_post_without_picture_and_recording_tells_of_none(database: Database) -> None:
    client = published(database, a_post(featured_media=0, meta=[]))
    rss, atom, item = xml(client, "rss"), xml(client, "atom"), json_item(client)
    for entry in (rss, atom):
        assert not [one for one in entry.iter() if str(one.tag).startswith(MEDIA)]
    assert rss.find("enclosure") is None
    assert enclosing_links(atom) == []
    assert not {"image", "banner_image", "attachments"} & item.keys()
    assert "<img" not in item["content_html"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_picture_stands_on_top_of_the_body_of_each_feed(database: Database, form: str) -> None:
    client = published(database, BOTH)
    body = (
        json_item(client)["content_html"]
        if form == "json"
        else xml(client, form).findtext(CONTENT if form == "rss" else f"{ATOM}content")
    )
    assert body == f"{ON_TOP}<p>The ferry leaves at six.</p>"


def test_a_post_that_is_a_picture_alone_shows_it(database: Database) -> None:
    post = a_post(content="", excerpt={"rendered": ""}, **embedding(a_picture()))
    client = published(database, post)
    assert json_item(client)["content_html"] == ON_TOP
    assert xml(client, "atom").findtext(f"{ATOM}content") == ON_TOP
    assert xml(client, "rss").findtext("description") == ON_TOP  # where there is no summary


HOSTILE = [
    pytest.param("Say \"<b>hi</b>\" & 'bye'", id="quotes, tags and ampersands"),
    pytest.param('"><script>alert(1)</script><img alt="', id="a script"),
    pytest.param("' onerror='alert(1)", id="an attribute"),
    pytest.param("&quot;&gt;&lt;script&gt;&#x3C;", id="entities"),
    pytest.param("]]><script>alert(1)</script><![CDATA[", id="the end of a CDATA section"),
    pytest.param("--><script>", id="the end of a comment"),
    pytest.param("{{constructor.constructor('alert(1)')()}}", id="a template"),
    pytest.param("[embed]x[/embed] [vc_row]", id="shortcodes"),
    pytest.param("ภาพ 🏳️‍🌈 \u202egnp.exe", id="letters from the right"),
    pytest.param("<" * 1000, id="a thousand brackets"),
]


@pytest.mark.parametrize("alt", thinned(HOSTILE, 3))
def test_a_hostile_alternative_text_is_text_in_every_feed(database: Database, alt: str) -> None:
    client = published(database, a_post(**embedding(a_picture(alt_text=alt))))
    bodies = [
        xml(client, "rss").findtext(CONTENT),
        xml(client, "atom").findtext(f"{ATOM}content"),
        json_item(client)["content_html"],
    ]
    for body in bodies:
        assert body
        root = lxml_html.fragment_fromstring(body, create_parent="div")
        assert [str(one.tag) for one in root.iter()] == ["div", "figure", "img", "p"]
        (image,) = root.iter("img")
        assert dict(image.attrib) == {
            "src": UPLOADS + "harbour.jpg",
            "alt": alt,
            "width": "1600",
            "height": "900",
        }
    for form in ("rss", "atom"):
        assert [one["url"] for one in seen(client, form).media_content] == [UPLOADS + "harbour.jpg"]


@pytest.mark.parametrize(
    "address",
    thinned(
        [
            pytest.param('https://news.example/a.jpg"><script>alert(1)</script>', id="a script"),
            pytest.param("https://news.example/a.jpg' onerror='alert(1)", id="an attribute"),
            pytest.param("https://news.example/a.jpg?x=1&y=<2>&amp;z", id="ampersands"),
            pytest.param("https://news.example/]]>a.jpg", id="the end of a CDATA section"),
            pytest.param("https://user:word@news.example/a.jpg", id="a password"),
            pytest.param("https://news.example/\x00a\u202e\ud800.jpg\n\n", id="illegal characters"),
            pytest.param("https://news.example/" + "a" * 5000 + ".jpg", id="a long one"),
        ],
        3,
    ),
)
def test_a_hostile_address_of_a_picture_is_an_address_in_every_feed(
    database: Database, address: str
) -> None:
    source = {"source_url": address, "width": 300, "height": 200}
    picture = a_picture(source_url=address, media_details=details(1600, 900, medium=source))
    client = published(
        database, a_post(**embedding(picture), meta={"audio_file": address.replace("jpg", "mp3")})
    )
    told = json_item(client)["image"]
    assert told.startswith("https://")
    assert not set(told) & set('"<> \n')
    for form in ("rss", "atom"):
        entry = xml(client, form)
        assert [one["url"] for one in told_by(entry, f"{MEDIA}content")] == [told]
        assert [one["url"] for one in told_by(entry, f"{MEDIA}thumbnail")] == [told]
        body = str(entry.findtext(CONTENT if form == "rss" else f"{ATOM}content"))
        root = lxml_html.fragment_fromstring(body, create_parent="div")
        assert [str(one.tag) for one in root.iter()] == ["div", "figure", "img", "p"]
        assert {name for one in root.iter() for name in one.attrib} == {"src", "alt", "width", "height"}
        assert [one.get("src") for one in root.iter("img")] == [told]
        assert seen(client, form).media_content


NO_ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)//.jpg", "data:image/svg+xml;base64,AA", "/a.jpg", "https://",
    "ftp://news.example/a.jpg", "//news.example/a.jpg", "file:///a.jpg", "https:///a.jpg", "\x00", " ",
]  # fmt: skip


def test_an_address_that_is_none_gives_no_picture_in_any_feed(database: Database) -> None:
    told = [
        a_post(
            post_id,
            f"<p>Number {post_id}.</p>",
            **embedding(a_picture(source_url=address)),
            jetpack_featured_media_url=address,
            meta={"audio_file": address},
        )
        for post_id, address in enumerate(NO_ADDRESSES, 1)
    ]
    client = published(database, *told)
    listed = json.loads(client.get("/feed.json").data)["items"]
    assert len(listed) == len(told)
    for item in listed:
        assert not {"image", "attachments"} & item.keys()
        assert "<img" not in item["content_html"]
    for form in ("rss", "atom"):
        entries = feedparser.parse(client.get(f"/feed.{form}").data).entries
        assert len(entries) == len(told)
        for entry in entries:
            assert "media_content" not in entry
            assert not entry.enclosures


def test_the_terms_that_a_post_embeds_come_with_its_picture(database: Database) -> None:
    energy = {"id": 3, "taxonomy": "category", "name": "Energy", "slug": "energy"}
    post = a_post(categories=[3], **embedding(a_picture()))
    post["_embedded"]["wp:term"] = [[energy]]
    item = json_item(published(database, post))
    assert (item["tags"], item["image"]) == (["Energy"], UPLOADS + "harbour.jpg")


# Players in the feeds


FILM = (
    '<p>Boats.</p><iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="A walk"></iframe>'
    '<iframe src="https://charts.example/7" title="A chart"></iframe>'
)
PLAYER = '<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="A walk"></iframe>'


def body_of(client: FlaskClient, form: str, query: str = "") -> str:
    """Return the body of the one entry of a feed."""
    if form == "json":
        (item,) = client.get(f"/feed.json?{query}").get_json()["items"]
        return str(item["content_html"])
    entry = xml(client, form, query)
    return str(entry.findtext(CONTENT if form == "rss" else f"{ATOM}content"))


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_players_stand_in_rss_and_atom_when_they_are_asked_for(database: Database, form: str) -> None:
    client = published(database, a_post(content=FILM))
    for query in ("", "players=off"):
        assert "<iframe" not in body_of(client, form, query)
    body = body_of(client, form, "players=on")
    assert PLAYER in body
    assert body == body_of(client, "json")
    assert body.count("<iframe") == 1  # the chart's host is none of those that readers show


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_the_setting_decides_where_an_address_does_not_say(
    database: Database, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(database, a_post(content=FILM))
    monkeypatch.setenv("FEEDSVC_PLAYERS", "on")
    client = create_app(load_settings(), database).test_client()
    assert PLAYER in body_of(client, form)
    assert PLAYER in body_of(client, form, "players=on")
    assert "<iframe" not in body_of(client, form, "players=off")


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_what_the_setting_says_anyway_is_left_out_of_the_address(database: Database, form: str) -> None:
    client = published(database, a_post(content=FILM))
    plain = client.get(f"/feed.{form}")
    same = client.get(f"/feed.{form}?players=off")
    other = client.get(f"/feed.{form}?players=on")
    assert (same.data, same.headers["ETag"]) == (plain.data, plain.headers["ETag"])
    assert f"/feed.{form}?players=on".encode() in other.data
    assert other.headers["ETag"] != plain.headers["ETag"]


# The featured picture and the same picture elsewhere


HARBOUR_ADDRESS = "https://news.example/wp-content/uploads/2026/03/harbour.jpg"


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(
            "https://i0.wp.com/news.example/wp-content/uploads/2026/03/harbour.jpg?w=600", id="Photon"
        ),
        pytest.param(
            "https://news.files.wordpress.com/2026/03/harbour.jpg?w=600", id="files.wordpress.com"
        ),
        pytest.param("https://cdn.example.net/2026/03/harbour-300x200.jpg", id="a CDN, smaller"),
        pytest.param(
            "https://cdn.example.net/w_800/uploads/2026/03/harbour-scaled.jpg.webp", id="a WebP copy"
        ),
        pytest.param(
            "https://news.example/wp-content/webp-express/webp-images/uploads/2026/03/harbour.jpg.webp",
            id="WebP Express",
        ),
        pytest.param(
            "https://a.i.optimole.com/w:800/q:mauto/https://news.example/wp-content/uploads/2026/03/harbour.jpg",
            id="Optimole",
        ),
        pytest.param(
            "https://news.example/timthumb.php?src=/wp-content/uploads/2026/03/harbour.jpg&w=80",
            id="a script that resizes",
        ),
        pytest.param(
            "http://www.news.example/wp-content/uploads/2026/03/harbour-1024x683.jpg", id="by http"
        ),
    ],
)
def test_the_featured_picture_is_not_put_above_the_same_by_another_address(shown: str) -> None:
    body = f'<p>Boats.</p><img src="{shown}">'.replace("&", "&amp;")
    assert sanitize(body, LINK, Image(HARBOUR_ADDRESS)) == sanitize(body, LINK)


@pytest.mark.parametrize(
    ("featured", "shown"),
    [
        pytest.param(HARBOUR_ADDRESS, "https://other.example/boats/harbour.jpg", id="the name alone"),
        pytest.param(
            HARBOUR_ADDRESS, "https://news.example/wp-content/uploads/2025/03/harbour.jpg", id="a year ago"
        ),
        pytest.param(
            HARBOUR_ADDRESS,
            "https://news.example/wp-content/uploads/2026/03/harbour-2.jpg",
            id="the second",
        ),
        pytest.param(
            "https://news.example/wp-content/uploads/photo.jpg",
            "https://other.example/wp-content/uploads/photo.jpg",
            id="folders of every site",
        ),
        pytest.param("https://news.example/photo.jpg", "https://other.example/photo.jpg", id="no folder"),
    ],
)
def test_the_featured_picture_stands_above_another_of_the_same_name(featured: str, shown: str) -> None:
    body = f'<p>Boats.</p><img src="{shown}">'
    top = f'<figure><img src="{featured}" alt=""></figure>'
    assert sanitize(body, LINK, Image(featured)) == top + sanitize(body, LINK)


@pytest.mark.parametrize(
    ("featured", "shown"),
    [
        pytest.param(
            "https://news.example/photo.jpg", "https://cdn.news.example/photo-300x200.jpg", id="its CDN"
        ),
        pytest.param(
            "https://news.example/wp-content/uploads/photo.jpg",
            "https://i2.wp.com/news.example/wp-content/uploads/photo.jpg?resize=300%2C200",
            id="Photon",
        ),
    ],
)
def test_a_name_alone_is_enough_on_one_site(featured: str, shown: str) -> None:
    body = f'<img src="{shown}">'
    assert sanitize(body, LINK, Image(featured)) == sanitize(body, LINK)


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        pytest.param(
            {"rendered": "<p>The <em>harbour</em>. Photo: <a href='/ada'>Ada</a></p>\n"},
            "The harbour. Photo: Ada",
            id="with a credit",
        ),
        pytest.param({"rendered": "Fish &amp; chips &lt;b&gt;"}, "Fish & chips <b>", id="entities"),
        pytest.param({"rendered": ""}, "", id="empty"),
        pytest.param({"rendered": ["x"]}, "", id="a list"),
        pytest.param(None, "", id="none"),
    ],
)
def test_a_caption_and_credit_come_with_the_featured_picture(
    database: Database, caption: object, expected: str
) -> None:
    client = published(database, a_post(**embedding(a_picture(caption=caption))))
    root = lxml_html.fragment_fromstring(body_of(client, "rss"), create_parent="div")
    (figure,) = root.iter("figure")
    assert [text.text for text in figure.iter("figcaption")] == ([expected] if expected else [])
