"""What a word is: the one tokeniser for what is indexed and for what is asked."""

import unicodedata
from collections.abc import Iterator
from importlib import metadata

import regex

VERSION = f"1 regex {metadata.version('regex')} unicode {unicodedata.unidata_version}"
"""Differs when words may differ; its number rises with any change here or in text.visible_text. The
search index is then made anew (see store/database.py)."""

_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{L}\p{M}\p{N}])+"
)
_ACCENTED = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}])\p{Mn}+")
# Letters with a stroke and the like, which Unicode does not decompose, and the soft hyphen, which is none.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
                        "þ": "th", "ð": "d", "\xad": None})  # fmt: skip


def fold(text: str) -> str:
    """Give `text` without differences of case, width, and Latin, Greek and Cyrillic accents."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return unicodedata.normalize("NFC", _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", folded)))


def tokens(text: str) -> Iterator[str]:
    """Give the words of `text` in order, folded.

    A word is a run of letters, marks and digits (Unicode L, M and N). In scripts written without
    spaces each character is a word of its own, so that a phrase of them matches anywhere.
    """
    return (match.group() for match in _TOKEN.finditer(fold(text)))
