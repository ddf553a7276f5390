"""`minyi backup / restore / verify / doctor`: not losing what is kept."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


def backup(
    into: Annotated[Path | None, typer.Option("--into", help="备份放在哪个文件夹；不给时用设置中的")] = None,
    as_json: AsJson = False,
) -> None:
    """备份数据库、附件和本单位的设置、模型、公文模板；服务运行时也可以做。"""
    from service import backup_manifest, backups
    from service.office import utc_now
    from service.settings import Settings

    folder = backups.backup(Settings(), utc_now(), into)
    manifest = backup_manifest.read(folder)
    if as_json:
        figures = {"folder": str(folder), "files": len(manifest.files), "counts": manifest.counts}
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(f"已备份到 {folder}（{len(manifest.files)} 个文件，{manifest.counts.get('submissions', 0)} 件）")


def restore(folder: Annotated[Path, typer.Argument(help="备份文件夹")]) -> None:
    """用一份备份恢复；须先停止服务，原有数据移到旁边的文件夹。"""
    from service import restoring
    from service.office import utc_now
    from service.settings import Settings

    aside = restoring.restore(folder, Settings(), utc_now())
    print("已恢复，所有人员须重新登录。" + (f"原有数据在 {aside}。" if aside else ""))


def verify(
    folder: Annotated[Path | None, typer.Argument(help="备份文件夹；不给时校验正在使用的数据")] = None,
    as_json: AsJson = False,
) -> None:
    """校验一份备份，或正在使用的数据库、附件和审计日志。"""
    from service import restoring
    from service.settings import Settings

    settings = Settings()
    problems = restoring.verify(settings) if folder is None else restoring.verify_backup(folder, settings.database)
    if as_json:
        print(json.dumps({"whole": not problems, "problems": problems}, ensure_ascii=False))
    elif not problems:
        print("完整：数据库、附件和审计日志都没有问题。" if folder is None else "完整：这份备份可以用来恢复。")
    for one in problems if not as_json else ():
        print(f"错误：{one}", file=sys.stderr)
    if problems:
        raise typer.Exit(1)


def doctor(as_json: AsJson = False) -> None:
    """体检：磁盘、数据库、模型、备份、账号是否正常，该做什么。"""
    from service.doctor import examine
    from service.knowledge import load_knowledge
    from service.office import utc_now
    from service.settings import Settings

    settings = Settings()
    findings = examine(settings, load_knowledge(settings.data_folder), utc_now())
    if as_json:
        print(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            print(f"{'提示' if one.well and one.hint else '正常' if one.well else '注意'}\t{one.name}\t{one.words}")
    if not all(one.well for one in findings):
        raise typer.Exit(1)
