"""hand_off: a record goes to a phone by a code on the glass, once, and expires; the page is opened in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import requests
from PIL import Image

from kiosk import views
from kiosk.views_resident import TAKE_ALONG
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.codes import decoded
from tests.stage.hall import CALL_S, SeededTown
from tests.stage.processes import run

NAME, TITLE = "hand_off", "hand_off · taken along on a phone"
PEOPLE = ("Zhao", "Sun", "Qian", "Li")
EXPIRES_S = 601.0
BROWSER_S = 60.0

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _take_along, people=PEOPLE)
        with journeys[-1].to_its_end():
            _expires(hall.stage.let_pass, journeys[-1], _urls(hall.terminal.pages())[-1])


def _take_along(visit: Visit) -> None:
    visit.arrives(larger=True)
    visit.choose("points").sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("RecordTable")
    visit.touch("Onto my phone", TAKE_ALONG)
    page = visit.sees("HandOffPage")
    visit.show("A code for her phone")
    url = str(page["url"])
    picture = visit.terminal.picture()
    visit.check("the phone's camera reads the code", url, decoded(picture) if picture else url)
    person = visit.person
    hidden = (person.person_id, person.name, person.id_card.number, person.uid)
    visit.check("of hers in it", [], [secret for secret in hidden if secret in url])
    visit.touch("Done", views.DONE).sees("FinishedPage")
    visit.ended_here()
    visit.takes_card()
    _on_the_phone(visit, url)


def _on_the_phone(visit: Visit, url: str) -> None:
    """A browser shows the page; the phone that came first may save the document, and no other."""
    visit.journey.show("The page on a phone", _browsed(visit, url))
    other = requests.get(url, headers=_language(visit), timeout=CALL_S)
    visit.check("another phone is refused", 403, other.status_code)


def _browsed(visit: Visit, url: str) -> Image.Image:
    """The page as Chromium draws it, for the first time that anybody opens it."""
    directory = visit.journey.directory / "phone"
    directory.mkdir(parents=True, exist_ok=True)
    picture = directory / "page.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=412,780"]
    options += [f"--user-data-dir={directory / 'profile'}", f"--lang={visit.locale.replace('_', '-')}"]
    run(["chromium", *options, f"--screenshot={picture}", url], directory / "chromium.log", BROWSER_S)
    visit.check("the browser has drawn the page", True, picture.is_file())
    return Image.open(picture).convert("RGB")


def _language(visit: Visit) -> dict[str, str]:
    return {"Accept-Language": visit.locale.replace("_", "-")}


def _urls(pages: list[dict[str, str]]) -> list[str]:
    return [page["url"] for page in pages if page["view"] == "HandOffPage"]


def _expires(let_pass: object, journey: Journey, url: str) -> None:
    """When its time is over, nobody opens it any more."""
    assert callable(let_pass)
    let_pass(EXPIRES_S)
    gone = requests.get(url, timeout=CALL_S)
    journey.check("after its time the page is gone", 410, gone.status_code)
