from typing import Any

import pytest
from fastapi.routing import APIRoute

from service.web.api import submissions
from service.web.straight import Straight
from tests.loops import run_apart

ROUTES = {one.path: one for one in submissions.router.routes if isinstance(one, APIRoute) and one.methods == {"POST"}}


@pytest.mark.parametrize("path", sorted(submissions.HOT))
def test_a_hot_endpoint_does_what_its_route_declares(path: str) -> None:
    hot, route = submissions.HOT[path], ROUTES[path]
    done = dict(zip(hot.__code__.co_freevars, (cell.cell_contents for cell in hot.__closure__), strict=True))
    assert done["work"] is route.endpoint
    body = next(one.call for one in route.dependant.dependencies if hasattr(one.call, "body_model"))
    assert (done["check"], done["read"]) == (route.dependencies[0].dependency, body)
    assert len(route.dependant.dependencies) == 2


def test_every_post_of_submissions_is_hot() -> None:
    assert sorted(submissions.HOT) == sorted(ROUTES)


@pytest.mark.parametrize(
    ("kind", "method", "path"), [("http", "GET", "/hot"), ("http", "POST", "/cold"), ("lifespan", "", "")]
)
def test_everything_else_goes_on(kind: str, method: str, path: str) -> None:
    passed: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope)

    scope = {"type": kind, "method": method, "path": path}
    run_apart(Straight(app, None, {"/hot": None})(scope, None, None))
    assert passed == [scope]


def test_a_fault_of_the_program_is_answered_without_a_word_of_it() -> None:
    sent: list[Any] = []

    async def broken(request: Any) -> Any:
        raise ValueError("内情")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/hot", "headers": [], "request_id": "r1"}
    run_apart(Straight(None, None, {"/hot": broken})(scope, None, send))
    assert sent[0]["status"] == 500
    assert "内情" not in sent[1]["body"].decode()
    assert "r1" in sent[1]["body"].decode()
