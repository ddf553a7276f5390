"""The columns that an import knows, and what tables in use call them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.domain import Labelled


class Field(Labelled):
    """A column that an import knows."""

    ID = "id", "编号"
    TITLE = "title", "标题"
    TEXT = "text", "正文"
    RECEIVED = "received_at", "收到日期"
    NAME = "name", "反映人"
    UNIT = "unit", "单位职务"
    CIRCLE = "circle", "界别"
    COMMITTEE = "committee", "专委会"
    PHONE = "phone", "电话"
    COSIGNERS = "cosigners", "联名人"
    PLACE = "place", "地点"
    SOURCE = "source", "来源渠道"
    URGENCY = "urgency", "缓急"
    THEME = "theme", "主题（旧分类）"
    DEPARTMENT = "department", "承办单位"
    ANSWER = "answer", "办理结果"
    ANSWERED = "answered_at", "办结日期"
    FILE = "file", "文件"


NAMES: dict[Field, tuple[str, ...]] = {
    Field.ID: (
        "id", "编号", "留言编号", "登记号", "序号", "来稿编号", "信息编号", "工单编号", "工单号", "问题id",
        "案号",
    ),
    Field.TITLE: (
        "title", "标题", "题目", "主题", "留言主题", "信息标题", "来稿标题", "社情民意标题", "案由",
        "诉求标题", "问题标题", "件名",
    ),
    Field.TEXT: (
        "text", "内容", "正文", "留言详情", "信息内容", "来稿内容", "反映内容", "主要内容", "诉求内容",
        "问题描述", "意见建议", "内容摘要", "情况反映", "具体内容", "工单内容", "问题及建议",
    ),
    Field.RECEIVED: (
        "received_at", "时间", "日期", "留言时间", "收到时间", "收到日期", "来稿时间", "来稿日期", "登记时间",
        "登记日期", "提交时间", "提交日期", "报送时间", "报送日期", "受理时间", "收稿日期",
    ),
    Field.NAME: (
        "name", "author", "反映人", "提交人", "报送人", "委员姓名", "姓名", "委员", "作者", "来电人", "留言用户",
        "诉求人", "第一提交人",
    ),
    Field.UNIT: (
        "unit", "单位职务", "单位及职务", "工作单位", "工作单位及职务", "单位", "职务", "所在单位",
    ),
    Field.CIRCLE: (
        "circle", "界别", "所属界别", "委员界别",
    ),
    Field.COMMITTEE: (
        "committee", "专委会", "所属专委会", "专门委员会", "所在专委会",
    ),
    Field.PHONE: (
        "phone", "电话", "联系电话", "联系方式", "手机", "手机号", "手机号码", "来电号码",
    ),
    Field.COSIGNERS: (
        "cosigners", "联名人", "附议人", "联名委员",
    ),
    Field.PLACE: (
        "place", "地点", "乡镇", "所属乡镇", "乡镇街道", "地址", "区域", "所属区域", "发生地点", "事发地点",
    ),
    Field.SOURCE: (
        "source", "来源", "来源渠道", "渠道", "受理渠道", "报送渠道",
    ),
    Field.URGENCY: (
        "urgency", "缓急", "紧急程度", "急缓程度",
    ),
    Field.THEME: (
        "theme", "类别", "分类", "一级标签", "主题分类", "所属类别", "问题分类", "信息类别", "类型",
        "主题类别",
    ),
    Field.DEPARTMENT: (
        "department", "承办单位", "主办单位", "办理单位", "转办单位", "交办单位", "责任单位", "承办部门",
        "办理部门", "转办部门", "处理部门",
    ),
    Field.ANSWER: (
        "answer", "reply", "办理结果", "办理情况", "答复", "答复意见", "答复内容", "反馈情况", "办理情况反馈",
        "处理结果", "回复", "回复内容", "办理答复",
    ),
    Field.ANSWERED: (
        "answered_at", "replied_at", "办结日期", "办结时间", "答复日期", "答复时间", "反馈日期", "反馈时间", "回复时间",
    ),
    Field.FILE: (
        "file", "文件", "文件名",
    ),
}  # fmt: skip
_BY_NAME = {name: field for field, names in NAMES.items() for name in names}


def plain_name(name: str) -> str:
    """Give a head without spaces, marks and remarks in brackets.

    >>> plain_name(" 标 题（必填）* ")
    '标题'
    """
    return re.sub(r"[（(【\[].*?[）)】\]]|[\s*＊:：、,，.。\ufeff]", "", name).lower()


def field_named(name: str) -> Field | None:
    """Tell which column a head names."""
    return _BY_NAME.get(plain_name(name))


def known_names(cells: Sequence[str]) -> set[Field]:
    """Tell which columns the cells of a row name."""
    return {found for cell in cells if len(cell) <= 40 and (found := field_named(cell))}
