"""OpenAPI 3.1 by the declarations: every command's body, the accepted answer, the problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.stamps import RELEASE
from compliance.catalogues import CATALOGUES
from ledger.commands import DECLARATIONS
from ledger.declaration import Declaration
from ledger.facts import TOPICS
from projections.figure_words import GROUPS
from projections.indicators import INDICATORS
from projections.views import VIEWS

_REF = "#/components/schemas/{model}"

_TEXT = {"type": "string"}
_WRITTEN = {
    "type": "object",
    "required": ["position", "type", "subjects"],
    "properties": {
        "position": {"type": "integer", "minimum": 0},
        "type": _TEXT,
        "subjects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["subject", "sequence"],
                "properties": {"subject": _TEXT, "sequence": {"type": "integer", "minimum": 1}},
            },
        },
    },
}
_BREACH = {
    "type": "object",
    "required": ["code", "zh", "en", "values"],
    "properties": {"code": _TEXT, "zh": _TEXT, "en": _TEXT, "values": {"type": "object"}},
}
_ACCEPTED = {
    "type": "object",
    "required": ["facts", "breaches"],
    "properties": {
        "facts": {"type": "array", "items": _WRITTEN},
        "breaches": {"type": "array", "items": _BREACH},
        "secret": {"type": "string", "description": "token.issue only: shown this one time"},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "values", "mend", "facts"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "values": {"type": "object"},
        "mend": _TEXT,
        "facts": {"type": "array", "items": _WRITTEN},
    },
}

ACCEPTED: dict[str, Any] = {
    "description": "The facts that were written, and the rules that reality broke.",
    "content": {"application/json": {"schema": {"$ref": _REF.format(model="Accepted")}}},
}
_PROBLEM_JSON = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}
_PROBLEMS: dict[str, dict[str, Any]] = {
    "default": {
        "description": "Why not, and how to mend it.",
        "content": _PROBLEM_JSON,
    },
    "429": {
        "description": "Too many requests of a token, or too many wrong secrets; see Retry-After.",
        "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
        "content": _PROBLEM_JSON,
    },
}

QUERIES = {
    "after": "Position after which to go on; -1 is the start.",
    "limit": "At most so many facts, 1 to 1000.",
    "type": "Facts of this type only, e.g. receipt-allocated.v1.",
    "institution": "Rows of this institution, institution:<credit code>.",
    "as_of": "Business date, YYYY-MM-DD (Shanghai); that of known_at without.",
    "known_at": "The first N facts, or all recorded by a time (RFC 3339) or a date (its end).",
    "format": "json, ndjson, csv, xlsx or parquet.",
    "codes": "Indicators, D04,D10 or with a variant D16:stock-at-start; all without.",
    "period": "2022, 2022Q3, 2022-09 or 2022-03-01..2022-06-30.",
    "variant": "One reading of the indicator; the plain one without.",
    "group": "Institutions of this group only: university, research-institute or centres.",
    "since": "First day to look at, YYYY-MM-DD; a year before as_of without.",
    "until": "The later knowledge to compare with, written like known_at; the newest without.",
}


_DATE = {"type": "string", "format": "date"}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "after": {"type": "integer", "minimum": -1},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1_000},
    "type": {"type": "string", "enum": sorted(TOPICS)},
    "as_of": _DATE,
    "since": _DATE,
    "format": {"type": "string", "enum": ["json", "ndjson", "csv", "xlsx", "parquet"]},
    "group": {"type": "string", "enum": list(GROUPS)},
    "period": {
        "type": "string",
        "pattern": r"^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2])|-[0-9]{2}-[0-9]{2}\.\.[0-9-]{10})?$",
    },
}
"""Query parameters that are not plain text."""

_NAMED: dict[str, list[str]] = {
    "name": sorted(view.name for view in VIEWS),
    "code": sorted({indicator.code for indicator in INDICATORS}),
    "catalogue": sorted(catalogue.id for catalogue in CATALOGUES),
}
"""Parts of addresses that are one of a closed set of names."""


def query(*names: str) -> dict[str, Any]:
    """Query parameters for OpenAPI; routes read them strictly by themselves."""
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "schema": _SCHEMAS.get(name, _TEXT),
                "description": QUERIES[name],
            }
            for name in names
        ]
    }


def request_body(declaration: Declaration) -> dict[str, Any]:
    """A command's body and its idempotency key for OpenAPI."""
    schema = {"$ref": _REF.format(model=declaration.command.__name__)}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "The same key and body get the same answer; another body is refused (409).",
    }
    return {
        "parameters": [key],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with the schemas of all commands; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="zhiheng 知衡",
            version=RELEASE,
            description="Commands in, facts on record, readings at any moment.",
            routes=app.routes,
        )
        commands = [(item.command, "validation") for item in DECLARATIONS]
        _, made = models_json_schema(commands, ref_template=_REF)  # type: ignore[arg-type]
        schemas = made["$defs"]
        for item in DECLARATIONS:
            _door_fills(schemas[item.command.__name__], item)
        for path in document["paths"].values():
            for operation in path.values():
                # The framework's own answer to wrong parameters is never given.
                operation["responses"].pop("422", None)
                operation["responses"] |= _PROBLEMS
                for part in operation.get("parameters", ()):
                    if part["in"] == "path" and part["name"] in _NAMED:
                        part["schema"]["enum"] = _NAMED[part["name"]]
        parts = document.setdefault("components", {})
        parts.setdefault("schemas", {}).update(schemas, Accepted=_ACCEPTED, Problem=_PROBLEM)
        parts["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "zhiheng_session"},
        }
        document["security"] = [{"bearer": []}, {"session": []}]
        app.openapi_schema = document
    return app.openapi_schema


def _door_fills(schema: dict[str, Any], declaration: Declaration) -> None:
    """A fresh id that the door gives need not be sent."""
    fresh = declaration.command.FRESH
    if fresh in schema.get("required", []):
        schema["required"].remove(fresh)
