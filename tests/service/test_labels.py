"""Corrections go out in the form that training reads."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service import exports, review
from service.dispatch import Desk
from service.labels import EXPORT_HEADER, export_labels
from service.model_versions import read_labelled
from service.review import Opinion

LATER = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_the_latest_label_of_each_submission_is_exported_and_can_be_trained_on(
    desk: Desk, receive, tmp_path: Path
) -> None:
    first, second = receive("疑难"), receive("转办", text="电话13812345678")
    review.decide(desk.store, desk.directory, first.id, Opinion(theme="elderly-care"), "甲", LATER)
    review.decide(desk.store, desk.directory, second.id, Opinion(), "乙", LATER)
    correction = Opinion(theme="healthcare", lead="health")
    review.decide(desk.store, desk.directory, first.id, correction, "丙", LATER + timedelta(minutes=1))
    target = tmp_path / "labels.csv"
    assert export_labels(desk.store, target, "丁", LATER) == 2
    (told,) = exports.latest(desk.store, 9)
    assert (told.actor, told.what, told.count, told.masked) == ("丁", "更正记录", 2, True)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert tuple(rows[first.id]) == EXPORT_HEADER
    assert (rows[first.id]["theme"], rows[first.id]["person"]) == ("healthcare", "丙")
    assert (rows[second.id]["theme"], rows[second.id]["text"]) == ("double-reduction", "电话138****5678")
    labelled = read_labelled([target], {}, desk.directory)
    assert sorted(labelled.themes) == ["double-reduction", "healthcare"]


def test_nothing_to_export_is_a_table_with_a_header(desk: Desk, tmp_path: Path) -> None:
    assert export_labels(desk.store, tmp_path / "labels.csv", "丁", LATER) == 0
    assert (tmp_path / "labels.csv").read_text("utf-8-sig").strip() == ",".join(EXPORT_HEADER)
