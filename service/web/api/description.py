"""The OpenAPI description, and its page from vendored files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from pydantic.json_schema import models_json_schema

from service.web.api import desk_schemas, schemas

router = APIRouter()
VENDOR = "/static/vendor/swagger-ui-dist"
PAGE = f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>接口说明 · 民意分办</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="{VENDOR}/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="{VENDOR}/swagger-ui-bundle.js"></script>
<script src="/static/docs.js"></script></body></html>
"""
ERROR = {
    "type": "object",
    "required": ["code", "field", "message", "request_id"],
    "properties": {name: {"type": "string"} for name in ("code", "field", "message", "request_id")},
}


@router.get("/docs", include_in_schema=False)
def docs() -> HTMLResponse:
    """Show the description; nothing is fetched from elsewhere."""
    return HTMLResponse(PAGE)


def install(app: FastAPI) -> None:
    """Describe the bodies that are read by hand, and the one shape of every error."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(get_openapi(title=app.title, version=app.version, routes=app.routes))
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _described(found: dict[str, Any]) -> dict[str, Any]:
    named = {**vars(schemas), **vars(desk_schemas)}.values()
    models = {one for one in named if isinstance(one, type) and issubclass(one, schemas.Strict)}
    _, definitions = models_json_schema(
        [(one, "validation") for one in sorted(models, key=lambda one: one.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    components = found.setdefault("components", {}).setdefault("schemas", {})
    components |= definitions.get("$defs", {})
    components["Error"] = ERROR
    refused = {
        "description": "出错",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in found["paths"].values():
        for operation in operations.values():
            _describe_body(operation)
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = refused
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    return found


def _describe_body(operation: dict[str, Any]) -> None:
    body = operation.pop("x-body", None)
    if body:
        schema = {"$ref": f"#/components/schemas/{body}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if operation.pop("x-key", False):
        key = {"type": "string", "minLength": 1, "maxLength": 255}
        operation.setdefault("parameters", []).append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key}
        )
