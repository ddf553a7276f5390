"""An evaluation as one self-contained page in Chinese: no script, no foreign address, the picture drawn in the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from nlp.domain import Doubt
from nlp.errors import InputFileError
from nlp.evaluation import CoveragePoint, Interval
from nlp.taxonomy import Taxonomy
from service.evaluating import Evaluated

CONFUSIONS = 20
MISROUTES = 50
WIDTH, HEIGHT, EDGE = 640, 280, 48

STYLE = """
body{font:15px/1.6 "Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#222}
body{max-width:1100px;margin:24px auto;padding:0 16px}
h1{font-size:22px}h2{font-size:17px;margin:28px 0 8px;border-left:4px solid #b3261e;padding-left:8px}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}
th{background:#f3f1ee}td.n{text-align:right;white-space:nowrap}.few{color:#8a5a00}.auto{color:#b3261e;font-weight:bold}
.cards{display:flex;flex-wrap:wrap;gap:10px}.cards div{border:1px solid #ccc;padding:8px 10px;flex:1;min-width:140px}
.cards b{display:block;font-size:20px}footer{margin:28px 0;color:#666}
"""


def write_page(found: Evaluated, taxonomy: Taxonomy, model: str, target: Path) -> None:
    """Write the page.

    Raises:
        InputFileError: the file cannot be written.
    """
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>模型检验报告</title>',
        f"<style>{STYLE}</style></head><body><h1>模型检验报告</h1>",
        f"<p>模型版本 {escape(model)}，共检验 {found.evaluation.n} 行，未采用 {len(found.left_out)} 行。</p>",
        _cards(found),
        "<h2>只办把握最高的一部分，能对多少</h2>",
        _picture(found.findings.curve),
        _curve_table(found.findings.curve),
        "<h2>各主题</h2>",
        _themes(found, taxonomy),
        "<h2>代价最大的混淆</h2>",
        _confusions(found, taxonomy),
        "<h2>把握最高的错判</h2>",
        _misroutes(found, taxonomy),
        "<h2>需人工看的原因</h2>",
        _table(("原因", "件数"), [(Doubt(key).label, str(n)) for key, n in found.evaluation.doubts.items()]),
        "<footer>辅助拟办，以人工审定为准。</footer></body></html>",
    ]
    try:
        target.write_text("".join(parts), "utf-8")
    except OSError as error:
        raise InputFileError(f"不能写入 {target.name}：{error.strerror}。请换一个文件夹或文件名。") from error


def _cards(found: Evaluated) -> str:
    figures, auto = found.evaluation, found.evaluation.auto
    cards = [
        ("首位准确率", f"{figures.accuracy:.1%}", f"95% 区间 {_interval(found.findings.accuracy_ci)}"),
        ("前三命中", f"{figures.top3:.1%}", f"前二 {figures.top2:.1%}"),
        ("宏平均 F1", f"{figures.macro_f1:.3f}", "各主题同等看待"),
        ("校准误差", f"{figures.ece:.3f}", "把握与实际正确率相差"),
        ("建议直接转办", f"{auto.coverage:.1%}", f"错误率 95% 上界 {auto.upper_bound:.1%}"),
        ("其中主题正确", _share(auto.precision), f"主办单位正确 {_share(auto.department_precision)}"),
    ]
    body = "".join(f"<div>{escape(a)}<b>{escape(b)}</b>{escape(c)}</div>" for a, b, c in cards)
    return f'<div class="cards">{body}</div>'


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _interval(bounds: Interval) -> str:
    return f"{bounds[0]:.1%}–{bounds[1]:.1%}"


def _picture(curve: Sequence[CoveragePoint]) -> str:
    """Draw precision (upright) against coverage (across) as an inline SVG."""
    if not curve:
        return "<p>没有可画的数据。</p>"
    floor = min(0.9, min(one.precision for one in curve))
    across, upright = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE

    def place(coverage: float, precision: float) -> tuple[float, float]:
        return EDGE + across * coverage, HEIGHT - EDGE - upright * (precision - floor) / (1 - floor)

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(one.coverage, one.precision) for one in curve))
    marks = "".join(
        f'<text x="{x:.0f}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{share:.0%}</text>'
        for share, (x, _) in ((share, place(share, 1.0)) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    )
    levels = "".join(
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{level:.0%}</text>'
        for level, (_, y) in ((level, place(0.0, level)) for level in (floor, (1 + floor) / 2, 1.0))
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" aria-label="占比与正确率" font-size="12">'
        f'{levels}{marks}<polyline points="{line}" fill="none" stroke="#b3261e" stroke-width="2"/>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">由系统直接办的占比</text>'
        f'<text x="{EDGE}" y="20">正确率</text></svg>'
    )


def _curve_table(curve: Sequence[CoveragePoint]) -> str:
    rows = [
        (f"{one.coverage:.0%}", f"{one.confidence:.2f}", f"{one.precision:.1%}", f"{one.upper_bound:.1%}")
        for one in curve[1::2]
    ]
    return _table(("占比", "把握不低于", "正确率", "错误率 95% 上界"), rows)


def _themes(found: Evaluated, taxonomy: Taxonomy) -> str:
    rows = [
        (
            taxonomy.theme_name(theme) + ("" if one.enough else "（样本不足）"),
            str(one.n),
            f"{one.precision:.1%}（{_interval(one.precision_ci)}）",
            f"{one.recall:.1%}（{_interval(one.recall_ci)}）",
            f"{one.f1:.3f}",
        )
        for theme, one in found.evaluation.per_theme.items()
    ]
    return _table(("主题", "行数", "精确率（95% 区间）", "召回率（95% 区间）", "F1"), rows)


def _confusions(found: Evaluated, taxonomy: Taxonomy) -> str:
    rows = [
        (taxonomy.theme_name(one.true), taxonomy.theme_name(one.said), str(one.n), str(one.automatic))
        for one in found.findings.confusions[:CONFUSIONS]
    ]
    return _table(("应为", "判为", "次数", "其中未经人工"), rows)


def _misroutes(found: Evaluated, taxonomy: Taxonomy) -> str:
    rows = []
    for one in found.findings.misroutes[:MISROUTES]:
        row = found.rows[one.row]
        start = f"{row.writing.title} {row.writing.text}".strip()[:120]
        names = (taxonomy.theme_name(one.true), taxonomy.theme_name(one.said))
        rows.append(
            (f"{row.file} 第 {row.number} 行", *names, f"{one.confidence:.0%}", "是" if one.automatic else "", start)
        )
    return _table(("位置", "应为", "判为", "把握", "未经人工", "内容"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body or '<tr><td>无</td></tr>'}</tbody></table>"
