"""A post as WordPress gave it → a post fit to publish: the order of the stages."""

from feedsvc.clean.excerpts import drop_read_on_link, summarize
from feedsvc.clean.media import find_recordings
from feedsvc.clean.sanitize import extract_cleaned_text, sanitize
from feedsvc.clean.shortcodes import strip_shortcodes
from feedsvc.model import Post, SourcePost
from feedsvc.text.html import extract_visible_text, to_plain_text
from feedsvc.text.shorten import shorten

_MAX_TITLE_LENGTH = 500
_MADE_TITLE_LENGTH = 80
"""Of a title that is made of the text, where a post has none."""
_MAX_EXCERPT_LENGTH = 20_000


def clean_post(source: SourcePost) -> Post:
    """Return the post to store, made of `source`.

    First the HTML is sanitised, then its text is read, and only then are texts compared: noise in the
    markup must not hide that two texts are one.
    """
    content = sanitize(source.content, source.link, source.image)
    text = extract_visible_text(content)
    own_excerpt = drop_read_on_link(source.excerpt[:_MAX_EXCERPT_LENGTH], source.link)
    excerpt = extract_cleaned_text(own_excerpt, source.link)
    summary = summarize(excerpt, text, source.content[:_MAX_EXCERPT_LENGTH])
    title = (
        shorten(strip_shortcodes(to_plain_text(source.title)), _MAX_TITLE_LENGTH)
        or shorten(text or summary, _MADE_TITLE_LENGTH)
        or source.link
    )
    return Post(
        id=source.id,
        guid=source.guid,
        link=source.link,
        title=title,
        summary=summary,
        content=content,
        published=source.published,
        modified=source.modified,
        categories=source.categories,
        tags=source.tags,
        authors=source.authors,
        image=source.image,
        enclosures=source.enclosures or find_recordings(content),
        language=source.language,
    )
