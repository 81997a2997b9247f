"""The frame of a news text, which is no part of it: datelines, bylines, credits, a feed's last line.

A dateline tells where and when a text was issued, and by which wire: 'LONDON, March 3, 2024 (WIRE) -- ',
'Berlin, 3. März 2024 – ', '新华社北京3月3日电', or a line of its own.
"""

import re
from functools import cache
from itertools import islice

import regex

from feedsvc.text.calendar_names import MONTHS, SHORT_MONTHS
from feedsvc.text.vocabulary import has_telling_word, list_thai_places

_MAX_LENGTH = 110  # characters
_MAX_WORDS = 16
_MAX_LINES = 3

# What may stand between a dateline and its text.
_END = regex.compile(
    r"\s*(?:--+|[—–―|])\s*|\.\s?-\s|\s-\s|/[.:]?(?=\s+\p{Lu})|[)\]][.:]?(?=\s)|\.(?=\s+\p{Lu})|:(?=\s)"
)
_MAX_ENDS = 8
_DASHES = frozenset({"--", "—", "–", "―", "-", "|"})
_WIRE = regex.compile(
    r"\(\p{Lu}[\p{L}\p{N} .,&/'’-]{1,40}\)|\(\p{Ll}{2,5}\)|/\p{Lu}[\p{L}\p{N} .&-]{2,40}/?"
)
_RELEASE = regex.compile(r"(?:for immediate release|press release|news release)\W*", regex.IGNORECASE)
_PLACE_IN_REGION = regex.compile(
    r"(?:\p{Lu}[\p{L}\p{M}.'’-]+ ?){1,3}(?:, ?(?:\p{Lu}[\p{L}\p{M}.'’-]+ ?){1,3}){1,2}"
)
_SHOUTED_PLACE = regex.compile(r"[\p{Lu}.'’-]{3,}(?:[ ,][\p{L} ,.'’-]*)?")
_IN_BRACKETS = regex.compile(r"\s*[【［\[(（][^】］\])）\n]{1,40}[】］\])）]\s*")
_DATE_IN_CHINESE = r"(?:\d{4}\s*[年년]\s*)?(?:\d{1,2}\s*[月월]\s*)?\d{1,2}\s*[日일]"
_CHINESE = regex.compile(
    rf"[^。，\n]{{0,24}}?{_DATE_IN_CHINESE}\s*"
    r"(?:[\p{Han}]{0,6}[电電讯訊](?=[\s（(：:])|[】、：:/)）]|--|—|–|\s-\s)\s*"
)
# The names of places and months in Thai, which take long to gather, are for those who read Thai.
_THAI_LETTER = re.compile("[\u0e00-\u0e7f]")
# Every date has one, and to look for a date takes long.
_DIGIT = regex.compile(r"\d")
# What stands in capitals before a dash and is no place.
_LABELS = frozenset(
    "warning alert breaking exclusive opinion analysis review video photos live watch listen".split()
)
_CREDIT = regex.compile(
    r"(?:by|text|photos?|images?|pictures?|illustration|credit|source|quelle|fotos?|bild|fuente|fonte|autor"
    r"|bron|источник|фото|来源|來源|文|图|出典|写真)\s*[:：|/][^.!?。\n\d]{1,60}",
    regex.IGNORECASE,
)
_BYLINE = regex.compile(
    r"(?:(?:[Rr]eported |[Tt]ext |[Pp]hotos? |[Ii]mages? )?[Bb]y|[Vv]on|[Pp]ar|[Pp]or|[Dd]i)"
    r"(?: (?:our|staff|reporter|correspondent|and|und|et|y|e|de|der|van|\P{Ll}[\p{L}\p{M}.'’-]*)){1,7}",
)
LAST_LINE = regex.compile(  # which WordPress puts behind a post in a feed
    r"The post .+ appeared first on .+|Der Beitrag .+ erschien zuerst auf .+"
    r"|L.article .+ est apparu en premier sur .+|La entrada .+ se publicó primero en .+"
    r"|L.articolo .+ (?:proviene da|sembra essere il primo su) .+"
    r"|O post .+ apareceu primeiro em .+|Het bericht .+ verscheen eerst op .+"
)
# A sentence may begin with a date as well.
_IN_A_SENTENCE = frozenset(
    "on in at from by since until as after before am im ab vom bis seit le el il em no na les los du "
    "von".split()
)


def strip_frame(text: str) -> str:
    """Return a visible text without its frame; line feeds part the lines of both."""
    lines = text.split("\n")
    for _ in range(_MAX_LINES):
        if len(lines) > 1 and (_is_own_line(lines[0]) or _is_credit(lines[0])):
            del lines[0]
        if len(lines) > 1 and (LAST_LINE.fullmatch(lines[-1]) or _is_credit(lines[-1])):
            del lines[-1]
    first, *rest = lines
    return "\n".join([first[_find_dateline_end(first) :].lstrip(), *rest])


def _find_dateline_end(line: str) -> int:
    """Return where the text begins behind the dateline of `line`, or 0 when it has none."""
    match = _thai_pattern().match(line) if _THAI_LETTER.search(line) else None
    if match and not has_telling_word(_without_dates(match.group())):
        return match.end()
    for pattern in (_CHINESE, _IN_BRACKETS):
        match = pattern.match(line)
        if match and _has_date(match.group()) and not has_telling_word(_without_dates(match.group())):
            return match.end()
    text_start = 0
    for end in islice(_END.finditer(line, endpos=_MAX_LENGTH), _MAX_ENDS):
        head = line[: end.start() + 1 if end.group()[0] in ")]/" else end.start()]
        if head.strip() and _is_dateline(head, dashed=end.group().strip() in _DASHES):
            text_start = end.end()
    return text_start


def _is_credit(line: str) -> bool:
    return bool(_CREDIT.fullmatch(line) or _BYLINE.fullmatch(line)) and not has_telling_word(line)


def _is_own_line(line: str) -> bool:
    if len(line) > _MAX_LENGTH or line.rstrip().endswith((".", "!", "?", "。")):
        return False
    return bool(_RELEASE.fullmatch(line)) or (
        (_has_date(line) or _has_wire(line)) and _is_dateline(line, dashed=False)
    )


def _is_dateline(head: str, *, dashed: bool) -> bool:
    """Return whether `head` is a place, a date or a wire, and has nothing that makes another text of it.

    `dashed` says that a dash follows it.
    """
    undated = _without_dates(head)
    rest = _WIRE.sub(" ", undated).strip(" ,.:;|/()–—-")
    parts = rest.split()
    if len(head.split()) > _MAX_WORDS or len(parts) > 8 or regex.search(r"\p{N}|[!?;]", rest):
        return False
    if parts and parts[0].casefold() in _IN_A_SENTENCE:
        return False
    if has_telling_word(undated):
        return False
    if _has_wire(head) and not parts:
        return True
    if _has_date(head):
        # Before a full stop or a colon a sentence of the text may have a date as well.
        return dashed or _has_wire(head) or not any(part[0].islower() and len(part) > 3 for part in parts)
    if not dashed or not parts or parts[0].casefold() in _LABELS:
        return False
    is_place = _SHOUTED_PLACE.fullmatch(rest) or _PLACE_IN_REGION.fullmatch(rest)
    return len(parts) <= 3 if _has_wire(head) else bool(is_place and len(parts) <= 6)


def _has_wire(text: str) -> bool:
    return bool(_WIRE.search(text))


def _has_date(text: str) -> bool:
    return bool(_DIGIT.search(text) and _date_pattern().search(text))


def _without_dates(text: str) -> str:
    return _date_pattern().sub(" ", text) if _DIGIT.search(text) else text


@cache
def _thai_pattern() -> regex.Pattern[str]:
    """Return what finds a dateline in Thai, where often nothing but a space stands before the text. So its
    place has to be a known one: a sentence may begin with a word and a date as well.
    """
    places = "|".join(map(regex.escape, sorted(list_thai_places(), key=lambda name: (-len(name), name))))
    names = MONTHS["th"] | SHORT_MONTHS["th"]
    months = "|".join(map(regex.escape, sorted(names)))
    return regex.compile(
        rf"\s*(?:จ\.|จังหวัด)?\s*(?:{places})[\s,]*(?:วันที่\s*)?\d{{1,2}}\s*(?:{months})"
        rf"(?:\s*(?:พ\.ศ\.\s*)?\d{{2,4}}(?!\d))?\s*(?:{_WIRE.pattern})?[\s:–—-]+(?=[\p{{L}}\p{{N}}\"“‘'])"
    )


@cache
def _date_pattern() -> regex.Pattern[str]:
    all_names = frozenset().union(*MONTHS.values(), *SHORT_MONTHS.values())
    month_names = {name.rstrip(".").lower() for name in all_names}
    names = sorted((name for name in month_names if len(name) > 2), key=lambda name: (-len(name), name))
    month = rf"(?:{'|'.join(map(regex.escape, names))})\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er|[.ºª°])?"
    of = r"(?:\s+(?:de|del|di|of))?\s+"
    year = r"(?:(?:19|20|25)\d\d|\d\d(?!\d))"
    # To compile the names takes long: they stand once, and are referred to.
    return regex.compile(
        rf"\b{day}{of}(?P<month>{month})(?:(?:,|{of})?\s*{year})?(?!\p{{L}})"
        rf"|\b(?&month)(?:\s+{day}(?:,?\s+{year})?(?!\p{{L}}|\d)|,?\s+{year}\b)"
        r"|(?:\bngày\s+)?\b\d{1,2}\s+tháng\s+\d{1,2}(?:,?\s+(?:năm\s+)?\d{4})?(?!\p{L}|\d)"
        rf"|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:\d\d)?\d\d\b|{_DATE_IN_CHINESE}",
        regex.IGNORECASE,
    )
