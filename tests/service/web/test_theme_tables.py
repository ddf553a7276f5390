"""主题分布: its figures against a count of the submissions themselves."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from nlp.domain import Disposition, Track
from service import review, statistics
from service.office import Office
from service.review import Opinion
from service.store.conditions import SubmissionFilter
from service.store.figures import Days
from service.web.pages import theme_workbook
from service.web.pages.theme_tables import UNKNOWN, Heat, change_words, distribution, year_before

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YEAR = Days(first=date(2025, 11, 25), last=date(2026, 11, 24))


@pytest.fixture
def filled(office: Office, receive) -> Office:
    places = ("上桥镇", "板桥乡", "", *(f"第{number}村" for number in range(13)))
    ids = [
        receive(
            f"{'转疑市'[number % 3]}{number}",
            place=places[number % len(places)],
            source=("微信", "来信")[number % 2],
            track=Track.WORK_ORDER if number % 5 == 0 else Track.SUBMISSION,
            received_at=NOW - timedelta(days=13 * number),
        ).id
        for number in range(48)
    ]
    for number, one in enumerate(ids[:20]):
        opinion = Opinion() if number % 3 else Opinion(theme="elderly-care", lead="civil-affairs")
        review.decide(office.store, office.taxonomy, one, opinion, "desk", NOW)
    return office


@pytest.mark.parametrize(
    "wanted", [SubmissionFilter(), SubmissionFilter(source="微信"), SubmissionFilter(place="上桥镇")]
)
def test_every_figure_equals_a_recount(filled: Office, wanted: SubmissionFilter) -> None:
    found = distribution(filled, wanted, YEAR, {})
    everything = [
        one
        for one in statistics.submissions_page(filled.store, wanted, None, 200).rows
        if YEAR.first <= one.submission.received_at.date() <= YEAR.last
    ]
    names = filled.taxonomy.theme_name
    assert {line.name: line.count for line in found.lines} == Counter(names(one.theme) for one in everything)
    assert found.whole.count == len(everything) == total(found.months) == total(found.places)
    assert found.whole.decided == sum(one.adopted is not None for one in everything)
    assert found.whole.kept == sum(one.adopted is True for one in everything)
    assert total(found.departments) == len(everything)
    before = [one for one in statistics.submissions_page(filled.store, wanted, None, 200).rows if one not in everything]
    assert found.whole.before == len(before)


def test_columns_beyond_a_dozen_stand_together(filled: Office) -> None:
    places = distribution(filled, SubmissionFilter(), Days(first=date(2020, 1, 1), last=date(2026, 11, 24)), {}).places
    assert len(places.columns) == 13
    assert places.columns[-1] == "其余 4 个"
    unknown = next((place for place, name in enumerate(places.columns) if name == UNKNOWN), None)
    if unknown is not None:
        assert all("place=none" in cells[unknown].address for _, _, cells in places.rows if cells[unknown].count)
    assert [bool(one.address) for one in places.sums] == [True] * 12 + [False]


def total(heat: Heat) -> int:
    return sum(one.count for one in heat.sums)


@pytest.mark.parametrize("by", ["place", "department"])
def test_those_without_any_are_a_list_too(office: Office, receive, by: str) -> None:
    receive("转一", place="上桥镇")
    kept = Opinion(theme="elderly-care", lead="", co_handlers=(), dispositions=(Disposition.KEEP,))
    review.decide(office.store, office.taxonomy, receive("疑二").id, kept, "desk", NOW)
    counts = statistics.theme_counts(office.store, SubmissionFilter(), by)
    wanted = SubmissionFilter(place="") if by == "place" else SubmissionFilter(lead="")
    without = sum(one.count for one in counts if not one.group)
    assert without == 1
    assert statistics.submissions_count(office.store, wanted) == without


def test_the_workbook_holds_the_same_figures(filled: Office, tmp_path: Path) -> None:
    found = distribution(filled, SubmissionFilter(), YEAR, {})
    theme_workbook.write(tmp_path / "t.xlsx", found, "主题分布")
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    assert book.sheet_names == ["主题", found.months.name, found.places.name, found.departments.name]
    rows = book.get_sheet_by_name("主题").to_python()
    assert rows[-1][:2] == ["合计", found.whole.count]


def test_an_empty_office_and_a_single_one(office: Office, receive) -> None:
    assert distribution(office, SubmissionFilter(), YEAR, {}).lines == []
    receive("转一", place="上桥镇")
    (line,) = distribution(office, SubmissionFilter(), YEAR, {}).lines
    assert (line.count, line.share, line.change, line.adoption) == (1, 1.0, "+1", "—")


def test_a_year_before_and_changes_in_words() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert change_words(3, 4) == "-1（-25%）"
