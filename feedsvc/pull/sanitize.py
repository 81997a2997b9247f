"""The HTML policy: which tags, attributes and addresses a body may have, and how it is brought there.

Three steps. nh3 (html5ever) takes out what is dangerous; our tidy-up makes addresses absolute, promotes
lazy images, turns frames into links and limits the depth; bleach, last, holds the same allow-list. No
step puts a value into an attribute after bleach. bleach gets no more fixes, so nothing rests on it alone.
"""

from html import escape
from itertools import islice
from urllib.parse import urljoin, urlsplit

import bleach
import nh3
import regex
from lxml import html as lxml_html
from lxml.html import HtmlElement

from feedsvc.text import legal

MAX_LENGTH = 500_000
"""Characters of a body that are read; the rest of a longer one is left out, and a note says so."""

MAX_MARKUP = 10_000
"""Tags and entities that are read: parsers take time with the square of some of them."""

MAX_DEPTH = 60
"""Elements within elements; deeper ones are dissolved into their parents."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

TAGS = frozenset(
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main "
    "mark nav ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup table "
    "tbody td tfoot th thead time tr track u ul var video wbr".split()
)

_BLOCKS_TO_DISSOLVE = frozenset("center fieldset legend dialog hgroup menu dir search".split())
_EVERYWHERE = frozenset({"dir", "lang", "title"})
_SIZE = frozenset({"width", "height"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "hreflang"}),
    "audio": frozenset({"src", "controls"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "img": frozenset({"src", "srcset", "sizes", "alt"}) | _SIZE,
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed", "type"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "srcset", "sizes", "type", "media"}),
    "td": frozenset({"colspan", "rowspan", "headers", "align"}),
    "th": frozenset({"colspan", "rowspan", "headers", "align", "scope", "abbr"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"src", "kind", "srclang", "label"}),
    "video": frozenset({"src", "poster", "controls"}) | _SIZE,
}

_ADDRESSES = ("href", "src", "poster", "cite")
_LAZY = ("data-src", "data-lazy-src", "data-original")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
# What the tidy-up has to see, and takes out itself.
_FOR_THE_TIDY_UP = {"img": {*_LAZY, *_LAZY_SETS}, "source": set(_LAZY_SETS), "iframe": {"src", "title"}}
_WITH_CONTENT = {"script", "style", "noscript", "template", "form", "object", "svg", "math", "title"}
# A comma and white space, or a comma behind a descriptor: an address may hold commas of its own.
_CANDIDATE_END = regex.compile(r",\s+|(?<=\s[\d.]+[wxh]),")
_FOR_THE_THEME = frozenset({"screen-reader-text", "more-link"})
_CUT_NOTE = "<p>[…]</p>"


def sanitize(markup: str, base: str) -> str:
    """Give the body `markup` as HTML that is safe and reads without a theme.

    Addresses are made absolute against `base`, the post's own link. The result is well-formed.
    """
    markup = legal(markup)
    if not markup.strip():
        return ""
    kept = _cut(markup)
    if kept != markup:
        markup = kept + _CUT_NOTE
    safe = nh3.clean(
        markup,
        tags={*TAGS, *_BLOCKS_TO_DISSOLVE, "iframe"},
        clean_content_tags=_WITH_CONTENT,
        attributes={
            "*": {*_EVERYWHERE, "class"},
            **{tag: {*names, *_FOR_THE_TIDY_UP.get(tag, ())} for tag, names in ATTRIBUTES.items()},
            "iframe": _FOR_THE_TIDY_UP["iframe"],
        },
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    # Once more: an entity such as &#xFFFE; has become the character by now.
    last = bleach.Cleaner(tags=TAGS, attributes=_is_allowed, protocols=SCHEMES, strip=True)
    # bleach escapes the entities of a value in single quotes twice.
    last.serializer.use_best_quote_char = False
    return legal(last.clean(_tidy(legal(safe), base))).strip()


def _cut(markup: str) -> str:
    """Give the beginning of a body that is within our limits, not ending within a tag."""
    marks = regex.finditer(r"[<&]", markup)
    too_much = next(islice(marks, MAX_MARKUP, None), None)
    end = min(MAX_LENGTH, too_much.start() if too_much else MAX_LENGTH)
    if end >= len(markup):
        return markup
    kept = markup[:end]
    return kept if kept.rfind("<") <= kept.rfind(">") else kept.rsplit("<", 1)[0]


def _is_allowed(tag: str, name: str, _value: str) -> bool:
    return name in _EVERYWHERE or name in ATTRIBUTES.get(tag, ())


def _tidy(markup: str, base: str) -> str:
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True)
    root = lxml_html.fragment_fromstring(markup, create_parent="div", parser=parser)
    _limit_depth(root)
    for element in list(root.iterdescendants()):
        if not _FOR_THE_THEME.isdisjoint(element.get("class", "").split()):
            element.drop_tree()
        elif element.tag == "iframe":
            _frame_to_link(element, base)
        else:
            if element.tag in _BLOCKS_TO_DISSOLVE:
                element.tag = "div"
            if element.tag in ("img", "source"):
                _promote_lazy(element)
            _make_absolute(element, base)
            element.attrib.pop("class", None)
            if element.tag == "img" and not element.get("src"):
                element.drop_tree()
            elif element.tag == "span" and not element.attrib:
                element.drop_tag()
    inside = [escape(root.text or "", quote=False)]
    inside += [lxml_html.tostring(child, encoding="unicode") for child in root]
    return "".join(inside)


def _limit_depth(root: HtmlElement) -> None:
    depths = {root: 0}
    for element in list(root.iterdescendants()):
        parent = element.getparent()
        depths[element] = depths[parent] + 1
        if depths[element] > MAX_DEPTH:
            depths[element] = MAX_DEPTH
            element.drop_tag()


def _frame_to_link(frame: HtmlElement, base: str) -> None:
    source = frame.get("src", "").strip()
    if source and (address := _absolute(source, base)):
        link = lxml_html.Element("a", href=address)
        link.text = frame.get("title") or address
        frame.addprevious(link)
    frame.drop_tree()


def _promote_lazy(image: HtmlElement) -> None:
    for names, target in ((_LAZY, "src"), (_LAZY_SETS, "srcset")):
        for name in names:
            if value := image.attrib.pop(name, ""):
                image.set(target, value)


def _make_absolute(element: HtmlElement, base: str) -> None:
    for name in _ADDRESSES:
        if name in element.attrib:
            value = element.get(name, "").strip()
            _set(element, name, _absolute(value, base) if value or name == "href" else "")
    if "srcset" in element.attrib:
        _set(element, "srcset", _absolute_set(element.get("srcset", ""), base))


def _set(element: HtmlElement, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    else:
        del element.attrib[name]


def _absolute(address: str, base: str) -> str:
    """Give `address` whole, or nothing when its scheme is not allowed or it is none."""
    try:
        address = address.strip()
        whole = address if urlsplit(address).scheme else urljoin(base, address)
        parts = urlsplit(whole)
    except ValueError:
        return ""
    usable = parts.scheme in SCHEMES and (parts.netloc or parts.scheme in ("mailto", "tel"))
    return whole if usable else ""


def _absolute_set(candidates: str, base: str) -> str:
    """Give a srcset with whole addresses (HTML, 'srcset attributes': candidates end at a comma)."""
    whole = []
    for candidate in _CANDIDATE_END.split(candidates):
        address, _, descriptor = candidate.strip().strip(",").partition(" ")
        if address and (made := _absolute(address, base)):
            whole.append(f"{made} {descriptor.strip()}".strip())
    return ", ".join(whole)
