"""The whole judgement of a batch of writings: checks, themes, reasons, doubts, routing. Pure; `today` is an argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from nlp import accusation_rules, intake_checks, lexicon, passages
from nlp.accusation import AccusationModel
from nlp.accusation_rules import accusing
from nlp.characters import characters_of
from nlp.classifier import ThemeClassifier
from nlp.domain import Checks, Doubt, Judgement, PersonalData, Prediction, Writing
from nlp.doubts import DoubtContext, find_doubts
from nlp.encoding import Joint, join
from nlp.features import CHUNK, FIELDS
from nlp.intake_checks import Seen
from nlp.matters import find_matters
from nlp.policy import Policy
from nlp.privacy import find_personal_data
from nlp.routing import route
from nlp.screens import Looked
from nlp.screens import join as join_screens
from nlp.taxonomy import Taxonomy
from nlp.text import Copies, copies_of

_SCREENS = (accusation_rules.SCREEN, passages.SCREEN)
_ACCUSING, _PASSAGES = range(len(_SCREENS))
_SCREEN = join_screens(_SCREENS)

NOTHING = Prediction(ranked=(), model_version="")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Everything that judging needs. Without a model, every writing goes to review with the doubt `no-model`."""

    taxonomy: Taxonomy
    policy: Policy
    model: ThemeClassifier | None = None
    accusation: AccusationModel | None = None
    _joint: Joint | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join what the two models look up."""
        joint = join(self.model.linear, self.accusation.linear if self.accusation else None) if self.model else None
        object.__setattr__(self, "_joint", joint)

    def prepare(self, folder: Path | None = None) -> None:
        """Make now what compiled loops look up, which the first to judge with them would wait for otherwise.

        Args:
            folder: keeps what takes long to make, see `nlp.lexicon`.
        """
        if self.model is not None and self._joint is not None:
            lexicon.prepare(self.model.words, folder)
            self._joint.prepare()

    def judge(self, writings: Sequence[Writing], today: date, progress: Progress | None = None) -> list[Judgement]:
        """Judge writings, in the same order.

        A writing that is empty or longer than the policy's `max_length` is not judged but goes to review.

        Args:
            writings: raw titles and texts.
            today: the day on which duties must be in force.
            progress: called with the number of writings done so far.
        """
        result: list[Judgement] = []
        for begin in range(0, len(writings), CHUNK):
            result.extend(self._judge_chunk(writings[begin : begin + CHUNK], today))
            if progress:
                progress(len(result))
        return result

    def _judge_chunk(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        read = [writing if self._legible(writing) else Writing() for writing in writings]
        parts = [part for writing in read for part in (writing.title, writing.text)]
        raw = characters_of(parts)
        copies = copies_of(parts, raw)
        looked = _SCREEN.look(copies.characters.joined(len(FIELDS)))
        titles, texts = copies.fields[::2], copies.fields[1::2]
        wholes = [f"{title.text}\n{text.text}".rstrip() for title, text in zip(titles, texts, strict=True)]
        predictions, (flagged, hinted), matters = self._predict(
            copies, looked.of(_SCREENS, _PASSAGES).parted(copies.characters)
        )
        told = accusing(wholes, hinted, looked.of(_SCREENS, _ACCUSING))
        accused = [flag or by_rule for flag, by_rule in zip(flagged, told, strict=True)]
        raw_wholes = [f"{writing.title}\n{writing.text}" for writing in read]
        seen = intake_checks.look_at(raw_wholes, raw.joined(len(FIELDS)))
        personal = find_personal_data(read, raw)
        return [
            self._one(
                writing,
                _Found(
                    whole=wholes[index].strip(),
                    prediction=replace(
                        predictions[index], secondary=self._secondary(predictions[index], matters[index])
                    )
                    if matters[index]
                    else predictions[index],
                    accused=accused[index],
                    seen=seen[index],
                    personal=personal[index],
                ),
                today,
            )
            for index, writing in enumerate(writings)
        ]

    def _legible(self, writing: Writing) -> bool:
        return len(writing.title) + len(writing.text) <= self.policy.max_length

    def _predict(
        self, copies: Copies, looked: Looked
    ) -> tuple[list[Prediction], tuple[list[bool], list[bool]], list[tuple[str, ...]]]:
        """Give predictions, which texts are flagged as accusations and in which the softer rules count, and matters."""
        rows = len(copies.fields) // len(FIELDS)
        if self.model is None or self._joint is None:
            return [NOTHING] * rows, ([False] * rows, [True] * rows), [()] * rows
        encoded = self._joint.encode(self.model.segment(copies.characters))
        flagged, hinted = [False] * rows, [True] * rows
        if self.accusation:
            flagged, hinted = (marks.tolist() for marks in self.accusation.look(encoded.others))
        predictions = self.model.rank(copies.fields, encoded)
        found = find_matters(self.model, encoded, copies.fields, predictions, looked)
        return predictions, (flagged, hinted), [found.get(row, ()) for row in range(rows)]

    @staticmethod
    def _secondary(prediction: Prediction, matters: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(theme for theme in matters if theme != prediction.theme)

    def _one(self, raw: Writing, found: _Found, today: date) -> Judgement:
        prediction, seen = found.prediction, found.seen
        legible = self._legible(raw)
        theme = prediction.theme
        duty = self.taxonomy.duty_for(theme, found.whole, today) if theme else None
        context = DoubtContext(
            prediction=prediction if self.model else None,
            threshold=self.model.thresholds.of(theme) if self.model else None,
            examples=self.model.examples.get(theme, 0) if self.model and theme else 0,
            taxonomy=self.taxonomy,
            duty=duty,
            lead=self.taxonomy.acting(duty.lead, today) if duty else None,
            policy=self.policy,
            accusation=found.accused,
            individual_grievance=seen.individual_grievance,
            urgent=seen.urgent,
            garbled=seen.garbled,
            several_matters=bool(prediction.secondary),
            length=len(found.whole),
        )
        doubts = find_doubts(context) if legible else (Doubt.LOW_CONFIDENCE,)
        return Judgement(
            prediction=prediction,
            decision=route(context, doubts, found.whole, today),
            checks=self._checks(raw, found),
            restricted=found.accused,
        )

    def _checks(self, raw: Writing, found: _Found) -> Checks:
        length = len(raw.title) + len(raw.text)
        if length > self.policy.max_length:
            warning = f"全文 {length} 字，超过 {self.policy.max_length} 字的上限，未作判断。"
            return Checks(length=length, too_long=True, warnings=(warning,))
        return Checks(
            missing_elements=found.seen.missing_elements,
            length=length,
            too_long=length > self.policy.long_length,
            personal_data=found.personal,
            warnings=found.seen.warnings,
            secret_marking=found.seen.secret_marking,
        )


class _Found(NamedTuple):
    """What was found of one text: `whole` is its normalised title and body."""

    whole: str
    prediction: Prediction
    accused: bool
    seen: Seen
    personal: tuple[PersonalData, ...]
