"""Bodies of what the desk does besides deciding and dispatching: many at once, matters, drafts, papers, upward."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StrictStr

from nlp.domain import Openness, Urgency
from service.web.api.schemas import Day, Name, Strict, SubmitterBody, Text

Id = Annotated[StrictStr, Field(max_length=36)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]
Version = Annotated[StrictInt, Field(ge=1, le=2**31)] | None


class BulkBody(Strict):
    """An act on many submissions; `value` is the department, the mark or the reason, where the act needs one."""

    act: Name
    value: Text = ""
    ids: Ids


class LinkBody(Strict):
    """并案: the 登记号 of the other submission."""

    receipt: Name


class MarkBody(Strict):
    """标记: `key` or `revisit`."""

    mark: Name


class AmendBody(Strict):
    """What should have been registered, and why; a field that is absent stays as it is."""

    reason: Text
    title: Text | None = None
    text: Text | None = None
    source: Name | None = None
    place: Name | None = None
    submitter: SubmitterBody | None = None
    received_at: Annotated[StrictStr, Field(max_length=40)] | None = None
    urgency: Urgency | None = None
    openness: Openness | None = None
    name_public: StrictBool | None = None
    reported_elsewhere: StrictBool | None = None


class RestrictBody(Strict):
    """列为限阅件: who is accused of what, for the two who read it."""

    reason: Text


class ViewBody(Strict):
    """A filter kept under a name: the query part of the list's address."""

    name: Name
    query: Annotated[StrictStr, Field(max_length=2_000)] = ""
    shared: StrictBool = False


class DraftBody(Strict):
    """What is typed and not registered yet, by the fields of the page's form; `key` tells drafts apart."""

    key: Annotated[StrictStr, Field(pattern="^[0-9a-f]{32}$")]
    content: Annotated[dict[Name, Text], Field(max_length=30)]


class TemplateBody(Strict):
    """答复模板."""

    name: Name
    text: Text


class PrintBody(Strict):
    """A paper: of which item, and with a purpose if name and phone shall stand in it."""

    item: Id | None = None
    purpose: Name = ""


class ExportBody(Strict):
    """An export: its form, and with a purpose if personal data shall stand in it; the filters are in the query."""

    form: Name = "xlsx"
    purpose: Text = ""


class ReportBody(Strict):
    """报送: the level, the day (today unless given), who signed."""

    level: Name
    day: Day = None
    signer: Name


class OutcomeBody(Strict):
    """采用情况 of a report."""

    outcome: Name
    day: Day = None
    note: Text = ""
    version: Version = None


class WithdrawBody(Strict):
    """撤销 of what was recorded by mistake: why."""

    reason: Text


class WithdrawReportBody(WithdrawBody):
    """撤销 of a report: why, and the version that was looked at."""

    version: Version = None


class InstructionBody(Strict):
    """批示; `attachment` is the scan."""

    leader: Name
    level: Name
    day: Day = None
    text: Text
    attachment: Id | None = None


class BriefBody(Strict):
    """编发《社情民意》: its submissions in their order, and the levels that it goes to."""

    members: Annotated[list[Id], Field(min_length=1, max_length=20)]
    levels: Annotated[list[Name], Field(max_length=4)]
    day: Day = None
    signer: Name


class PlanBody(Strict):
    """How an import is read; what is left out stays as it was found. `columns` names a field, or null, for each column."""

    sheet: Annotated[StrictInt, Field(ge=0, le=99_999)] | None = None
    head: Annotated[list[StrictInt], Field(min_length=2, max_length=2)] | None = None
    columns: Annotated[list[Name | None], Field(max_length=1_000)] | None = None
    purpose: Name | None = None
    track: Name | None = None
    source: Name | None = None


class StartBody(Strict):
    """Which rows are imported: `good` or `all`."""

    scope: Name = "good"


class ImportedLabelsBody(Strict):
    """The labels of an import that are taken back: what the old table said, and the theme that it gave."""

    reason: Text = ""
    theme: Name
