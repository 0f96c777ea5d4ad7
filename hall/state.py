"""What a running hall holds: settings, database, the wake-up of listeners, and its own name and key."""

from __future__ import annotations

from typing import Annotated

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Request

from hall.database import Database
from hall.services import identities
from hall.services.front_desk.family_messages import FamilyMessages, SandboxFamilyMessages
from hall.services.residents.records import Records
from hall.services.wake import Wake
from hall.settings import Settings


class Hall:
    """Made by `create_app`, opened when the application starts. `public_url` begins the addresses that phones open: the
    server that runs the application fills it in where the settings do not."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.wake = Wake()
        self.records = Records()
        self.family_messages: FamilyMessages = SandboxFamilyMessages(self.database, settings.family_messages)
        self.public_url = settings.public_url.rstrip("/")

    def open(self) -> None:
        """Bring the schema up to date and load, or make, the hall's identity."""
        self.database.migrate()
        with self.database.writing() as session:
            known = identities.identity(session)
            key = serialization.load_pem_private_key(
                known.signing_key.encode("ascii"), password=None
            ).public_key()
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("the hall signs with Ed25519")
        self.hall_id, self.public_key = known.hall_id, key

    def close(self) -> None:
        self.wake.close()
        self.database.close()

    def now_ms(self) -> int:
        return self.settings.clock.now_ms()


def _hall(request: Request) -> Hall:
    hall = request.app.state.hall
    if not isinstance(hall, Hall):
        raise TypeError("the application was not made by create_app")
    return hall


HallDep = Annotated[Hall, Depends(_hall)]
