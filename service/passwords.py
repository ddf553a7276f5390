"""Passwords and tokens: what is good enough, hashing, and random ones."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import Invalid
from service.limits import check_name

SHORTEST = 8
LONGEST = 128
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_at_once = BoundedSemaphore(4)
"""Each hash takes 64 MiB while it is computed."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """Hash a password with Argon2id and a salt of its own."""
    with _at_once:
        return _hasher().hash(password)


def is_right(password: str, hashed: str) -> bool:
    """Tell whether a password is the one that was hashed; takes as long where there is no hash."""
    with _at_once:
        if not hashed:
            _hasher().verify(password, _nobody())
            return False
        return _hasher().verify(password, hashed)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def check_password(password: str, user_name: str) -> None:
    """Check that a password is good enough to be chosen.

    Raises:
        Invalid: too short, too long, of one kind of characters only, or the user name.
    """
    if len(password) < SHORTEST:
        raise Invalid(f"密码至少 {SHORTEST} 位，请加长", field="password", code="E_PASSWORD")
    check_name(password, "password", LONGEST)
    kinds = {"letter" if one.isalpha() else "digit" if one.isdigit() else "sign" for one in password}
    if len(kinds) < 2:
        raise Invalid("密码须含字母、数字、符号中的至少两种", field="password", code="E_PASSWORD")
    if user_name.lower() in password.lower():
        raise Invalid("密码中不能含有用户名", field="password", code="E_PASSWORD")


def random_password(*user_names: str) -> str:
    """Make a password that can be read out and typed: three groups of five characters, 74 bits.

    Args:
        user_names: of whom it is for, none of which stands in it; each of two characters or more, the first a letter.
    """
    while True:
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
        if not any(one in made for one in user_names):
            return made


def new_token() -> str:
    """Make a token of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Hash a token as it is kept; random tokens need no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
