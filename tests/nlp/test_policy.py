from dataclasses import replace
from pathlib import Path

import pytest

from nlp.errors import KnowledgeError
from nlp.policy import Policy, load_policy

SHIPPED = Path(__file__).parents[2] / "data" / "policy.toml"


def load(folder: Path, content: str) -> Policy:
    path = folder / "policy.toml"
    path.write_text(content, "utf-8")
    return load_policy(path)


def test_the_shipped_policy_says_what_the_program_assumes() -> None:
    shipped = load_policy(SHIPPED)
    assert replace(shipped, version="") == Policy()
    assert len(shipped.version) == 12


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert replace(load(tmp_path, ""), version="") == Policy()


def test_the_version_follows_the_values_and_not_the_writing(tmp_path: Path) -> None:
    plain = load(tmp_path, "[judging]\nfew_examples = 12\n")
    assert load(tmp_path, "# 说明\n[judging]\nfew_examples   =   12\n").version == plain.version
    assert load(tmp_path, "[judging]\nfew_examples = 13\n").version != plain.version


def test_values_are_read(tmp_path: Path) -> None:
    policy = load(tmp_path, '[intake]\ndirect_dispatch_sources = ["12345", "API"]\n[judging]\nerror_target = 0.05\n')
    assert policy.direct_dispatch_sources == ("12345", "API")
    assert policy.error_target == 0.05


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("[colour]\na = 1\n", "P01", "colour"),
        ("judging = 3\n", "P01", "judging"),
        ("[judging]\nfewexamples = 3\n", "P02", "judging.fewexamples"),
        ("[judging]\nversion = 'x'\n", "P02", "judging.version"),
        ("[intake]\ndirect_dispatch_sources = 'API'\n", "P03", "intake.direct_dispatch_sources"),
        ("[intake]\ndirect_dispatch_sources = [' ']\n", "P03", "intake.direct_dispatch_sources"),
        ("[judging]\nerror_target = 0\n", "P04", "judging.error_target"),
        ("[judging]\nerror_target = 1\n", "P04", "judging.error_target"),
        ("[judging]\nerror_target = nan\n", "P04", "judging.error_target"),
        ("[judging]\nnarrow_margin = '0.1'\n", "P04", "judging.narrow_margin"),
        ("[limits]\nmax_length = 0\n", "P05", "limits.max_length"),
        ("[limits]\nmax_length = true\n", "P05", "limits.max_length"),
        ("[deadlines]\nreturn_days = 2.5\n", "P05", "deadlines.return_days"),
        ("[intake]\nreceipt_submission = '社情{year}号'\n", "P06", "intake.receipt_submission"),
        ("[intake]\nreceipt_submission = '{number}{day}'\n", "P06", "intake.receipt_submission"),
        ("[intake]\nreceipt_submission = '{number'\n", "P06", "intake.receipt_submission"),
        ("[intake]\nreceipt_work_order = 7\n", "P06", "intake.receipt_work_order"),
    ],
)
def test_each_fault_has_its_code_and_place(tmp_path: Path, content: str, code: str, place: str) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, content)
    assert f"{code} policy.toml:{place}" in [" ".join(fault.split()[:2]) for fault in raised.value.faults]


def test_all_faults_are_listed(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, "[colour]\n[judging]\nerror_target = 2\nfew_examples = 0\n")
    assert [fault[:3] for fault in raised.value.faults] == ["P01", "P04", "P05"]


@pytest.mark.parametrize("pattern", ["{number.real}", "{number[0]}", "{number.x}", "{number:0999999d}", "{number!r}"])
def test_a_receipt_pattern_can_neither_crash_nor_fill_the_memory(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, f'[intake]\nreceipt_submission = "{pattern}"\n')
    assert raised.value.faults[0].startswith("P06 ")


def test_a_setting_in_another_section_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, "[limits]\nerror_target = 0.5\n")
    assert raised.value.faults[0].startswith("P02 policy.toml:limits.error_target")


@pytest.mark.parametrize(
    "content",
    [
        "[limits]\nshort_length = 2000\n",
        "[limits]\nmax_length = 100\n",
        "[deadlines]\nreply_months = 7\n",
    ],
)
def test_settings_that_contradict_each_other_are_faults(tmp_path: Path, content: str) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, content)
    assert raised.value.faults[0].startswith("P07 ")


def test_the_two_tracks_never_share_their_numbers(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, '[intake]\nreceipt_submission = "A{number}"\nreceipt_work_order = "A{number}"\n')
    assert raised.value.faults[0].startswith("P08 ")


def test_a_time_limit_beyond_the_calendar_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, "[deadlines]\nreply_months_hard = 900000\n")
    assert raised.value.faults[0].startswith("P05 ")
