"""The HTML policy: what a body may hold, and what is left out of it. Data, read in five minutes.

Everything that is not listed here is left out. sanitize.py brings a body there.
"""

from importlib import metadata

import regex

VERSION = " ".join(["6", *(f"{name} {metadata.version(name)}" for name in ("nh3", "bleach", "lxml"))])
"""Differs when a body may become something else; its number rises with any change to the policy or to
what post.py makes of one. Bodies cleaned under another version are cleaned again (see sync/batch.py)."""

MAX_LENGTH = 500_000
"""Characters of a body that are read; the rest of a longer one is left out, and a note says so."""

MAX_MARKUP = 8_000
"""Tags and entities that are read: parsers take time with the square of some of them."""

MAX_DEPTH = 60
"""Elements within elements; deeper ones are dissolved into their parents."""

MAX_CANDIDATES = 30
"""Sizes of one picture that are read."""

MAX_DATA_NAMES = 300
"""Different names of data attributes in a body whose data attributes are read at all."""

MAX_COMPARED = 200
"""Notes, or parts for one kind of screen, that are compared with each other; of more, none is."""

MAX_NAME_LENGTH = 60
"""Characters of a class that is read."""

MAX_FRAMES = 200
"""Frames that are shown; further ones become links."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

TAGS = frozenset(
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li "
    "main mark nav ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup "
    "table tbody td tfoot th thead time tr track u ul var video wbr".split()
)

EVERYWHERE = frozenset({"dir", "lang", "title"})
_SIZE = frozenset({"width", "height"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "hreflang"}),
    "audio": frozenset({"src", "controls"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "iframe": frozenset({"src", "allowfullscreen"}) | _SIZE,
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
ADDRESSES = frozenset({"href", "src", "poster", "cite"})
"""The attributes that hold an address; srcset holds several."""

EMBEDS = (
    "https://archive.org/embed/",
    "https://bandcamp.com/EmbeddedPlayer/",
    "https://embed.podcasts.apple.com/",
    "https://embed.ted.com/talks/",
    "https://geo.dailymotion.com/player",
    "https://open.spotify.com/embed/",
    "https://platform.twitter.com/embed/",
    "https://player.vimeo.com/video/",
    "https://video.wordpress.com/embed/",
    "https://videopress.com/embed/",
    "https://w.soundcloud.com/player/",
    "https://www.dailymotion.com/embed/",
    "https://www.tiktok.com/embed/",
    "https://www.youtube-nocookie.com/embed/",
    "https://www.youtube.com/embed/",
)
"""How the address of a frame has to begin; other frames become links."""

DISSOLVED = frozenset("center fieldset legend dialog hgroup menu dir search".split())
"""Blocks that become a div, or a list where they hold items, so that the words around them stay apart."""

WITH_CONTENT = frozenset(
    "script style template title svg math noembed noframes form select option datalist textarea".split()
)
"""Elements that go with all they hold; of other unknown elements the content stays."""

CONTROLS = frozenset({"button", "label"})
"""Elements outside a form: what opens, names or lists something is text, what acts goes (controls.py)."""

OF_OLD = {"tt": "code", "acronym": "abbr", "strike": "s"}
"""Elements of old, and what they are called today."""

_BY_PLUGIN = {
    "WordPress": "screen-reader-text more-link wp-block-social-links wp-block-search wp-block-loginout "
    "wp-block-query-pagination wp-block-comments-pagination wp-block-comment-reply-link "
    "wp-block-comment-edit-link comment-reply-link comment-edit-link wp-block-post-comments-form "
    "comments-pagination",
    "Jetpack": "sharedaddy sd-sharing-enabled sd-social jp-relatedposts jp-post-flair "
    "jetpack-likes-widget-wrapper wp-block-jetpack-related-posts wp-block-jetpack-sharing-buttons "
    "wp-block-jetpack-subscriptions wp-block-jetpack-like jetpack_subscription_widget",
    "AddToAny": "addtoany_share_save_container addtoany_content a2a_kit",
    "AddThis": "addthis_tool addthis_toolbox addthis_inline_share_toolbox at-above-post at-below-post",
    "ShareThis": "sharethis-inline-share-buttons sharethis-inline-reaction-buttons",
    "Shareaholic": "shareaholic-canvas",
    "Social Warfare": "swp_social_panel swp-social-panel",
    "Monarch": "et_social_inline",
    "MashShare": "mashsb-container",
    "Simple Share Buttons": "ssba ssba-classic-2 ssba-modern-2 ssbp-wrap",
    "Sassy Social Share": "heateor_sss_sharing_container heateorSssClear",
    "Super Socializer": "the_champ_sharing_container",
    "Easy Social Share": "essb_links",
    "Grow": "dpsp-content-wrapper dpsp-networks-btns-wrapper",
    "Novashare": "ns-buttons",
    "Scriptless Social Sharing": "scriptlesssocialsharing",
    "Yoast": "wp-block-yoast-seo-related-links yoast-seo-related-links",
    "YARPP": "yarpp yarpp-related",
    "Contextual Related Posts": "crp_related",
    "Related Posts Thumbnails": "relpost-thumb-wrapper",
    "RP4WP": "rp4wp-related-posts",
    "Taboola": "trc_related_container",
    "Outbrain": "OUTBRAIN",
    "PrintFriendly": "printfriendly pf-button",
    "Post Views Counter": "post-views",
    "Disqus": "disqus_thread",
    "Borlabs Cookie": "_brlbs-content-blocker",
    "Complianz": "cmplz-blocked-content-notice",
    "Real Cookie Banner": "rcb-content-blocker",
}
THEME = frozenset(name for names in _BY_PLUGIN.values() for name in names.split())
"""Classes and ids of what only a theme shows: gone with all they hold."""

TRACKERS = (
    "accesswire.com/img.ashx",
    "b.scorecardresearch.com/",
    "c.statcounter.com/",
    "counter.theconversation.com/",
    "cts.businesswire.com/",
    "doubleclick.net/",
    "facebook.com/tr",
    "feeds.feedburner.com/~r/",
    "google-analytics.com/",
    "www.globenewswire.com/newsroom/ti",
    "ml.globenewswire.com/release/track",
    "pixel.quantserve.com/",
    "pixel.wp.com/",
    "rt.newswire.ca/",
    "rt.prnewswire.com/",
    "sb.scorecardresearch.com/",
    "stats.wp.com/",
)
"""Pictures from here count readers: how their address begins, without the scheme or a part of the host."""


_ESCAPE = regex.compile(r"\.\.|%2e|[\\\s\x00-\x1f\x7f]", regex.IGNORECASE)


def is_embed(address: str) -> bool:
    """Return whether a frame may show `address`: begun as one of EMBEDS, and nowhere leading out of it."""
    return address.startswith(EMBEDS) and not _ESCAPE.search(address)


def is_allowed(tag: str, name: str, value: str) -> bool:
    """Return whether an element may have an attribute; of addresses, only frames' are checked here."""
    if tag == "iframe" and name == "src":
        return is_embed(value)
    return name in EVERYWHERE or name in ATTRIBUTES.get(tag, ())
