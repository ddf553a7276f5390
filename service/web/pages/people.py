"""设置 → 人员: accounts, their posts, new passwords, who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from service import people, substitutes
from service.access import Post, Right
from service.errors import Invalid, NotFound, ServiceError
from service.office import Office
from service.people import Draft, Made
from service.store.accounts import Account
from service.store.substitutions import Substitution
from service.web.api.parameters import known_id, parse_day
from service.web.callers import caller_of, requires
from service.web.pages import frame

HERE = "/people"
DUTIES = {
    Post.REGISTRAR: "登记、导入来稿，核对拟办意见，催办、审核、办结",
    Post.SIGNER: "签发，审核办理结果；小单位可由登记经办兼任",
    Post.LIAISON: "只看、只办本单位的承办件；须选承办单位",
    Post.LEADER: "只看，不办；可看来稿、台账、报表",
    Post.ADMINISTRATOR: "管账号和密钥，不看来稿",
    Post.AUDITOR: "只看审计日志，不看来稿",
}
"""What each post is for, in a few words."""
router = APIRouter(prefix=HERE, dependencies=[Depends(requires(Right.PEOPLE))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An account as a line of the list."""

    id: str
    user_name: str
    name: str
    posts: str
    department: str
    restricted: bool
    state: str
    tone: str
    substitute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form of an account as typed; without an id it is a new one."""

    id: str = ""
    user_name: str = ""
    name: str = ""
    posts: frozenset[str] = frozenset()
    department: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A substitution as a line."""

    id: str
    absent: str
    substitute: str
    first_day: str
    last_day: str


@router.get("")
def listed(request: Request, done: str = "", problem: str = "") -> HTMLResponse:
    """Show every account."""
    office: Office = request.app.state.office
    standing = substitutes.holding(office.store, office.now())
    everybody = people.every(office.store)
    return frame.render(
        request,
        "people.html",
        HERE,
        notice=done[:100],
        problem=problem[:200],
        rows=[_line(office, one, standing) for one in everybody],
        readers=[one.name for one in everybody if one.restricted and one.disabled_at is None],
    )


@router.get("/new")
def empty_form(request: Request) -> HTMLResponse:
    """Show the form for a new account."""
    return _form(request, Typed())


@router.post("")
async def made(request: Request) -> Response:
    """Make an account, and show its first password this once."""
    return await _save(request, "")


@router.get("/{account_id}")
def shown(request: Request, account_id: str, done: str = "", problem: str = "") -> HTMLResponse:
    """Show the form of an account."""
    office: Office = request.app.state.office
    account = people.get(office.store, known_id(account_id))
    form = Typed(
        id=account.id,
        user_name=account.user_name,
        name=account.name,
        posts=frozenset(account.posts),
        department=account.department or "",
        restricted=account.restricted,
    )
    return _form(request, form, account, notice=done[:100], problem=problem[:200])


@router.post("/{account_id}")
async def changed(request: Request, account_id: str) -> Response:
    """Change an account."""
    return await _save(request, known_id(account_id))


@router.post("/{account_id}/substitute")
def appointed(
    request: Request,
    account_id: str,
    substitute: Annotated[str, Form()] = "",
    first_day: Annotated[str, Form()] = "",
    last_day: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Let somebody stand in for a person."""
    office: Office = request.app.state.office
    known = people.get(office.store, known_id(account_id)).id
    try:
        first, last = parse_day(first_day, "first_day"), parse_day(last_day, "last_day")
        if first is None or last is None or not substitute:
            raise Invalid("请选择代理人，并填写开始和结束日期", field="last_day")
        substitutes.appoint(office.store, known, substitute[:36], (first, last), caller_of(request).id, office.now())
    except NotFound:
        raise
    except ServiceError as error:
        return RedirectResponse(frame.address(f"{HERE}/{known}", problem=str(error)), 303)
    return RedirectResponse(frame.address(f"{HERE}/{known}", done="已设定代理人，到期自动结束"), 303)


@router.post("/{account_id}/{action}")
def act(request: Request, account_id: str, action: str, substitution: Annotated[str, Form()] = "") -> Response:
    """Disable, enable, give a new password, end a substitution."""
    office: Office = request.app.state.office
    store, by, now = office.store, caller_of(request).id, office.now()
    known = people.get(store, known_id(account_id)).id
    try:
        if action == "disable":
            people.disable(store, known, by, now)
            done = "已停用，此人已被退出登录"
        elif action == "enable":
            people.enable(store, known, by, now)
            done = "已启用"
        elif action == "reset-password":
            return _told(request, people.reset_password(store, known, by, now))
        elif action == "end-substitute":
            substitutes.end(store, substitution[:36], by, now)
            done = "已结束代理"
        else:
            raise NotFound("没有这个操作")
    except NotFound:
        raise
    except ServiceError as error:
        return RedirectResponse(frame.address(f"{HERE}/{known}", problem=str(error)), 303)
    return RedirectResponse(frame.address(f"{HERE}/{known}", done=done), 303)


async def _save(request: Request, account_id: str) -> Response:
    sent = await request.form()
    form = Typed(
        id=account_id,
        user_name=str(sent.get("user_name", "")),
        name=str(sent.get("name", "")),
        posts=frozenset(str(one) for one in sent.getlist("posts")),
        department=str(sent.get("department", "")),
        restricted=bool(sent.get("restricted")),
    )
    return await run_in_threadpool(_saved, request, form)


def _saved(request: Request, form: Typed) -> Response:
    office: Office = request.app.state.office
    by, now = caller_of(request).id, office.now()
    try:
        draft = _draft(office, form)
        if not form.id:
            return _told(request, people.create(office.store, draft, by, now))
        people.change(office.store, form.id, draft, by, now)
    except NotFound:
        raise
    except ServiceError as error:
        account = people.get(office.store, form.id) if form.id else None
        return _form(request, form, account, problem=str(error), status=422)
    office.names.refresh()
    return RedirectResponse(frame.address(f"{HERE}/{form.id}", done="已保存"), 303)


def _draft(office: Office, form: Typed) -> Draft:
    if form.department and office.taxonomy.department(form.department) is None:
        raise Invalid("没有这个承办单位，请从列表中选择", field="department", code="E_DEPARTMENT")
    try:
        posts = frozenset(Post(one) for one in form.posts)
    except ValueError:
        raise Invalid("没有这个岗位，请从列表中选择", field="posts", code="E_POSTS") from None
    return Draft(
        user_name=form.user_name,
        name=form.name,
        posts=posts,
        department=form.department if Post.LIAISON in posts else None,
        restricted=form.restricted,
    )


def _told(request: Request, made: Made) -> HTMLResponse:
    return frame.render(
        request, "person_made.html", HERE, account=made.account, password=made.password, address=str(request.base_url)
    )


def _form(
    request: Request,
    form: Typed,
    account: Account | None = None,
    notice: str = "",
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    office: Office = request.app.state.office
    standing = substitutes.holding(office.store, office.now(), form.id) if form.id else []
    others = [one for one in people.every(office.store) if one.id != form.id and one.disabled_at is None]
    return frame.render(
        request,
        "person.html",
        HERE,
        status=status,
        notice=notice,
        problem=problem,
        form=form,
        account=account,
        posts=list(Post),
        duties=DUTIES,
        departments=[one for one in frame.department_choices(office) if _dispatchable(office, one.value)],
        others=[frame.Choice(value=one.id, label=f"{one.name}（{one.user_name}）") for one in others],
        standing=[_standing(office, one) for one in standing],
        today=frame.day(office.now()),
    )


def _dispatchable(office: Office, department: str) -> bool:
    found = office.taxonomy.department(department)
    return found is not None and found.level.dispatchable


def _line(office: Office, account: Account, standing: list[Substitution]) -> Line:
    today = frame.day(office.now())
    by = [one for one in standing if one.absent_id == account.id and one.first_day.isoformat() <= today]
    words = "停用" if account.disabled_at else "未改初始密码" if account.must_change else "正常"
    return Line(
        id=account.id,
        user_name=account.user_name,
        name=account.name,
        posts="、".join(post.label for post in Post if post in account.posts),
        department=office.taxonomy.department_name(account.department),
        restricted=account.restricted,
        state=words,
        tone={"停用": "plain", "未改初始密码": "soon", "正常": "well"}[words],
        substitute="、".join(f"{frame.actor_name(office, one.substitute_id)}代至 {one.last_day}" for one in by),
    )


def _standing(office: Office, one: Substitution) -> Standing:
    return Standing(
        id=one.id,
        absent=frame.actor_name(office, one.absent_id),
        substitute=frame.actor_name(office, one.substitute_id),
        first_day=one.first_day.isoformat(),
        last_day=one.last_day.isoformat(),
    )
