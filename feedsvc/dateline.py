"""What frames a news text and is none of it: a dateline, bylines and credits, a feed's last line.

A dateline tells where and when a text was issued, and by which wire: 'LONDON, March 3, 2024 (WIRE) -- ',
'Berlin, 3. März 2024 – ', '新华社北京3月3日电', or a line of its own.
"""

from functools import cache
from itertools import islice
from typing import Literal

import regex

from feedsvc.vocabulary import LANGUAGES, months

_LONGEST = 110  # characters
_MOST_WORDS = 16
_MOST_LINES = 3

# What may stand between a dateline and its text.
_END = regex.compile(r"\s*(?:--+|[—–―|])\s*|\s-\s|/[.:]?\s+(?=\p{Lu})|[)\]][.:]?\s+|\.\s+(?=\p{Lu})|:\s+")
_MOST_ENDS = 8
_DASHES = frozenset({"--", "—", "–", "―", "-", "|"})
_WIRE = regex.compile(
    r"\(\p{Lu}[\p{L}\p{N} .,&/'’-]{1,40}\)|\(\p{Ll}{2,5}\)|/\p{Lu}[\p{L}\p{N} .&-]{2,40}/?"
)
_RELEASE = regex.compile(r"(?:for immediate release|press release|news release)\W*", regex.IGNORECASE)
_SHOUTED_PLACE = regex.compile(r"[\p{Lu}.'’-]{3,}(?:[ ,][\p{L} ,.'’-]*)?")
_SHORT_PLACE = regex.compile(r"\p{Lu}[\p{L}\p{M}.'’-]+(?:[ ,]+\p{Lu}[\p{L}\p{M}.'’-]*){0,2}")
_IN_BRACKETS = regex.compile(r"\s*[【［\[(（][^】］\])）\n]{1,40}[】］\])）]\s*")
_DATE_IN_CHINESE = r"(?:\d{4}\s*[年년]\s*)?(?:\d{1,2}\s*[月월]\s*)?\d{1,2}\s*[日일]"
_CHINESE = regex.compile(
    rf"[^。，\n]{{0,24}}?{_DATE_IN_CHINESE}[^。，、\n]{{0,12}}?(?:[电電讯訊】、，：:/)）]|--|—|–|\s-\s)\s*"
)
_CREDIT = regex.compile(
    r"(?:by|reported by|text|photos?|images?|pictures?|illustration|credit|source|quelle|fotos?|bild"
    r"|von|par|por|fuente|fonte|autor|di|bron|источник|фото|来源|來源|文|图|出典|写真)\b"
    r"\s*(?:by\s)?[:：|/]?[^.!?。\n\d]{1,60}",
    regex.IGNORECASE,
)
_LAST_LINE = regex.compile(  # which WordPress and its plug-ins put behind a post in a feed
    r"appeared first on|erschien zuerst auf|est apparu en premier sur|se publicó primero en|proviene da"
    r"|apareceu primeiro em|verscheen eerst op"
)
# A sentence may begin with a date as well.
_IN_A_SENTENCE = frozenset(
    "on in at from by since until as after before am im ab vom bis seit le el il em no na les los du "
    "von".split()
)


def without_frame(text: str) -> str:
    """Give a visible text (lines parted by line feeds) without what frames it."""
    lines = text.split("\n")
    for _ in range(_MOST_LINES):
        if len(lines) > 1 and (_is_own_line(lines[0]) or _CREDIT.fullmatch(lines[0])):
            del lines[0]
        if len(lines) > 1 and (_LAST_LINE.search(lines[-1]) or _CREDIT.fullmatch(lines[-1])):
            del lines[-1]
    first, *rest = lines
    return "\n".join([first[_end(first) :], *rest])


def _end(line: str) -> int:
    """Give where the text begins behind the dateline of `line`: 0 when it has none."""
    if match := _CHINESE.match(line):
        return match.end()
    match = _IN_BRACKETS.match(line)
    if match and _has_date(match.group()):
        return match.end()
    found = 0
    for end in islice(_END.finditer(line, endpos=_LONGEST), _MOST_ENDS):
        head = line[: end.start() + 1 if end.group()[0] in ")]/" else end.start()]
        if head.strip() and _is_dateline(head, dashed=end.group().strip() in _DASHES):
            found = end.end()
    return found


def _is_own_line(line: str) -> bool:
    if len(line) > _LONGEST or line.rstrip().endswith((".", "!", "?", "。")):
        return False
    return bool(_RELEASE.fullmatch(line)) or (
        (_has_date(line) or _wired(line)) and _is_dateline(line, dashed=False)
    )


def _is_dateline(head: str, *, dashed: bool) -> bool:
    """Tell whether `head` is a place, a date, a wire, and no number besides the date's."""
    rest = _WIRE.sub(" ", _date().sub(" ", head)).strip(" ,.:;|/()–—-")
    parts = rest.split()
    if len(head.split()) > _MOST_WORDS or len(parts) > 8 or regex.search(r"\p{N}|[!?;]", rest):
        return False
    if parts and parts[0].casefold() in _IN_A_SENTENCE:
        return False
    if _has_date(head) or _wired(head):
        return True
    return (
        dashed and bool(_SHOUTED_PLACE.fullmatch(rest) or _SHORT_PLACE.fullmatch(rest)) and len(parts) <= 6
    )


def _wired(text: str) -> bool:
    return bool(_WIRE.search(text))


def _has_date(text: str) -> bool:
    return bool(_date().search(text))


@cache
def _date() -> regex.Pattern[str]:
    widths: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
    found = {
        name.rstrip(".") for language in LANGUAGES for width in widths for name in months(language, width)
    }
    names = sorted((name for name in found if len(name) > 2), key=lambda name: (-len(name), name))
    month = rf"(?:{'|'.join(map(regex.escape, names))})\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er|[.ºª°])?"
    of = r"(?:\s+(?:de|del|di|of))?\s+"
    year = r"(?:(?:19|20|25)\d\d|\d\d(?!\d))"
    return regex.compile(
        rf"\b{day}{of}{month}(?:(?:,|{of})?\s*{year})?(?!\p{{L}})"
        rf"|\b{month}\s+{day}(?:,?\s+{year})?(?!\p{{L}}|\d)|\b{month},?\s+{year}\b"
        rf"|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:\d\d)?\d\d\b|{_DATE_IN_CHINESE}",
        regex.IGNORECASE,
    )
