"""The vocabulary of minyi: what every other module speaks in.

Standard library only. Every record is frozen, slotted and keyword-only; every enum's value is what stands in the
database, the API and the exports, and never changes once released. The Chinese labels that pages show stand beside the
values here, so that code, API and page cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

Score = NewType("Score", float)
"""Raw output of a linear model: any real number, comparable only within one model. Never shown, never thresholded."""

Confidence = NewType("Confidence", float)
"""把握: calibrated probability in [0, 1]. The only figure that is shown or compared with a threshold."""

OTHER_THEME = "other"
"""Id of the theme that stands for "none of these"; it always goes to review."""


class Labelled(StrEnum):
    """An enum whose members carry the Chinese word that pages show for them."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        """Make a member out of its stored value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Track(Labelled):
    """Which of the two chains a submission follows."""

    SUBMISSION = "submission", "来稿"
    WORK_ORDER = "work_order", "工单"


class Disposition(Labelled):
    """去向: where a 来稿 goes. One 来稿 may have several at once; they are never assumed to be disjoint."""

    REPORT_REGION = "report_region", "编报自治区政协"
    REPORT_CITY = "report_city", "报送市政协"
    REPORT_DISTRICT = "report_district", "报区委区政府"
    DEPARTMENT = "department", "转办部门"
    PROPOSAL = "proposal", "转提案"
    KEEP = "keep", "留存备查"
    SUPPLEMENT = "supplement", "退回补充"
    DECLINE = "decline", "不采用"
    PETITION = "petition", "转信访渠道"
    DISCIPLINE = "discipline", "移送纪检监察"


class DepartmentLevel(Labelled):
    """层级 of a department. A district office hands work only to the first two."""

    DISTRICT = "district", "区级"
    VERTICAL = "vertical", "垂管"
    CITY = "city", "市级"
    REGION = "region", "自治区级"

    @property
    def dispatchable(self) -> bool:
        """Whether a district office may hand work to a department of this level."""
        return self in (DepartmentLevel.DISTRICT, DepartmentLevel.VERTICAL)


class HandlingMode(Labelled):
    """办理方式 of a duty entry."""

    SINGLE = "single", "单独办理"
    LEAD_AND_CO = "lead_and_co", "主办会办"
    SEPARATE = "separate", "分别办理"


class Role(Labelled):
    """What a department is to an item."""

    LEAD = "lead", "主办"
    CO = "co", "会办"
    PART = "part", "分办"
    """One of several departments that each answer for their own part (分别办理)."""


class Level(Labelled):
    """A level that reports go up to (报送), and that instructions (批示) come down from."""

    DISTRICT = "district", "区级"
    CITY = "city", "市级"
    REGION = "region", "自治区级"
    NATION = "nation", "全国"


class Outcome(Labelled):
    """采用情况: what became of a report at its level."""

    PENDING = "pending", "待采用"
    ADOPTED = "adopted", "单篇采用"
    COMBINED = "combined", "综合采用"
    FORWARDED = "forwarded", "转送"
    DECLINED = "declined", "未采用"

    @property
    def adopted(self) -> bool:
        """Whether it counts as 采用: alone or within a longer text."""
        return self in (Outcome.ADOPTED, Outcome.COMBINED)


class Routing(Labelled):
    """The machine's verdict on a submission."""

    AUTO = "auto", "建议直接转办"
    REVIEW = "review", "需人工拟办"


class DecisionSource(Labelled):
    """Who or what made a routing decision."""

    MODEL = "model", "系统建议"
    RULE = "rule", "职责规则"
    PERSON = "person", "人工拟办"


class Doubt(Labelled):
    """需人工看的原因: the named reasons why a person must look. The ids stand in the API and never change."""

    LOW_CONFIDENCE = "low-confidence", "把握未达门槛"
    NARROW_MARGIN = "narrow-margin", "前两个主题难分"
    FEW_EXAMPLES = "few-examples", "样本不足"
    NEVER_AUTOMATIC = "never-automatic", "该主题一律人工拟办"
    OTHER_THEME = "other-theme", "不属于现有主题"
    NO_KNOWN_WORDS = "no-known-words", "没有可判断的词语"
    TOO_SHORT = "too-short", "内容过短"
    GARBLED = "garbled", "疑似乱码"
    SEVERAL_MATTERS = "several-matters", "可能含多件事"
    SAME_MATTER_OPEN = "same-matter-open", "同一事项正在办理"
    ACCUSATION = "accusation", "疑似检举控告"
    INDIVIDUAL_GRIEVANCE = "individual-grievance", "疑似个人诉求"
    URGENT = "urgent", "紧急事项"
    HIGHER_LEVEL = "higher-level", "承办单位属上级"
    NO_DUTY = "no-duty", "没有有效的职责条目"
    NO_MODEL = "no-model", "没有可用的模型"


class ItemState(Labelled):
    """State of a QueueItem (承办件)."""

    AWAITING_SIGNATURE = "awaiting_signature", "待签发"
    QUEUED = "queued", "待签收"
    IN_PROGRESS = "in_progress", "办理中"
    RETURN_REQUESTED = "return_requested", "申请退回"
    ANSWERED = "answered", "已报送办理结果"
    CLOSED = "closed", "办结"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def open(self) -> bool:
        """Whether work on the item is still expected."""
        return self not in (ItemState.CLOSED, ItemState.RETURNED, ItemState.WITHDRAWN)


class Stage(Labelled):
    """办理阶段: where a submission as a whole stands, told from its current decision, review task and items."""

    REVIEW = "review", "待拟办"
    AWAITING_SIGNATURE = "awaiting_signature", "待签发"
    QUEUED = "queued", "待签收"
    IN_PROGRESS = "in_progress", "办理中"
    ANSWERED = "answered", "已报送办理结果"
    CLOSED = "closed", "办结"
    KEPT = "kept", "已定去向"
    SPLIT = "split", "已拆分"
    VOID = "void", "作废"
    RESTRICTED = "restricted", "限阅"


class EventKind(Labelled):
    """What an event tells of; the label is the verb that a history line shows."""

    RECEIVED = "received", "登记"
    CONFIRMED = "confirmed", "确认拟办意见"
    CORRECTED = "corrected", "更正拟办意见"
    SKIPPED = "skipped", "跳过"
    UNDONE = "undone", "撤销拟办意见"
    SPLIT = "split", "拆分"
    SPLIT_UNDONE = "split_undone", "撤销拆分"
    IMPORT_UNDONE = "import_undone", "撤销导入"
    SIGNED = "signed", "签发"
    PRINTED = "printed", "出具文书"
    BRIEFED = "briefed", "编入《社情民意》"
    REPORTED = "reported", "报送"
    TAKEN_UP = "taken_up", "登记采用情况"
    INSTRUCTED = "instructed", "登记批示"
    UPWARD_WITHDRAWN = "upward_withdrawn", "撤销记录"
    CLAIMED = "claimed", "领取"
    ACCEPTED = "accepted", "签收"
    RETURN_REQUESTED = "return_requested", "申请退回"
    REASSIGNED = "reassigned", "同意改派"
    RETURN_REFUSED = "return_refused", "不同意退回"
    EXTENSION_REQUESTED = "extension_requested", "申请延期"
    EXTENSION_APPROVED = "extension_approved", "同意延期"
    EXTENSION_REFUSED = "extension_refused", "不同意延期"
    ANSWERED = "answered", "报送办理结果"
    CLOSED = "closed", "办结"
    WITHDRAWN = "withdrawn", "撤回"
    REMINDED = "reminded", "催办"
    ATTACHED = "attached", "添加附件"
    AMENDED = "amended", "更正登记内容"
    RESTRICTED = "restricted", "列为限阅件"
    REFERRED = "referred", "移送"
    RELEASE_PROPOSED = "release_proposed", "提出误判解除"
    RELEASE_REFUSED = "release_refused", "不同意误判解除"
    RELEASED = "released", "误判解除"
    AUDITED = "audited", "审核通过"
    SENT_BACK = "sent_back", "退回重办"
    FED_BACK = "fed_back", "反馈委员"
    RATED = "rated", "评价"
    ARCHIVED = "archived", "归档"
    SUPERVISED = "supervised", "督办"
    UNSUPERVISED = "unsupervised", "取消督办"
    TAKEN_BACK = "taken_back", "撤销操作"
    MARKED = "marked", "加标记"
    UNMARKED = "unmarked", "去标记"
    LINKED = "linked", "并案"
    UNLINKED = "unlinked", "解除并案"


class ResultGrade(Labelled):
    """Grade that a department gives its result."""

    SOLVED = "A", "已解决"
    UNDER_WAY = "B", "正在解决"
    LATER = "C", "列入计划"
    REFERENCE = "D", "留作参考"


class Satisfaction(Labelled):
    """评价: what the submitter says of the result."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    NOT = "not", "不满意"


class Way(Labelled):
    """方式: how something reached somebody outside this system."""

    OA = "oa", "OA"
    PAPER = "paper", "纸质"
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    VISIT = "visit", "当面"


class Urgency(Labelled):
    """缓急 of a submission."""

    NORMAL = "normal", "一般"
    PROMPT = "prompt", "较急"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"


class Openness(Labelled):
    """公开属性 of a submission."""

    PUBLIC = "public", "可公开"
    INTERNAL = "internal", "内部"
    CLOSED = "closed", "不公开"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """主题: one assignable class of the taxonomy. `terms` are words and phrases in which people speak of it."""

    id: str
    name: str
    category: str = ""
    scope: str = ""
    terms: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    confusable: tuple[str, ...] = ()
    parent: str | None = None
    never_automatic: bool = False
    valid_from: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """承办单位: an office that answers. `successor` is the id that took over its duties when it was dissolved."""

    id: str
    name: str
    level: DepartmentLevel = DepartmentLevel.DISTRICT
    aliases: tuple[str, ...] = ()
    township: bool = False
    valid_from: date = date.min
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """职责条目: theme plus conditions on words and place says who answers.

    `words` and `places` are alternatives (any one is enough); an empty tuple asks nothing. Both must hold. `lead` is
    None where a person always decides. `township` adds the township named in the text to the co-handlers.
    """

    id: str
    theme: str
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    lead: str | None = None
    co_handlers: tuple[str, ...] = ()
    township: bool = False
    mode: HandlingMode = HandlingMode.SINGLE
    never_automatic: bool = False
    valid_from: date = date.min
    valid_to: date | None = None

    @property
    def unconditional(self) -> bool:
        """Whether the entry holds for every text of its theme."""
        return not self.words and not self.places

    def valid_on(self, day: date) -> bool:
        """Whether the entry is in force on `day`; both ends are included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is judged: title and body of one submission, raw, either of which may be empty."""

    title: str = ""
    text: str = ""


class Span(NamedTuple):
    """Half-open range of characters of the raw title or the raw text."""

    field: str
    start: int
    end: int


class Evidence(NamedTuple):
    """A word of the raw text and how strongly it spoke for (positive) or against (negative) the first theme."""

    word: str
    weight: float
    span: Span


class ThemeConfidence(NamedTuple):
    """One theme and the confidence in it."""

    theme: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """系统建议: themes by falling confidence. `ranked` is empty when nothing in the text is known to the model."""

    ranked: tuple[ThemeConfidence, ...]
    model_version: str
    evidence: tuple[Evidence, ...] = ()
    secondary: tuple[str, ...] = ()
    known_features: int = 0

    @property
    def theme(self) -> str | None:
        """The first theme, or None."""
        return self.ranked[0].theme if self.ranked else None

    @property
    def confidence(self) -> Confidence | None:
        """Confidence in the first theme, or None."""
        return self.ranked[0].confidence if self.ranked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingDecision:
    """拟办意见: where a submission should go, why, and on whose word.

    `lead` and `co_handlers` are department ids; `reasons` are Chinese sentences for the page.
    """

    routing: Routing
    theme: str | None = None
    dispositions: tuple[Disposition, ...] = ()
    lead: str | None = None
    co_handlers: tuple[str, ...] = ()
    mode: HandlingMode = HandlingMode.SINGLE
    duty: str | None = None
    source: DecisionSource = DecisionSource.MODEL
    reasons: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    model_version: str = ""
    taxonomy_version: str = ""
    policy_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """One piece of personal data found in a text: its kind (phone, id_card, …) and where it stands."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What the intake checks found: hints for the clerk, never a bar (a state-secret marking is the one exception)."""

    missing_elements: tuple[str, ...] = ()
    length: int = 0
    too_long: bool = False
    personal_data: tuple[PersonalData, ...] = ()
    warnings: tuple[str, ...] = ()
    secret_marking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All that the machine has to say about one submission. `restricted` marks failure class 0 (限阅件)."""

    prediction: Prediction
    decision: RoutingDecision
    checks: Checks
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """反映人: who sent a submission, as registered; every part may be unknown."""

    name: str = ""
    unit: str = ""
    circle: str = ""
    committee: str = ""
    cosigners: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """来稿 or 工单: one incoming text as it was received.

    `received_at` is when it reached the office, `registered_at` when it was recorded; both are aware. `id` is a UUIDv7,
    `receipt` the 登记号.
    """

    id: str
    receipt: str
    track: Track
    title: str
    text: str
    source: str
    place: str
    submitter: Submitter
    received_at: datetime
    registered_at: datetime
    urgency: Urgency = Urgency.NORMAL
    openness: Openness = Openness.INTERNAL
    name_public: bool = False
    reported_elsewhere: bool = False
    old_number: str = ""
    restricted: bool = False
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """承办件: a submission on one department's desk.

    `lease_token` names the lease that holds the item until `leased_until`; an expired lease can be claimed again.
    `version` grows by one with every transition and is what a page sends back to notice that somebody was faster.
    `replaces` is the id of the returned item in whose place this one was opened. `handler` (经办) is who took it on: the
    actor, or the name that the desk wrote down for a unit. `extension_until` is the day that the unit asked for.
    """

    id: str
    submission_id: str
    decision_id: str
    department: str
    role: Role
    state: ItemState
    version: int
    created_at: datetime
    due_at: datetime | None = None
    signed_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    lease_token: str | None = None
    leased_until: datetime | None = None
    extension_requested: bool = False
    extension_reason: str = ""
    answer: str = ""
    grade: ResultGrade | None = None
    return_reason: str = ""
    replaces: str | None = None
    extension_until: date | None = None
    handler: str = ""
    supervised: bool = False
    audited_at: datetime | None = None
    fed_back_at: datetime | None = None
    satisfaction: Satisfaction | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transition, appended in the transaction that made it. `payload` is JSON text with sorted keys."""

    sequence: int
    submission_id: str
    item_id: str | None
    kind: str
    actor: str
    at: datetime
    payload: str


class LabelSource(Labelled):
    """Where a label comes from."""

    PERSON = "person", "拟办"
    IMPORT = "import", "导入"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """更正记录: a person's verdict on the theme of a text; training evidence. `reason` is why, where that was said."""

    submission_id: str
    theme: str
    secondary: tuple[str, ...] = ()
    person: str
    at: datetime
    reason: str = ""
    source: LabelSource = LabelSource.PERSON
