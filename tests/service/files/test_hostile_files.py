"""Two hundred hostile or broken files: each is read or refused with one clear Chinese sentence, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from nlp.errors import InputFileError
from service.files.child import answer
from service.files.limits import Limits
from service.files.reading import read_file
from tests.badinputs.hostile import Hostile, hostile_files

FILES = hostile_files()


def clear(message: str) -> bool:
    """Tell whether a message is Chinese, of one line, short, and names a next step or a limit."""
    return bool(re.search("[一-鿿]{4}", message)) and "\n" not in message and len(message) < 500 and "请" in message


def write(one: Hostile, folder: Path) -> Path:
    path = folder / "upload.bin"
    path.write_bytes(one.make())
    return path


def test_there_are_two_hundred() -> None:
    assert len(FILES) >= 200
    assert len({one.name for one in FILES}) == len(FILES)


@pytest.mark.parametrize("one", [one for one in FILES if not one.heavy], ids=lambda one: ascii(one.name)[:40])
def test_a_file_gets_a_clear_answer(one: Hostile, tmp_path: Path) -> None:
    lines: list[bytes] = []
    answer(write(one, tmp_path), one.name, Limits(), lines.append)
    last = json.loads(lines[-1].decode("utf-8", "surrogatepass"))
    assert last[0] in ("end", "refused")
    if last[0] == "refused":
        assert clear(last[1]), last
    if one.says:
        assert last[0] == "refused", lines[:3]
        assert one.says in last[1]


@pytest.mark.parametrize("one", [one for one in FILES if one.heavy], ids=lambda one: ascii(one.name)[:40])
def test_a_heavy_file_costs_its_child_alone(one: Hostile, tmp_path: Path) -> None:
    message = ""
    try:
        for _ in read_file(write(one, tmp_path), one.name):
            pass
    except InputFileError as error:
        message = str(error)
        assert clear(message), message
    assert one.says in message
