"""Which part of the manual explains a page."""

from __future__ import annotations

from service import manual
from service.access import Caller, Post

ROLE_PAGES = {
    Post.REGISTRAR: "clerk",
    Post.SIGNER: "signer",
    Post.LIAISON: "liaison",
    Post.LEADER: "leader",
    Post.ADMINISTRATOR: "administrator",
    Post.AUDITOR: "auditor",
}
PLACES = {
    "amend.html": "clerk#更正登记内容",
    "answer_templates.html": "liaison#答复模板",
    "audit.html": "auditor",
    "bulk.html": "clerk#来稿列表",
    "departments.html": "clerk#跟办",
    "home.html": "",
    "import.html": "importing#导一张表",
    "import_done.html": "importing#导错了怎么办",
    "imports.html": "importing",
    "keys.html": "administrator#接口密钥",
    "ledger.html": "",
    "operation.html": "clerk#来稿列表",
    "papers.html": "clerk#公文模板",
    "password.html": "trouble#密码忘了",
    "people.html": "administrator#建账号",
    "person.html": "administrator#建账号",
    "person_made.html": "administrator#建账号",
    "register.html": "clerk#登记",
    "registered.html": "start#第五步打印来稿处理单",
    "reports.html": "reports#出月报",
    "restricted.html": "restricted#两名阅件人怎么办",
    "restricted_one.html": "restricted#两名阅件人怎么办",
    "review.html": "clerk#拟办",
    "submission.html": "clerk#来稿列表",
    "submissions.html": "clerk#来稿列表",
    "themes.html": "leader#看群众在反映什么",
    "upward.html": "clerk#报送与采用",
    "upward_one.html": "clerk#报送与采用",
    "upward_text.html": "clerk#报送与采用",
    "upward_waiting.html": "clerk#报送与采用",
}
"""Page and section of the manual by template; without a page it is that of the caller's own role."""
_OF_REGISTRARS = "#跟办"


def help_address(template: str, caller: Caller) -> str:
    """Give the address of what the manual says of a page; nothing for the manual's own pages."""
    place = PLACES.get(template)
    if place is None:
        return ""
    if place:
        return f"{manual.ADDRESS}/{place}"
    page = role_page(caller)
    within = _OF_REGISTRARS if page == ROLE_PAGES[Post.REGISTRAR] and template == "ledger.html" else ""
    return f"{manual.ADDRESS}/{page}{within}"


def role_page(caller: Caller) -> str:
    """Name the page of a caller's role; of several roles the first, as `Post` lists them."""
    return next((page for post, page in ROLE_PAGES.items() if post in caller.posts), manual.INDEX)
