"""The doubts in plain words: what is unsure, and what the person should look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.domain import Doubt
from service import manual
from service.office import Office

NO_THRESHOLD = "模型样本还少，一律由人拟办"
WORDS: dict[Doubt, str] = {
    Doubt.LOW_CONFIDENCE: "系统对第一个主题拿不准，请核对主题",
    Doubt.NARROW_MARGIN: "前两个主题差不多，请看诉求要解决什么再选",
    Doubt.FEW_EXAMPLES: "这个主题学过的例子太少，系统的判断不可靠",
    Doubt.NEVER_AUTOMATIC: "这个主题规定一律由人拟办",
    Doubt.OTHER_THEME: "系统认为不属于现有主题，请确认是否真的不属于",
    Doubt.NO_KNOWN_WORDS: "文中没有系统认识的词，请通读后拟办",
    Doubt.TOO_SHORT: "字数太少，说不清时可选“退回补充”",
    Doubt.GARBLED: "文字像是编码弄坏了，请找原件核对",
    Doubt.SEVERAL_MATTERS: "可能写了不止一件事，可按 M 拆分",
    Doubt.SAME_MATTER_OPEN: "同一件事已有来稿在办，可并案办理，分别反馈",
    Doubt.ACCUSATION: "像是检举控告，按限阅件管理，只有指定的两人能看",
    Doubt.INDIVIDUAL_GRIEVANCE: "像是个人诉求，不属社情民意，可转信访渠道",
    Doubt.URGENT: "涉及安全或现时险情，请先办",
    Doubt.HIGHER_LEVEL: "承办单位属上级，区里不能直接转办，可报送市政协",
    Doubt.NO_DUTY: "没有有效的职责条目说明由谁办，请指定承办单位",
    Doubt.NO_MODEL: "没有可用的模型，系统没有作判断",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtTag:
    """A doubt on a page: its name, what to look at, where the manual explains it."""

    label: str
    words: str
    address: str


def doubt_tags(office: Office, doubts: Sequence[Doubt]) -> list[DoubtTag]:
    """Prepare doubts for a page."""
    return [DoubtTag(label=doubt_label(office, one), words=WORDS[one], address=doubt_address(one)) for one in doubts]


def doubt_label(office: Office, doubt: Doubt) -> str:
    """Say a doubt; where the model may answer nothing by itself yet, say that this is why."""
    model = office.judge.model
    if doubt is Doubt.LOW_CONFIDENCE and model is not None and model.thresholds.pool is None:
        return NO_THRESHOLD
    return doubt.label


def doubt_address(doubt: Doubt) -> str:
    """Give the part of the manual that explains a doubt."""
    return f"{manual.ADDRESS}/doubts#{manual.anchor_of(doubt.label)}"
