"""Takes the pictures of docs/screenshots: each page light, dark and as on a telephone.

Run it after a change of the pages, and look at each picture: `.venv/bin/python tests/screenshots.py`.
"""

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, expect, sync_playwright

from conftest import ROOT, SAMPLES, made
from pages_service import serving_pages

FOLDER = ROOT / "docs" / "screenshots"
POST = "https://harbour.example/5/"
PAGES = {
    "home": "",
    "builder": "",
    "preview": "preview?topic=solar+OR+%22heat+pump%22",
    "why": f"why?url={quote(POST)}&topic=%22heat+pump%22",
    "help": "help",
}
FORMS = {"light": (1280, 860, "light"), "dark": (1280, 860, "dark"), "phone": (390, 844, "light")}


def take(browser: Browser, url: str, name: str) -> None:
    """Take a page in each form."""
    for form, (width, height, scheme) in FORMS.items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of its literals
        )
        context.route(lambda address: "127.0.0.1" not in address, lambda route: route.abort())
        page = context.new_page()
        page.goto(url)
        if name == "builder":
            page.get_by_label("Topic", exact=True).fill('solar OR "heat pump" -sports')
            page.locator(".builder .choices label", has_text="Energy").first.click()
            expect(page.locator("#address")).to_have_value(re.compile("category/energy"))
            page.evaluate("document.getElementById('build').scrollIntoView()")
        page.screenshot(path=FOLDER / f"{name}-{form}.png")
        context.close()


def main() -> None:
    """Serve the samples and a second site, and take each page; the status with a site that fails."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        store = made(folder / "samples.db", json.loads(SAMPLES.read_text("utf-8")))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for has_lost_site, pages in ((False, PAGES), (True, {"status": "status"})):
            with serving_pages(store, folder, category_count=3, has_lost_site=has_lost_site) as address:
                for page_name, path in pages.items():
                    take(browser, address + path, page_name)
        browser.close()


if __name__ == "__main__":
    main()
