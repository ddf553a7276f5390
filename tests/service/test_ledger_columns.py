from pathlib import Path

import pytest

from nlp.errors import KnowledgeError
from service.ledger_columns import FIELDS, covered_phone, load_ledgers

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "ledger.toml"


def test_the_shipped_columns_are_known_and_listed() -> None:
    found = load_ledgers(SHIPPED)
    assert {one.field for one in (*found.submissions, *found.items)} <= set(FIELDS)
    comment = " ".join(line.lstrip("# ") for line in SHIPPED.read_text("utf-8").split("\n") if line.startswith("#"))
    assert set(FIELDS) <= set(comment.replace("：", " ").split())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[items]\ncolumns = [{head = 'a', field = 'receipt'}]", "C02"),
        ("[other]\n", "C01"),
        ("[submissions]\ncolumns = [{head = 'a', field = 'nothing'}]", "C03"),
        ("[submissions]\ncolumns = [{head = '', field = 'receipt'}]", "C03"),
        ("[submissions]\ncolumns = [{head = 'a', field = 'receipt', wide = 3}]", "C03"),
    ],
)
def test_faults_name_their_place(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_ledgers(path)
    assert code in [fault.split()[0] for fault in caught.value.faults]


@pytest.mark.parametrize("phone", ["13812345678", "2012345", "0953-2012345", "2012345转801", "１３８１２３４５６７８"])
def test_no_form_of_a_number_stays_whole(phone: str) -> None:
    assert sum(character.isdigit() for character in covered_phone(phone)) <= 7
    assert covered_phone(phone) != phone
    assert covered_phone("") == ""
