"""A browser, and pages of people who are signed in.

`page` belongs to somebody who is 登记经办 and 审核签发. For other people ask for `open_page`:

    def test_something(open_page):
        unit = open_page(Post.LIAISON, department="education")
        leader = open_page(Post.LEADER)
        stranger = open_page()              # nobody is signed in

Every page fails its test when the console shows an error or a request leaves the host. Away from the browser,
`server.sign_in(Post.REGISTRAR)` gives cookies for httpx2; `/api/v1` needs none from this machine.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from service.access import Post

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is absent, and CI needs it")
        pytest.skip("chromium is absent")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser, server) -> Iterator[Callable[..., object]]:
    """Open pages of somebody with the given posts, and check at the end that nothing went wrong behind the scenes."""
    contexts: list[object] = []
    wrong: list[str] = []

    def watch(opened) -> None:
        opened.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        ours = (server.address, "data:", "blob:")
        opened.on("request", lambda sent: None if sent.url.startswith(ours) else wrong.append(sent.url))
        opened.set_default_timeout(15_000)

    def open_one(*posts: Post, department: str | None = None, restricted: bool = False, **options: object):
        given = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", "base_url": server.address}
        context = browser.new_context(**{**given, **options})
        contexts.append(context)
        if posts:
            signed_in = server.sign_in(*posts, department=department, restricted=restricted)
            context.add_cookies([{"name": n, "value": v, "url": server.address} for n, v in signed_in.items()])
        opened = context.new_page()
        watch(opened)
        return opened

    yield open_one
    for context in contexts:
        context.close()
    assert [one for one in wrong if "status of 422" not in one] == []


@pytest.fixture
def page(open_page) -> object:
    """Give a page of a clerk who registers and signs."""
    return open_page(Post.REGISTRAR, Post.SIGNER)
