"""MathML and SVG → what they say: the source of a formula as code, the alternative text of a drawing.

Sanitisers and browsers read these two in different ways, which is what attacks are made of. So they become
text before the first of them reads the body, and only text comes out of here.
"""

from html import escape

import regex
from lxml import etree
from lxml import html as lxml_html

from feedsvc.text.characters import collapse_whitespace, remove_illegal_characters

_EDGE = regex.compile(r"<(/?)(math|svg)\b[^<>]*?(/?)>", regex.IGNORECASE)
_TEX_SCRIPT = regex.compile(
    r"""<script\b[^<>]*\btype\s*=\s*["']?math/tex[^<>]*>(.{0,4000}?)</script\s*>""",
    regex.IGNORECASE | regex.DOTALL,
)
_RENDERED = regex.compile(r"</(?:code|mjx-container|math|nobr)>(?:\s*</(?:span|div|nobr)>)*\s*$")
_DOUBLE = regex.compile(
    r"""<span\b[^<>]*\bclass\s*=\s*["']?[^"'<>]*\b(?:katex-html|MathJax_Preview)\b""", regex.IGNORECASE
)
_SPAN = regex.compile(r"<(/?)span\b[^<>]*>", regex.IGNORECASE)
_SCRIPTED = {"msup": "^", "msub": "_", "mover": "", "munder": "_"}
_SILENT = frozenset("annotation annotation-xml script style title none mprescripts".split())
_SIGNS = ("<math", "<svg", "math/tex", "katex", "MathJax", "<MATH", "<SVG")
_SEEMING_TAG = regex.compile(r"<(?=[A-Za-z/!?])")
_MAX_LENGTH = 2_000
_MAX_DEPTH = 40


def write_formulas(markup: str) -> str:
    """Return raw `markup` with the source of each formula as code, and the alternative text of drawings."""
    if not any(sign in markup for sign in _SIGNS):
        return markup
    lower = markup.lower()
    if "katex-mathml" in lower or "mathjax_preview" in lower:
        markup = _drop_doubles(markup)
    if "<math" in lower or "<svg" in lower:
        markup = _replace_elements(markup)
    return _TEX_SCRIPT.sub(_write_script, markup) if "math/tex" in lower else markup


def _replace_elements(markup: str) -> str:
    parts: list[str] = []
    position = depth = start = 0
    for edge in _EDGE.finditer(markup):
        is_end, is_empty = bool(edge[1]), bool(edge[3])
        if not is_end and not is_empty:
            if depth == 0:
                start = edge.start()
            depth += 1
        elif is_end and depth:
            depth -= 1
            if depth == 0:
                text = _write_element(markup[start : edge.end()])
                if edge[2].lower() == "svg" and text:
                    text = _part_from_words(
                        text, markup[max(0, start - 1) : start], markup[edge.end() : edge.end() + 1]
                    )
                parts += [markup[position:start], text]
                position = edge.end()
    return "".join([*parts, markup[position:]])


def _part_from_words(text: str, before: str, behind: str) -> str:
    space = " " if before and not before.isspace() and before not in "(>" else ""
    return f"{space}{text} " if behind.isalnum() else space + text


def _write_element(markup: str) -> str:
    """Return what stands for one `math` or `svg` element."""
    try:
        root = lxml_html.fragment_fromstring(
            remove_illegal_characters(markup),
            create_parent="div",
            parser=lxml_html.HTMLParser(huge_tree=True, remove_comments=True),
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    element = next(iter(root), None)
    if element is None:
        return ""
    if element.tag == "math":
        return _make_code(_read_formula(element))
    if element.get("aria-hidden") == "true":
        return ""
    title = next((part.text_content() for part in element.iter("title")), "")
    if element.get("role") != "img" and not element.get("aria-label"):
        return ""  # an icon, whose title only its tooltip shows
    label = collapse_whitespace(element.get("aria-label") or title)[:_MAX_LENGTH]
    return escape(_SEEMING_TAG.sub("< ", label))


def _read_formula(element: lxml_html.HtmlElement) -> str:
    """Return a formula's TeX where it tells it, else its text in order."""
    for annotation in element.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower() and (annotation.text or "").strip():
            return annotation.text or ""
    return element.get("data-latex") or element.get("alttext") or _read_in_order(element, _MAX_DEPTH)


def _read_in_order(element: lxml_html.HtmlElement, levels: int) -> str:
    tag = element.tag
    if tag in _SILENT or not levels:
        return ""
    parts = [_read_in_order(child, levels - 1) for child in element]
    if tag == "semantics":
        return parts[0] if parts else ""
    if tag == "msubsup" and len(parts) == 3:
        return f"{parts[0]}_{_group(parts[1])}^{_group(parts[2])}"
    if tag == "munderover" and len(parts) == 3:
        return f"{parts[0]}_{_group(parts[1])}^{_group(parts[2])} "
    if tag in _SCRIPTED and len(parts) == 2:
        sign = _SCRIPTED[tag]
        return f"{parts[0]}{sign}{_group(parts[1]) if sign else parts[1]}"
    if tag == "mfrac" and len(parts) == 2:
        return f"{_group(parts[0])}/{_group(parts[1])}"
    if tag == "msqrt":
        return f"√{_group(''.join(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f"{_group(parts[0])}^(1/{parts[1]})"
    if tag in ("mtd", "mtr", "mspace"):
        return "".join(parts) + (" " if tag != "mtr" else "; ")
    text = collapse_whitespace(element.text or "") if tag != "mtext" else (element.text or "")
    tails = [collapse_whitespace(child.tail or "") for child in element]
    return text + "".join(part + tail for part, tail in zip(parts, tails, strict=True))


def _group(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _make_code(text: str) -> str:
    text = collapse_whitespace(text)[:_MAX_LENGTH]
    # A title or a summary is made of it: no bracket may look like a tag's to a careless reader.
    text = _SEEMING_TAG.sub("< ", text)
    return f"<code>{escape(text)}</code>" if text else ""


def _write_script(match: regex.Match[str]) -> str:
    """Return a formula that stands in a script, unless what MathJax made of it stands right before."""
    if _RENDERED.search(match.string, max(0, match.start() - 200), match.start()):
        return ""
    return _make_code(match[1].replace("% <![CDATA[", "").replace("%]]>", ""))


def _drop_doubles(markup: str) -> str:
    """Return `markup` without what KaTeX and MathJax show to the eye of a formula that stands beside."""
    parts: list[str] = []
    position = 0
    while double := _DOUBLE.search(markup, position):
        depth, end = 0, -1
        for span in _SPAN.finditer(markup, double.start()):
            depth += -1 if span[1] else 1
            if depth == 0:
                end = span.end()
                break
        if end < 0:
            break
        parts.append(markup[position : double.start()])
        position = end
    return "".join([*parts, markup[position:]])
