"""A body as WordPress gave it → one within the policy (policy.py), safe and readable without a theme.

Three steps. nh3 (html5ever) takes out what is dangerous, and is fast on hostile input; tidy.py puts the
tree in order; bleach, last, holds the same policy. No step puts a value into an attribute after bleach.
bleach gets no more fixes, so nothing rests on it alone.

What parsers read in different ways is what attacks are made of. So a cleaned body goes through nh3 and
tidy.py once more, and is done only when that changes nothing.
"""

import re
import threading
from functools import lru_cache
from html import escape, unescape
from itertools import islice

import bleach
import nh3
import regex
from bleach.html5lib_shim import BleachHTMLParser
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.clean import embeds, lazy, objects, players, policy
from feedsvc.clean.formulas import write_formulas
from feedsvc.clean.plugin_names import PluginNames, find_plugin_names
from feedsvc.clean.shortcodes import build_caption_figures
from feedsvc.clean.tidy import tidy_body
from feedsvc.clean.unpack import unpack_markup
from feedsvc.model import Image
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.text.html import extract_visible_text, tidy_lines

_CUT_NOTE = "<p>[…]</p>"
_MAX_ROUNDS = 4
# tidy.py reads these and drops them.
_ATTRIBUTES_FOR_TIDY = set(
    "class id style hidden role type aria-controls aria-expanded aria-haspopup aria-hidden aria-label "
    "aria-labelledby aria-selected".split()
)


def _list_attributes_by_tag() -> dict[str, set[str]]:
    """Return the attributes that nh3 keeps, by tag: the policy's, and those that tidy.py reads."""
    attributes = {"*": {*policy.EVERYWHERE, *_ATTRIBUTES_FOR_TIDY}}
    for table in (
        policy.ATTRIBUTES,
        lazy.LAZY_ATTRIBUTES,
        objects.OBJECT_ATTRIBUTES,
        embeds.EMBED_ATTRIBUTES,
    ):
        for tag, names in table.items():
            attributes.setdefault(tag, set()).update(names)
    return attributes


@lru_cache(maxsize=64)  # making one takes longer than cleaning a body, and a site uses the same names
def _make_nh3_cleaner(names: PluginNames, *, with_data: bool) -> nh3.Cleaner:
    """Return what takes out all but the policy's and what tidy.py makes something of: also `names`, and
    with `with_data` all attributes of scripts.
    """
    attributes = _list_attributes_by_tag()
    attributes["*"] |= names.attributes
    attributes |= {tag: set(players.ELEMENT_ATTRIBUTES) for tag in names.tags}
    return nh3.Cleaner(
        tags={
            *policy.TAGS,
            *policy.DISSOLVED,
            *policy.CONTROLS,
            *policy.OF_OLD,
            *objects.TAGS,
            *names.tags,
        },
        clean_content_tags=set(policy.WITH_CONTENT),
        attributes=attributes,
        generic_attribute_prefixes={"data-"} if with_data else set(),
        url_schemes=set(policy.SCHEMES),
        link_rel=None,
    )


# Most excerpts: a paragraph of text that no parser and no step of cleaning makes anything else of. Its only
# brackets are WordPress's around its dots, and it begins with a letter, so that it is not empty.
_PLAIN_PARAGRAPH = re.compile(
    r"\s*<p>(\w(?:[^<>&\[:]++|:(?!image/)|\[&hellip;\]|&(?:amp|hellip|nbsp|#038|#8[12]\d\d);)*+)</p>\s*"
)
_DATA_NAME = re.compile(r"data-[\w-]{1,40}")


class _BleachParser(BleachHTMLParser):
    """bleach's parser without its count of illegal characters, which takes a tenth of its time: they are
    gone by now, and the count would change nothing of what is parsed.
    """

    def mainLoop(self) -> None:  # noqa: N802 - html5lib's name
        """Parse what the tokenizer reads."""
        vars(self.tokenizer.stream)["_inner_stream"].reportCharacterErrors = None
        super().mainLoop()


class _OfThread(threading.local):
    """What each thread has of its own: bleach's parser keeps in itself the tree that it is at, and bodies
    of several sites are cleaned at once.
    """

    def __init__(self) -> None:
        self.cleaner = bleach.Cleaner(
            tags=policy.TAGS, attributes=policy.is_allowed, protocols=policy.SCHEMES, strip=True
        )
        self.cleaner.parser = _BleachParser(
            tags=policy.TAGS, strip=True, consume_entities=False, namespaceHTMLElements=False
        )
        # bleach escapes the entities of a value in single quotes twice.
        self.cleaner.serializer.use_best_quote_char = False


_bleach = _OfThread()


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
    markup = _cut_to_limits(remove_illegal_characters(markup))
    if plain := _PLAIN_PARAGRAPH.fullmatch(markup):
        return tidy_lines(unescape(plain[1]))
    return extract_visible_text(_clean_once(markup, base))


def _clean_until_stable(markup: str, base: str, picture: Image | None) -> str:
    tidied = _clean_once(markup, base, picture)
    for _ in range(_MAX_ROUNDS):
        cleaned = remove_illegal_characters(_bleach.cleaner.clean(tidied)).strip()
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
    markup = lazy.open_noscript(build_caption_figures(write_formulas(unpack_markup(markup))))
    # Parsers take time with the square of the attributes of one element.
    has_many = markup.count("data-") > policy.MAX_DATA_NAMES
    has_many = has_many and len(set(_DATA_NAME.findall(markup))) > policy.MAX_DATA_NAMES
    names = find_plugin_names(markup)
    cleaner = _make_nh3_cleaner(names, with_data=not has_many)
    safe = remove_illegal_characters(cleaner.clean(markup))
    scripted = any((*names, "url(" in safe, "wistia_async_" in safe))
    root = _parse_body(safe)
    tidy_body(root, safe, base, picture, scripted=scripted)
    whole = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    return whole.removeprefix("<div>").removesuffix("</div>").strip()


def _parse_body(markup: str) -> HtmlElement:
    """Return the body `markup` as the content of a `div` that stands in nothing."""
    document = lxml_html.document_fromstring(f"<html><body>{markup}</body></html>", parser=_make_parser())
    root: HtmlElement = document[-1]
    document.remove(root)
    root.tag = "div"
    if root.text and not root.text.strip():
        root.text = None
    return root


def _make_parser() -> etree.HTMLParser:
    """Return a parser whose elements are of one class; lxml.html's asks Python which for each of them."""
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement))
    return parser


def _cut_to_limits(markup: str) -> str:
    """Return the beginning of a body that is within our limits, not ending within a tag."""
    if len(markup) <= policy.MAX_LENGTH and markup.count("<") + markup.count("&") <= policy.MAX_MARKUP:
        return markup
    tags_and_entities = regex.finditer(r"[<&]", markup)
    first_too_many = next(islice(tags_and_entities, policy.MAX_MARKUP, None), None)
    end = min(policy.MAX_LENGTH, first_too_many.start() if first_too_many else policy.MAX_LENGTH)
    if end >= len(markup):
        return markup
    beginning = markup[:end]
    ends_within_tag = beginning.rfind("<") > beginning.rfind(">")
    return beginning.rsplit("<", 1)[0] if ends_within_tag else beginning
