"""A real Chromium for tests: the page under its own policy, axe-core beside it, and nothing asked of other hosts.

with site() as address, chromium() as browser:
    page = Visitor(browser, address).open("/ui/", language="kk", theme="night")
    assert axe(page) == []
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "tests" / "e2e" / "vendor" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
WATCH = """window.refused = [];
addEventListener('securitypolicyviolation', e => refused.push(`${e.violatedDirective} ${e.blockedURI}`));"""
WORDS = ".t-btn,.t-badge,.t-card,.t-note,.t-unit,.t-clock,h1,h2,h3,label,legend,summary,.t-seg>*,.t-sealed"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@contextmanager
def site() -> Iterator[str]:
    """The application as it is configured now, on a free port."""
    from django.core.handlers.wsgi import WSGIHandler

    server = make_server("127.0.0.1", 0, WSGIHandler(), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Visitor:
    browser: Any
    address: str
    errors: list[str] = field(default_factory=list)  # of scripts, of requests, and everything asked of another host
    contexts: list[Any] = field(default_factory=list)

    def open(
        self, path: str, *, language: str = "kk", theme: str = "light", width: int = 1280, height: int = 900
    ) -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        self.contexts.append(context)
        cookies = {"django_language": language, "theme": theme}
        context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
        # Not page.add_script_tag: the policy refuses it, and switching the policy off would test another page.
        context.add_init_script(path=AXE)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", lambda answer: answer.status >= 400 and self.errors.append(f"{answer.status} {answer.url}"))
        page.goto(self.address + path)
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:", f"blob:{self.address}")):
            self.errors.append(f"outside: {url}")


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--disable-gpu-rasterization"]  # painted faster without, where there is no graphics card
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=flags)
        yield browser
        browser.close()


def until(page: Any, expression: str, seconds: float = 60) -> None:
    """Wait for a condition of the page; wait_for_function would need eval, which the policy refuses."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"after {seconds} s still not: {expression}")


def axe(page: Any) -> list[str]:
    """What axe-core finds: rule and the first place, one line each."""
    found = page.evaluate("tags => axe.run({runOnly: tags}).then(result => result.violations)", TAGS)
    return [f"{item['id']}: {item['nodes'][0]['html'][:160]}" for item in found]


def refused(page: Any) -> list[str]:
    """What the content-security policy refused."""
    return list(page.evaluate("window.refused"))


def overflowing(page: Any) -> list[str]:
    """Elements whose words stick out of them, and the page itself when it can be scrolled sideways."""
    return list(
        page.evaluate(
            """words => [
              ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
              ...[...document.querySelectorAll(words)]
                .filter(e => e.checkVisibility() && getComputedStyle(e).display !== 'inline')
                .filter(e => e.scrollWidth > e.clientWidth + 1)
                .map(e => `${e.className || e.tagName}: ${e.textContent.trim().slice(0, 60)}`)]""",
            WORDS,
        )
    )
