"""The console in a real browser: the whole system on the test's database, and a page that is logged in."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import time
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = pathlib.Path(__file__).parents[2] / "docs" / "screenshots"
AXE = next(pathlib.Path(__file__).parent.glob("vendor/**/axe.min.js"), None)
ALMATY = "750000000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Long enough for a busy machine: what comes is not waited for a moment longer than it takes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)


def session_of(username: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from tartip.core.people.models import Account
    from tartip.core.people.session_store import SessionStore

    account = Account.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def page_of(
    browser: Any, address: str, *, who: str = "dispatcher", language: str = "kk", width: int = 1920, before: str = ""
) -> Any:
    # Drawn at half the size unless it is looked at: the layout is the same, and the map costs a quarter.
    scale = 1 if os.environ.get("TARTIP_SCREENSHOTS") else 0.5
    size = {"width": width, "height": 1080}
    context = browser.new_context(viewport=size, device_scale_factor=scale, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "sessionid", "value": session_of(who), "url": address},
            {"name": "django_language", "value": language, "url": address},
        ]
    )
    # Before the page is there: one that runs already takes a moment to notice that its requests are held, and on a busy
    # machine the first one after a later `route` would pass by it.
    context.route("**/nothing/is/asked/here", lambda route: route.continue_())
    page = context.new_page()
    page.problems = []
    if before:
        page.add_init_script(before)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: page.problems.append(m.text) if "Content Security Policy" in m.text else None)
    page.on(
        "request", lambda r: page.problems.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
    )
    page.goto(address + "/console/")
    wait_until(lambda: page.evaluate("document.body.dataset.map") == "ready")
    wait_until(lambda: page.evaluate("document.querySelector('#live').dataset.state") == "live")
    return page


def settled(page: Any) -> None:
    """The chosen card stands there and its keys are alive."""
    wait_until(lambda: page.evaluate("document.querySelector('#card').getAttribute('aria-busy')") == "false")


def shown(page: Any) -> str:
    found: str = page.evaluate("document.querySelector('#card [data-incident]')?.dataset.incident")
    return found


def queue_of(page: Any) -> list[tuple[str, str]]:
    return page.evaluate(
        "[...document.querySelectorAll('#queue .inc')].map(r => [r.id, r.querySelector('.inc__m').textContent])"
    )
