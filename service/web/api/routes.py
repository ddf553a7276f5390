"""The routes of the JSON view, in the order in which they are described."""

from __future__ import annotations

from service.web.api import (
    amending,
    attachments,
    bulk,
    imports,
    item_list,
    items,
    matters,
    outgoing,
    own,
    queues,
    restricting,
    results,
    review,
    statistics,
    submissions,
    upward,
)

_MODULES = (
    submissions, amending, queues, item_list, items, results, review, restricting, bulk, matters, own, attachments, imports,
    outgoing, upward, statistics,
)  # fmt: skip
ROUTERS = tuple(each.router for each in _MODULES)
