"""What a word is: the one tokeniser for what is indexed and for what is asked."""

import re
import unicodedata
from importlib import metadata

import regex

VERSION = f"1 regex {metadata.version('regex')} unicode {unicodedata.unidata_version}"
"""Differs when words may differ; its number rises with any change here or in text.visible_text. The
search index is then made anew (see store/database.py)."""

_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{L}\p{M}\p{N}])+"
)
# Where a text is in Latin letters without combining marks, words are found by what is quicker.
_LATIN = re.compile("[\x00-\u024f\u2000-\u206f\u20ac]*")
_LATIN_WORD = re.compile(r"[^\W_]+")
_ACCENTED = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}])\p{Mn}+")
# Letters with a stroke and the like, which Unicode does not decompose, and the soft hyphen, which is none.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
                        "þ": "th", "ð": "d", "\xad": None})  # fmt: skip


def fold(text: str) -> str:
    """Give `text` without differences of case, width, and Latin, Greek and Cyrillic accents."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    if _LATIN.fullmatch(folded) and unicodedata.is_normalized("NFD", folded):
        return folded  # without an accent: the usual case, in a third of the time
    return unicodedata.normalize("NFC", _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", folded)))


def tokens(text: str) -> list[str]:
    """Give the words of `text` in order, folded.

    A word is a run of letters, marks and digits (Unicode L, M and N). In scripts written without
    spaces each character is a word of its own, so that a phrase of them matches anywhere.
    """
    folded = fold(text)
    return (_LATIN_WORD if _LATIN.fullmatch(folded) else _TOKEN).findall(folded)
