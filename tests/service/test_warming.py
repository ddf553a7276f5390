import pytest

from nlp import kernels
from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import taxonomy_of_labels
from service import warming

JUDGE = Judge(taxonomy=taxonomy_of_labels(["a", "b"]), policy=Policy())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """Note the folders that compiled loops are asked for from, and compile nothing."""
    folders: list = []
    monkeypatch.setattr(kernels, "load", lambda cache=None: folders.append(cache) or True)
    return folders


def test_a_service_warms_up_beside_its_work_and_keeps_what_it_compiles_at_home(asked: list, tmp_path) -> None:
    warming.warm_up_in_background(JUDGE, tmp_path).join()
    assert asked == [tmp_path / "cache" / "compiled"]


@pytest.mark.parametrize(("size", "loaded"), [(10, False), (warming.MANY_BYTES, True)])
def test_loops_are_loaded_for_a_large_file_alone(asked: list, tmp_path, size: int, loaded: bool) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(b"a" * size)
    assert warming.load_for_file(JUDGE, source, tmp_path) is loaded
    assert bool(asked) is loaded


def test_a_file_that_is_not_there_is_left_to_the_reader(asked: list, tmp_path) -> None:
    assert not warming.load_for_file(JUDGE, tmp_path / "none.csv", tmp_path)
