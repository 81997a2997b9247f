"""Where a feed is opened with one click: the addresses by which readers take one. Pure."""

from urllib.parse import quote


def list_reader_links(feed_url: str) -> list[tuple[str, str]]:
    """Return the readers that take a feed by an address of theirs: what to call each, and that address."""
    encoded = quote(feed_url, safe="")
    return [
        ("The reader on this device", f"feed:{feed_url}"),
        ("Feedly", f"https://feedly.com/i/subscription/feed%2F{encoded}"),
        ("Inoreader", f"https://www.inoreader.com/?add_feed={encoded}"),
        ("NewsBlur", f"https://www.newsblur.com/?url={encoded}"),
    ]
