"""A body as WordPress gave it → one within the policy (policy.py), safe and readable without a theme.

Three steps. nh3 (html5ever) takes out what is dangerous; tidy.py puts the tree in order; bleach, last,
holds the same policy. No step puts a value into an attribute after bleach. bleach gets no more fixes, so
nothing rests on it alone.
"""

from html import escape
from itertools import islice

import bleach
import nh3
import regex
from lxml import html as lxml_html

from feedsvc.clean import embeds, lazy, policy
from feedsvc.clean.tidy import tidy
from feedsvc.model import Image
from feedsvc.text.html import legal, visible_text

_CUT_NOTE = "<p>[…]</p>"
_MOST_ROUNDS = 4
# For the tidy-up, which takes them out again.
_FOR_THE_TIDY_UP = {"class", "id", "style"}


def _attributes() -> dict[str, set[str]]:
    """Give what nh3 lets through: the policy's attributes, and those that the tidy-up reads."""
    attributes = {"*": {*policy.EVERYWHERE, *_FOR_THE_TIDY_UP}}
    for table in (policy.ATTRIBUTES, lazy.READ, embeds.READ):
        for tag, names in table.items():
            attributes.setdefault(tag, set()).update(names)
    return attributes


_first = nh3.Cleaner(
    tags={*policy.TAGS, *policy.DISSOLVED, *policy.CONTROLS},
    clean_content_tags=set(policy.WITH_CONTENT),
    attributes=_attributes(),
    url_schemes=set(policy.SCHEMES),
    link_rel=None,
)
_last = bleach.Cleaner(tags=policy.TAGS, attributes=policy.is_allowed, protocols=policy.SCHEMES, strip=True)
# bleach escapes the entities of a value in single quotes twice.
_last.serializer.use_best_quote_char = False


def sanitize(markup: str, base: str, picture: Image | None = None) -> str:
    """Give the body `markup` as HTML that is safe and reads without a theme.

    Addresses are made absolute against `base`, the post's own link. `picture` is shown on top unless
    the body shows it already. The result is well-formed, and stays as it is when it is cleaned again.
    """
    markup = legal(markup)
    kept = _cut(markup)
    whole = _settled(kept, base, picture)
    return whole if kept == markup else whole + _CUT_NOTE


def text_of(markup: str, base: str) -> str:
    """Give the visible text of `markup`, without what a theme or a machine would not show either."""
    return visible_text(_tidied(_cut(legal(markup)), base))


def _settled(markup: str, base: str, picture: Image | None) -> str:
    tidied = _tidied(markup, base, picture)
    for _ in range(_MOST_ROUNDS):
        cleaned = legal(_last.clean(tidied)).strip()
        again = _tidied(cleaned, base)
        if again == tidied:
            return cleaned
        tidied = again
    # Markup on which the parsers do not come to agree is nobody's text.
    lines = visible_text(tidied).split("\n")
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def _tidied(markup: str, base: str, picture: Image | None = None) -> str:
    # Once more legal: an entity such as &#xFFFE; has become the character by now.
    safe = legal(_first.clean(lazy.open_noscript(markup)))
    root = lxml_html.fragment_fromstring(
        safe, create_parent="div", parser=lxml_html.HTMLParser(huge_tree=True, remove_comments=True)
    )
    tidy(root, base, picture)
    inside = [escape(root.text or "", quote=False)]
    inside += [lxml_html.tostring(child, encoding="unicode") for child in root]
    return "".join(inside).strip()


def _cut(markup: str) -> str:
    """Give the beginning of a body that is within our limits, not ending within a tag."""
    marks = regex.finditer(r"[<&]", markup)
    too_much = next(islice(marks, policy.MAX_MARKUP, None), None)
    end = min(policy.MAX_LENGTH, too_much.start() if too_much else policy.MAX_LENGTH)
    if end >= len(markup):
        return markup
    kept = markup[:end]
    return kept if kept.rfind("<") <= kept.rfind(">") else kept.rsplit("<", 1)[0]
