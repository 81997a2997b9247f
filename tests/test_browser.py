"""The pages in a real browser, as people use them: with and without JavaScript, by keyboard, on a
telephone, light and dark, and for those who do not see them.
"""

import html
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from conftest import lacking
from pages_service import CATEGORY_COUNT, serving_pages

pytestmark = pytest.mark.real

AXE = Path(os.environ.get("FEEDSVC_TEST_AXE", "/nowhere/axe.min.js"))
NO_AXE = "axe-core is lacking: npm pack axe-core, and FEEDSVC_TEST_AXE=…/axe.min.js of it, as .ci/run does"
CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "Chromium is not installed: apt-get install chromium"

POST = "https://harbour.example/5/"
PAGES = {
    "home": "",
    "preview": "preview?topic=solar",
    "preview of a category without another": "preview?category=infrastructure&category=-district-9&limit=5",
    "preview with a mistake": "preview?topic=solar+titel:x&category=-energy",
    "preview with a mistake in a number": "preview?limit=0",
    "preview of nothing": "preview?topic=zzzz",
    "list": "list?of=category",
    "list with nothing": "list?of=tag&find=zzzz",
    "why": f"why?url={quote(POST)}&topic=solar",
    "why not": f"why?url={quote(POST)}&topic=ferry&category=energy",
    "why of nothing": "why?url=https://nowhere.example/",
    "status": "status",
    "help": "help",
    "page of a category": "category/infrastructure/",
    "page of a feed": "feed.rss?topic=solar",
    "page of a feed of nothing": "feed.atom?topic=zzzz",
    "page of the comments": "comments/feed/",
    "400": "feed.rss?limit=0",
    "404": "no/such/page",
    "503": "category/no-such-category/",  # which the site that was not read yet may have
}

MAX_BYTES = 60_000
MAX_REQUESTS = 2


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Iterator[str]:
    """The address of a service with much to show."""
    with serving_pages(sample_store, tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    lacking(None if CHROMIUM else NO_CHROMIUM)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """Yield a page of a browser with `options`, and no network but ours: pictures are elsewhere."""
    width = options.pop("width", 1280)
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    context.set_default_timeout(30_000)
    context.route(
        lambda url: urlsplit(url).hostname not in ("127.0.0.1", None), lambda route: route.abort()
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def items(url: str) -> list[str]:
    """Return the addresses of the entries of a JSON feed."""
    with urlopen(url) as answer:
        return [item["url"] for item in json.load(answer)["items"]]


def kept(page: Page) -> list[str]:
    """Return the addresses of the entries of a preview."""
    links: list[str] = page.locator("article h3 a").evaluate_all("links => links.map(link => link.href)")
    return links


def test_a_feed_is_built_by_typing_and_clicking_and_its_copied_address_gives_what_the_preview_shows(
    browser: Browser, address: str
) -> None:
    with opened(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address)
        page.get_by_label("Topic", exact=True).fill("solar OR ferry")
        expect(page.locator("#address")).to_have_value(f"{address}feed.rss?topic=ferry+OR+solar")
        page.locator(".builder .choices label", has_text="Infrastructure").first.click()
        page.get_by_text("Leave some out, or name others").first.click()
        page.locator(".builder [role=group] label", has_text="Telecommunications").click()
        page.get_by_label("Entries").fill("3")
        page.get_by_label("Format").select_option("json")
        built = (
            f"{address}feed.json?topic=ferry+OR+solar&category=-telecommunications"
            "&category=infrastructure&limit=3"
        )
        expect(page.locator("#address")).to_have_value(built)
        page.locator("#result button[data-copy]").click()
        expect(page.locator("#result button[data-copy]")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == built
        total = page.locator(".counts div").last.locator("b").inner_text()
        first = page.locator(".first > li > a").evaluate_all("links => links.map(link => link.href)")
        assert page.locator(".first mark").first.inner_text().lower() in ("solar", "ferry")
        page.get_by_role("link", name="Preview all, and why").click()
        assert items(copied) == kept(page) == first
        assert page.locator(".counts div").last.locator("b").inner_text() == total
        assert len(first) == 3
        everything = built.replace("limit=3", "limit=100")
        assert str(len(items(everything))) == total


def test_without_javascript_a_feed_is_built_by_the_form_alone(browser: Browser, address: str) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(address)
        page.get_by_label("Topic", exact=True).fill("solar")
        for name in ("Infrastructure", "Energy"):
            page.locator(".builder .choices label", has_text=name).first.click()
        page.locator(".builder").get_by_role("button", name="Preview").click()
        assert (
            page.url
            == f"{address}preview?topic=solar&limit=20&format=rss&content=full&dedupe=on&category="
            + ("infrastructure,energy" if page.url.endswith("energy") else "energy,infrastructure")
        )
        assert page.locator("#address").input_value() == (
            f"{address}feed.rss?topic=solar&category=energy,infrastructure"
        )
        assert not page.locator("button[data-copy]").first.is_visible()
        assert page.locator(".chart path").count() == 2
        assert items(f"{address}feed.json?topic=solar&category=energy,infrastructure") == kept(page)
        assert len(kept(page)) == 20
        page.get_by_text("Older entries").click()
        assert items(f"{address}feed.json?topic=solar&category=energy,infrastructure&page=2") == kept(page)


def test_a_mistake_stands_under_its_field_while_one_types_with_a_link_to_what_was_meant(
    browser: Browser, address: str
) -> None:
    with opened(browser) as page:
        page.goto(address)
        field = page.get_by_label("Topic", exact=True)
        field.fill("ice titel:ferries")
        expect(page.locator("#at-topic .mistake")).to_contain_text("topic has no field 'titel:'")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert page.locator("#at-topic u").inner_text() == "titel:ferries"
        assert "There is none" in page.locator("#result").inner_text()
        field.fill("ice title:ferries")
        expect(page.locator("#at-topic .mistake")).to_have_count(0)
        expect(field).to_have_attribute("aria-invalid", "false")
        field.fill("ice titel:ferries")
        page.locator("#at-topic").get_by_role("link", name="title:").click()
        assert page.locator("#address").input_value() == f"{address}feed.rss?topic=ice+title:ferries"
        assert len(kept(page)) == 1


def test_the_lines_that_save_a_topic_make_a_topic_of_it(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}preview?topic=(solar+OR+%22heat+pump%22)+-sports")
        # It is saved already: the short address is shown.
        assert page.locator("#address").input_value() == f"{address}topic/solar.rss"
        page.get_by_text("Save as a topic").click()
        assert page.locator("pre.toml").inner_text().splitlines()[-1] == (
            "query = '(\"heat pump\" OR solar) -sports'"
        )


def test_a_list_is_searched_while_one_types_and_its_end_can_be_reached(
    browser: Browser, address: str
) -> None:
    with opened(browser) as page:
        page.goto(address)
        rows = page.locator("#rows-category li")
        assert rows.count() < CATEGORY_COUNT
        page.get_by_label("Find among").first.fill("administration 61")
        expect(rows).to_have_count(1)
        expect(rows.first.locator("a[data-feed]")).to_have_attribute("href", "category/district-61.rss")
        page.goto(f"{address}list?of=category")
        names = page.locator("#rows-category .name").all_inner_texts()
        assert {"Infrastructure", "Neighbourhood administration 70", "Energy"} <= set(names)
        tree = ["Infrastructure", "Telecommunications", "Submarine cables"]
        place = names.index(tree[0])
        assert names[place : place + 3] == tree


def test_the_pages_are_used_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        row = page.locator("#rows-category li").first
        row.get_by_role("button", name="Open in").focus()
        page.keyboard.press("Enter")
        opened_in = row.locator("details.menu a")
        assert opened_in.first.get_attribute("href") == "feed:" + row.locator("a[data-feed]").evaluate(
            "a => a.href"
        )
        page.keyboard.press("Escape")
        expect(opened_in).to_have_count(0)
        assert page.evaluate("document.activeElement.textContent") == "Open in …"
        row.get_by_role("button", name="Copy").focus()
        page.keyboard.press("Enter")
        expect(row.get_by_role("button", name="Copy")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == row.locator("a[data-feed]").evaluate(
            "a => a.href"
        )


def test_a_site_that_can_not_be_reached_is_told_of_on_top(browser: Browser, address: str) -> None:
    sentence = "exmaple.com can't be reached: no such host is known; check the spelling of the address."
    with opened(browser) as page:
        for path in ("", "preview?topic=solar", "preview?topic=titel:x"):
            page.goto(address + path)
            assert page.locator(".notice").all_inner_texts() == [sentence], path
        page.goto(f"{address}status")
        assert page.locator("h1").inner_text() == "2 of 3 sites are well: one fails."
        response = page.goto(f"{address}category/later.rss")
        assert response is not None and response.status == 503
        assert sentence.rstrip(".") in html.unescape(response.text())


BROKEN_WORDS = """() => {
  const broken = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('script, .unseen')) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      if (/[\\p{Script=Han}\\p{Script=Thai}]/u.test(word[0])) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const boxes = [...range.getClientRects()].filter(box => box.width);
      const lines = new Set(boxes.map(box => Math.round(box.top)));
      const width = boxes.reduce((sum, box) => sum + box.width, 0);
      if (lines.size > 1 && width < innerWidth - 32) broken.push(word[0]);  // the page's own margins
    }
  }
  return [broken, document.documentElement.scrollWidth];
}"""


VIOLATIONS = "() => axe.run({resultTypes: ['violations']}).then(result => result.violations)"
"""What gives the rules that are broken, and of the others, thousands of lines, nothing."""

FORMS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]


def find_barriers(page: Page) -> dict[tuple[str, int], list[Any]]:
    """Return what axe finds on a page in four forms, with all that is folded open, but for menus."""
    page.evaluate("for (const e of document.querySelectorAll('details:not(.menu)')) e.open = true;")
    found = {}
    for scheme, width in FORMS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # its literals
        page.set_viewport_size({"width": width, "height": 900})
        violations = page.evaluate(VIOLATIONS)
        found[scheme, width] = [
            (rule["id"], [node["target"] for node in rule["nodes"]], rule["nodes"][0]["failureSummary"])
            for rule in violations
        ]
    return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_small_and_whole_on_a_telephone_and_axe_finds_nothing(
    browser: Browser, address: str, path: str
) -> None:
    answers: list[Response] = []
    said: list[str] = []
    with opened(browser, width=360) as page:
        if AXE.is_file():
            page.add_init_script(path=AXE)
        page.on("response", lambda answer: answers.append(answer))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + path)

        loaded = [answer for answer in answers if answer.request.resource_type != "image"]
        assert len(loaded) <= MAX_REQUESTS
        assert {urlsplit(answer.url).netloc for answer in loaded} == {urlsplit(address).netloc}
        assert 0 < sum(answer.request.sizes()["responseBodySize"] for answer in loaded) < MAX_BYTES
        if "preview" not in path:  # which shows whole posts, as long as they are
            assert sum(len(answer.body()) for answer in loaded) < MAX_BYTES
        refused = ["the server responded with a status of 4", "net::ERR_FAILED"]  # the page, and pictures
        if answers[0].status == 503:
            refused.append("the server responded with a status of 503")
        assert [text for text in said if not any(each in text for each in refused)] == []

        broken, page_width = page.evaluate(BROKEN_WORDS)
        assert broken == []
        assert page_width <= 360

        lacking(None if AXE.is_file() else NO_AXE)
        assert find_barriers(page) == {form: [] for form in FORMS}
