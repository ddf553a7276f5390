"""Reasons, disguises, flipped labels, shares of themes, several matters, similar cases: one line each."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
from opencc import OpenCC

from nlp.classifier import ThemeClassifier
from nlp.domain import Routing, Writing
from nlp.judging import Judge
from nlp.label_quality import suspects
from nlp.quantify import theme_shares
from nlp.similar import SimilarIndex
from nlp.training import cross_validate, train
from scripts.benches import matters
from scripts.benches.texts import DATA, Labelled, folds_of, own_corpus, read
from service.knowledge import load_knowledge

DAY = date(2026, 11, 24)
SPANS = 5
ASKED = 1_000


def run(folder: Path | None) -> None:
    """Print one line for each measurement."""
    texts = own_corpus()[0] if folder is None else read(folder / "messages" / "labelled.csv")
    folds = folds_of(texts)
    known, asked = texts.part(np.flatnonzero(folds != 0)), texts.part(np.flatnonzero(folds == 0))
    model = train(known.writings, known.themes)
    reasons(model, asked.writings[:ASKED])
    disguises(model, asked.writings[:ASKED])
    flipped(texts)
    shares(texts)
    nonsense()
    matters.run(folder)
    if folder is not None:
        similar(folder / "messages" / "hot_topic_stream.csv")


def reasons(model: ThemeClassifier, writings: list[Writing]) -> None:
    """Compare what the strongest spans and random ones of the same lengths take from the confidence when deleted."""
    random = np.random.default_rng(0)
    predictions = model.predict(writings)
    lost: dict[str, list[float]] = {"strongest": [], "random": []}
    for writing, one in zip(writings, predictions, strict=True):
        spans = [each.span for each in one.evidence if each.weight > 0][:SPANS]
        if not spans or one.theme is None:
            continue
        column = model.classes.index(one.theme)
        lengths = [span.end - span.start for span in spans]
        without = Writing(
            title=cut(writing.title, [(span.start, span.end) for span in spans if span.field == "title"]),
            text=cut(writing.text, [(span.start, span.end) for span in spans if span.field == "text"]),
        )
        whole = f"{writing.title}\n{writing.text}"
        places = [int(random.integers(0, max(1, len(whole) - length))) for length in lengths]
        title, _, text = cut(
            whole, [(at, at + length) for at, length in zip(places, lengths, strict=True)], keep="\n"
        ).partition("\n")
        before, after, other = model.confidences([writing, without, Writing(title=title, text=text)])[:, column]
        lost["strongest"].append(before - after)
        lost["random"].append(before - other)
    strongest, other = (float(np.mean(lost[kind])) for kind in ("strongest", "random"))
    print(
        f"依据可信：删去最强的 {SPANS} 处，把握平均下降 {strongest:.3f}；随机删去同样长短的，下降 {other:.3f}；"
        f"{strongest / max(other, 1e-9):.1f} 倍（n = {len(lost['random'])}）"
    )


def cut(text: str, ranges: list[tuple[int, int]], keep: str = "") -> str:
    """Delete half-open ranges from a text, but the characters in `keep`."""
    gone = {at for start, end in ranges for at in range(start, end)}
    return "".join(character for at, character in enumerate(text) if at not in gone or character in keep)


DISGUISES = {
    "繁体": OpenCC("s2tw").convert,
    "全角": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "零宽字符": lambda text: "\u200b".join(text),
    "组合符": lambda text: "".join(c + "\u0338" if "\u4e00" <= c <= "\u9fff" else c for c in text),
    "字间空格": " ".join,
    "部首字": lambda text: text.translate({ord(a): b for a, b in zip("水火土人山田石", "⽔⽕⼟⼈⼭⽥⽯", strict=True)}),
    "网址包围": lambda text: f"https://example.com/a?b=1 {text} http://example.org/xyz",
    "倒写": lambda text: text[::-1],
}


def disguises(model: ThemeClassifier, writings: list[Writing]) -> None:
    """Compare the themes of disguised texts with those of the clean ones."""
    clean = model.predict(writings, reasons=False)
    least = model.thresholds.pool or 1.1
    for name, disguise in DISGUISES.items():
        worn = [Writing(title=disguise(one.title), text=disguise(one.text)) for one in writings]
        found = model.predict(worn, reasons=False)
        same = np.mean([one.theme == other.theme for one, other in zip(clean, found, strict=True)])
        pairs = zip(clean, found, strict=True)
        sure = np.mean([(other.confidence or 0) >= least and one.theme != other.theme for one, other in pairs])
        print(f"同一内容换个样子：{name}，主题相同 {same:.3f}，有把握却不同 {sure:.3f}（n = {len(writings)}）")


def flipped(texts: Labelled) -> None:
    """Flip a tenth of the labels and look for them among the likeliest errors."""
    random = np.random.default_rng(0)
    names = sorted(set(texts.themes))
    flip = random.random(len(texts)) < 0.1
    themes = [
        names[(names.index(theme) + 1 + int(random.integers(len(names) - 1))) % len(names)] if wrong else theme
        for theme, wrong in zip(texts.themes, flip, strict=True)
    ]
    ranked = [one.row for one in suspects(cross_validate(texts.writings, themes))]
    first = ranked[: int(0.15 * len(texts))]
    print(f"标错的标注：随机改错一成，其中 {flip[first].sum() / flip.sum():.3f} 排在最可疑的 15% 里")


def shares(texts: Labelled) -> None:
    """Estimate shares of themes in 200 samples with drawn prevalences, each out of another half than what is known."""
    found = cross_validate(texts.writings, texts.themes)
    random = np.random.default_rng(0)
    themes = len(found.classes)
    errors: dict[str, list[float]] = {"counted": [], "estimated": []}
    for _ in range(200):
        order = random.permutation(len(texts))
        base, pool = order[: len(texts) // 2], order[len(texts) // 2 :]
        known = np.bincount(found.truth[base], minlength=themes) / len(base)
        wanted = random.multinomial(500, random.dirichlet(np.ones(themes)))
        by_theme = [pool[found.truth[pool] == theme] for theme in range(themes)]
        drawn = np.concatenate([random.choice(rows, n) for rows, n in zip(by_theme, wanted, strict=True) if len(rows)])
        confidences = found.confidences[drawn]
        truth = np.bincount(found.truth[drawn], minlength=themes) / len(drawn)
        counted = np.bincount(confidences.argmax(axis=1), minlength=themes) / len(drawn)
        estimated = np.array([one.share for one in theme_shares(confidences, known)])
        errors["counted"].append(float(np.abs(counted - truth).mean()))
        errors["estimated"].append(float(np.abs(estimated - truth).mean()))
    counted, estimated = (float(np.mean(errors[kind])) for kind in ("counted", "estimated"))
    print(f"主题占比：平均误差 {estimated:.4f}，直接数预测为 {counted:.4f}，比值 {estimated / counted:.2f}")


def own_judge() -> Judge:
    """Train the default model and give its judge."""
    own, _, taxonomy = own_corpus()
    knowledge = load_knowledge(DATA)
    model = train(own.writings, own.themes, taxonomy=taxonomy, policy=knowledge.policy)
    return Judge(taxonomy=taxonomy, policy=knowledge.policy, model=model)


NONSENSE = [
    "的", "1", "20261124 13800000000 4567", "锟斤拷锟斤拷烫烫烫", "鏉戞皯鍙嶆槧鑷潵", "。。。！！？？", " \u200b\u200b ",
    "Please fix the street light.", "これはテストです", "Это просто текст", "asdfghjkl qwerty", "哈哈哈哈哈哈",
    "床前明月光，疑是地上霜", "今天天气真好，祝大家周末愉快", "测试测试", "🙂🙂🙂🙂", "一二三四五六七八九十", "𰻝𰻝面",
]  # fmt: skip


def nonsense() -> None:
    """Judge texts that no office should get by itself."""
    judged = own_judge().judge([Writing(text=text) for text in NONSENSE], DAY)
    auto = [text for text, one in zip(NONSENSE, judged, strict=True) if one.decision.routing is Routing.AUTO]
    print(f"不成文的 {len(NONSENSE)} 篇：建议直接转办 {len(auto)} 篇 {auto}")


def similar(path: Path) -> None:
    """Look for a text with the same title among all others; time one look-up."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [Writing(title=row["title"].strip(), text=row["text"]) for row in csv.DictReader(stream)]
    index = SimilarIndex(rows)
    places = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.title].append(place)
    asked = [place for same in places.values() if len(same) > 1 for place in same]
    begin = time.perf_counter()
    first = [index.nearest(rows[place], without=place)[0].place for place in asked]
    each = (time.perf_counter() - begin) / len(asked)
    share = np.mean([rows[place].title == rows[found].title for place, found in zip(asked, first, strict=True)])
    large = SimilarIndex([Writing(title=f"{row.title}{copy}", text=row.text) for copy in range(24) for row in rows])
    begin = time.perf_counter()
    for place in asked[:100]:
        large.nearest(rows[place])
    later = (time.perf_counter() - begin) / 100
    print(
        f"相似件：同题的 {len(asked)} 篇，{share:.3f} 首先找到同题的；{len(rows)} 件中每次 {1000 * each:.1f} 毫秒，"
        f"{len(large)} 件中 {1000 * later:.1f} 毫秒"
    )
