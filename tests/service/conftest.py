"""A judge that answers by the first word of the title, so that workflow tests need no model."""

import csv
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nlp.domain import (
    Checks,
    Confidence,
    DepartmentLevel,
    Disposition,
    Doubt,
    HandlingMode,
    Judgement,
    Prediction,
    Routing,
    RoutingDecision,
    ThemeConfidence,
    Track,
    Writing,
)
from nlp.policy import Policy
from nlp.taxonomy import Taxonomy
from service import intake
from service.dispatch import Act, Desk
from service.intake import Incoming, Receipt
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
POLICY = Policy(version="p1", direct_dispatch_sources=("12345",))


@dataclass(frozen=True)
class WordJudge:
    """转: sure, education with co-handler health. 市: sure, but a city bureau. 疑: review. 告: accusation. 密: secret."""

    taxonomy: Taxonomy

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        return [self.one(writing.title + writing.text) for writing in writings]

    def one(self, text: str) -> Judgement:
        lead = "city-transport" if text.startswith("市") else "education"
        assert self.taxonomy.department(lead) is not None
        level = self.taxonomy.department(lead).level  # type: ignore[union-attr]
        above = level not in (DepartmentLevel.DISTRICT, DepartmentLevel.VERTICAL)
        doubts = (Doubt.LOW_CONFIDENCE,) if text.startswith("疑") else (Doubt.HIGHER_LEVEL,) if above else ()
        accused = text.startswith("告")
        decision = RoutingDecision(
            routing=Routing.REVIEW if doubts or accused else Routing.AUTO,
            theme="double-reduction",
            dispositions=(Disposition.REPORT_CITY if above else Disposition.DEPARTMENT,),
            lead=lead,
            co_handlers=("health",) if text.startswith("转") else (),
            mode=HandlingMode.LEAD_AND_CO,
            duty="RC-08",
            doubts=(Doubt.ACCUSATION,) if accused else doubts,
            model_version="m1",
            taxonomy_version="t1",
            policy_version="p1",
        )
        ranked = (
            ThemeConfidence(theme="double-reduction", confidence=Confidence(0.9)),
            ThemeConfidence(theme="education-resources", confidence=Confidence(0.05)),
        )
        return Judgement(
            prediction=Prediction(ranked=ranked, model_version="m1"),
            decision=decision,
            checks=Checks(secret_marking="机密★" if text.startswith("密") else None),
            restricted=accused,
        )


@pytest.fixture
def taxonomy(knowledge) -> Taxonomy:
    return knowledge.taxonomy


@pytest.fixture
def word_judge(taxonomy: Taxonomy) -> WordJudge:
    return WordJudge(taxonomy)


@pytest.fixture
def desk(store: Store, taxonomy: Taxonomy) -> Desk:
    return Desk(store=store, policy=POLICY, directory=taxonomy)


@pytest.fixture
def receive(store: Store, taxonomy: Taxonomy) -> Callable[..., Receipt]:
    """Take one text in and give its receipt."""

    def take(title: str, now: datetime = NOW, **fields: object) -> Receipt:
        incoming = incoming_of(title, **fields)
        (outcome,) = intake.receive(store, WordJudge(taxonomy), POLICY, taxonomy, [incoming], now)
        if not isinstance(outcome, Receipt):
            raise outcome
        return outcome

    return take


def incoming_of(title: str, **fields: object) -> Incoming:
    values = {"track": Track.SUBMISSION, "title": title, "source": "微信", "received_at": NOW, "caller": "test"}
    return Incoming(**{**values, **fields})  # type: ignore[arg-type]


@pytest.fixture
def act() -> Act:
    return Act(actor="desk", now=NOW)


@pytest.fixture
def take_all(store: Store, taxonomy: Taxonomy) -> Callable[..., list[object]]:
    """Take a batch in and give every outcome."""

    def take(batch: Sequence[Incoming], now: datetime = NOW) -> list[object]:
        return list(intake.receive(store, WordJudge(taxonomy), POLICY, taxonomy, batch, now))

    return take


@pytest.fixture
def written() -> Callable[..., Incoming]:
    """Make an intake record out of a title and any other fields."""
    return incoming_of


SOFFICE = shutil.which("soffice")
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.fixture
def convert(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Convert files with LibreOffice and give the folder of the results. It is not part of what users or CI must have."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is absent: its comparison with the exports was not made")

    def run(paths: Sequence[Path], to: str, *options: str) -> Path:
        out = tmp_path / "converted"
        profile = f"-env:UserInstallation=file://{tmp_path_factory.getbasetemp() / 'libreoffice'}"
        command = [SOFFICE, profile, "--headless", *options, "--convert-to", to, "--outdir", str(out), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return out

    return run


@pytest.fixture
def sheets_of(convert) -> Callable[[Path], dict[str, list[list[str]]]]:
    """Open a workbook with LibreOffice and give the cells of each of its sheets."""

    def read(path: Path) -> dict[str, list[list[str]]]:
        folder = convert([path], EVERY_SHEET)
        found = {}
        for part in folder.glob("*.csv"):
            with part.open(encoding="utf-8-sig", newline="") as stream:
                found[part.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(stream))
        return found

    return read
