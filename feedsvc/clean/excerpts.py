"""A post's summary, from its excerpt and its content.

Their texts are compared, never their markup: noise in the markup must not hide that an excerpt repeats its
content.
"""

from bisect import bisect_left

import regex

from feedsvc.text.characters import collapse_whitespace
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

_FIGURE = regex.compile(r"[⁰¹²³⁴-⁹⁺⁻ⁿⁱ₀-₉₊₋]")
_END_MARKS = regex.compile(r"[^\p{L}\p{N}]*$")

_ADDRESS = regex.compile(r"https?://\S+")


def summarize(excerpt: str, content: str) -> str:
    """Return the summary of a post from the visible texts of its excerpt and its content.

    A hand-written excerpt stays. One that WordPress cut from the content loses its tail. One that is the
    content, or holds it, or nearly, gives way to the first sentences of the content. When all that would
    only repeat a short content, the summary is empty.
    """
    excerpt = collapse_whitespace(excerpt)
    content = _ADDRESS.sub("", content)  # such as the link that stands for a video
    content_letters = extract_letters(content)
    trimmed = _cut_tail(_SURE_TAIL, excerpt)
    opening = _cut_tail(_LIKELY_TAIL, trimmed)
    if not opening and excerpt.endswith((".", "!", "?")):
        opening = excerpt  # a sentence that a person wrote, though it begins with 'Read more'
    opening_letters = extract_letters(opening)
    is_opening = content_letters.startswith(opening_letters)
    if is_opening and opening_letters and _FIGURE.search(content):
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
