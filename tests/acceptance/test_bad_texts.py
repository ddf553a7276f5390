"""The text cases of `text.jsonl`, through the library and through the command line."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nlp.domain import Doubt, Routing, Writing
from nlp.judging import Judge
from service.limits import is_blank

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "badinputs" / "text.jsonl").read_text("utf-8").splitlines()
]
CLEAN = "小区供热管道老化漏水，暖气不热，请住建部门尽快改造"
TODAY = date(2026, 11, 24)


def text_of(case: dict[str, Any]) -> str:
    return case["repeat"][0] * case["repeat"][1] if "repeat" in case else case["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['name']}")
def test_judging(case: dict[str, Any], default_judge: Judge) -> None:
    text = text_of(case)
    judged, clean = default_judge.judge([Writing(text=text), Writing(text=CLEAN)], TODAY)
    if case["kind"] == "empty":
        assert is_blank(text)
        assert judged.prediction.theme is None
    if case["kind"] == "same":
        assert judged.prediction.theme == clean.prediction.theme
    if case["kind"] in ("empty", "review"):
        assert judged.decision.routing is Routing.REVIEW
        assert judged.decision.doubts
    if case["kind"] == "secret":
        assert judged.checks.secret_marking
    else:
        assert judged.checks.secret_marking is None
    assert Doubt.NO_MODEL not in judged.decision.doubts


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx"])
def test_command_line(suffix: str, tmp_path: Path, default_home: dict[str, str]) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / f"out{suffix}"
    rows = [{"id": case["name"], "title": "", "text": text_of(case)} for case in CASES if text_of(case).strip()]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    command = [sys.executable, "-m", "service.cli", "classify", "--input", str(source), "--output", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, env=default_home, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    from service.files.rows import read_rows

    if suffix == ".jsonl":
        written = [json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()]
    else:
        written = [row.id for row in read_rows(target, {"text": "doubts"})]
    assert written == [row["id"] for row in rows]
