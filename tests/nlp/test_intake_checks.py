import pytest

from nlp.intake_checks import ELEMENTS, Seen, look_at


def seen(text: str) -> Seen:
    return look_at([text])[0]


@pytest.mark.parametrize(
    "text", ["燃气管道正在泄漏，味道很大", "楼道着火了", "老人走失两天", "高压线掉在地上", "大家准备集体上访"]
)
def test_danger_now_is_urgent(text: str) -> None:
    assert seen(text).urgent


@pytest.mark.parametrize("text", ["请尽快修好路灯，很急", "建议开展燃气安全检查", "希望早日开通公交"])
def test_haste_alone_is_not_urgent(text: str) -> None:
    assert not seen(text).urgent


def test_one_person_s_own_case_is_a_grievance_and_a_common_one_is_not() -> None:
    assert seen("我父亲的工伤认定拖了一年").individual_grievance
    assert not seen("我们小区各家的房产证都没办下来").individual_grievance
    assert not seen("路灯不亮").individual_grievance


@pytest.mark.parametrize(
    "text", ["锟斤拷锟斤拷", "鏉戞皯鍙嶆槧鑷潵姘村仠浜嗕笁澶", "???????? 请看", "\ue000\ue001\ue002好"]
)
def test_wreckage_is_garbled(text: str) -> None:
    assert seen(text).garbled


@pytest.mark.parametrize("text", ["", "路灯不亮", "Please fix the light", "镇涓溪村的水渠"])
def test_ordinary_text_is_not_garbled(text: str) -> None:
    assert not seen(text).garbled


def test_a_secret_marking_is_found_and_prose_about_secrets_is_not() -> None:
    assert seen("机 密★5年\n关于……").secret_marking == "机密★5年"
    assert seen("密级：秘密").secret_marking == "密级：秘密"
    assert seen("建议加强保密教育，防止泄露商业秘密").secret_marking is None


def test_missing_elements_are_named() -> None:
    assert seen("路灯不亮").missing_elements == ELEMENTS
    full = "村民反映，由于无人管护，巷道路灯坏了半年，建议派人维修。"
    assert seen(full).missing_elements == ()


def test_strange_characters_and_numbers_are_warned_of() -> None:
    assert seen("路灯\x07不亮").warnings
    assert seen("路灯\u200b不亮").warnings
    assert "Excel" in seen("身份证 640302199001011000 号").warnings[0]
    assert seen("路灯不亮。\n请修").warnings == ()
