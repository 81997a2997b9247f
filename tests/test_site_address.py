"""The address of a site: the one form that it is brought to, and what is refused since it is a part."""

import re

import pytest

from feedsvc.site_address import (
    find_part_of_page,
    find_part_of_route,
    find_rest_of_home,
    parse_site_address,
)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", "https://example.com/"),
        (" https://example.com/news/ ", "https://example.com/news/"),
        ("example.com", "https://example.com/"),
        ("example.com/news/", "https://example.com/news/"),
        ("www.Example.com:8443/x", "https://www.Example.com:8443/x"),
        ("ข่าว.example", "https://ข่าว.example/"),
        ("localhost:8080", "http://localhost:8080/"),
        ("127.0.0.1:8080/news/", "http://127.0.0.1:8080/news/"),
        ("https://example.com/wp-json/", "https://example.com/wp-json/"),
        ("https://example.com/wp-json/wp/v2", "https://example.com/wp-json/wp/v2"),
        ("https://example.com/wp-json/wp/v2/posts", "https://example.com/wp-json/wp/v2/posts"),
        (
            "https://example.com/wp-json/wp/v2/posts?per_page=100&_embed&page=2&_fields=id&order=asc",
            "https://example.com/wp-json/wp/v2/posts?per_page=100&_embed&page=2&_fields=id&order=asc",
        ),
        ("https://example.com/wp-json/wp/v2/posts/7", "https://example.com/wp-json/wp/v2/posts/7"),
        ("https://example.com/?rest_route=/", "https://example.com/?rest_route=/"),
        ("https://example.com/index.php?rest_route=/wp/v2/posts", None),
        ("https://example.com/?p=7", "https://example.com/?p=7"),
        ("https://example.com/feed/", "https://example.com/feed/"),
        ("https://example.com/?feed=rss2", "https://example.com/?feed=rss2"),
        ("https://example.com/2025/03/hello/", "https://example.com/2025/03/hello/"),
        ("https://example.com/2025/", "https://example.com/2025/"),
        ("https://example.com/?utm_source=x&fbclid=y", "https://example.com/?utm_source=x&fbclid=y"),
        ("https://example.com/tag/", "https://example.com/tag/"),
        ("https://example.com/categories/x/", "https://example.com/categories/x/"),
    ],
)
def test_an_address_of_a_site_is_brought_to_one_form(text: str, url: str | None) -> None:
    assert parse_site_address(text) == (url or text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "https://example.com/wp-json/wp/v2/press-release",
            "'press-release' is no list of posts, and another post type can't be asked for yet: write "
            "https://example.com/ for the posts",
        ),
        ("https://example.com/news/wp-json/wp/v2/pages", "write https://example.com/news/ for the posts"),
        ("https://example.com/?rest_route=/wp/v2/media", "write https://example.com/ for the posts"),
        ("https://example.com/x/index.php?rest_route=%2Fwp%2Fv2%2Fmedia", "write https://example.com/x/"),
        ("https://example.com/wp-json/oembed/1.0", "lists no posts: write https://example.com/ for those"),
        (
            "https://example.com/wp-json/wp/v2/posts?categories=5",
            "'categories=5' asks for a part of the site, which is read whole: write https://example.com/, "
            "and ask its feeds for ?category=5",
        ),
        ("https://example.com/wp-json/wp/v2/categories/5", "ask its feeds for ?category=5"),
        ("https://example.com/wp-json/wp/v2/users/7/", "ask its feeds for ?author=7"),
        ("https://example.com/wp-json/wp/v2/posts?tags=1,2", "ask its feeds for ?tag=1,2"),
        ("https://example.com/wp-json/wp/v2/posts?search=solar", "ask its feeds for ?topic=solar"),
        ("https://example.com/wp-json/wp/v2/posts?lang=de", "can't be asked for yet: write https://example.com/"),
        ("https://example.com/wp-json/wp/v2/posts?sticky=true", "'sticky=true' asks for a part"),
        ("https://example.com/?rest_route=/wp/v2/posts&author=3", "ask its feeds for ?author=3"),
        (
            "https://example.com/category/energy/",
            "'category/energy' asks for a part of the site, which is read whole: write https://example.com/"
            ", and ask its feeds for ?category=energy",
        ),
        ("https://example.com/category/energy", "ask its feeds for ?category=energy"),
        ("https://example.com/news/category/energy/solar/", "/news/, and ask its feeds for ?category=so"),
        ("https://example.com/category/energy/feed/", "ask its feeds for ?category=energy"),
        ("https://example.com/category/energy/page/2/", "ask its feeds for ?category=energy"),
        ("https://example.com/tag/battery/feed/atom/", "ask its feeds for ?tag=battery"),
        ("https://example.com/index.php/author/zoe/", "ask its feeds for ?author=zoe"),
        ("https://example.com/category/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/", "?category=ข่าว"),
        ("https://example.com/?cat=5", "ask its feeds for ?category=5"),
        ("https://example.com/?category_name=energy&feed=rss2", "ask its feeds for ?category=energy"),
        ("https://example.com/?s=heat+pump", "ask its feeds for ?topic=…"),
        (
            "https://example.com/?lang=de",
            "'lang=de' asks for a part of the site that can't be asked for yet: write https://example.com/ "
            "for all its posts",
        ),
        ("https://example.com/?post_type=event", "can't be asked for yet"),
        ("example.com/?key=s3cret!", "'key=…' asks for a part"),
        ("https://a.example/ https://b.example/", "is no single address"),
        ("https://a.example/ https://b.example/", "for two sites; in FEEDSVC_SITES put a space"),
        ("https://a.example/\thttps://b.example/", "give --site twice"),
        ("https://a.example/,https://b.example/", "give --site twice"),
        ("https://a.example/,", "put a space between them"),
        ("https://exa mple.com/", "is no single address"),
        ("https://a.example/\u200b", "holds a character that does not show: type it anew"),
        ("nowhere", "'nowhere' is not a web address: write it whole, as in https://example.com/"),
        ("htps://a.example", "is not a web address"),
        ("http:/a.example/", "is not a web address"),
        ("//a.example/", "is not a web address"),
        ("a.example:s3cret@b.example", "is not a web address"),
        ("me:s3cret@a.example", "is not a web address"),
        ("me.x@a.example", "is not a web address"),
        ("", "is not a web address"),
        ("mailto:me@a.example", "is not a web address"),
    ],
)  # fmt: skip
def test_what_is_no_site_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        parse_site_address(text)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("route", "part"),
    [
        ("/wp/v2/posts/7", None),
        ("/wp/v2/pages/7", None),
        ("/wp/v2/categories/5", "?category=5"),
        ("/wp/v2/tags/5", "?tag=5"),
        ("/wp/v2/press-release/7", "'press-release' is no list of posts"),
    ],
)
def test_what_a_page_says_of_its_rest_route_tells_a_part(route: str, part: str | None) -> None:
    found = find_part_of_route(route, "https://example.com/")
    assert (part or "None") in str(found)


@pytest.mark.parametrize(
    ("classes", "rest", "part"),
    [
        ("home blog", "", None),
        ("single single-post postid-7", "2025/03/hello", None),
        ("page page-id-2", "about", None),
        ("blog", "news", None),
        ("archive category category-energy", "themen/energy", "'themen/energy' asks for a part"),
        ("archive date", "2025/03", "'2025/03' asks for a part"),
        ("archive post-type-archive post-type-archive-event", "events", "'event' is no list of posts"),
        ("search search-results", "search/solar", "'search/solar' asks for a part"),
        ("home blog", "de", "'de' seems to be one language"),
        ("page", "pt-br", "'pt-br' seems to be one language"),
        ("single", "ai", None),
    ],
)
def test_what_a_page_says_of_its_kind_tells_a_part(classes: str, rest: str, part: str | None) -> None:
    found = find_part_of_page(classes.split(), rest, "https://example.com/")
    assert (part or "None") in str(found)


@pytest.mark.parametrize(
    ("address", "home", "rest"),
    [
        ("https://example.com/", "https://example.com", ""),
        ("http://www.example.com/index.php", "https://example.com/", ""),
        ("https://example.com/news", "https://example.com/news/", ""),
        ("https://example.com/news/hello/", "https://example.com/news", "hello"),
        ("https://example.com/newsroom/", "https://example.com/news", None),
        ("https://example.com/feed/", "https://example.com", "feed"),
        ("https://example.com/?p=7", "https://example.com", "?p=7"),
        ("https://example.com/news/", "http://localhost/news/", None),
        ("https://example.com/", "https://example.com/news", None),
    ],
)
def test_an_address_is_the_home_or_within_or_elsewhere(address: str, home: str, rest: str | None) -> None:
    assert find_rest_of_home(address, home) == rest
