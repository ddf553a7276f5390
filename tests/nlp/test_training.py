import pytest

from nlp import artifact
from nlp.classifier import ThemeClassifier
from nlp.domain import Theme, Writing
from nlp.errors import TrainingDataError
from nlp.taxonomy import Taxonomy
from nlp.training import Recipe, train

ROWS = [Writing(text=f"第{number}户反映暖气不热") for number in range(12)] + [
    Writing(text=f"公交{number}路等车太久") for number in range(12)
]
THEMES = ["heat"] * 12 + ["bus"] * 12
RARE = Taxonomy(
    themes=(
        Theme(id="heat", name="供暖", scope="暖气、锅炉"),
        Theme(id="bus", name="公交", scope="公交车、站牌"),
        Theme(id="milk", name="奶产业", scope="奶牛养殖、生鲜乳收购、牧场", aliases=("乳业",)),
    )
)


def test_one_theme_is_refused() -> None:
    with pytest.raises(TrainingDataError, match="至少需要两个"):
        train(ROWS[:12], ["heat"] * 12)


def test_nothing_left_is_refused() -> None:
    with pytest.raises(TrainingDataError, match="没有可用的文字"):
        train([Writing(text="，"), Writing(text="。")], ["a", "b"])


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_rare_theme_breaks_nothing_and_never_answers_alone(count: int) -> None:
    rows = [*ROWS, *(Writing(text=f"第{number}家奶牛场卖不掉奶") for number in range(count))]
    model = train(rows, [*THEMES, *["milk"] * count], taxonomy=RARE)
    assert model.examples["milk"] == count
    assert sum(model.examples.values()) == len(rows)


def test_a_theme_without_rows_is_found_by_its_own_words() -> None:
    (one,) = train(ROWS, THEMES, taxonomy=RARE).predict([Writing(text="乳业不好做，牧场的奶牛养殖亏本")])
    assert one.theme == "milk"


def test_same_input_and_seed_give_the_same_bytes(tmp_path) -> None:
    names = []
    for folder in ("one", "two"):
        model = train(ROWS, THEMES, taxonomy=RARE, recipe=Recipe(seed=5))
        names.append(artifact.save(model, None, tmp_path / folder, {"taxonomy": None}))
    assert names[0] == names[1]
    for name in (artifact.WEIGHTS, artifact.MANIFEST):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_terms_of_a_theme_are_learnt() -> None:
    themes = (*RARE.themes, Theme(id="fair", name="集市", scope="集市", terms=("犁铧", "早市摊位")))
    (one,) = train(ROWS, THEMES, taxonomy=Taxonomy(themes=themes)).predict([Writing(text="犁铧")])
    assert one.theme == "fair"


def test_unlabelled_text_brings_in_words_that_no_label_has_shown() -> None:
    together = [Writing(text=f"暖气片冰凉，找物管所修了{number}次") for number in range(30)]
    apart = [Writing(text=f"公交站等车，驾驶员甩站{number}回") for number in range(30)]
    asked = [Writing(text="物管所"), Writing(text="甩站")]
    alone = train(ROWS, THEMES).predict(asked)
    model = train(ROWS, THEMES, unlabelled=[*together, *apart])
    assert [one.theme for one in model.predict(asked)] == ["heat", "bus"]
    assert [one.known_features for one in alone] < [one.known_features for one in model.predict(asked)]


def test_unlabelled_text_is_used_and_changes_no_theme(small_model: ThemeClassifier) -> None:
    model = train(ROWS, THEMES, unlabelled=[Writing(text="暖气暖气"), Writing(text="别的事情")])
    assert model.classes == ("bus", "heat")


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    train(ROWS, THEMES, recipe=Recipe(report=lambda *step: told.append(step)))
    assert {stage for stage, _, _ in told} >= {"统计词语", "提取特征", "交叉验证", "训练最终模型"}
    assert all(0 <= done <= total for _, done, total in told)


def test_a_dictionary_is_looked_up_where_examples_are_few() -> None:
    stages: list[str] = []
    recipe = Recipe(report=lambda stage, done, total: stages.append(stage))
    few = ROWS[::4], THEMES[::4]
    words = [Writing(text="锅炉烧煤"), Writing(text="地铁晚点")]
    model = train(*few, recipe=recipe)
    assert "查词典" in stages
    assert [one.theme for one in model.predict(words)] == ["heat", "bus"]
    assert model.predict(words)[0].known_features > 0
    stages.clear()
    many = [Writing(text=f"{one.text}{number}次") for number in range(2) for one in ROWS]
    train(many, THEMES * 2, recipe=recipe)
    assert "查词典" not in stages
