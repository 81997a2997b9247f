"""A post's summary, from its excerpt and its content.

Their texts are compared, never their markup: noise in the markup must not hide that an excerpt repeats its
content.
"""

import re
from bisect import bisect_left
from collections import Counter
from html import unescape

import regex
from lxml import etree

from feedsvc.text.characters import collapse_whitespace
from feedsvc.text.dateline import LAST_LINE
from feedsvc.text.html import iter_visible_pieces, parse_fragment
from feedsvc.text.shorten import SUMMARY_LENGTH, shorten
from feedsvc.text.similarity import extract_letters

_MIN_SHARE_OF_REPEAT = 0.9
_SHINGLE_LENGTH = 5
_MIN_REPEATED_LETTERS = 60  # fewer may stand in another text by chance
_INVITATION = (
    r"\b(?:continue reading|read more|read the rest|keep reading|weiterlesen|lire la suite|seguir leyendo"
    r"|continua a leggere|lees verder)\b.{0,250}"
    r"|(?:อ่านต่อ|อ่านเพิ่มเติม|阅读更多|继续阅读|阅读全文|繼續閱讀|続きを読む|もっと読む).{0,250}"
)
_MAX_TAIL_LENGTH = 400
_DOTS = r"(?:…|\.\.\.)"
# What only WordPress or a theme writes at the end of an excerpt that it cut.
_SURE_TAIL = regex.compile(
    rf"\s*(?:\[\s*{_DOTS}\s*\]\s*(?:{_INVITATION})?|{_DOTS}\s*[(\[]?{_INVITATION})$", regex.IGNORECASE
)
# What a person may write as well: a tail only if the rest is the opening of the content.
_LIKELY_TAIL = regex.compile(rf"\s*(?:{_DOTS}|[(\[]?{_INVITATION})$", regex.IGNORECASE)

# What follows the dots of a cut excerpt, in whatever language.
_ANY_TAIL = regex.compile(rf"\s*[\[(]?\s*{_DOTS}\s*[\])]?(?P<words>[^.…]{{1,120}})$")
_MIN_OPENING_LETTERS = 40
_NO_FIGURE = re.compile(r"[^⁰¹²³⁴-⁹⁺⁻ⁿⁱ₀-₉₊₋]*")  # to match a run takes a tenth of a search
# What WordPress takes out of a content for its excerpt.
_MARKUP = regex.compile(r"<(script|style)\b.{0,20000}?</\1\s*>|<!--.{0,20000}?-->|<[^<>]*>", regex.DOTALL)
_END_MARKS = regex.compile(r"[^\p{L}\p{N}]*$")

_ADDRESS = regex.compile(r"https?://\S+")
_CSS = (
    r"(?:/\*.{0,300}?\*/|@?[\w.#:*\[][^{}<]{0,200}"
    r"\{(?:[^{}]{0,500}|(?:[^{}]{0,200}\{[^{}]{0,500}\}\s*)+)\})"
)
_MINUTES = r"(?:min(?:ut)?\w*|sec(?:ond)?s?|минут\p{L}*|мин|phút|นาที|分鐘|分钟|分|분)\.?"
_READING = (
    r"(?:(?:estimated |est\. )?read(?:ing)? time|(?:geschätzte )?lesezeit|(?:temps|durée) de lecture"
    r"|tiempo (?:estimado )?de lectura|tempo (?:stimato )?di lettura|tempo de leitura|leestijd|lästid"
    r"|læsetid|czas czytania|время (?:на )?чтени[ея]|okuma süresi|waktu baca|thời gian đọc|เวลาอ่าน"
    r"|阅读时间|閱讀時間|読了時間)"
)
_TO_READ = r"(?:read|lesezeit|de lectura|de lecture|di lettura|de leitura|lezen|czytania)\b"
_READING_TIME = (
    rf"(?:{_READING}\s*[:：]?\s*(?:ca\.|about|approx\.|<|~)?\s*\d{{1,3}}(?:\s*[-–]\s*\d{{1,3}})?\s*{_MINUTES}"
    rf"(?:\s+read)?|\d{{1,3}}\s*{_MINUTES}\s*{_TO_READ})"
)
_COUNT = r"\d[\d.,]*\s?[KkMm]?"
_NETWORK = (
    r"(?:share(?: this)?|tweet|pin(?: it)?|e-?mail|print|facebook|twitter|whatsapp|linkedin|telegram"
    r"|reddit)"
)
_SHARES = (
    rf"(?:{_COUNT}\s*(?:shares?|views?|likes?|comments?)\b[:\s]*"
    rf"|(?:{_NETWORK}\b[:\s]*(?:{_COUNT}(?=\s|$)\s*)?){{2,}})"
    r"(?-i:(?=$|[^\s\p{Ll}]))"  # no sentence about shares
)
_CONTENTS = (
    r"(?:table of contents?|contents|inhaltsverzeichnis|sommaire|table des matières"
    r"|índice(?: de contenidos)?|tabla de contenidos?|indice(?: dei contenuti)?|inhoudsopgave|sumário"
    r"|spis treści|содержание|оглавление|目次|目录|目錄|สารบัญ|mục lục|içindekiler|daftar isi|목차)"
)
_SWITCH = r"[\[(]?(?:toggle|hide|show|open|close)\b[\])]?"
# What plug-ins put before a text.
_HEAD = regex.compile(
    rf"\s*(?:{_CSS}|{_READING_TIME}|{_SHARES}|https?://\S+(?=\s|$))[\s|·•–—-]*", regex.IGNORECASE
)
_CONTENTS_LINE = regex.compile(rf"{_CONTENTS}\s*(?:{_SWITCH})?\s*:?", regex.IGNORECASE)
_CONTENTS_HEAD = regex.compile(rf"{_CONTENTS}\s*:?\s*(?:{_SWITCH}|\d)", regex.IGNORECASE)
_MAX_HEADING_LENGTH = 150
_NUMBER = regex.compile(r"[\d.)\s]*")
_FEED_LINE = regex.compile(rf"(?P<text>.*)(?:^|\s)(?:{LAST_LINE.pattern})", regex.DOTALL)
_SCHEME_AND_WWW = regex.compile(r"(?:https?:)?//(?:www\.)?", regex.IGNORECASE)
_AFTER_LINK = regex.compile(r"[\s.…»›>→\])]*")


def summarize(excerpt: str, content: str, written: str = "") -> str:
    """Return the summary of a post from the visible texts of its excerpt and its content.

    `written` is the beginning of the content's HTML as it was. An excerpt that WordPress cut from that
    gives way: without markup, what is struck is valid, 10<sup>6</sup> is 106, and formulas stand twice.

    A hand-written excerpt stays. One that WordPress cut from the content loses its tail. One that is the
    content, or holds it, or nearly, gives way to the first sentences of the content. When all that would
    only repeat a short content, the summary is empty.
    """
    content = _ADDRESS.sub("", _cut_head(content))  # such as the link that stands for a video
    excerpt = _cut_frame(collapse_whitespace(excerpt))
    content_letters = extract_letters(content)
    trimmed = _cut_tail_of_opening(_cut_tail(_SURE_TAIL, excerpt), content_letters)
    opening = _cut_tail(_LIKELY_TAIL, trimmed)
    if not opening and excerpt.endswith((".", "!", "?")):
        opening = excerpt  # a sentence that a person wrote, though it begins with 'Read more'
    opening_letters = extract_letters(opening)
    is_opening = content_letters.startswith(opening_letters)
    if written and not is_opening and _opens(excerpt, written):
        return summarize("", content)
    if is_opening and opening_letters and not _NO_FIGURE.fullmatch(content):
        restored = _restore_figures(opening, len(opening_letters), content)
        trimmed, excerpt = restored + trimmed[len(opening) :], restored + excerpt[len(opening) :]
        opening = restored
    if not opening_letters or _repeats_content(opening_letters, content_letters):
        summary = shorten(content)
    elif trimmed != excerpt or (is_opening and (opening != trimmed or len(trimmed) > SUMMARY_LENGTH)):
        summary = shorten(opening) if len(opening) > SUMMARY_LENGTH else _with_ellipsis(opening)
    else:
        summary = excerpt
    return "" if content_letters and _is_nearly_all(extract_letters(summary), content_letters) else summary


def _opens(excerpt: str, markup: str) -> bool:
    """Return whether an excerpt, but for its tail, is how the HTML `markup` begins without its tags."""
    text = unescape(_MARKUP.sub("", markup))
    content_letters = extract_letters(_ADDRESS.sub("", _cut_head(collapse_whitespace(text))))
    trimmed = _cut_tail_of_opening(_cut_tail(_SURE_TAIL, excerpt), content_letters)
    opening = extract_letters(_cut_tail(_LIKELY_TAIL, trimmed))
    return bool(opening) and content_letters.startswith(opening)


def drop_read_on_link(markup: str, link: str) -> str:
    """Return an excerpt's HTML without a link at its end that leads to the post itself, at `link`."""
    if "<a" not in markup:
        return markup
    root = parse_fragment(markup)
    anchors = list(root.iter("a"))
    if not anchors or _strip_address(anchors[-1].get("href", "")) != _strip_address(link):
        return markup
    anchor = anchors[-1]
    pieces = [(piece, element, place) for piece, element, place in iter_visible_pieces(root)]
    within = set(anchor.iter())
    own = [
        number
        for number, (_, element, place) in enumerate(pieces)
        if element in within and (element is not anchor or place == "text")
    ]
    end = own[-1] + 1 if own else len(pieces)
    if not _AFTER_LINK.fullmatch("".join(piece for piece, _, _ in pieces[end:])):
        return markup
    for child in list(anchor):
        anchor.remove(child)
    anchor.text = None
    for _, element, place in pieces[end:]:
        if element is not None:
            setattr(element, place, None)
    return etree.tostring(root, encoding="unicode", method="html")


def _strip_address(address: str) -> str:
    """Return an address without what does not tell one page of a site from another."""
    return _SCHEME_AND_WWW.sub("", address.partition("#")[0], count=1).rstrip("/")


def _cut_frame(excerpt: str) -> str:
    """Return an excerpt, on one line, without what plug-ins and WordPress put around it."""
    if match := _FEED_LINE.fullmatch(excerpt):
        excerpt = match["text"]
    excerpt = _cut_head(excerpt)
    return "" if _CONTENTS_HEAD.match(excerpt) else excerpt


def _cut_head(text: str) -> str:
    """Return a text without what plug-ins put before it: styles, the time that it takes to read, how often
    it was shared, a table of its contents.
    """
    end = 0
    while (match := _HEAD.match(text, end)) and match.end() > end:
        end = match.end()
    text = text[end:] if end else text
    first, *rest = text.split("\n")
    if not rest or not _CONTENTS_LINE.fullmatch(first):
        return text
    # The lines of the table are headings further down.
    later = Counter(_strip_number(line) for line in rest)
    while rest and len(rest[0]) <= _MAX_HEADING_LENGTH and later[_strip_number(rest[0])] > 1:
        later[_strip_number(rest.pop(0))] -= 1
    return "\n".join(rest)


def _strip_number(line: str) -> str:
    return line[match.end() :] if (match := _NUMBER.match(line)) else line


def _cut_tail_of_opening(excerpt: str, content_letters: str) -> str:
    """Return an excerpt without what follows its dots, if the text before them opens the content."""
    match = _ANY_TAIL.search(excerpt, max(0, len(excerpt) - _MAX_TAIL_LENGTH))
    if not match:
        return excerpt
    opening = extract_letters(excerpt[: match.start()])
    whole = opening + extract_letters(match["words"])
    is_cut = len(opening) >= _MIN_OPENING_LETTERS and content_letters.startswith(opening)
    return excerpt[: match.start()] if is_cut and not content_letters.startswith(whole) else excerpt


def _restore_figures(opening: str, letters: int, content: str) -> str:
    """Return the opening of `content` with as many `letters` as `opening`, a plain text of WordPress's.

    WordPress takes all markup out of an excerpt, so that 10<sup>6</sup> has become 106 there.
    """
    beginning = collapse_whitespace(content[: 2 * len(opening) + _MAX_TAIL_LENGTH])
    ends = range(len(beginning))
    end = bisect_left(ends, letters, key=lambda end: len(extract_letters(beginning[:end])))
    marks = _END_MARKS.search(opening)
    return beginning[:end] + (marks[0] if marks else "")


def _cut_tail(tail: regex.Pattern[str], text: str) -> str:
    match = tail.search(text, max(0, len(text) - _MAX_TAIL_LENGTH))
    return text[: match.start()] if match else text


def measure_containment(small: str, large: str) -> float:
    """Return the share of `small` (letters) that stands in `large` as well, from 0.0 to 1.0.

    Shingles (runs of five letters) are compared, which serves scripts without spaces too. Containment and
    not similarity: a cut copy is wholly contained, though it is little like the whole.
    """
    if small in large:
        return 1.0
    shingles = _list_shingles(small)
    return len(shingles & _list_shingles(large)) / len(shingles)


def _list_shingles(text: str) -> set[str]:
    return {text[i : i + _SHINGLE_LENGTH] for i in range(max(1, len(text) - _SHINGLE_LENGTH + 1))}


def _repeats_content(excerpt: str, content: str) -> bool:
    """Return whether an excerpt (letters) says what the content says, so that it is no summary of it."""
    if not content:
        return False
    if len(content) >= min(_MIN_REPEATED_LETTERS, 0.4 * len(excerpt)) and _is_within(content, excerpt):
        return True
    return len(excerpt) > SUMMARY_LENGTH and _is_within(excerpt, content)


def _is_within(small: str, large: str) -> bool:
    """Return whether nearly all of `small` (letters) stands in `large` as well."""
    # The beginning of a much longer text has more shingles than the other one can hold.
    max_shingles = len(large) / _MIN_SHARE_OF_REPEAT
    if len(small) > len(large) and len(_list_shingles(small[: 2 * len(large)])) > max_shingles:
        return False
    return measure_containment(small, large) >= _MIN_SHARE_OF_REPEAT


def _is_nearly_all(summary: str, content: str) -> bool:
    """Return whether a summary (letters) is the content but for its last words."""
    return content.startswith(summary) and len(summary) > _MIN_SHARE_OF_REPEAT * len(content)


def _with_ellipsis(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else text.rstrip(" ,;:") + "…"
