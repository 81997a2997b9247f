"""What cleaning a body costs: a press release, longer ones, and bodies that are made to take long."""

from dataclasses import replace
from functools import partial
from itertools import count

from benchmarks.measure import Report
from feedsvc.clean.post import clean_post
from feedsvc.clean.sanitize import sanitize
from feedsvc.model import SourcePost
from feedsvc.text import similarity
from feedsvc.text.html import extract_body_text, extract_visible_text

_HOSTILE = {
    "20,000 nested tags": "<div>" * 20_000 + "x",
    "20,000 nested inline tags": "<b>" * 20_000 + "x",
    "20,000 attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x</p>",
    "20,000 data attributes": "<p " + " ".join(f"data-a{n}=1" for n in range(20_000)) + ">x</p>",
    "5 MB of text": "<p>" + "word " * 1_000_000,
    "5 MB of paragraphs": "<p>Some words.</p>" * 280_000,
    "5 MB without a space": "x" * 5_000_000,
    "8,000 pictures in two sizes": "<img src=a.jpg srcset='a.jpg 300w, b.jpg 600w'>" * 8_000,
    "4,000 frames": "<iframe src=https://www.youtube.com/embed/abcdefg></iframe>" * 4_000,
    "a srcset of 40,000 pictures": "<img srcset='" + "a.jpg 1w, " * 40_000 + "'>",
}


def measure(report: Report, release: SourcePost) -> None:
    """Measure with `release`, a post of about 9 kB."""
    numbers = count()

    def fresh(post: SourcePost) -> SourcePost:
        # Another text each time, since texts that were just read are remembered.
        mark = f"<p>{next(numbers)}</p>"
        return replace(post, content=post.content + mark, excerpt=post.excerpt + mark)

    def body_alone() -> None:
        post = fresh(release)
        similarity.make_sketch(
            similarity.prepare_text(post.title, extract_visible_text(sanitize(post.content, post.link)))
        )

    def whole(post: SourcePost) -> None:
        cleaned = clean_post(fresh(post))
        similarity.make_sketch(
            similarity.prepare_text(cleaned.title, extract_body_text(cleaned.content, cleaned.summary))
        )

    report.heading(f"Cleaning and fingerprinting a release of {len(release.content):,} characters")
    report.measured("its body", body_alone)
    report.measured("with an excerpt", lambda: whole(release))
    repeating = replace(release, excerpt=release.content)
    report.measured("with an excerpt that is the body again", lambda: whole(repeating))
    report.heading("The same body several times over, by its length")
    for times in (1, 4, 16, 48):
        longer = replace(release, content=release.content * times)
        taken = report.measured(f"{len(longer.content):,} characters", partial(whole, longer), 5)
        print(f"{'':<72} {taken / times:9.2f} ms each")
    report.heading("Bodies that are made to take long")
    for label, body in _HOSTILE.items():
        report.measured(label, partial(sanitize, body, release.link), 3)
