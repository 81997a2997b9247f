"""One JSON object of the REST API → one post or term. WordPress's quirks live here."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from feedsvc.errors import PostError
from feedsvc.model import Image, SourcePost, Taxonomy, Term
from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters
from feedsvc.text.html import to_plain_text
from feedsvc.text.language import parse_language_tag
from feedsvc.text.shorten import shorten
from feedsvc.text.web_address import parse_web_address
from feedsvc.wordpress.json_values import is_id, to_list, to_mapping
from feedsvc.wordpress.media import enclosures_from_meta, parse_featured_id, parse_featured_image

_CLASS_PREFIXES: dict[Taxonomy, str] = {"category": "category-", "tag": "tag-"}
_FIELDS: dict[Taxonomy, str] = {"category": "categories", "tag": "tags"}
# Nobody writes more, and each feed would carry it.
_MAX_LENGTH = 5000
_MAX_NAME_LENGTH = 200
MAX_TERMS_OF_POST = 200
"""Categories, and tags, of one post that count. Few give more than thirty; plug-ins that make tags of the
words of a text give some hundreds."""

_NO_IMAGES: Mapping[int, Image] = MappingProxyType({})
_NO_MARKUP = str.maketrans("", "", "<>")  # no slug has them, and one may be shown for a name
_TAXONOMIES: dict[str, Taxonomy] = {"category": "category", "post_tag": "tag"}


def parse_post(data: Mapping[str, Any], images: Mapping[int, Image] = _NO_IMAGES) -> SourcePost | None:
    """Return the post in `data`, or None when it is not for the public: protected, private, a draft.

    `images` are pictures by their ids, for a post that names the id of its own without embedding it.
    `content` and `excerpt` stay as WordPress gave them, but for characters that are illegal in XML.
    Raises PostError when it has no id or no date.
    """
    post_id = data.get("id")
    if not is_id(post_id):
        raise PostError("a post without an id")
    content = data.get("content")
    protected = isinstance(content, Mapping) and content.get("protected") is True
    if protected or data.get("status", "publish") != "publish":
        return None
    published = _parse_date(data, "date")
    if published is None:
        raise PostError(f"post {post_id} has no date: its date_gmt is none")
    link = parse_web_address(data.get("link"))
    guid = to_plain_text(_get_rendered(data.get("guid"))[:_MAX_LENGTH])
    guid = guid if 0 < len(guid) < _MAX_LENGTH else link
    link = link or parse_web_address(guid)
    if not link:
        raise PostError(f"post {post_id} has no address: its link is none")
    author = data.get("author")
    return SourcePost(
        id=post_id,
        guid=guid,
        link=link,
        title=_get_rendered(data.get("title"))[:_MAX_LENGTH],
        content=_get_rendered(content),
        excerpt=_get_rendered(data.get("excerpt")),
        published=published,
        modified=parse_modified(data) or published,
        categories=_parse_ids(data.get("categories"))[:MAX_TERMS_OF_POST],
        tags=_parse_ids(data.get("tags"))[:MAX_TERMS_OF_POST],
        authors=(author,) if is_id(author) else (),
        image=images.get(parse_featured_id(data) or 0) or parse_featured_image(data),
        enclosures=enclosures_from_meta(data),
        language=_parse_language(data),
    )


def parse_term(taxonomy: Taxonomy, data: Mapping[str, Any]) -> Term | None:
    """Return the category, tag or author in `data`, or None when it has no id (an error object)."""
    term_id, parent = data.get("id"), data.get("parent")
    if not is_id(term_id):
        return None
    slug = _parse_slug(data.get("slug"))
    name = shorten(to_plain_text(str(data.get("name") or "")[:_MAX_LENGTH]), _MAX_NAME_LENGTH)
    return Term(
        taxonomy,
        term_id,
        slug or str(term_id),
        name or slug,
        parent if is_id(parent) else 0 if "parent" in data else None,
    )


def parse_terms(taxonomy: Taxonomy, items: Iterable[Mapping[str, Any]]) -> list[Term]:
    """Return the terms in `items`, without the items that are none."""
    return [term for item in items if (term := parse_term(taxonomy, item))]


def describe_cut_terms(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield, in plain words, of what a post has more than MAX_TERMS_OF_POST."""
    for name in _FIELDS.values():
        if (number := len(_parse_ids(data.get(name)))) > MAX_TERMS_OF_POST:
            yield f"post {data.get('id')} has {number} {name}: the first {MAX_TERMS_OF_POST} count"
    embedded_count = sum(1 for _ in _iter_embedded_terms(to_mapping(data.get("_embedded"))))
    if embedded_count > len(_FIELDS) * MAX_TERMS_OF_POST:
        yield f"post {data.get('id')} brings {embedded_count} terms: only those that it has count"


def parse_own_terms(data: Mapping[str, Any]) -> Iterator[Term]:
    """Yield the terms that a post itself says something of: embedded ones with names, else slugs.

    Of those that are embedded beyond what the post has, none is told.

    `class_list` (WordPress 6.7, a list or an object) names the categories in the order in which
    `categories` has their ids, since both come from get_the_terms(); they are paired when their
    numbers agree. A slug that is not Latin stands there as the bare id and tells nothing.
    """
    ids_by_taxonomy: dict[Taxonomy, tuple[int, ...]] = {
        "author": _parse_ids([data.get("author")]),
        **{taxonomy: _parse_ids(data.get(name))[:MAX_TERMS_OF_POST] for taxonomy, name in _FIELDS.items()},
    }
    own_ids = {taxonomy: frozenset(ids) for taxonomy, ids in ids_by_taxonomy.items()}
    named: set[tuple[Taxonomy, int]] = set()
    for taxonomy, item in _iter_embedded_terms(to_mapping(data.get("_embedded"))):
        # Before it is parsed: there may be thousands that the post does not have.
        is_own = is_id(item.get("id")) and item["id"] in own_ids[taxonomy]
        if is_own and (term := parse_term(taxonomy, item)):
            named.add((term.taxonomy, term.id))
            yield term
    for taxonomy, prefix in _CLASS_PREFIXES.items():
        ids = ids_by_taxonomy[taxonomy]
        slugs = [name.removeprefix(prefix) for name in _list_classes(data) if name.startswith(prefix)]
        if len(ids) == len(slugs):
            for term_id, slug in zip(ids, slugs, strict=True):
                if (taxonomy, term_id) not in named:
                    yield Term(taxonomy, term_id, _parse_slug(slug) or str(term_id), parent=None)


def parse_modified(data: Mapping[str, Any]) -> datetime | None:
    """Return when (UTC) `data`, a post or its head, was last modified, or None when it does not say."""
    return _parse_date(data, "modified")


def parse_site_url(data: Mapping[str, Any]) -> str | None:
    """Return the address of the site that `data`, a post, came from, or None when it does not say."""
    links = to_mapping(data.get("_links"))
    for relation in ("collection", "self"):
        for link in to_list(links.get(relation)):
            href = parse_web_address(link.get("href")) if isinstance(link, Mapping) else ""
            for mark in ("wp-json/", "index.php?rest_route=", "?rest_route="):
                if mark in href:
                    return href.split(mark)[0]
    parts = urlsplit(parse_web_address(data.get("link")))
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else None


def _iter_embedded_terms(embedded: Mapping[str, Any]) -> Iterator[tuple[Taxonomy, Mapping[str, Any]]]:
    for group in to_list(embedded.get("wp:term")):
        for item in to_list(group):
            if isinstance(item, Mapping) and (taxonomy := _TAXONOMIES.get(str(item.get("taxonomy")))):
                yield taxonomy, item
    for item in to_list(embedded.get("author")):
        if isinstance(item, Mapping):
            yield "author", item


def _list_classes(data: Mapping[str, Any]) -> list[str]:
    return [str(item) for item in to_list(data.get("class_list"))]


def _get_rendered(value: Any) -> str:
    """Return the text of {"rendered": …}, or of a bare string as some plug-ins leave it."""
    if isinstance(value, Mapping):
        value = value.get("rendered")
    return remove_illegal_characters(value) if isinstance(value, str) else ""


def _parse_date(data: Mapping[str, Any], name: str) -> datetime | None:
    """Return a date in UTC: from `…_gmt`, which is UTC without saying so, else from the local one."""
    for key in (f"{name}_gmt", name):
        try:
            moment = datetime.fromisoformat(str(data.get(key) or ""))
        except ValueError:
            continue
        if 1 < moment.year < 9999:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _parse_ids(value: Any) -> tuple[int, ...]:
    ids = [item for item in to_list(value) if is_id(item)]
    return tuple(dict.fromkeys(ids))


def _parse_language(data: Mapping[str, Any]) -> str:
    """Return the language of a post: Polylang tells it as `lang`, WPML as `wpml_current_locale`."""
    return parse_language_tag(data.get("lang")) or parse_language_tag(data.get("wpml_current_locale"))


def _parse_slug(value: Any) -> str:
    """Return a slug as people read it: WordPress percent-encodes what is not Latin."""
    text = collapse_whitespace(
        remove_illegal_characters(str(value or "")[:_MAX_LENGTH]).translate(_NO_MARKUP)
    )
    decoded = unquote(text)
    return text if "\ufffd" in decoded else collapse_whitespace(remove_illegal_characters(decoded)).lower()
