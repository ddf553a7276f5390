import json
from pathlib import Path

from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import taxonomy_of_labels
from service import classifying

JUDGE = Judge(taxonomy=taxonomy_of_labels(["a", "b"]), policy=Policy())


def test_rows_stream_in_order_and_repeated_ids_are_counted(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    ids = ["一", "二", "一", "三", "一"]
    source.write_text("\n".join(json.dumps({"id": one, "text": "路灯不亮"}) for one in ids), "utf-8")
    done = classifying.classify_file(JUDGE, source, target, {})
    assert (done.rows, done.repeated_ids, done.auto) == (5, 2, 0)
    assert [json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()] == ids


def test_rows_are_counted_only_for_somebody_who_watches(tmp_path: Path, monkeypatch) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "路灯不亮"}\n' * 3, "utf-8")
    read = []
    rows = classifying.read_rows
    monkeypatch.setattr(classifying, "read_rows", lambda *given: read.append(1) or rows(*given))
    told: list[tuple[int, int]] = []
    classifying.classify_file(
        JUDGE, source, tmp_path / "out.csv", {}, lambda stage, done, total: told.append((done, total))
    )
    assert (len(read), told) == (2, [(3, 3)])
    classifying.classify_file(JUDGE, source, tmp_path / "out.csv", {})
    assert len(read) == 3
