import pytest

from service import answer_templates
from service.errors import Invalid, NotFound
from service.steps import Act
from service.store.engine import Store


def test_a_unit_uses_its_own_and_the_offices_and_nobody_elses(store: Store, act: Act) -> None:
    first = [one.name for one in answer_templates.usable(store, "education")]
    assert first == ["已解决", "正在解决", "列入计划", "留作参考"]
    made = answer_templates.save(store, "education", "课后服务", "已开设__门课程", "wang", act.now)
    answer_templates.save(store, "education", "课后服务", "已开设__门课后课程", "wang", act.now)
    assert answer_templates.usable(store, "education")[0].text == "已开设__门课后课程"
    assert "课后服务" not in {one.name for one in answer_templates.usable(store, "health")}
    with pytest.raises(NotFound):
        answer_templates.remove(store, "health", made.id)
    with pytest.raises(Invalid):
        answer_templates.save(store, "education", " ", "文", "wang", act.now)


def test_a_template_can_go(store: Store, act: Act) -> None:
    made = answer_templates.save(store, "education", "一", "文", "wang", act.now)
    answer_templates.remove(store, "education", made.id)
    assert len(answer_templates.usable(store, "education")) == 4
