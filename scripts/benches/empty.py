"""The limit that services are held against: an `async` FastAPI endpoint that parses the same body and does nothing."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from service.web.api.schemas import ClassifyBody, SubmissionBody

app = FastAPI()


@app.post("/classify")
async def classify(body: ClassifyBody) -> dict[str, bool]:
    """Parse and do nothing."""
    return {"ok": True}


@app.post("/submissions")
async def submit(body: SubmissionBody) -> dict[str, bool]:
    """Parse and do nothing."""
    return {"ok": True}


def main() -> None:
    """Serve on the port that is given."""
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
