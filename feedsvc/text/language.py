"""The language of a text, as a tag of BCP 47 that feeds can carry."""

from typing import Any

import regex

_TAG = regex.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8}){0,4})", regex.IGNORECASE)
_REGION = regex.compile(r"[a-z]{2}", regex.IGNORECASE)
_SCRIPT = regex.compile(r"[a-z]{4}", regex.IGNORECASE)
# Of three letters, those of ISO 639-2 that WordPress speaks: validators of feeds know no others.
_THREE_LETTERS = frozenset(
    "arg ast bal bel bho bre ceb cor crh dsb dzo ewe fil fon fur gsw hat hau haw hsb ibo ido kaa kab kal "
    "kin kir kok lim lin lug mai mal mlt mri oci orm pap roh sah san scn sna snd srd ssw tah tir tuk wol "
    "xho yor zul".split()
)
# Of two letters, all that Unicode knows (CLDR 47). A test holds that they are Babel's, whose data
# takes each process long to read.
_TWO_LETTERS = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv "
    "mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_LANGUAGES = _THREE_LETTERS | _TWO_LETTERS


def parse_language_tag(value: Any) -> str:
    """Return the language that a site names as a tag of BCP 47 in its usual case, or an empty string.

    WordPress writes en_US as well (https://www.rfc-editor.org/rfc/rfc5646#section-2.1.1).
    """
    match = _TAG.fullmatch(str(value or "").strip().replace("_", "-"))
    if not match or (language := match[1].lower()) not in _LANGUAGES:
        return ""
    return "-".join([language, *(_format_subtag(part) for part in match[2].split("-")[1:])])


def find_main_language(tag: str) -> str:
    """Return the language of a tag without script, region and variant."""
    return tag.partition("-")[0]


def _format_subtag(text: str) -> str:
    if _REGION.fullmatch(text):
        return text.upper()
    return text.title() if _SCRIPT.fullmatch(text) else text.lower()
