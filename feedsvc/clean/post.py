"""A post as WordPress gave it → a post fit to publish. The order of the stages stands here."""

from feedsvc.clean.excerpts import summarize
from feedsvc.clean.media import recordings
from feedsvc.clean.sanitize import sanitize, text_of
from feedsvc.model import Post, SourcePost
from feedsvc.text.html import plain, shorten, visible_text

_TITLE_LENGTH = 80
_LONGEST_TITLE = 500
_LONGEST_EXCERPT = 20_000


def clean(source: SourcePost) -> Post:
    """Give the post to store.

    First the HTML is sanitised, then its text is read, and only then are texts compared: noise in the
    markup must not hide that two texts are one.
    """
    content = sanitize(source.content, source.link, source.image)
    text = visible_text(content)
    excerpt = text_of(source.excerpt[:_LONGEST_EXCERPT], source.link)
    summary = summarize(excerpt, text)
    title = (
        shorten(plain(source.title), _LONGEST_TITLE)
        or shorten(text or summary, _TITLE_LENGTH)
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
        author=source.author,
        image=source.image,
        enclosures=source.enclosures or recordings(content),
    )
