"""What programs say of themselves when they ask: browsers, readers, crawlers."""

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)

BROWSERS: dict[str, dict[str, str]] = {
    "Chrome by https": {"Accept": CHROME, "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"},
    "Firefox by https": {"Accept": FIREFOX, "Sec-Fetch-Dest": "document"},
    "Chrome by http": {"Accept": CHROME},
    "Firefox by http": {"Accept": FIREFOX},
    "lynx": {"Accept": "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01"},
    "who takes HTML alone": {"Accept": "text/html"},
    "who takes HTML rather than anything": {"Accept": "Text/HTML, */*;q=0.1"},
    "who takes HTML rather than a feed": {"Accept": "text/html, application/rss+xml;q=0.9"},
}
PROGRAMS: dict[str, dict[str, str]] = {
    "one that says nothing": {},
    "curl": {"Accept": "*/*"},
    "feedparser": {
        "Accept": "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,"
        "application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1"
    },
    "miniflux": {
        "Accept": "application/xml,application/atom+xml,application/rss+xml,application/rdf+xml,"
        "application/feed+json,text/html,*/*;q=0.9"
    },
    "SimplePie": {
        "Accept": "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, */*;q=0.1"
    },
    "Java": {"Accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"},
    "KDE": {
        "Accept": "text/html, text/*;q=0.9, image/jpeg;q=0.9, image/png;q=0.9, image/*;q=0.9, */*;q=0.8"
    },
    "an extension of a browser": {"Accept": "*/*", "Sec-Fetch-Dest": "empty"},
    "a script that asks for HTML": {"Accept": FIREFOX, "Sec-Fetch-Dest": "empty"},
    "Googlebot": {"Accept": CHROME, "From": "googlebot(at)googlebot.com"},
    "who refuses HTML": {"Accept": "text/html;q=0, */*"},
    "who sends what is none": {"Accept": "text/html;q=x,,;;"},
}
