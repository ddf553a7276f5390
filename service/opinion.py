"""A person's 拟办意见, and the decision that it makes out of the present one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nlp.domain import (
    DecisionSource,
    Department,
    DepartmentLevel,
    Disposition,
    HandlingMode,
    Routing,
    RoutingDecision,
)
from service.deadlines import local_day
from service.directory import Directory, acting, has_theme
from service.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A person's 拟办意见. None leaves a part as the machine suggested it; `lead` "" means no department.

    `reason` says why the suggestion was corrected; nobody has to. `mode` (办理方式) None: 主办会办 where there are
    co-handlers, unless the same departments were to act separately.
    """

    theme: str | None = None
    dispositions: tuple[Disposition, ...] | None = None
    lead: str | None = None
    co_handlers: tuple[str, ...] | None = None
    reason: str = ""
    mode: HandlingMode | None = None


def decided(directory: Directory, old: RoutingDecision, opinion: Opinion, now: datetime) -> RoutingDecision:
    """Make the decision that a person takes.

    Raises:
        Invalid: unknown theme or department, or a department without the disposition 转办部门 to go with it.
    """
    theme = old.theme if opinion.theme is None else opinion.theme
    if theme is not None and not has_theme(directory, theme):
        raise Invalid("没有这个主题，请从列表中选择", field="theme", code="E_THEME")
    lead = old.lead if opinion.lead is None else opinion.lead or None
    co_handlers = old.co_handlers if opinion.co_handlers is None else opinion.co_handlers
    day = local_day(now)
    for name, one in [("department", lead), *(("co_departments", one) for one in co_handlers)]:
        if one is not None and acting(directory, one, day) is None:
            raise Invalid("没有这个承办单位，或已撤并，请从列表中选择", field=name, code="E_DEPARTMENT")
    dispositions = _dispositions(directory, old, opinion, lead, now)
    if Disposition.DEPARTMENT in dispositions and lead is None:
        raise Invalid("去向选了“转办部门”，请选择主办单位", field="department", code="E_DEPARTMENT")
    if Disposition.DEPARTMENT in dispositions and lead is not None:
        _check_dispatchable(acting(directory, lead, day))
    others = tuple(one for one in dict.fromkeys(co_handlers) if one != lead) if lead else ()
    mode = _mode(old, opinion, lead, others)
    return replace(
        old,
        routing=Routing.REVIEW,
        theme=theme,
        dispositions=dispositions,
        lead=lead,
        co_handlers=() if mode is HandlingMode.SINGLE else others,
        mode=mode,
        source=DecisionSource.PERSON,
        duty=old.duty if (theme, lead) == (old.theme, old.lead) else None,
        reasons=old.reasons if (theme, lead) == (old.theme, old.lead) else ("人工拟办",),
    )


def _mode(old: RoutingDecision, opinion: Opinion, lead: str | None, others: tuple[str, ...]) -> HandlingMode:
    if not others:
        return HandlingMode.SINGLE
    same = (lead, others) == (old.lead, old.co_handlers) and old.mode is HandlingMode.SEPARATE
    return opinion.mode or (HandlingMode.SEPARATE if same else HandlingMode.LEAD_AND_CO)


def _dispositions(
    directory: Directory, old: RoutingDecision, opinion: Opinion, lead: str | None, now: datetime
) -> tuple[Disposition, ...]:
    """Take the dispositions given; else those suggested; else what the department's level allows."""
    if opinion.dispositions is not None:
        return opinion.dispositions
    if lead == old.lead and old.dispositions:
        return old.dispositions
    office = acting(directory, lead, local_day(now)) if lead else None
    if office is None:
        return tuple(one for one in old.dispositions if one is not Disposition.DEPARTMENT) or (Disposition.KEEP,)
    district = office.level in (DepartmentLevel.DISTRICT, DepartmentLevel.VERTICAL)
    return (Disposition.DEPARTMENT if district else Disposition.REPORT_CITY,)


def _check_dispatchable(office: Department | None) -> None:
    if office is not None and not office.level.dispatchable:
        message = f"{office.name}属{office.level.label}，不能直接转办，请改选“报送市政协”等去向，或换一个承办单位"
        raise Invalid(message, field="dispositions", code="E_DEPARTMENT")


def differs(old: RoutingDecision, new: RoutingDecision) -> bool:
    """Tell whether a person decided something else than what was suggested."""
    parts = (old.theme, old.lead, old.co_handlers, old.dispositions)
    if parts != (new.theme, new.lead, new.co_handlers, new.dispositions):
        return True
    return bool(new.co_handlers) and old.mode is not new.mode
