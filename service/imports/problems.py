"""What is wrong with a row of an import, in words for the clerk."""

from __future__ import annotations

from dataclasses import dataclass

from service.files.damage import Damage, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a row: the column it stands in ("" for the row), how much it weighs, why, what to do."""

    column: str
    weight: Weight
    reason: str
    advice: str = ""


def barring(reason: str, advice: str, column: str = "") -> Problem:
    """Make a problem that keeps a row out."""
    return Problem(column=column, weight=Weight.BAR, reason=reason, advice=advice)


def damage_problem(column: str, damage: Damage, detail: str = "", *, unused: bool = False) -> Problem:
    """Make a problem of what reading found; in a column that is not imported it is only mentioned."""
    reason = f"{damage.reason}（{detail}）" if detail else damage.reason
    weight = Weight.NOTE if unused and damage.weight is Weight.DOUBT else damage.weight
    return Problem(
        column=column, weight=weight, reason=f"{reason}（该列不导入）" if unused else reason, advice=damage.advice
    )


SECRET = barring("带有密级标志，已拦下，未保存任何内容", "本系统为非涉密系统，请联系本单位保密员")
