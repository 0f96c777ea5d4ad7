"""The desk with the real process of recognition before an emulated camera: who consented is a line at the desk, by the camera alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from drivers.cameras.sources import load_cv2
from drivers.emulators import camera as emulated
from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.face_sequences import head_turn
from kiosk.commands_front_desk import CancelEnrolment, KeepConsent, StartEnrolment, Withdraw
from kiosk.config import Settings
from kiosk.events_front_desk import (
    ArrivalsTold,
    ConsentKept,
    EnrolmentEncoded,
    RecognitionChanged,
    WithdrawalTold,
)
from kiosk.faces.engine import DLIB_68
from kiosk.faces.recognition import Recognition, RecognitionSettings
from kiosk.services.front_desk.desk import FrontDesk, Publish
from kiosk.services.role_services import Papers
from offline_cache.wire import RowKind
from tests.faces.conftest import engine_named, somebody
from tests.kiosk.front_desk.face_world import MODEL
from tests.kiosk.residents.resident_world import ResidentWorld, ServedHall

SEED, SIZE, FPS = 72, (960, 540), 15.0


class SeeingDesk(ResidentWorld):
    """What recognition publishes comes to the services as from the terminal's bus."""

    def __init__(self, directory: Path, hall: ServedHall, url: str) -> None:
        self._url = url
        self.made: list[Recognition] = []
        super().__init__(directory, hall, "front_desk", self._make_desk)

    def _make_desk(self, papers: Papers) -> FrontDesk:
        def recognition(_settings: Settings, publish: Publish) -> Recognition:
            seen = RecognitionSettings("camera_http", {"url": self._url}, engine=DLIB_68, nice=0)
            self.made.append(Recognition(seen, publish))
            return self.made[-1]

        return FrontDesk(papers, recognition)

    def publish(self, event: object) -> None:
        super().publish(event)
        if type(event).__name__.startswith("Face"):
            self.disk.submit(partial(self.desk.hear, event))


@pytest.fixture
def desk(hall: ServedHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SeeingDesk]:
    there = list(head_turn(somebody(SEED), size=SIZE))
    frames = (*there, *there[-2:0:-1])
    monkeypatch.setattr(emulated, "draw", lambda scene, number: frames[number % len(frames)])
    camera = EmulatedCamera(fps=FPS)
    world = SeeingDesk(tmp_path, hall, camera.url)
    yield world
    world.leave()
    camera.close()


def encoded() -> bytes:
    engine = engine_named(DLIB_68)
    rgb = load_cv2().cvtColor(next(iter(head_turn(somebody(SEED), size=SIZE))), load_cv2().COLOR_BGR2RGB)
    (box,) = engine.detect(rgb)
    return engine.encode(rgb, box).astype("<f4").tobytes()


def test_who_consented_is_seen_until_she_takes_it_back(desk: SeeingDesk) -> None:
    desk.heard(RecognitionChanged, where=lambda event: event.code == "")
    who = desk.identify("Ma")
    desk.perform(StartEnrolment(900))
    desk.disk.call(partial(desk.desk.hear, EnrolmentEncoded(900, MODEL, (encoded(),))))
    desk.ask(KeepConsent(desk.ask_id(), who.person_id, "recognition", 1), ConsentKept)
    desk.perform(CancelEnrolment())  # the process itself was shown no poses
    desk.end_session()

    told = desk.heard(ArrivalsTold, where=lambda event: bool(event.newest))
    assert [(each.how, each.masked_name) for each in told.arrivals] == [("face", "马＊")]

    desk.identify("Ma")
    desk.ask(Withdraw(desk.ask_id(), who.person_id, "zh_CN"), WithdrawalTold)
    assert desk.made[-1]._whole().consent_ids == ()  # nor will a process that is started anew know her
    assert len(desk.rows(RowKind.VISIT_NOTED)) == 1
