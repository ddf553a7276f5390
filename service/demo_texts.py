"""The texts of the demonstration: a year of written submissions, those that wait for a person, and some made for it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nlp.domain import Doubt, Judgement, Routing, Writing
from service.knowledge import training_files
from service.office import Office

POOL = 640
"""How many written texts are judged, to choose from."""
SEVERAL_MATTERS = "matters.csv"
DOUBTS = (
    Doubt.SEVERAL_MATTERS, Doubt.LOW_CONFIDENCE, Doubt.NARROW_MARGIN, Doubt.HIGHER_LEVEL, Doubt.INDIVIDUAL_GRIEVANCE,
    Doubt.NEVER_AUTOMATIC, Doubt.TOO_SHORT, Doubt.OTHER_THEME, Doubt.FEW_EXAMPLES, Doubt.URGENT, Doubt.NO_DUTY,
)  # fmt: skip
"""The doubts that the waiting ones are to show, the less frequent ones of each turn at the end."""

ACCUSATIONS = (
    Writing(
        title="反映某村支书截留征地补偿款",
        text="2024年修路征了我们三队四十二亩地，每亩补偿两万八，到户只有一万九，差的钱村支书马某说是集体提留，账从来不公布。"
        "听会计说，其中二十多万转到了他小舅子的合作社。请纪委查一查。",
    ),
    Writing(
        title="举报某局项目科长收受施工方好处",
        text="某局项目科长张某在小区改造招标前把标底透给一家公司，该公司中标后送他现金五万元，还给他家装修了房子。"
        "同一批工程监理也是他打招呼定的。有聊天记录，请求调查处理。",
    ),
    Writing(
        title="",
        text="我们卫生院院长杨某让科室挂空床套取医保资金，住院名单里一半是没来过的人，提成按科室发，不签字的就调去下乡。",
    ),
    Writing(
        title="校服只能在指定的店买",
        text="某小学校长王某要求全校在他亲戚开的店里买校服，三百八一套，网上同款一百二，每套给学校返五十元，不买的不让参加活动。",
    ),
    Writing(
        title="举报信访人被打击报复",
        text="去年我反映村委会主任李某卖机动地的钱不入账，之后他停了我家的低保，指使人砸了我家玻璃，派出所出警后不了了之。",
    ),
)
"""Written for the demonstration; every one accuses an office or an official that is identifiable."""

SAME = (
    (
        Writing(
            title="关于加快开元小区供热管网改造的建议",
            text="开元小区是九几年的楼，外墙没有保温层，暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了。"
            "建议列入今年老旧小区改造，把管道和保温一起做了。",
        ),
        Writing(
            title="家里太冷",
            text="我也是开元小区的，暖气管道老化，一到冬天屋里才十二三度，老人孩子受不了，物业说管道不归他管，盼今年能改造。",
        ),
    ),
    (
        Writing(
            title="关于在实验小学门口设置红绿灯的建议",
            text="实验小学门口的路口没有红绿灯，早晚上下学车多人多，今年已经发生两起擦碰。建议设置红绿灯和斑马线，高峰时段安排交警值守。",
        ),
        Writing(
            title="学校门口过马路太危险",
            text="实验小学门口的路口没有红绿灯，早晚上下学车多人多，接孩子的电动车逆行，家长都很担心，希望交警来管一管。",
        ),
    ),
    (
        Writing(
            title="关于衬砌扁担沟镇五队支渠的建议",
            text="扁担沟镇五队的支渠年久失修，春灌时漏水严重，下游三百多亩地浇不上水，群众年年为水吵架。建议冬闲时安排衬砌。",
        ),
        Writing(
            title="浇不上水",
            text="扁担沟镇五队的支渠年久失修，春灌时漏水严重，我家十二亩玉米今年只浇了一茬水，减产一半，水费还照收。",
        ),
    ),
)
"""Pairs about one matter, in the words of two people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text, and the theme that it was written for; empty where it was written for the demonstration."""

    writing: Writing
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A judge who has judged every text of the demonstration before, all at once."""

    judgements: Mapping[Writing, Judgement]

    def judge(self, writings: Sequence[Writing], today: date) -> list[Judgement]:
        """Give the judgements."""
        return [self.judgements[one] for one in writings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is told in the demonstration: those of the year, those that wait for 拟办, some that are left over."""

    year: list[Written]
    waiting: list[Written]
    rest: list[Written]
    judge: Foreseen


def texts(office: Office, chance: random.Random, year: int, waiting: int, today: date) -> Texts:
    """Choose the texts: `year` of any kind and `waiting` about which the machine has doubts, as many kinds as can be.

    What the machine takes for an accusation is left out: the demonstration has accusations of its own.
    """
    written = _written(office)
    chance.shuffle(written)
    pool = [*(one for one in written if not one.theme), *written[:POOL]]
    own = [*ACCUSATIONS, *(one for pair in SAME for one in pair)]
    writings = list(dict.fromkeys([*(one.writing for one in pool), *own]))
    judged = dict(zip(writings, office.judge.judge(writings, today), strict=True))
    fit = [one for one in dict.fromkeys(pool) if not judged[one.writing].restricted]
    doubtful = list(_varied([one for one in fit if judged[one.writing].decision.routing is Routing.REVIEW], judged))
    chosen = doubtful[:waiting]
    others = [one for one in fit if one.theme and one not in chosen]
    return Texts(year=others[:year], waiting=chosen, rest=others[year:], judge=Foreseen(judgements=judged))


def _varied(found: Sequence[Written], judged: Mapping[Writing, Judgement]) -> Iterator[Written]:
    """Give texts one doubt after the other, until there are no more of any."""
    heaps = [[one for one in found if doubt in judged[one.writing].decision.doubts] for doubt in DOUBTS]
    given: set[Written] = set()
    while any(heaps):
        for heap in heaps:
            fresh = next((one for one in heap if one not in given), None)
            heap[:] = [one for one in heap if one not in given and one is not fresh]
            if fresh is not None:
                given.add(fresh)
                yield fresh


def _written(office: Office) -> list[Written]:
    """Read the corpus; what tells of several matters has no theme of its own."""
    folder = office.settings.data_folder
    several = [folder / "corpus" / SEVERAL_MATTERS]
    return [
        *(Written(writing=one) for _, one in _rows(path for path in several if path.is_file())),
        *(Written(writing=one, theme=theme) for theme, one in _rows(training_files(folder))),
    ]


def _rows(paths: Iterable[Path]) -> Iterator[tuple[str, Writing]]:
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield row["theme"], Writing(title=row["title"], text=row["text"])
