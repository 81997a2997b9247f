"""Players whose recording only a script knows: the picture of the film, or a link, leads to the post."""

import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

_BACKGROUND = regex.compile(r"(?:^|[\s_-])(?:bg|background)(?:[\s_-]|$)", regex.IGNORECASE)


def show_unplayable(root: HtmlElement, base: str) -> None:
    """Put a link to the post, at `base`, before each player without a recording of the web."""
    for player in root.iter("audio", "video"):
        if player.get("src") or any(source.get("src") for source in player.iter("source", "img", "iframe")):
            continue
        if next(player.iter("a"), None) is not None or _BACKGROUND.search(player.get("class", "")):
            continue
        if next(player.iterancestors("a"), None) is not None:
            continue
        link = lxml_html.Element("a", href=base)
        if poster := player.get("poster", "").strip():
            link.append(lxml_html.Element("img", src=poster, alt=player.get("title", "")))
        elif not player.text_content().strip():
            link.text = player.get("title", "").strip() or base
        else:
            continue
        player.addprevious(link)
