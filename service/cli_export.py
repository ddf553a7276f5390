"""`minyi export`: the 来稿台账 or the 转办台账 as a file, for whoever runs the machine."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.exports import Source, Wish
    from service.files.tables import Form
    from service.store.exports import Export


class What(StrEnum):
    """Which 台账."""

    SUBMISSIONS = "submissions"
    ITEMS = "items"


def export(
    output: Annotated[Path, typer.Option("--output", help="输出文件（.xlsx .csv .docx .jsonl）")],
    what: Annotated[What, typer.Option("--what", help="submissions 来稿台账，items 转办台账")] = What.SUBMISSIONS,
    first: Annotated[str, typer.Option("--from", help="收到日期从，如 2026-01-01")] = "",
    last: Annotated[str, typer.Option("--to", help="收到日期至")] = "",
    stage: Annotated[str, typer.Option("--stage", help="阶段（来稿）或状态（承办件）")] = "",
    theme: Annotated[str, typer.Option("--theme", help="主题编号")] = "",
    department: Annotated[str, typer.Option("--department", help="主办（承办）单位编号")] = "",
    source: Annotated[str, typer.Option("--source", help="来源渠道")] = "",
    place: Annotated[str, typer.Option("--place", help="地点")] = "",
    track: Annotated[str, typer.Option("--track", help="submission 来稿，work_order 工单")] = "",
    query: Annotated[str, typer.Option("--query", help="登记号、标题、正文中的字词")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="用途；写明用途的才含个人信息，不写则脱敏")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """导出台账；电话、证件号、住址等默认脱敏，限阅件不在其中，每次导出都有记录。"""
    asked = {
        "stage": stage,
        "theme": theme,
        "department": department,
        "source": source,
        "place": place,
        "track": track,
        "first": first,
        "to": last,
        "q": query,
    }
    made = _export(output, what, {name: value for name, value in asked.items() if value}, purpose)
    if as_json:
        print(json.dumps({"rows": made.count, "masked": made.masked, "file": str(output)}, ensure_ascii=False))
    else:
        print(f"已导出{made.what} {made.count} 行到 {output}{'（已脱敏）' if made.masked else '（含个人信息）'}")


def _export(output: Path, what: What, asked: dict[str, str], purpose: str) -> Export:
    from service.cli_people import opened
    from service.exports import Source, Wish
    from service.knowledge import load_knowledge
    from service.settings import Settings

    knowledge = load_knowledge(Settings().data_folder)
    wish = Wish(form=_form(output), purpose=purpose, revealed=bool(purpose.strip()), filters=tuple(asked.items()))
    with opened() as store:
        source = Source(store=store, directory=knowledge.taxonomy, ledgers=knowledge.ledgers)
        return _written(source, what, asked, wish, output)


def _written(source: Source, what: What, asked: dict[str, str], wish: Wish, output: Path) -> Export:
    from nlp.domain import ItemState
    from service import exports
    from service.access import Caller, Right
    from service.errors import Invalid
    from service.office import utc_now
    from service.people import SYSTEM
    from service.store.listing import ItemFilter
    from service.web.api.parameters import parse_choice, submission_filter

    caller = Caller(id=SYSTEM, name="命令行", rights=frozenset({Right.EXPORT, Right.MANAGE}))
    if what is What.SUBMISSIONS:
        return exports.export_submissions(source, submission_filter(**asked), wish, caller, output, utc_now())
    if not set(asked) <= {"stage", "department", "q"}:
        raise Invalid("导出转办台账只能用 --stage、--department、--query 筛选", field="filter")
    state = parse_choice(ItemState, asked.get("stage"), "stage")
    wanted = ItemFilter(
        department=asked.get("department"), states=(state,) if state else tuple(ItemState), text=asked.get("q", "")
    )
    return exports.export_items(source, wanted, wish, caller, output, utc_now())


def _form(output: Path) -> Form:
    from nlp.errors import InputFileError
    from service.files.tables import Form

    found = next((one for one in Form if f".{one.value}" == output.suffix.lower()), None)
    if found is None:
        raise InputFileError(f"不支持输出 {output.name} 的格式，请用 {'、'.join('.' + one.value for one in Form)}。")
    return found
