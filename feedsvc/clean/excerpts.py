"""A post's excerpt against its content, by their texts and never by their markup; the summary."""

import regex

from feedsvc.text.html import SUMMARY_LENGTH, one_line, shorten
from feedsvc.text.similarity import letters

_NEARLY = 0.9
_SHINGLE = 5
_ENOUGH_TO_REPEAT = 60  # letters: less may stand in another text by chance
_INVITATION = (
    r"\b(?:continue reading|read more|read the rest|keep reading|weiterlesen|lire la suite|seguir leyendo"
    r"|continua a leggere|lees verder)\b.{0,250}"
    r"|(?:อ่านต่อ|อ่านเพิ่มเติม|阅读更多|继续阅读|阅读全文|繼續閱讀|続きを読む|もっと読む).{0,250}"
)
_LONGEST_TAIL = 400
_DOTS = r"(?:…|\.\.\.)"
# What only WordPress or a theme writes at the end of an excerpt that it cut.
_SURE_TAIL = regex.compile(
    rf"\s*(?:\[\s*{_DOTS}\s*\]\s*(?:{_INVITATION})?|{_DOTS}\s*[(\[]?{_INVITATION})$", regex.IGNORECASE
)
# What a person may write as well: a tail only if the rest is the opening of the content.
_LIKELY_TAIL = regex.compile(rf"\s*(?:{_DOTS}|[(\[]?{_INVITATION})$", regex.IGNORECASE)

_ADDRESS = regex.compile(r"https?://\S+")


def summarize(excerpt: str, content: str) -> str:
    """Give the summary of a post from the visible texts of its excerpt and its content.

    A hand-written excerpt stays. One that WordPress cut from the content loses its tail. One that is the
    content, or holds it, or nearly, gives way to the first sentences of the content. When all that would
    only repeat a short content, the summary is empty.
    """
    excerpt = one_line(excerpt)
    content = _ADDRESS.sub("", content)  # such as the link that stands for a video
    body = letters(content)
    cut = _without(_SURE_TAIL, excerpt)
    opening = _without(_LIKELY_TAIL, cut)
    if not opening and excerpt.endswith((".", "!", "?")):
        opening = excerpt  # a sentence that a person wrote, though it begins with 'Read more'
    told = letters(opening)
    if not told or _repeats(told, body):
        summary = shorten(content)
    elif cut != excerpt or (body.startswith(told) and (opening != cut or len(cut) > SUMMARY_LENGTH)):
        summary = shorten(opening) if len(opening) > SUMMARY_LENGTH else _with_ellipsis(opening)
    else:
        summary = excerpt
    return "" if body and _is_nearly_all(letters(summary), body) else summary


def _without(tail: regex.Pattern[str], text: str) -> str:
    found = tail.search(text, max(0, len(text) - _LONGEST_TAIL))
    return text[: found.start()] if found else text


def contained(small: str, large: str) -> float:
    """Give the share of `small` (letters) that stands in `large` as well, from 0.0 to 1.0.

    Runs of five letters are compared, which serves scripts without spaces too. Containment and not
    similarity: a cut copy is wholly contained, though it is little like the whole.
    """
    if small in large:
        return 1.0
    runs = _runs(small)
    return len(runs & _runs(large)) / len(runs)


def _runs(text: str) -> set[str]:
    return {text[i : i + _SHINGLE] for i in range(max(1, len(text) - _SHINGLE + 1))}


def _repeats(told: str, body: str) -> bool:
    """Tell whether an excerpt says again what the body says, so that it is no summary of it."""
    if not body:
        return False
    if len(body) >= min(_ENOUGH_TO_REPEAT, 0.4 * len(told)) and _is_within(body, told):
        return True
    return len(told) > SUMMARY_LENGTH and _is_within(told, body)


def _is_within(small: str, large: str) -> bool:
    """Return whether nearly all of `small` (letters) stands in `large` as well."""
    # The beginning of a long text often has more runs of its own than a short one can have at all.
    if len(small) > len(large) and len(_runs(small[: 2 * len(large)])) > len(large) / _NEARLY:
        return False
    return contained(small, large) >= _NEARLY


def _is_nearly_all(said: str, body: str) -> bool:
    return body.startswith(said) and len(said) > _NEARLY * len(body)


def _with_ellipsis(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else text.rstrip(" ,;:") + "…"
