"""Pictures, recordings and the blocks that hold them, as a real WordPress renders them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from lxml import html as lxml_html

from conftest import lacking
from feedsvc.config import load_settings
from feedsvc.publish.web import create_app
from feedsvc.store.database import Database
from feedsvc.sync.report import Report
from feedsvc.worker import Poller
from properties import thoroughly
from wordpress import WordPress, missing

pytestmark = pytest.mark.real

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    lacking(missing())
    with WordPress(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


class Reader:
    """A service over one WordPress, and what a subscriber of it sees."""

    def __init__(self, wordpress: WordPress, database: Database) -> None:
        settings = load_settings(sites=[wordpress.url])
        self.poller = Poller(settings, database)
        self.client = create_app(settings, database).test_client()

    def pull(self, *, full: bool = False) -> Report:
        (state,) = self.poller.register()
        assert self.poller.claim(state.id, even_if_early=True)
        return self.poller.pull(state.id, full=full)

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.client.get("/feed.json?limit=100").data)["items"]
        return found

    def item(self) -> dict[str, Any]:
        (item,) = self.items()
        return item

    def seen(self, form: str) -> Any:
        """Return the one entry of a feed as feedparser sees it."""
        feed = feedparser.parse(self.client.get(f"/feed.{form}").data)
        assert not feed.bozo
        (entry,) = feed.entries
        return entry


@pytest.fixture
def reader(wordpress: WordPress, database: Database) -> Iterator[Reader]:
    yield Reader(wordpress, database)
    wordpress.eval("""
        global $wpdb;
        foreach (['posts', 'postmeta', 'term_relationships'] as $table) {
            $wpdb->query("DELETE FROM {$wpdb->$table}");
        }
        wp_cache_flush();
        return null;
    """)


def pulled(wordpress: WordPress, reader: Reader, content: str) -> str:
    """Publish a post with this content, pull it, and give its body in the feed."""
    wordpress.create_post("Harbour", content, date_gmt=START)
    reader.pull()
    return str(reader.item()["content_html"])


def tree(body: str) -> lxml_html.HtmlElement:
    return lxml_html.fragment_fromstring(body, create_parent="div")


def shown(body: str) -> list[str]:
    """Return the file names of the pictures in a body."""
    return [str(one.get("src")).rpartition("/")[2] for one in tree(body).iter("img")]


def feature(wordpress: WordPress, post_id: int, media_id: int) -> None:
    wordpress.eval(f"return set_post_thumbnail({post_id}, {media_id});")


# Featured images


def test_an_uploaded_picture_is_featured_in_every_feed(wordpress: WordPress, reader: Reader) -> None:
    media_id, url = wordpress.upload_picture("harbour.jpg", 1200, 800, 'The "old" harbour <at night>')
    post_id = wordpress.create_post("Harbour", "<p>The ferry leaves at six.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    item = reader.item()
    assert item["image"] == url
    figure, paragraph = tree(item["content_html"])
    assert (figure.tag, paragraph.text_content()) == ("figure", "The ferry leaves at six.")
    assert dict(figure[0].attrib) == {
        "src": url,
        "alt": 'The "old" harbour <at night>',
        "width": "1200",
        "height": "800",
    }
    for form in ("rss", "atom"):
        entry = reader.seen("rss" if form == "rss" else "atom")
        (told,) = entry.media_content
        assert (told["url"], told["medium"], told["type"], told["width"], told["height"]) == (
            url,
            "image",
            "image/jpeg",
            "1200",
            "800",
        )
        assert [one["url"] for one in entry.media_thumbnail] == [url.replace(".jpg", "-300x200.jpg")]
    report = reader.pull(full=True)
    assert (report.new, report.changed, report.removed) == (0, 0, 0)


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("The quay at <em>noon</em>. Photo: Ada &amp; Co", ["The quay at noon. Photo: Ada & Co"]),
        ("", []),
    ],
    ids=["with a credit", "none"],
)
def test_the_caption_of_a_featured_picture_is_shown(
    wordpress: WordPress, reader: Reader, caption: str, expected: list[str]
) -> None:
    media_id, _ = wordpress.upload_picture("harbour.jpg", 1200, 800)
    fields = json.dumps({"ID": media_id, "post_excerpt": caption})
    wordpress.eval(f"return wp_update_post(wp_slash(json_decode('{fields}', true)));")
    post_id = wordpress.create_post("Harbour", "<p>The ferry leaves at six.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    (figure,) = tree(reader.item()["content_html"]).iter("figure")
    assert [text.text_content() for text in figure.iter("figcaption")] == expected


def test_of_a_huge_picture_a_sensible_size_is_featured(wordpress: WordPress, reader: Reader) -> None:
    media_id, url = wordpress.upload_picture("huge.jpg", 3000, 2000)
    assert url.endswith("/huge-scaled.jpg")
    post_id = wordpress.create_post("Harbour", "<p>The ferry leaves at six.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    assert reader.item()["image"] == url.replace("-scaled.jpg", "-2048x1365.jpg")
    assert shown(reader.item()["content_html"]) == ["huge-2048x1365.jpg"]


@pytest.mark.parametrize(
    ("name", "size"),
    thoroughly(
        product(["harbour.jpg", "ภาพ-ท่าเรือ.jpg", "Köln Dom.jpg"], ["full", "large", "medium"]),
        [("harbour.jpg", "full"), ("ภาพ-ท่าเรือ.jpg", "large"), ("Köln Dom.jpg", "medium")],
    ),
)
def test_a_featured_picture_that_the_body_shows_is_shown_once(
    wordpress: WordPress, reader: Reader, name: str, size: str
) -> None:
    media_id, _ = wordpress.upload_picture(name, 1200, 800)
    block = wordpress.eval(f"return wp_get_attachment_image({media_id}, '{size}');")
    content = f'<p>One</p>\n<figure class="wp-block-image">{block}</figure>'
    post_id = wordpress.create_post("Harbour", content, date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    item = reader.item()
    assert item["image"]
    assert len(shown(item["content_html"])) == 1
    assert item["content_html"].startswith("<p>One</p>")


def test_a_featured_picture_that_was_taken_out_leaves_the_feed_with_a_full_pull(
    wordpress: WordPress, reader: Reader
) -> None:
    media_id, _ = wordpress.upload_picture("harbour.jpg", 1200, 800)
    post_id = wordpress.create_post("Harbour", "<p>The ferry.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    wordpress.eval(f"return delete_post_thumbnail({post_id});")
    assert reader.pull(full=True).changed == 1
    assert "image" not in reader.item()
    assert reader.item()["content_html"] == "<p>The ferry.</p>"


def test_a_picture_of_a_private_post_is_not_asked_out_of_the_site(
    wordpress: WordPress, reader: Reader
) -> None:
    """WordPress shows no attachment of a post that is not public, though another post features it."""
    media_id, _ = wordpress.upload_picture("secret.jpg", 400, 300)
    private = wordpress.create_post("Secret", "<p>Secret</p>", status="private", date_gmt=START)
    wordpress.eval(f"return wp_update_post(['ID' => {media_id}, 'post_parent' => {private}]);")
    post_id = wordpress.create_post("Harbour", "<p>The ferry.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    assert reader.pull().new == 1
    assert "image" not in reader.item()


# Blocks and shortcodes with pictures


def test_an_image_block_shows_its_largest_sensible_picture(wordpress: WordPress, reader: Reader) -> None:
    media_id, url = wordpress.upload_picture("quay.jpg", 3000, 2000, "The quay")
    body = pulled(
        wordpress,
        reader,
        f'<!-- wp:image {{"id":{media_id},"sizeSlug":"large","linkDestination":"none"}} -->\n'
        f'<figure class="wp-block-image size-large"><img src="{url.replace("-scaled", "-1024x683")}" '
        f'alt="The quay" class="wp-image-{media_id}"/><figcaption class="wp-element-caption">At '
        "<em>noon</em></figcaption></figure>\n<!-- /wp:image -->",
    )
    (figure,) = tree(body)
    (image, caption) = figure
    assert (figure.tag, image.tag, caption.tag) == ("figure", "img", "figcaption")
    assert image.get("alt") == "The quay"
    assert image.get("src") == url.replace("-scaled", "-2048x1365")
    widths = [one.rpartition(" ")[2] for one in str(image.get("srcset")).split(", ")]
    assert {"300w", "1024w", "2048w"} <= set(widths), "WordPress itself has written no srcset"
    assert caption.text_content() == "At noon"
    assert "class=" not in body
    assert "wp:image" not in body


def test_a_gallery_block_shows_every_picture_in_its_order(wordpress: WordPress, reader: Reader) -> None:
    blocks = ""
    for number in (1, 2, 3):
        media_id, url = wordpress.upload_picture(f"boat{number}.jpg", 800, 600)
        blocks += (
            f'<!-- wp:image {{"id":{media_id},"sizeSlug":"large","linkDestination":"none"}} -->\n'
            f'<figure class="wp-block-image size-large"><img src="{url}" alt="" '
            f'class="wp-image-{media_id}"/><figcaption class="wp-element-caption">Boat {number}'
            "</figcaption></figure>\n<!-- /wp:image -->\n"
        )
    body = pulled(
        wordpress,
        reader,
        '<!-- wp:gallery {"linkTo":"none"} -->\n<figure class="wp-block-gallery has-nested-images '
        f'columns-default is-cropped">{blocks}<figcaption class="blocks-gallery-caption">All boats'
        "</figcaption></figure>\n<!-- /wp:gallery -->",
    )
    assert shown(body) == ["boat1.jpg", "boat2.jpg", "boat3.jpg"]
    captions = [one.text_content() for one in tree(body).iter("figcaption")]
    assert captions == ["Boat 1", "Boat 2", "Boat 3", "All boats"]
    assert len(list(tree(body).iter("figure"))) == 4
    assert "style" not in body


def test_the_shortcode_gallery_shows_every_picture_with_its_caption(
    wordpress: WordPress, reader: Reader
) -> None:
    ids = []
    for number in (1, 2):
        media_id, _ = wordpress.upload_picture(f"net{number}.jpg", 800, 600)
        wordpress.eval(f"return wp_update_post(['ID' => {media_id}, 'post_excerpt' => 'Net {number}']);")
        ids.append(str(media_id))
    body = pulled(
        wordpress, reader, f'<p>Nets</p>\n\n[gallery ids="{",".join(ids)}" link="file" columns="2"]'
    )
    assert len(shown(body)) == 2
    assert shown(body) == ["net1.jpg", "net2.jpg"]  # the pictures that the thumbnails link to
    assert [one.text_content().strip() for one in tree(body).iter("figcaption")] == ["Net 1", "Net 2"]
    links = [str(one.get("href")) for one in tree(body).iter("a")]
    assert [link.rpartition("/")[2] for link in links] == ["net1.jpg", "net2.jpg"]
    assert "gallery" not in body
    report = reader.pull(full=True)
    assert (report.new, report.changed) == (0, 0)


def test_the_shortcode_caption_becomes_a_figure(wordpress: WordPress, reader: Reader) -> None:
    media_id, url = wordpress.upload_picture("pier.jpg", 800, 600, "The pier")
    small = url.replace(".jpg", "-300x225.jpg")
    body = pulled(
        wordpress,
        reader,
        f'[caption id="attachment_{media_id}" align="alignleft" width="300"]<a href="{url}"><img '
        f'class="size-medium wp-image-{media_id}" src="{small}" alt="The pier" width="300" height="225" />'
        "</a> The pier, <em>by day</em>[/caption]\n\nText behind it.",
    )
    figure, paragraph = tree(body)
    assert (figure.tag, paragraph.text_content()) == ("figure", "Text behind it.")
    (caption,) = figure.iter("figcaption")
    assert caption.text_content() == "The pier, by day"
    (image,) = figure.iter("img")
    assert image.get("alt") == "The pier"
    assert "[caption" not in body


# Recordings


AUDIO = "https://media.example/talk.mp3"


def test_an_audio_block_is_played_and_enclosed(wordpress: WordPress, reader: Reader) -> None:
    body = pulled(
        wordpress,
        reader,
        f'<!-- wp:audio -->\n<figure class="wp-block-audio"><audio controls src="{AUDIO}" '
        'preload="none"></audio><figcaption class="wp-element-caption">A talk</figcaption></figure>'
        "\n<!-- /wp:audio -->",
    )
    (figure,) = tree(body)
    player, caption = figure
    assert dict(player.attrib) == {"controls": "", "src": AUDIO}
    assert caption.text_content() == "A talk"
    assert reader.item()["attachments"] == [{"url": AUDIO, "mime_type": "audio/mpeg"}]
    for form in ("rss", "atom"):
        (enclosure,) = reader.seen("rss" if form == "rss" else "atom").enclosures
        assert (enclosure.href, enclosure.type) == (AUDIO, "audio/mpeg")


@pytest.mark.parametrize(
    "shortcode",
    [
        pytest.param(f'[audio src="{AUDIO}"]', id="audio"),
        pytest.param('[video src="https://media.example/tide.mp4" width="640" height="360"]', id="video"),
    ],
)
def test_the_player_of_a_shortcode_is_one_recording(
    wordpress: WordPress, reader: Reader, shortcode: str
) -> None:
    body = pulled(wordpress, reader, f"<p>Listen.</p>\n\n{shortcode}")
    assert "controls" in body
    assert len(reader.item()["attachments"]) == 1


@pytest.mark.parametrize(
    "shortcode",
    [
        pytest.param(f'[audio src="{AUDIO}"]', id="audio"),
        pytest.param('[video src="https://media.example/tide.mp4" width="640" height="360"]', id="video"),
    ],
)
def test_a_player_in_another_post_changes_no_post(
    wordpress: WordPress, reader: Reader, shortcode: str
) -> None:
    """WordPress numbers the players of one answer in their addresses: ?_=1, ?_=2."""
    for number in range(3):
        moment = START + timedelta(hours=number)
        wordpress.create_post(f"Talk {number}", f"<p>Number {number}.</p>\n\n{shortcode}", date_gmt=moment)
    assert reader.pull().new == 3
    before = {item["title"]: item for item in reader.items()}
    wordpress.create_post("Talk 3", f"<p>New.</p>\n\n{shortcode}", date_gmt=START + timedelta(days=1))
    report = reader.pull(full=True)
    assert (report.new, report.changed) == (1, 0)
    assert {item["title"]: item for item in reader.items() if item["title"] != "Talk 3"} == before


def test_the_fields_of_a_podcast_plug_in_are_told(wordpress: WordPress, reader: Reader) -> None:
    plugins = wordpress.path / "wp-content" / "mu-plugins"
    plugins.mkdir(exist_ok=True)
    plugin = plugins / "podcast.php"
    plugin.write_text(
        "<?php add_action('init', function () { foreach (['audio_file' => true, 'enclosure' => false] as "
        "$name => $single) { register_post_meta('post', $name, ['type' => 'string', 'single' => $single, "
        "'show_in_rest' => true]); } });"
    )
    try:
        post_id = wordpress.create_post("Talk", "<p>A talk.</p>", date_gmt=START)
        wordpress.eval(
            f"add_post_meta({post_id}, 'audio_file', '{AUDIO}');"
            f"add_post_meta({post_id}, 'enclosure', \"https://media.example/a.mp3\\n900\\naudio/mpeg\\n\");"
            f"add_post_meta({post_id}, 'enclosure', \"https://media.example/a.mp4\\n901\\nvideo/mp4\\n\");"
            "return 1;"
        )
        reader.pull()
    finally:
        plugin.unlink()
    assert reader.item()["attachments"] == [
        {"url": AUDIO, "mime_type": "audio/mpeg"},
        {"url": "https://media.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 900},
        {"url": "https://media.example/a.mp4", "mime_type": "video/mp4", "size_in_bytes": 901},
    ]


# Embeds and notes


def test_an_embed_that_wordpress_could_not_ask_for_is_a_link(wordpress: WordPress, reader: Reader) -> None:
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    body = pulled(
        wordpress,
        reader,
        f'<!-- wp:embed {{"url":"{video}","type":"video","providerNameSlug":"youtube"}} -->\n'
        '<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube"><div '
        f'class="wp-block-embed__wrapper">\n{video}\n</div><figcaption class="wp-element-caption">A film'
        "</figcaption></figure>\n<!-- /wp:embed -->",
    )
    (link,) = tree(body).iter("a")
    assert (link.get("href"), link.text_content()) == (video, video)
    assert [one.text_content() for one in tree(body).iter("figcaption")] == ["A film"]
    assert "wp-block" not in body
    assert "attachments" not in reader.item()


def test_footnotes_stay_with_their_marks(wordpress: WordPress, reader: Reader) -> None:
    note = "b1f9c3a0-0001"
    body = pulled(
        wordpress,
        reader,
        "<!-- wp:paragraph -->\n<p>The tide<sup data-fn="
        f'"{note}" class="fn"><a href="#{note}" id="{note}-link">1</a></sup> turns.</p>'
        "\n<!-- /wp:paragraph -->\n<!-- wp:html -->\n"
        f'<ol class="wp-block-footnotes"><li id="{note}">By the almanac. '
        f'<a href="#{note}-link" aria-label="Jump to footnote reference 1">↩︎</a></li></ol>'
        "\n<!-- /wp:html -->",
    )
    assert tree(body).text_content().split() == ["The", "tide1", "turns.", "By", "the", "almanac.", "↩︎"]
    assert [one.tag for one in tree(body)] == ["p", "ol"]
    assert len(list(tree(body).iter("sup"))) == 1


def test_a_picture_whose_name_is_not_latin_has_a_valid_address_in_every_feed(
    wordpress: WordPress, reader: Reader
) -> None:
    media_id, url = wordpress.upload_picture("ท่าเรือ.jpg", 400, 300)
    post_id = wordpress.create_post("Harbour", "<p>The ferry.</p>", date_gmt=START)
    feature(wordpress, post_id, media_id)
    reader.pull()
    assert reader.item()["image"] == quote(url, safe="/:%")
    assert reader.item()["image"].isascii()
    for form in ("rss", "atom"):
        (told,) = reader.seen("rss" if form == "rss" else "atom").media_content
        assert told["url"] == reader.item()["image"]
