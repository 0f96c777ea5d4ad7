"""The whole catalogue as it ships: what `python -m hall publish-catalogue` and `seed` tell the terminals."""

from __future__ import annotations

from hall.catalogue import load, load_desk, load_more
from hall.services.catalogue import Contents


def shipped() -> Contents:
    """Raises CatalogueProblem for files that do not fit."""
    own = load.load_catalogue()
    return Contents(
        roots=own.roots,
        items=[*own.items, *load_more.sample_items()],
        norms=load_more.norms(),
        places=load_more.places(),
        slides=load_more.slides(),
        record_kinds=load_more.record_kinds(),
        privacy_notice=load_more.privacy_notice(),
        consent_texts=load_desk.consent_texts(),
        windows=load_desk.windows(),
    )
