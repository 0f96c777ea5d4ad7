"""The generated town's register of objects: its residents and places by id, and a few invented facilities, situations and
organisations. Matters come in with the applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hall.models_applications import RegisteredObject
from hall.services import feed
from hall.shapes_applications import ObjectKind
from offline_cache.wire import ReferenceKind

RECORDED_BY = "seed"
FACILITIES = {
    "F-001": {
        "place": "K1",
        "sort": "administrative",
        "name_zh": "一站式服务大厅",
        "name_en": "Service hall",
    },
    "F-002": {"place": "H1", "sort": "self_governance", "name_zh": "议事室", "name_en": "Council room"},
    "F-003": {"place": "C3", "sort": "social", "name_zh": "助浴间", "name_en": "Assisted bathing room"},
    "F-004": {"place": "C7", "sort": "social", "name_zh": "图书角", "name_en": "Reading corner"},
}
SITUATIONS = {
    "Q-001": {
        "place": "C3",
        "name_zh": "单元门灯不亮",
        "name_en": "The light at the door is out",
        "state": "open",
    },
    "Q-002": {"place": "C7", "name_zh": "楼道有积水", "name_en": "Water on the stairs", "state": "closed"},
}
ORGANISATIONS = {
    "G-001": {"areas": ["T-01"], "name_zh": "和顺里居民议事会", "name_en": "Heshunli residents' council"},
    "G-002": {"areas": ["T-01"], "name_zh": "五老调解队", "name_en": "Mediation team of elders"},
    "G-003": {"areas": ["T-02"], "name_zh": "邻里互助志愿队", "name_en": "Neighbours' volunteer team"},
}


def sow(session: Session, now_ms: int) -> None:
    """Register what the town has, each as its version 1. Only into an empty register."""
    residents = feed.all_of(session, ReferenceKind.RESIDENT)
    sites = feed.all_of(session, ReferenceKind.SITE)
    kinds: dict[ObjectKind, Mapping[str, Mapping[str, Any]]] = {
        "resident": {id: {"areas": person["home"]} for id, person in residents.items()},
        "place": {
            id: {"areas": site["areas"], "name_zh": site["name_zh"], "name_en": site["name_en"]}
            for id, site in sites.items()
        },
        "facility": FACILITIES,
        "situation": SITUATIONS,
        "organisation": ORGANISATIONS,
    }
    rows = [
        {
            "kind": kind,
            "id": id,
            "version": 1,
            "data": dict(data),
            "recorded_by": RECORDED_BY,
            "recorded_at_ms": now_ms,
        }
        for kind, objects in kinds.items()
        for id, data in objects.items()
    ]
    session.execute(insert(RegisteredObject), rows)
