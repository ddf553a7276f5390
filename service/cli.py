"""The command line. Thin: parse arguments, call `nlp` or a workflow, print. Heavy modules are imported when needed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli_export import export
from service.cli_help import speak_chinese
from service.cli_import import import_command
from service.cli_people import key_app, user_app
from service.cli_safety import backup, doctor, restore, verify
from service.cli_usage import UsageError, usage_line

if TYPE_CHECKING:
    from nlp.judging import Judge
    from service.folders import Folders
    from service.knowledge import Knowledge
    from service.model_versions import LeftOut

app = typer.Typer(
    name="minyi",
    help="民意分办：判主题、说依据、分到承办单位，一直跟到办结。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

labels_app = typer.Typer(help="更正记录与标注：导出、查错。", no_args_is_help=True)
model_app = typer.Typer(help="模型版本：列出、启用。", no_args_is_help=True)
app.add_typer(labels_app, name="labels")
app.add_typer(model_app, name="model")
app.add_typer(user_app, name="user")
app.add_typer(key_app, name="key")
for command in (backup, restore, verify, doctor, export):
    app.command()(command)
app.command("import")(import_command)

LabelledFiles = Annotated[list[Path], typer.Option("--labelled", help="标注文件（.csv .jsonl .xlsx），可给多个")]
ColumnsText = Annotated[str, typer.Option("--columns", help="列的对应关系，如 title=标题,text=正文,theme=类别")]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]
ModelFolder = Annotated[Path | None, typer.Option("--model", help="模型版本文件夹；不给时用当前模型")]


def say(text: str) -> None:
    """Print one line for the user on standard error, so that standard output stays for figures."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show progress bars on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def folders_and_knowledge() -> tuple[Folders, Knowledge]:
    """Read from the environment where things are, and the knowledge that is there."""
    from service.folders import folders_of
    from service.knowledge import load_knowledge

    folders = folders_of(os.environ)
    return folders, load_knowledge(folders.data_folder)


@app.command()
def train(
    labelled: LabelledFiles,
    out: Annotated[Path, typer.Option("--out", help="模型版本文件夹")],
    unlabelled: Annotated[list[Path] | None, typer.Option("--unlabelled", help="未标注文件，可给多个")] = None,
    taxonomy: Annotated[
        Path | None, typer.Option("--taxonomy", help="主题分类文件；不给时以文件中的类别为主题")
    ] = None,
    columns: ColumnsText = "",
    seed: Annotated[int, typer.Option("--seed", help="随机种子", min=0, max=2**31 - 1)] = 0,
    as_json: AsJson = False,
) -> None:
    """用标注文件训练一个模型版本。"""
    from service import model_versions
    from service.files.rows import parse_columns, read_rows

    _, knowledge = folders_and_knowledge()
    own = None if taxonomy is None else model_versions.load_own_taxonomy(taxonomy)
    mapping = parse_columns(columns)
    rows = model_versions.read_labelled(labelled, mapping, own)
    more = [model_versions.writing_of(row) for path in unlabelled or () for row in read_rows(path, mapping)]
    with progress() as report:
        trained = model_versions.train_version(
            rows, more, knowledge, own_taxonomy=taxonomy, out=out, seed=seed, report=report
        )
    _say_left_out(trained.left_out)
    if as_json:
        print(json.dumps({"version": trained.version, "metrics": trained.metrics, "left_out": len(trained.left_out)}))
    else:
        figures = trained.metrics
        print(f"模型版本 {trained.version} 已存入 {out}（{len(rows.writings)} 行）")
        print(
            f"交叉验证：首位准确率 {figures['accuracy']:.3f}，前三命中 {figures['top3']:.3f}，校准误差 {figures['ece']:.3f}"
        )


def _say_left_out(left_out: list[LeftOut]) -> None:
    if left_out:
        say(f"有 {len(left_out)} 行未采用：")
    for one in left_out[:20]:
        say(f"  {one.file} 第 {one.number} 行：{one.reason}")
    if len(left_out) > 20:
        say(f"  ……其余 {len(left_out) - 20} 行从略")


@app.command()
def evaluate(
    labelled: LabelledFiles,
    model: ModelFolder = None,
    columns: ColumnsText = "",
    html: Annotated[Path | None, typer.Option("--html", help="把检验报告写成一个网页文件")] = None,
    as_json: AsJson = False,
) -> None:
    """用标注文件检验一个模型版本。"""
    from service import evaluating, evaluation_page
    from service.files.rows import parse_columns

    folders, knowledge = folders_and_knowledge()
    with progress() as report:
        judge = _judge(model, folders, knowledge, report)
        found = evaluating.evaluate_files(judge, labelled, parse_columns(columns), report)
    _say_left_out(found.left_out)
    if html is not None:
        evaluation_page.write_page(found, judge.taxonomy, judge.model.version if judge.model else "", html)
        say(f"检验报告已写入 {html}")
    if as_json:
        print(json.dumps(asdict(found.evaluation), ensure_ascii=False))
    else:
        print("\n".join(evaluating.summary(found, judge.taxonomy)))


@app.command()
def classify(
    source: Annotated[Path, typer.Option("--input", help="输入文件（.csv .jsonl .xlsx）")],
    target: Annotated[Path, typer.Option("--output", help="输出文件（.csv .jsonl .xlsx）")],
    model: ModelFolder = None,
    columns: ColumnsText = "",
) -> None:
    """批量判断：每行给出主题、把握、承办单位、需人工看的原因和依据。"""
    from service import classifying, warming
    from service.files.rows import parse_columns

    folders, knowledge = folders_and_knowledge()
    with progress() as report:
        judge = _judge(model, folders, knowledge, report)
        warming.load_for_file(judge, source, folders.home)
        shown = report if sys.stderr.isatty() else None
        done = classifying.classify_file(judge, source, target, parse_columns(columns), shown)
    say(f"共 {done.rows} 行，建议直接转办 {done.auto} 行，已写入 {target}")
    if done.repeated_ids:
        say(f"有 {done.repeated_ids} 行的编号与前面的行重复，均已保留。")
    if done.unjudged:
        say(f"有 {done.unjudged} 行内容为空或超过上限，未作判断，已标为需人工拟办。")


def _judge(
    model: Path | None, folders: Folders, knowledge: Knowledge, report: Callable[[str, int, int], None]
) -> Judge:
    from service import model_versions

    if model is not None:
        return model_versions.judge_of_version(model, knowledge)
    return model_versions.current_judge(folders.models_folder, knowledge, report)


@labels_app.command("check")
def labels_check(
    labelled: LabelledFiles,
    taxonomy: Annotated[
        Path | None, typer.Option("--taxonomy", help="主题分类文件；不给时以文件中的类别为主题")
    ] = None,
    columns: ColumnsText = "",
    output: Annotated[Path | None, typer.Option("--output", help="把可疑的行写入此文件（.csv .jsonl .xlsx）")] = None,
    as_json: AsJson = False,
) -> None:
    """查找很可能标错的行，最可疑的在前，并给出建议的主题。"""
    from service import labels, model_versions
    from service.files.rows import parse_columns

    _, knowledge = folders_and_knowledge()
    own = None if taxonomy is None else model_versions.load_own_taxonomy(taxonomy)
    with progress() as report:
        checked = labels.check_files(labelled, parse_columns(columns), own, knowledge, report)
    _say_left_out(checked.left_out)
    if output is not None:
        labels.write_doubtful(checked, output)
    if as_json:
        doubtful = [{**asdict(one)} for one in checked.doubtful]
        print(json.dumps({"rows": checked.rows, "doubtful": doubtful}, ensure_ascii=False))
        return
    print(f"共检查 {checked.rows} 行，{len(checked.doubtful)} 行可疑。")
    for one in checked.doubtful[:20]:
        start = f"{one.title} {one.text}".strip().replace("\n", " ")[:40]
        print(
            f"{one.file} 第 {one.row} 行\t标为 {one.label}\t建议 {one.suggested}（把握 {one.confidence:.2f}）\t{start}"
        )
    if len(checked.doubtful) > 20 and output is None:
        print("其余从略；用 --output 写入文件可看全部。")


@labels_app.command("export")
def labels_export(
    output: Annotated[Path, typer.Option("--output", help="输出文件（.csv .jsonl .xlsx）")], as_json: AsJson = False
) -> None:
    """把人工审定的主题导出为训练可用的标注文件。"""
    from service import labels
    from service.office import utc_now
    from service.people import SYSTEM
    from service.settings import Settings
    from service.store.engine import open_store

    store = open_store(Settings().database)
    try:
        count = labels.export_labels(store, output, SYSTEM, utc_now())
    finally:
        store.close()
    print(json.dumps({"rows": count}) if as_json else f"已导出 {count} 行到 {output}")


@model_app.command("list")
def model_list(as_json: AsJson = False) -> None:
    """列出模型版本，* 为正在使用的。"""
    from service import model_versions

    folders, knowledge = folders_and_knowledge()
    found = model_versions.list_versions(folders.models_folder, knowledge)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        mark = "*" if one.in_use else " "
        print(f"{mark} {one.name}\t{one.version}\t{one.rows} 行\t首位准确率 {one.metrics['accuracy']:.3f}")
    if not found:
        print("还没有模型版本。启动服务或运行 minyi classify 时会建好默认模型。")


@model_app.command("use")
def model_use(version: Annotated[str, typer.Argument(help="模型版本的名称或版本号")]) -> None:
    """启用一个模型版本；以前的拟办意见不变。"""
    from service import model_versions

    folders, knowledge = folders_and_knowledge()
    model_versions.use_version(folders.models_folder, knowledge, version)
    print(f"已启用 {version}。正在运行的服务重新启动后生效。")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="监听地址（仅限本机回环地址）")] = None,
    port: Annotated[int | None, typer.Option("--port", help="监听端口", min=1, max=65535)] = None,
) -> None:
    """启动服务。首次启动会建好数据库和默认模型。"""
    from service import serving
    from service.settings import Settings

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings(**chosen)  # type: ignore[arg-type]
    serving.check_port(settings)
    with progress() as report:
        ready = serving.prepare(settings, report)
    serving.run(ready)


@app.command()
def migrate() -> None:
    """建立或升级数据库结构。"""
    from service.settings import Settings
    from service.store.engine import open_store

    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database)
    store.migrate()
    store.close()
    print("数据库结构已是最新。")


@app.command()
def demo(
    port: Annotated[int, typer.Option("--port", help="监听端口", min=1, max=65535)] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只建数据，不启动服务")] = False,
    password: Annotated[str | None, typer.Option("--password", help="演示账号的密码；不给时随机生成")] = None,
) -> None:
    """在单独的数据库中填入约 300 件分布在一年里的演示来稿，并启动服务。"""
    from service import demo_people, demonstration, serving
    from service.settings import Settings

    settings = Settings()
    settings = settings.model_copy(update={"home": settings.home / "demo", "database_url": "", "port": port})
    if not no_serve:
        serving.check_port(settings)
    with progress() as report:
        ready = serving.prepare(settings, report)
        count = demonstration.fill(ready, report)
    roles, chosen = demo_people.ensure(ready.store, ready.now(), password)
    say(f"演示数据库已就绪，共 {count} 件：{settings.database}")
    print(f"演示账号（密码都是 {chosen}）：")
    for one in roles:
        print(f"  {one.user_name}\t{one.name}\t{one.posts}", flush=True)
    if not no_serve:
        serving.run(ready)


def main() -> None:
    """Run the command line: exit 0 on success, 1 on failure with one clear line, 2 on wrong usage."""
    from nlp.errors import KnowledgeError, MinyiError

    speak_chinese()
    try:
        sys.exit(app(prog_name="minyi", standalone_mode=False) or 0)
    except UsageError as error:
        say(usage_line(error))
        sys.exit(2)
    except KnowledgeError as error:
        say(f"错误：{error}")
        for fault in error.faults:
            say(f"  {fault}")
        sys.exit(1)
    except MinyiError as error:
        say(f"错误：{error}")
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        say("已中断。")
        sys.exit(130)


if __name__ == "__main__":
    main()
