"""`minyi user …` and `minyi key …`: accounts and keys from the machine's own terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nlp.taxonomy import Taxonomy
    from service.store.accounts import Account
    from service.store.engine import Store

user_app = typer.Typer(help="账号：新建、列出、停用、启用、重置密码。", no_args_is_help=True)
key_app = typer.Typer(help="接口密钥：新建、列出、吊销。", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(help="用户名")]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


@contextmanager
def opened() -> Iterator[Store]:
    """Open the store with its schema up to date."""
    from service.settings import Settings
    from service.store.engine import open_store

    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database)
    try:
        store.migrate()
        yield store
    finally:
        store.close()


def _account(store: Store, user_name: str) -> Account:
    from service import people
    from service.errors import NotFound

    found = people.find(store, user_name)
    if found is None:
        raise NotFound(f"没有用户名为 {user_name} 的账号，用 minyi user list 可列出全部")
    return found


def _taxonomy() -> Taxonomy:
    from service.knowledge import load_knowledge
    from service.settings import Settings

    return load_knowledge(Settings().data_folder).taxonomy


@user_app.command("add")
def user_add(
    user_name: UserName,
    name: Annotated[str, typer.Option("--name", help="姓名")],
    posts: Annotated[
        list[str],
        typer.Option("--post", help="岗位，可给多个：registrar signer liaison leader administrator auditor"),
    ],
    department: Annotated[str | None, typer.Option("--department", help="联络员的承办单位编号")] = None,
    restricted: Annotated[bool, typer.Option("--restricted", help="指定为限阅件阅件人")] = False,
) -> None:
    """新建账号，显示一次初始密码。"""
    from service import people
    from service.access import Post
    from service.errors import Invalid
    from service.office import utc_now

    known = {one.value: one for one in Post} | {one.label: one for one in Post}
    if any(one not in known for one in posts):
        raise Invalid(f"没有这个岗位，只能是 {'、'.join(one.value for one in Post)}", field="posts")
    if department is not None and _taxonomy().department(department) is None:
        raise Invalid(f"没有编号为 {department} 的承办单位", field="department")
    draft = people.Draft(
        user_name=user_name,
        name=name,
        posts=frozenset(known[one] for one in posts),
        department=department,
        restricted=restricted,
    )
    with opened() as store:
        made = people.create(store, draft, people.SYSTEM, utc_now())
    print(f"已新建账号 {made.account.user_name}，初始密码 {made.password}（只显示这一次，首次登录须修改）")


@user_app.command("list")
def user_list(as_json: AsJson = False) -> None:
    """列出账号。"""
    from service import people
    from service.access import Post

    with opened() as store:
        found = people.every(store)
    rows = [
        {
            "user_name": one.user_name,
            "name": one.name,
            "posts": [post.value for post in Post if post in one.posts],
            "department": one.department,
            "restricted": one.restricted,
            "disabled": one.disabled_at is not None,
        }
        for one in found
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        posts = "、".join(post.label for post in Post if post in one.posts)
        print(f"{one.user_name}\t{one.name}\t{posts}\t{one.department or ''}\t{'停用' if one.disabled_at else '启用'}")


@user_app.command("disable")
def user_disable(user_name: UserName) -> None:
    """停用账号；此人立即被退出登录。"""
    from service import people
    from service.office import utc_now

    with opened() as store:
        people.disable(store, _account(store, user_name).id, people.SYSTEM, utc_now())
    print(f"已停用 {user_name}。")


@user_app.command("enable")
def user_enable(user_name: UserName) -> None:
    """启用停用的账号。"""
    from service import people
    from service.office import utc_now

    with opened() as store:
        people.enable(store, _account(store, user_name).id, people.SYSTEM, utc_now())
    print(f"已启用 {user_name}。")


@user_app.command("reset")
def user_reset(user_name: UserName) -> None:
    """重置密码，显示一次新密码。"""
    from service import people
    from service.office import utc_now

    with opened() as store:
        made = people.reset_password(store, _account(store, user_name).id, people.SYSTEM, utc_now())
    print(f"{user_name} 的新密码 {made.password}（只显示这一次，登录后须修改）")


@key_app.command("add")
def key_add(
    name: Annotated[str, typer.Argument(help="用途")],
    scopes: Annotated[
        list[str],
        typer.Option("--scope", help="权限，可给多个：read register review sign manage unit export settings"),
    ],
    department: Annotated[str | None, typer.Option("--department", help="限定的承办单位编号（只配 unit）")] = None,
    days: Annotated[int, typer.Option("--days", help="有效天数，最长 366")] = 90,
) -> None:
    """新建接口密钥，显示一次。"""
    from service import keys, people
    from service.office import utc_now

    draft = keys.KeyDraft(name=name, scopes=keys.parse_scopes(scopes), department=department, days=days)
    with opened() as store:
        key, secret = keys.make(store, _taxonomy(), draft, people.SYSTEM, utc_now())
    print(f"{key.id}\t{secret}\t（只显示这一次）")


@key_app.command("list")
def key_list(as_json: AsJson = False) -> None:
    """列出接口密钥。"""
    from service import keys

    with opened() as store:
        found = keys.every(store)
    if as_json:
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "scopes": sorted(one.scopes),
                "department": one.department,
                "expires_at": one.expires_at.isoformat(),
                "revoked": one.revoked_at is not None,
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        state = "已吊销" if one.revoked_at else f"到期 {one.expires_at:%Y-%m-%d}"
        print(f"{one.id}\t{one.name}\t{one.hint}…\t{' '.join(sorted(one.scopes))}\t{state}")


@key_app.command("revoke")
def key_revoke(key_id: Annotated[str, typer.Argument(help="密钥的编号")]) -> None:
    """吊销接口密钥。"""
    from service import keys, people
    from service.office import utc_now

    with opened() as store:
        keys.revoke(store, key_id, people.SYSTEM, utc_now())
    print("已吊销。")
