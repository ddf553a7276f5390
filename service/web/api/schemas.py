"""Bodies of the API as pydantic models: what may be sent, and what the OpenAPI description says of the answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from nlp.domain import Openness, Track, Urgency

MAX_ITEMS = 1_000
"""Most texts that one `POST /classify` may carry."""


Text = Annotated[StrictStr, Field(max_length=1_000_000)]
Name = Annotated[StrictStr, Field(max_length=80)]
Day = Annotated[StrictStr, Field(max_length=10)] | None


class Strict(BaseModel):
    """A body in which unknown fields and loosely typed values are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClassifyItem(Strict):
    """One text to be judged."""

    id: Annotated[StrictStr, Field(max_length=200)] = ""
    title: Text = ""
    text: Text = ""


class ClassifyBody(Strict):
    """Texts to be judged and not kept."""

    items: Annotated[list[ClassifyItem], Field(min_length=1, max_length=MAX_ITEMS)]


class SubmitterBody(Strict):
    """反映人."""

    name: Name = ""
    unit: Name = ""
    circle: Name = ""
    committee: Name = ""
    cosigners: Annotated[list[Name], Field(max_length=50)] = []
    phone: Name = ""


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class SubmissionBody(Strict):
    """A submission to be registered; `submitter` is a name or an object, `received_at` now unless given."""

    track: Track = Track.SUBMISSION
    title: Text = ""
    text: Text = ""
    source: Name = "接口"
    place: Name = ""
    submitter: Annotated[SubmitterBody, BeforeValidator(_named)] = Field(default_factory=SubmitterBody)
    received_at: Annotated[StrictStr, Field(max_length=40)] | None = None
    urgency: Urgency = Urgency.NORMAL
    openness: Openness = Openness.INTERNAL
    name_public: StrictBool = False
    reported_elsewhere: StrictBool = False


class ClaimBody(Strict):
    """How many items to lease and for how long."""

    limit: Annotated[StrictInt, Field(ge=1, le=500)] = 10
    lease_seconds: Annotated[StrictInt, Field(ge=10, le=86_400)] | None = None


class ActionBody(Strict):
    """What every action on an item may name: the lease it acts under, the version it was decided on."""

    lease_token: Annotated[StrictStr, Field(max_length=64)] | None = None
    version: Annotated[StrictInt, Field(ge=1, le=2**31)] | None = None


class PaperBody(Strict):
    """代登记: who of the unit did it, how it came, its number, the day (today unless given)."""

    person: Name
    way: Name
    number: Name = ""
    day: Day = None


class UnitActionBody(ActionBody):
    """What a unit does; the desk says with `paper` that it writes it down for the unit."""

    paper: PaperBody | None = None


class UnitReasonBody(UnitActionBody):
    """What a unit does and needs a reason."""

    reason: Text


class ReasonBody(ActionBody):
    """An action that needs a reason."""

    reason: Text


class OptionalReasonBody(ActionBody):
    """An action that may give a reason."""

    reason: Text = ""


class ReassignBody(ActionBody):
    """同意改派: the department that gets the item; `agreed` after three hops: what they agreed on."""

    department: Name
    reason: Text = ""
    agreed: Text = ""


class ExtendBody(UnitReasonBody):
    """申请延期: why, and until which day."""

    until: Day = None


class ExtensionBody(ActionBody):
    """The desk's decision on 申请延期."""

    granted: StrictBool
    reason: Text = ""
    until: Day = None


class AnswerBody(UnitActionBody):
    """办理结果."""

    text: Text
    grade: Annotated[StrictStr, Field(pattern="^[A-D]$")] | None = None


class DecisionBody(Strict):
    """A person's 拟办意见; what is left out stays as the machine suggested."""

    theme: Name | None = None
    dispositions: Annotated[list[Name], Field(max_length=10)] | None = None
    department: Name | None = None
    co_departments: Annotated[list[Name], Field(max_length=20)] | None = None
    mode: Name | None = None
    reason: Text = ""
    decision_id: Name | None = None


class UndoBody(Strict):
    """撤销: the decision that is taken back; without one, the present."""

    decision_id: Name | None = None


class MatterBody(Strict):
    """One matter of a submission that is split."""

    title: Text = ""
    text: Text = ""


class SplitBody(Strict):
    """拆分: its matters, and the decision that was seen."""

    matters: Annotated[list[MatterBody], Field(min_length=2, max_length=9)]
    decision_id: Name | None = None


class RemindBody(ActionBody):
    """催办: how and whom; `at` now unless given."""

    way: Name
    person: Name
    result: Text = ""
    at: Annotated[StrictStr, Field(max_length=40)] | None = None


class SuperviseBody(ReasonBody):
    """督办, or no longer."""

    wanted: StrictBool


class FeedbackBody(OptionalReasonBody):
    """反馈委员: how the submitter was told."""

    way: Name


class RatingBody(OptionalReasonBody):
    """评价."""

    satisfaction: Name
