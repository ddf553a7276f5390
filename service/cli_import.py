"""`minyi import`: office files in, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.files.column_names import Field
    from service.imports.offline import Imported, Wishes
    from service.imports.plan import Purpose
    from service.office import Office

ACTOR = "system"
_LISTED = 20

Report = Callable[[str, int, int], None]


def import_command(
    files: Annotated[list[Path], typer.Argument(help="表格、Word、文本或压缩包，或装 Word 文件的文件夹")],
    columns: Annotated[str, typer.Option("--columns", help="列的对应关系，如 title=标题,text=正文,name=姓名")] = "",
    sheet: Annotated[str | None, typer.Option("--sheet", help="工作表的名称或序号；不给时自动选")] = None,
    everything: Annotated[bool, typer.Option("--all/--good", help="有疑问的行也导入 / 只导入没有问题的行")] = False,
    past: Annotated[
        bool | None, typer.Option("--past/--new", help="按往年已办存档 / 按新来稿拟办；不给时自动判断")
    ] = None,
    roster: Annotated[bool, typer.Option("--roster", help="导入的是委员名册")] = False,
    source: Annotated[str | None, typer.Option("--source", help="来源渠道；表中有来源列的以表为准")] = None,
    left_out: Annotated[
        Path | None, typer.Option("--left-out", help="把未导入的行和原因写入此文件（.xlsx .csv）")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查，不导入")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """导入台账、来稿文件或委员名册；中断后再运行一次即从断处继续，同一文件不会导入两次。"""
    from service import indexing, serving, warming
    from service.cli import progress
    from service.imports import offline, results, running
    from service.settings import Settings

    wishes = offline.Wishes(
        sheet=sheet, columns=_columns(columns), purpose=_purpose(past, roster), source=source,
        scope=running.ALL if everything else running.GOOD,
    )  # fmt: skip
    groups = offline.gathered(files)
    with progress() as report:
        office = serving.prepare(Settings(), report)
        try:
            for group in groups:
                if check:
                    _check(office, group, wishes)
                    continue
                for file in group:
                    warming.load_for_file(office.judge, file, office.settings.home)
                done = offline.import_files(office, group, wishes, ACTOR, report)
                if left_out is not None and done.made.left_out:
                    results.write_left_out(office.store, office.settings.home, done.made, left_out, ACTOR, office.now())
                _tell(done, as_json, left_out)
            indexing.index_all(office.store)
        finally:
            office.store.close()


def _columns(text: str) -> dict[Field, str]:
    from nlp.errors import InputFileError
    from service.files.column_names import Field

    found: dict[Field, str] = {}
    for part in filter(None, text.split(",")):
        known, _, name = part.partition("=")
        if known.strip() not in {field.value for field in Field} or not name.strip():
            allowed = "、".join(field.value for field in Field)
            raise InputFileError(f"--columns 中的“{part}”不对，应写成 列=表头，列为 {allowed} 之一。")
        found[Field(known.strip())] = name.strip()
    return found


def _purpose(past: bool | None, roster: bool) -> Purpose | None:
    from service.imports.plan import Purpose

    if roster:
        return Purpose.ROSTER
    return None if past is None else (Purpose.PAST if past else Purpose.NEW)


def _check(office: Office, group: list[Path], wishes: Wishes) -> None:
    from service.imports import offline, opening
    from service.store.imports import ImportState

    opened = offline.open_files(office, group, ACTOR)
    name = opened.made.name
    if opened.made.state is not ImportState.READY:
        print(f"{name}：这个文件以前导入过，不会再导入。")
        return
    found = offline.planned(office, opened.made, wishes)
    checked = offline.look_over(office, found)
    plan = opening.plan_of(found)
    print(f"{name}：表头在第 {plan.first} 行" if plan.first else f"{name}：没有表头")
    for column, meant, why in zip(plan.names, plan.columns, plan.whys, strict=True):
        print(f"  {column} → {f'{meant.label}（{why}）' if meant else '不导入'}")
    print(
        f"共 {checked.rows} 行：没有问题 {checked.good}，有疑问 {checked.doubtful}，不能导入 {checked.barred}，"
        f"以前导入过 {checked.same}，有改动 {checked.changed}"
    )
    for one in checked.problems[:_LISTED]:
        print(f"  第 {one.number} 行 {one.column} {one.reason}。{one.advice}")
    opening.drop(office.store, office.settings.home, found.id)


def _tell(done: Imported, as_json: bool, left_out: Path | None) -> None:
    from service.cli import say

    made = done.made
    if as_json:
        figures = {"id": made.id, "state": made.state.value, "imported": made.imported, "left_out": made.left_out}
        print(json.dumps({**figures, "same": made.same, "repeated": done.repeated}, ensure_ascii=False))
        return
    if done.repeated:
        say(f"{made.name}：这个文件已经导入过（{made.imported} 件），这次没有增加任何内容。")
        return
    say(
        f"{made.name}：{made.state.label}，导入 {made.imported} 件，未导入 {made.left_out} 行，以前导入过 {made.same} 行。"
    )
    if made.left_out and left_out is None:
        say("  用 --left-out 文件 可得到未导入的行和原因；有疑问的行确认后可用 --all 导入。")
    elif made.left_out:
        say(f"  未导入的行和原因已写入 {left_out}")
