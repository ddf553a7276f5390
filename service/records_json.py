"""Records → JSON, the one place where the API's answers get their shape."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from nlp.domain import Event, Judgement, QueueItem
from nlp.privacy import mask
from nlp.taxonomy import Taxonomy
from service.deadlines import BEIJING
from service.statistics import Story
from service.store.records import Registered, StoredDecision, StoredPrediction


def moment(value: datetime | None) -> str | None:
    """Write a moment in Beijing time, to the second."""
    return None if value is None else value.astimezone(BEIJING).isoformat(timespec="seconds")


def judgement_json(row_id: str, judgement: Judgement, taxonomy: Taxonomy) -> dict[str, Any]:
    """Give one judgement as `/classify` answers it."""
    prediction, decision = judgement.prediction, judgement.decision
    return {
        "id": row_id,
        "theme": prediction.theme,
        "theme_name": taxonomy.theme_name(prediction.theme) or None,
        "confidence": prediction.confidence,
        "top": [[one.theme, one.confidence] for one in prediction.ranked[:3]],
        "decision": decision.routing.value,
        "department": decision.lead,
        "department_name": taxonomy.department_name(decision.lead) or None,
        "co_departments": list(decision.co_handlers),
        "doubts": [doubt.value for doubt in decision.doubts],
        "secondary": list(prediction.secondary),
        "evidence": [[one.word, one.weight] for one in prediction.evidence],
        "reasons": list(decision.reasons),
        "model_version": prediction.model_version,
        "taxonomy_version": decision.taxonomy_version,
        "policy_version": decision.policy_version,
    }


def registered_json(one: Registered, *, covered: bool = False) -> dict[str, Any]:
    """Give a submission as lists show it; for a unit with personal data covered."""
    submission = one.submission
    return {
        "id": submission.id,
        "receipt": submission.receipt,
        "track": submission.track.value,
        "title": mask(submission.title) if covered else submission.title,
        "source": submission.source,
        "place": submission.place,
        "received_at": moment(submission.received_at),
        "registered_at": moment(submission.registered_at),
        "urgency": submission.urgency.value,
        "theme": one.theme,
        "department": one.lead,
        "stage": one.stage.value,
    }


def story_json(story: Story, *, covered: bool = False) -> dict[str, Any]:
    """Give everything that is known of a submission; for a unit with personal data covered in the text."""
    submission = story.registered.submission
    person = submission.submitter
    return {
        **registered_json(story.registered, covered=covered),
        "text": mask(submission.text) if covered else submission.text,
        "submitter": {
            "name": person.name,
            "unit": person.unit,
            "circle": person.circle,
            "committee": person.committee,
            "cosigners": list(person.cosigners),
            "phone": person.phone,
        },
        "openness": submission.openness.value,
        "name_public": submission.name_public,
        "reported_elsewhere": submission.reported_elsewhere,
        "old_number": submission.old_number,
        "warnings": list(submission.warnings),
        "decision": decision_json(story.decision),
        "decisions": [decision_json(one) for one in story.decisions],
        "predictions": [prediction_json(one) for one in story.predictions],
        "items": [item_json(one) for one in story.items],
        "events": [event_json(one) for one in story.events],
        "attachments": [
            {"id": one.id, "name": one.name, "size": one.size, "sha256": one.sha256} for one in story.attachments
        ],
    }


def decision_json(stored: StoredDecision) -> dict[str, Any]:
    """Give one 拟办意见."""
    decision = stored.decision
    return {
        "id": stored.id,
        "current": stored.current,
        "supersedes": stored.supersedes,
        "decision": decision.routing.value,
        "theme": decision.theme,
        "dispositions": [one.value for one in decision.dispositions],
        "department": decision.lead,
        "co_departments": list(decision.co_handlers),
        "mode": decision.mode.value,
        "duty": decision.duty,
        "source": decision.source.value,
        "person": stored.person,
        "reasons": list(decision.reasons),
        "doubts": [one.value for one in decision.doubts],
        "model_version": decision.model_version,
        "taxonomy_version": decision.taxonomy_version,
        "policy_version": decision.policy_version,
        "made_at": moment(stored.made_at),
    }


def prediction_json(stored: StoredPrediction) -> dict[str, Any]:
    """Give one 系统建议."""
    return {
        "ranked": [[one.theme, one.confidence] for one in stored.prediction.ranked],
        "evidence": [
            [one.word, one.weight, one.span.field, one.span.start, one.span.end] for one in stored.prediction.evidence
        ],
        "secondary": list(stored.prediction.secondary),
        "model_version": stored.prediction.model_version,
        "made_at": moment(stored.made_at),
    }


def item_json(item: QueueItem) -> dict[str, Any]:
    """Give one 承办件; the lease token is told to its holder alone."""
    return {
        "id": item.id,
        "submission_id": item.submission_id,
        "department": item.department,
        "role": item.role.value,
        "state": item.state.value,
        "version": item.version,
        "created_at": moment(item.created_at),
        "due_at": moment(item.due_at),
        "signed_at": moment(item.signed_at),
        "accepted_at": moment(item.accepted_at),
        "answered_at": moment(item.answered_at),
        "closed_at": moment(item.closed_at),
        "extension_requested": item.extension_requested,
        "answer": item.answer,
        "grade": item.grade.value if item.grade else None,
        "return_reason": item.return_reason,
        "replaces": item.replaces,
        "extension_until": item.extension_until.isoformat() if item.extension_until else None,
        "handler": item.handler,
        "supervised": item.supervised,
        "audited_at": moment(item.audited_at),
        "fed_back_at": moment(item.fed_back_at),
        "satisfaction": item.satisfaction.value if item.satisfaction else None,
        "archived_at": moment(item.archived_at),
    }


def event_json(event: Event) -> dict[str, Any]:
    """Give one event."""
    return {
        "sequence": event.sequence,
        "item_id": event.item_id,
        "kind": event.kind,
        "actor": event.actor,
        "at": moment(event.at),
        "details": json.loads(event.payload),
    }
