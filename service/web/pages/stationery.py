"""What papers of an office are made with."""

from __future__ import annotations

from service.files.templates import Cabinet
from service.knowledge import own_or_shipped
from service.office import Office
from service.papers import Stationery
from service.web.pages import frame

TEMPLATES = "templates"


def stationery_of(office: Office) -> Stationery:
    """Give names, profile and templates of an office; its own templates lie in its home."""
    settings = office.settings
    return Stationery(
        directory=office.taxonomy,
        policy=office.policy,
        profile=office.profile,
        cabinet=Cabinet(own=settings.templates_folder, shipped=own_or_shipped(settings.data_folder, TEMPLATES)),
        person=lambda actor: frame.actor_name(office, actor),
    )
