import json

import pytest

from service.web.body import MAX_DEPTH, parse
from service.web.errors import Refused


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "text", ['[{"' * 40, "]]]]" * 20, '\\"[[[[', "\\\\", '\\\\"{{{{', '"' * 60 + "[" * 60, "路灯\\u005b", "\\" * 41]
)
def test_what_stands_in_a_text_is_not_nested(text: str) -> None:
    body = {"items": [{"text": text}] * (MAX_DEPTH + 1)}
    assert parse(json.dumps(body).encode()) == body
    assert parse(json.dumps(body, ensure_ascii=False).encode()) == body


@pytest.mark.parametrize("text", ["]" * 60, '\\"' * 3, "\\\\" * 3, '"]]]]"', "}"])
def test_a_text_hides_no_depth(text: str) -> None:
    hidden = json.dumps([text] * (MAX_DEPTH + 1)).encode()
    assert parse(b"[" + hidden + b"," + nested(MAX_DEPTH - 1) + b"]")
    with pytest.raises(Refused) as refused:
        parse(b"[" + hidden + b"," + nested(MAX_DEPTH) + b"]")
    assert refused.value.code == "E_JSON_DEPTH"


@pytest.mark.parametrize(
    ("body", "code"), [(b'"\\ud83d\\ude00"', ""), (b'"\\ud83d"', "E_UNICODE"), (b'"\\uDE00"', "E_UNICODE")]
)
def test_half_a_character_is_refused(body: bytes, code: str) -> None:
    if not code:
        assert parse(body) == "😀"
        return
    with pytest.raises(Refused) as refused:
        parse(body)
    assert refused.value.code == code
