"""A body as WordPress gave it → one within the policy (policy.py), safe and readable without a theme.

Three steps. nh3 (html5ever) takes out what is dangerous, and is fast on hostile input; tidy.py puts the
tree in order; bleach, last, holds the same policy. No step puts a value into an attribute after bleach.
bleach gets no more fixes, so nothing rests on it alone.

What parsers read in different ways is what attacks are made of. So a cleaned body goes through nh3 and
tidy.py once more, and is done only when that changes nothing.
"""

import re
from html import escape
from itertools import islice

import bleach
import nh3
import regex
from lxml import etree
from lxml import html as lxml_html

from feedsvc.clean import embeds, lazy, policy
from feedsvc.clean.formulas import write_formulas
from feedsvc.clean.shortcodes import build_caption_figures
from feedsvc.clean.tidy import tidy_body
from feedsvc.model import Image
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.text.html import extract_visible_text

_CUT_NOTE = "<p>[…]</p>"
_MAX_ROUNDS = 4
# tidy.py reads these and drops them.
_ATTRIBUTES_FOR_TIDY = set(
    "class id style hidden role type aria-controls aria-expanded aria-haspopup aria-hidden aria-labelledby "
    "aria-selected".split()
)


def _list_attributes_by_tag() -> dict[str, set[str]]:
    """Return the attributes that nh3 keeps, by tag: the policy's, and those that tidy.py reads."""
    attributes = {"*": {*policy.EVERYWHERE, *_ATTRIBUTES_FOR_TIDY}}
    for table in (policy.ATTRIBUTES, lazy.LAZY_ATTRIBUTES, embeds.EMBED_ATTRIBUTES):
        for tag, names in table.items():
            attributes.setdefault(tag, set()).update(names)
    return attributes


def _make_nh3_cleaner(prefixes: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*policy.TAGS, *policy.DISSOLVED, *policy.CONTROLS, *policy.OF_OLD},
        clean_content_tags=set(policy.WITH_CONTENT),
        attributes=_list_attributes_by_tag(),
        generic_attribute_prefixes=prefixes,
        url_schemes=set(policy.SCHEMES),
        link_rel=None,
    )


_nh3_cleaner = _make_nh3_cleaner({"data-"})
_nh3_cleaner_without_data = _make_nh3_cleaner(set())
_DATA_NAME = re.compile(r"data-[\w-]{1,40}")
_bleach_cleaner = bleach.Cleaner(
    tags=policy.TAGS, attributes=policy.is_allowed, protocols=policy.SCHEMES, strip=True
)
# bleach escapes the entities of a value in single quotes twice.
_bleach_cleaner.serializer.use_best_quote_char = False


def sanitize(markup: str, base: str, picture: Image | None = None) -> str:
    """Return the body `markup` as HTML that is safe and reads without a theme.

    Addresses are made absolute against `base`, the post's own link. `picture` is shown on top unless
    the body shows it already. The result is well-formed, and stays as it is when it is cleaned again.
    """
    markup = remove_illegal_characters(markup)
    beginning = _cut_to_limits(markup)
    cleaned = _clean_until_stable(beginning, base, picture)
    return cleaned if beginning == markup else cleaned + _CUT_NOTE


def extract_cleaned_text(markup: str, base: str) -> str:
    """Return the visible text of `markup`, without what a theme or a machine would not show either."""
    return extract_visible_text(_clean_once(_cut_to_limits(remove_illegal_characters(markup)), base))


def _clean_until_stable(markup: str, base: str, picture: Image | None) -> str:
    tidied = _clean_once(markup, base, picture)
    for _ in range(_MAX_ROUNDS):
        cleaned = remove_illegal_characters(_bleach_cleaner.clean(tidied)).strip()
        again = _clean_once(cleaned, base)
        if again == tidied:
            return cleaned
        tidied = again
    # Markup on which the parsers do not come to agree is nobody's text.
    lines = extract_visible_text(tidied).split("\n")
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def _clean_once(markup: str, base: str, picture: Image | None = None) -> str:
    """Return `markup` as nh3 and tidy.py make it."""
    # Once more legal: an entity such as &#xFFFE; has become the character by now.
    opened = lazy.open_noscript(build_caption_figures(write_formulas(markup)))
    # Parsers take time with the square of the attributes of one element.
    has_many = opened.count("data-") > policy.MAX_DATA_NAMES
    has_many = has_many and len(set(_DATA_NAME.findall(opened))) > policy.MAX_DATA_NAMES
    cleaner = _nh3_cleaner_without_data if has_many else _nh3_cleaner
    safe = remove_illegal_characters(cleaner.clean(opened))
    root = lxml_html.fragment_fromstring(safe, create_parent="div", parser=_make_parser())
    tidy_body(root, safe, base, picture)
    parts = [escape(root.text or "", quote=False)]
    parts += [lxml_html.tostring(child, encoding="unicode") for child in root]
    return "".join(parts).strip()


def _make_parser() -> etree.HTMLParser:
    """Return a parser whose elements are of one class; lxml.html's asks Python which for each of them."""
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement))
    return parser


def _cut_to_limits(markup: str) -> str:
    """Return the beginning of a body that is within our limits, not ending within a tag."""
    tags_and_entities = regex.finditer(r"[<&]", markup)
    first_too_many = next(islice(tags_and_entities, policy.MAX_MARKUP, None), None)
    end = min(policy.MAX_LENGTH, first_too_many.start() if first_too_many else policy.MAX_LENGTH)
    if end >= len(markup):
        return markup
    beginning = markup[:end]
    ends_within_tag = beginning.rfind("<") > beginning.rfind(">")
    return beginning.rsplit("<", 1)[0] if ends_within_tag else beginning
