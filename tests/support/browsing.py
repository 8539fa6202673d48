"""Pages in a real browser: the application served on a free port, and people who look at it.

`served(app)` serves it; `chromium()` starts Debian's Chromium; `Reader` is somebody at a screen,
who notes whatever went wrong under the surface: errors in the console, violations of the policy
of contents, requests to anybody else.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright

from dondoc.bootstrap import App
from dondoc.web import serving
from dondoc.web.app import create
from dondoc.web.visit import LANGUAGE_COOKIE, cookie_name, limits
from engine.commands import sessions
from engine.commands.sessions import Opening

#: What makes a headless browser at home in a container, and deaf to everybody else.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE_MS = 15_000
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_WIDE, _NARROW = (1280, 900), (390, 844)
SIZES = {1280: _WIDE, 390: _NARROW}

_LISTEN_FOR_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => {
  (window.violations = window.violations || []).push(
    event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
"""


def executable() -> str | None:
    """Return where Chromium is, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=executable(), args=list(_FLAGS))
        try:
            yield launched
        finally:
            launched.close()


@dataclass(frozen=True, slots=True)
class Served:
    """An application that answers.

    Attributes:
        app: It, knowing its address.
        url: Its address.
    """

    app: App
    url: str

    def session_of(self, code: str) -> str:
        """Open a session of somebody and return its secret."""
        with self.app.database.begin() as tx:
            person = self.app.rules.current(tx).organisation.person_by_code[code]
            asked = Opening(person_id=person.id, person=code, method="password")
            return sessions.open_session(
                tx, asked, limits=limits(self.app), at=self.app.clock.now()
            )


@contextmanager
def served(app: App) -> Iterator[Served]:
    """Serve an application on a free port while the block lasts."""
    listener = serving.listen("127.0.0.1", 0)
    known = serving.with_address(app, listener)
    with serving.served(create(known), listener):
        yield Served(known, known.settings.web.base_url)


@dataclass(slots=True)
class Reader:
    """Somebody at a screen.

    Attributes:
        context: His browser.
        page: The page before him.
        url: Where the application is.
        problems: What went wrong under the surface so far.
    """

    context: BrowserContext
    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def go(self, path: str) -> "Reader":
        """Open a page of the application."""
        self.page.goto(self.url + path)
        return self

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """What is to be read in the main part of the page."""
        return self.page.locator("main").inner_text()

    def press(self, words: str) -> None:
        """Press the button, or follow the link, that says these words."""
        main = self.page.locator("main")
        # Either, waited for at once: what was counted while a page was on its way is not on it.
        button = main.get_by_role("button", name=words, exact=True)
        self.follow(button.or_(main.get_by_role("link", name=words, exact=True)))

    def follow(self, where: str | Locator) -> None:
        """Click what leads to another page, the first of what is found, and wait until it is there.

        A click alone returns while the answer to a form is on its way: the old page is then read.
        """
        found = self.page.locator(where) if isinstance(where, str) else where
        with self.page.expect_navigation():
            found.first.click()

    def key(self, name: str) -> None:
        """Press a key that leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.page.keyboard.press(name)

    def violations(self) -> list[str]:
        """Return what the page's own policy refused, and everything noted so far."""
        found: list[str] = self.page.evaluate("window.violations || []")
        return [*self.problems, *found]

    def accessibility(self) -> list[str]:
        """Return what keeps somebody from using the page, one line each."""
        options = {"runOnly": list(_TAGS), "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{one['id']}: {node['html'][:120]} ({node['failureSummary'].splitlines()[-1].strip()})"
            for one in found
            for node in one["nodes"]
        ]

    def resize(self, width: int) -> None:
        """Go on reading on another screen, 1280 or 390 pixels wide."""
        wide, high = SIZES[width]
        self.page.set_viewport_size({"width": wide, "height": high})

    def is_too_wide(self) -> bool:
        """Return whether the page has to be pushed sideways to be read."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide

    def screenshot(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=path, full_page=True)

    def close(self) -> None:
        """Leave."""
        self.context.close()


def reader(
    browser: Browser,
    where: Served,
    code: str | None,
    *,
    width: int = 1280,
    language: str = "vi",
    **options: Any,
) -> Reader:
    """Return somebody who looks at an application.

    Args:
        browser: The browser.
        where: The application.
        code: Who is signed in, None for nobody.
        width: Of the screen, 1280 or 390.
        language: In which pages are shown.
        options: Of the context, `java_script_enabled=False` for instance.
    """
    wide, high = SIZES[width]
    # Nothing moves: a colour that is on its way is none that anybody chose.
    context = browser.new_context(
        viewport={"width": wide, "height": high}, reduced_motion="reduce", **options
    )
    context.set_default_timeout(_PATIENCE_MS)
    context.add_init_script(_LISTEN_FOR_VIOLATIONS)
    cookies = [{"name": LANGUAGE_COOKIE, "value": language, "url": where.url}]
    if code is not None:
        name, secret = cookie_name(where.app), where.session_of(code)
        cookies.append({"name": name, "value": secret, "url": where.url})
    context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dictionaries of these keys
    page = context.new_page()
    made = Reader(context, page, where.url)
    _note_problems(made)
    return made


def _note_problems(made: Reader) -> None:
    def is_foreign(request: Request) -> bool:
        return not request.url.startswith((made.url, "data:", "blob:", "about:"))

    made.page.on(
        "console",
        lambda said: (
            made.problems.append(f"{said.type}: {said.text}")
            # That a page answers 404 or 422 is no fault of it.
            if said.type in ("error", "warning") and "Failed to load resource" not in said.text
            else None
        ),
    )
    made.page.on("pageerror", lambda error: made.problems.append(f"script: {error}"))
    made.page.on(
        "request",
        lambda asked: (
            made.problems.append(f"elsewhere: {asked.url}") if is_foreign(asked) else None
        ),
    )
