"""The whole judgement of a batch of writings: checks, themes, reasons, doubts, routing. Pure; `today` is an argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nlp import intake_checks
from nlp.accusation import AccusationModel
from nlp.accusation_rules import accusing_passages, names_office
from nlp.classifier import ThemeClassifier
from nlp.domain import OTHER_THEME, Checks, Doubt, Judgement, Prediction, Writing
from nlp.doubts import DoubtContext, find_doubts
from nlp.features import CHUNK
from nlp.matters import parts_of, themes_of
from nlp.policy import Policy
from nlp.privacy import find_personal_data
from nlp.routing import route
from nlp.taxonomy import Taxonomy
from nlp.text import Normalised, normalise

NOTHING = Prediction(ranked=(), model_version="")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Everything that judging needs. Without a model, every writing goes to review with the doubt `no-model`."""

    taxonomy: Taxonomy
    policy: Policy
    model: ThemeClassifier | None = None
    accusation: AccusationModel | None = None

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
        fields = normalise([part for writing in read for part in (writing.title, writing.text)])
        predictions, flagged = self._predict(fields)
        matters = self._matters(read)
        return [
            self._one(
                writing,
                fields[2 * index : 2 * index + 2],
                replace(predictions[index], secondary=self._secondary(predictions[index], matters[index])),
                flagged=flagged[index],
                today=today,
            )
            for index, writing in enumerate(writings)
        ]

    def _legible(self, writing: Writing) -> bool:
        return len(writing.title) + len(writing.text) <= self.policy.max_length

    def _predict(self, fields: list[Normalised]) -> tuple[list[Prediction], list[bool]]:
        rows = len(fields) // 2
        if self.model is None:
            return [NOTHING] * rows, [False] * rows
        encoded = self.model.read(fields)
        flagged = self.accusation.flags(encoded.found).tolist() if self.accusation else [False] * rows
        return self.model.rank(fields, encoded), flagged

    def _matters(self, writings: Sequence[Writing]) -> list[tuple[str, ...]]:
        """Give the themes of the texts that hold several matters; nothing for the others."""
        if self.model is None:
            return [()] * len(writings)
        parts = [parts_of(writing.text) for writing in writings]
        pieces = [
            Writing(text=writing.text[part.start : part.end])
            for writing, own in zip(writings, parts, strict=True)
            for part in own
        ]
        confidences, begin = self.model.confidences(pieces), 0
        classes = self.model.classes
        other = classes.index(OTHER_THEME) if OTHER_THEME in classes else None
        themes: list[tuple[str, ...]] = []
        for own in parts:
            rows = confidences[begin : begin + len(own)]
            begin += len(own)
            themes.append(tuple(classes[theme] for theme in themes_of(own, rows, other)) if own else ())
        return themes

    @staticmethod
    def _secondary(prediction: Prediction, matters: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(theme for theme in matters if theme != prediction.theme)

    def _one(
        self, raw: Writing, fields: list[Normalised], prediction: Prediction, *, flagged: bool, today: date
    ) -> Judgement:
        legible = self._legible(raw)
        read = raw if legible else Writing()
        whole = "\n".join(part.text for part in fields).strip()
        accused = (flagged and names_office(whole)) or bool(accusing_passages(whole))
        theme = prediction.theme
        duty = self.taxonomy.duty_for(theme, whole, today) if theme else None
        context = DoubtContext(
            prediction=prediction if self.model else None,
            threshold=self.model.thresholds.of(theme) if self.model else None,
            examples=self.model.examples.get(theme, 0) if self.model and theme else 0,
            taxonomy=self.taxonomy,
            duty=duty,
            lead=self.taxonomy.acting(duty.lead, today) if duty else None,
            policy=self.policy,
            accusation=accused,
            individual_grievance=intake_checks.individual_grievance(read),
            urgent=intake_checks.urgent(read),
            garbled=intake_checks.garbled(f"{read.title}\n{read.text}"),
            several_matters=bool(prediction.secondary),
            length=len(whole),
        )
        doubts = find_doubts(context) if legible else (Doubt.LOW_CONFIDENCE,)
        decision = route(context, doubts, whole, today)
        return Judgement(
            prediction=prediction,
            decision=decision,
            checks=self._checks(raw),
            restricted=accused,
        )

    def _checks(self, raw: Writing) -> Checks:
        length = len(raw.title) + len(raw.text)
        if length > self.policy.max_length:
            warning = f"全文 {length} 字，超过 {self.policy.max_length} 字的上限，未作判断。"
            return Checks(length=length, too_long=True, warnings=(warning,))
        whole = f"{raw.title}\n{raw.text}"
        return Checks(
            missing_elements=intake_checks.missing_elements(raw),
            length=length,
            too_long=length > self.policy.long_length,
            personal_data=tuple(find_personal_data(raw)),
            warnings=intake_checks.warnings_for(whole),
            secret_marking=intake_checks.secret_marking(whole),
        )
