import pytest

from service.files.damage import Damage
from service.files.dates import read_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-05", "2025-03-05T09:00"),
        ("2025年3月5日", "2025-03-05T09:00"),
        ("2025/3/5 14:30", "2025-03-05T14:30"),
        ("2025.03.05", "2025-03-05T09:00"),
        ("20250305", "2025-03-05T09:00"),
        ("2025-03-05T14:30:15", "2025-03-05T14:30"),
        ("02/17/2025", "2025-02-17T09:00"),
    ],
)
def test_dates_as_people_write_them(text: str, day: str) -> None:
    found, damage = read_date(text)
    assert found is not None
    assert found.isoformat().startswith(day)
    assert damage is None


@pytest.mark.parametrize(
    "text", ["2025-02-30", "0000-00-00", "03/05/2025", "去年", "99999-01-01", "2025-11-23T25:00", "2025年"]
)
def test_what_is_no_date_beyond_doubt_is_said(text: str) -> None:
    assert read_date(text) == (None, Damage.BAD_DATE)


def test_serials_are_days_of_either_epoch() -> None:
    found, damage = read_date("45418")
    assert (found.date().isoformat(), damage) == ("2024-05-06", Damage.DATE_SERIAL)
    assert read_date("43956", date1904=True)[0].date().isoformat() == "2024-05-06"


def test_no_date_is_no_fault() -> None:
    assert read_date("  ") == (None, None)
