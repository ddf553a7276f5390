from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.ids import new_id

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_version_and_variant() -> None:
    made = UUID(new_id(NOW))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_rise_even_when_the_clock_falls() -> None:
    made = [new_id(NOW + timedelta(seconds=-number)) for number in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_many_threads_differ() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(NOW), range(4_000)))
    assert len(set(made)) == len(made)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        new_id(datetime(2026, 1, 1))
