"""The errors of the service: one root, few kinds. `web` maps class → HTTP status; `code` is what a client reads."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from nlp.errors import MinyiError


class ServiceError(MinyiError):
    """Root of every deliberate error of the service. The message is one Chinese line fit to be shown to a clerk."""

    code = "E_SERVICE"


class NotFound(ServiceError):
    """The object does not exist, or must not be seen by anybody who asks this way."""

    code = "E_NOT_FOUND"


class Conflict(ServiceError):
    """The object is in a state that does not allow the action, or somebody else was faster."""

    code = "E_CONFLICT"


class Overtaken(Conflict):
    """Somebody else has acted since the person looked; nothing was overwritten. Says who did what, and when."""

    code = "E_OVERTAKEN"

    def __init__(self, *, person: str, at: datetime, did: str) -> None:
        clock = at.astimezone(timezone(timedelta(hours=8))).strftime("%H:%M")
        super().__init__(f"{person} 已于 {clock} {did}，您看到的不是最新情况；没有覆盖，请按最新情况再办")
        self.person = person
        self.at = at
        self.did = did


class Invalid(ServiceError):
    """A value cannot be used. `field` names it; the message never repeats the value."""

    code = "E_INVALID"

    def __init__(self, message: str, *, field: str, code: str = "E_INVALID") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class SecretText(ServiceError):
    """The text carries a state-secret marking: it is stopped and nothing of it is kept."""

    code = "E_SECRET"


class Unavailable(ServiceError):
    """The store cannot read or commit just now; the same request may succeed later."""

    code = "E_UNAVAILABLE"


class CalendarUnknown(ServiceError):
    """The working-day calendar of a year has not been published or not been installed yet."""

    code = "E_CALENDAR"
