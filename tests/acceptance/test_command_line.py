"""The contract of the command line, through real processes."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.files.rows import read_rows

DATA = Path(__file__).resolve().parents[2] / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TOPICS = {"供热": "暖气不热锅炉停了", "公交": "公交车太少等太久", "奶业": "牧场奶价太低卖不掉"}


@pytest.fixture
def run(tmp_path: Path, default_models: Path):
    environment = {
        **os.environ,
        "MINYI_HOME": str(tmp_path / "home"),
        "MINYI_MODELS": str(default_models),
        "LANG": "C.UTF-8",
    }

    def go(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "service.cli", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path)

    return go


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["留言编号", "留言主题", "留言详情", "一级标签"])
        for number in range(60):
            label = list(TOPICS)[number % 3]
            writer.writerow([number, f"第{number}户来信", f"{TOPICS[label]}，请管一管，这是第{number}次反映", label])
        writer.writerow([60, "", "", "供热"])
        writer.writerow([61, "没有类别", "正文", ""])
    return path


def test_train_evaluate_classify(run, labelled: Path, tmp_path: Path) -> None:
    done = run("train", "--labelled", labelled, "--out", tmp_path / "m", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["left_out"] == 2
    assert "标题和正文都为空" in done.stderr
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["manifest.json", "weights.npz"]
    done = run("evaluate", "--model", tmp_path / "m", "--labelled", labelled, "--json")
    figures = json.loads(done.stdout)
    assert set(figures) == {
        "n",
        "accuracy",
        "macro_f1",
        "top2",
        "top3",
        "ece",
        "auto",
        "department_accuracy",
        "per_theme",
        "doubts",
    }
    assert set(figures["auto"]) == {"coverage", "precision", "upper_bound", "department_precision"}
    assert set(figures["per_theme"]["供热"]) == {
        "n",
        "precision",
        "recall",
        "f1",
        "precision_ci",
        "recall_ci",
        "enough",
    }
    assert figures["n"] == 60
    assert figures["accuracy"] > 0.95
    assert figures["department_accuracy"] is None
    done = run("classify", "--model", tmp_path / "m", "--input", labelled, "--output", tmp_path / "out.jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert list(rows[0]) == [
        "id",
        "theme",
        "confidence",
        "top",
        "decision",
        "department",
        "co_departments",
        "doubts",
        "evidence",
    ]
    assert [row["id"] for row in rows] == [str(number) for number in range(62)]
    assert rows[60]["theme"] is None
    assert rows[60]["decision"] == "review"
    assert rows[60]["doubts"]
    assert rows[0]["department"] is None


def test_labels_are_checked_and_the_evaluation_is_a_page(run, labelled: Path, tmp_path: Path) -> None:
    text = labelled.read_text("gb18030")
    wrong = text.replace("这是第7次反映,公交", "这是第7次反映,奶业")
    assert wrong != text
    labelled.write_text(wrong, "gb18030")
    done = run("labels", "check", "--labelled", labelled, "--output", tmp_path / "doubtful.csv", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] == 60
    assert [(one["row"], one["label"], one["suggested"]) for one in found["doubtful"]] == [(8, "奶业", "公交")]
    assert "第7户来信" in (tmp_path / "doubtful.csv").read_text("utf-8-sig")
    assert run("train", "--labelled", labelled, "--out", tmp_path / "m").returncode == 0
    page = tmp_path / "page.html"
    done = run("evaluate", "--model", tmp_path / "m", "--labelled", labelled, "--html", page)
    assert done.returncode == 0, done.stderr
    assert "代价最大的混淆" in done.stdout
    content = page.read_text("utf-8")
    assert "<svg" in content
    assert "奶业" in content
    assert "http" not in content.replace("http-equiv", "")
    assert "<script" not in content
    done = run("evaluate", "--model", tmp_path / "m", "--labelled", labelled, "--html", tmp_path / "no" / "page.html")
    assert done.returncode == 1
    assert "不能写入" in done.stderr


def test_model_versions_are_listed_and_chosen(run, default_models: Path) -> None:
    done = run("model", "list", "--json")
    assert done.returncode == 0, done.stderr
    (one,) = [each for each in json.loads(done.stdout) if each["in_use"]]
    assert one["name"].startswith("default-")
    done = run("model", "use", "没有这个")
    assert done.returncode == 1
    assert "minyi model list" in done.stderr
    assert not (default_models / "current").exists()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_every_format_in_and_out(run, tmp_path: Path, suffix: str) -> None:
    records = [
        {"id": "a", "title": "=1+1", "text": "路口红绿灯坏了三天，早高峰堵得厉害"},
        {"id": "a", "title": "", "text": ""},
        {"id": "", "title": "早茶店食品过期", "text": ""},
        {"id": "d", "title": "", "text": "长" * 20_001},
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), "utf-8")
    target = tmp_path / f"out{suffix}"
    done = run("classify", "--input", source, "--output", target)
    assert done.returncode == 0, done.stderr
    assert "共 4 行" in done.stderr
    assert "1 行的编号与前面的行重复" in done.stderr
    assert "2 行内容为空或超过上限" in done.stderr
    if suffix == ".csv":
        assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    again = tmp_path / f"again{suffix}"
    back = run("classify", "--input", target, "--output", again, "--columns", "text=evidence")
    assert back.returncode == 0, back.stderr
    rows = list(read_rows(target, {"text": "theme"}))
    assert [row.id for row in rows] == ["a", "a", "3", "d"]
    assert rows[0].text == "transport"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, ""),
        (("nothing",), 2, ""),
        (("classify", "--input", "a.csv"), 2, ""),
        (("classify", "--input", "none.csv", "--output", "o.csv"), 1, "找不到文件"),
        (("classify", "--input", "a.pdf", "--output", "o.csv"), 1, "另存为"),
        (("classify", "--input", "a.csv", "--output", "o.doc"), 1, "不支持输出"),
        (("classify", "--input", "empty.csv", "--output", "o.csv"), 1, "没有数据行"),
        (("classify", "--input", "columns.csv", "--output", "o.csv"), 1, "没有认出"),
        (("classify", "--input", "a.csv", "--output", "o.csv", "--columns", "x"), 1, "--columns"),
        (("classify", "--input", "a.csv", "--output", "o.csv", "--columns", "title=没有"), 1, "没有“没有”列"),
        (("classify", "--input", "a.csv", "--output", "o.csv", "--model", "none"), 1, "manifest.json"),
        (("classify", "--input", "a.xlsx", "--output", "o.csv"), 1, "损坏的文件"),
        (("classify", "--input", "a.jsonl", "--output", "o.csv"), 1, "不是正常的 JSON"),
        (("train", "--labelled", "a.csv", "--out", "m"), 1, "没有可用的行"),
        (("train", "--labelled", "one.csv", "--out", "m"), 1, "至少需要两个"),
        (("train", "--labelled", "one.csv", "--taxonomy", "none.toml", "--out", "m"), 1, "none.toml"),
        (("train", "--labelled", "one.csv", "--taxonomy", "bad.toml", "--out", "m"), 1, "bad.toml"),
        (("train", "--labelled", "one.csv", "--seed", "-1", "--out", "m"), 2, ""),
        (("evaluate", "--model", "none", "--labelled", "one.csv"), 1, "manifest.json"),
    ],
)
def test_what_goes_wrong_is_said(run, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    (tmp_path / "a.csv").write_text("title,text\n路灯,坏了\n", "utf-8")
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "a.jsonl").write_text("{broken\n", "utf-8")
    (tmp_path / "empty.csv").write_text("title,text\n", "utf-8")
    (tmp_path / "columns.csv").write_text("x,y\n1,2\n", "utf-8")
    (tmp_path / "one.csv").write_text("text,theme\n路灯坏了,甲\n路又坏了,甲\n", "utf-8")
    (tmp_path / "bad.toml").write_bytes(b"[[themes]]\nid = 3\n")
    done = run(*arguments)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert said in done.stderr
        assert "错误：" in done.stderr
    assert not (tmp_path / "o.csv").exists()


def test_own_taxonomy_is_kept_with_the_model(run, labelled: Path, tmp_path: Path) -> None:
    taxonomy = tmp_path / "own.toml"
    themes = [
        ("heat", "供热", "false"),
        ("bus", "公交", "true"),
        ("milk", "奶业", "false"),
        ("rare", "无样本", "false"),
    ]
    taxonomy.write_text(
        "".join(f'[[themes]]\nid = "{i}"\nname = "{name}"\nnever_automatic = {never}\n' for i, name, never in themes),
        "utf-8",
    )
    done = run("train", "--labelled", labelled, "--taxonomy", taxonomy, "--out", tmp_path / "m")
    assert done.returncode == 0, done.stderr
    taxonomy.unlink()
    figures = json.loads(run("evaluate", "--model", tmp_path / "m", "--labelled", labelled, "--json").stdout)
    assert set(figures["per_theme"]) == {"heat", "bus", "milk"}
    assert figures["doubts"]["never-automatic"] == 20


def test_help_is_chinese_and_quick_to_import(run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "民意分办" in done.stdout
    program = "import sys, service.cli; print(sorted({'numpy', 'fastapi', 'sqlalchemy', 'sklearn'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.slow
def test_macro_f1_on_real_messages_is_no_lower_than_the_default_pipeline(run, tmp_path: Path) -> None:
    if not (SHARED / "messages" / "labelled.csv").is_file():
        pytest.skip("the collected messages are not here")
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.svm import LinearSVC

    rows = [row for row in read_rows(SHARED / "messages" / "labelled.csv") if (row.title + row.text).strip()]
    parts = {"train": [row for row in rows if row.number % 5], "test": [row for row in rows if row.number % 5 == 0]}
    for name, part in parts.items():
        lines = (json.dumps({"title": row.title, "text": row.text, "theme": row.theme}) + "\n" for row in part)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    assert run("train", "--labelled", tmp_path / "train.jsonl", "--out", tmp_path / "m").returncode == 0
    ours = json.loads(
        run("evaluate", "--model", tmp_path / "m", "--labelled", tmp_path / "test.jsonl", "--json").stdout
    )
    jieba.setLogLevel(60)
    words = {name: [" ".join(jieba.cut(f"{row.title} {row.text}")) for row in part] for name, part in parts.items()}
    vectors = TfidfVectorizer()
    machine = LinearSVC().fit(vectors.fit_transform(words["train"]), [row.theme for row in parts["train"]])
    said = machine.predict(vectors.transform(words["test"]))
    assert ours["macro_f1"] >= f1_score([row.theme for row in parts["test"]], said, average="macro")
