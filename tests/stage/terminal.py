"""One terminal on the stage: its devices, its process over many lives, what it showed, and a finger for its buttons."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.services.status import ask, short_name
from tests.stage.devices import Devices
from tests.stage.display import Display
from tests.stage.posts import POSTS, Post
from tests.stage.processes import PYTHON, Child, run
from tests.stage.waiting import Overdue, pause, wait_for

START_S = 40.0
VERDICT_S = 15.0
LIFTED_S = 0.5
LOOK_BACK_BYTES = 100_000

Page = dict[str, Any]  # {ns, view, the view's own fields, banner, online}


class TerminalProcess:
    """The terminal `terminal_id` in `directory`. With a `display` it has its face, and is touched with a finger."""

    def __init__(
        self,
        terminal_id: str,
        directory: Path,
        hall_url: str,
        *,
        post: Post | None = None,
        display: Display | None = None,
        program: str = "tests.stage.watched",
        locale: str = "zh_CN",
        pull_every_s: float = 2.0,
        jitter_s: float = 0.0,
        card_reader: Mapping[str, object] | None = None,
        more_devices: Mapping[str, Mapping[str, object]] | None = None,
        environment: Mapping[str, str] | None = None,
        sections: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """`post`: its place, that of its name where none is given. `card_reader`: its section, where it is not the emulated EM4100 reader; `more_devices`: sections by slot;
        `environment`: variables of its process beside those of this one; `sections`: others of its configuration."""
        self.terminal_id = terminal_id
        self.post = post or POSTS[terminal_id]
        self.directory = directory
        self.display = display
        self.faceless = display is None  # may be changed between two lives
        self.devices = Devices(directory / "devices", hall_url)
        self.data_dir = directory / "data"
        self._program = program
        self._environment = dict(environment or {})
        self._config = directory / "terminal.toml"
        self._seen = directory / "seen.jsonl"
        self._finger = directory / "finger.sock"
        self._log = directory / "terminal.log"
        self._child: Child | None = None
        self._last_tap = ("", 0.0)
        self.first_frame_ns = 0  # monotonic, after the last byte of the latest tap's first frame
        configured = {
            "terminal": self._named(locale=locale),
            "screen": asdict(self.post.panel),
            "devices.card_reader": card_reader or {"kind": "em4100_serial", "port": self.devices.reader.path},
            "devices.receipt_printer": self._slip_printer(),
            **{f"devices.{slot}": options for slot, options in (more_devices or {}).items()},
            "clock": {"kind": "emulated", "path": self.devices.clock.path},
            "voice": {"enabled": False},
            "sync": {"pull_every_s": pull_every_s, "bulk_return_jitter_s": jitter_s},
            **(sections or {}),
        }
        self._config.write_text("\n".join(map(_section, configured, configured.values())), encoding="utf-8")
        self._seen.touch()

    def _named(self, locale: str) -> dict[str, object]:
        """Its own section."""
        return {
            "id": self.terminal_id,
            "role": self.post.role,
            "environment": "demo",
            "locale": locale,
            "data_dir": str(self.data_dir),
            "hall_url": self.devices.network.url,
            "window": "1",
            "machine": str(int(self.terminal_id.rpartition("-")[2])),
        }

    def _slip_printer(self) -> dict[str, object]:
        host, port = self.devices.printer.address
        return {"kind": "escpos_tcp", "host": host, "port": port}

    # --- its lives --------------------------------------------------------------------------------------------------

    def kiosk(self, *arguments: str) -> str:
        """`python -m kiosk …` with this terminal's configuration; its standard output."""
        name, *rest = arguments
        command = [PYTHON, "-m", "kiosk", name, "--config", str(self._config), *rest]
        return run(command, self.directory / "commands.log", START_S)

    def enrol(self, code: str) -> None:
        self.kiosk("enrol", "--code", code)

    def launch(self) -> None:
        """Start the process, without waiting for it."""
        paths = ["--config", str(self._config), "--seen", str(self._seen), "--finger", str(self._finger)]
        face = [] if self.faceless else ["--face"]
        display = {"DISPLAY": self.display.name} if self.display else {}
        self._child = Child(
            [PYTHON, "-m", self._program, *paths, *face], self._log, self._environment | display
        )

    def start(self) -> Page:
        """Start, and wait until cards can be tapped. Answers the first page after the start page."""
        after = self.seen_bytes()
        self.launch()
        page = self.wait_page(
            "the terminal's first page", after, lambda page: page["view"] != "Starting", START_S
        )
        self.wait_status("the reader listens", self._reader_listens, START_S)
        return page

    @staticmethod
    def _reader_listens(status: Mapping[str, Any]) -> bool:
        devices = status.get("devices", {})
        return bool(devices.get("card_reader", {}).get("health") == "ok" and status.get("log_id"))

    @property
    def pid(self) -> int:
        """Of its process, which must have been started."""
        assert self._child is not None
        return self._child.pid

    def kill(self) -> int:
        """The power goes. Answers the monotonic ns of it."""
        assert self._child is not None
        return self._child.kill()

    def stop(self) -> None:
        """SIGTERM, as systemd does it."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
        self.devices.close()

    # --- what it shows ----------------------------------------------------------------------------------------------

    @property
    def seen_file(self) -> Path:
        return self._seen

    def seen_bytes(self) -> int:
        """How much has been shown so far: a place to look on from."""
        return self._seen.stat().st_size

    def pages(self, after: int = 0) -> list[Page]:
        """Every whole page behind a place; the last line may have been cut by a kill."""
        with self._seen.open("rb") as stream:
            stream.seek(after)
            lines = stream.read().split(b"\n")[:-1]
        return [page for page in map(_whole, lines) if page is not None]

    def wait_page(
        self, what: str, after: int, matches: Callable[[Page], bool], deadline_s: float = VERDICT_S
    ) -> Page:
        """The first matching page behind a place. Raises Overdue, or RuntimeError when the process has ended."""

        def look() -> Page | None:
            if self._child is not None and not self._child.running:
                raise RuntimeError(
                    f"{self.terminal_id} ended with {self._child.exit_code}:\n{self.last_words()}"
                )
            return next((page for page in self.pages(after) if matches(page)), None)

        return wait_for(f"{self.terminal_id}: {what}", look, deadline_s, 0.005)

    def last_words(self) -> str:
        return self._child.last_words() if self._child is not None else ""

    def status(self) -> dict[str, Any] | None:
        """What the status socket says; None while nobody answers there."""
        try:
            return ask(self.data_dir / "status.sock")
        except (OSError, ValueError):
            return None

    def wait_status(
        self, what: str, matches: Callable[[Mapping[str, Any]], bool], deadline_s: float = VERDICT_S
    ) -> dict[str, Any]:
        """The first matching status. Raises Overdue, naming what it said last."""
        last: list[dict[str, Any]] = []

        def look() -> dict[str, Any] | None:
            status = self.status()
            if status is not None:
                last[:] = [status]
            return status if status is not None and matches(status) else None

        try:
            return wait_for(f"{self.terminal_id}: {what}", look, deadline_s)
        except Overdue as overdue:
            raise Overdue(f"{overdue}; it says {last}") from overdue

    def picture(self) -> Image.Image | None:
        """The screen as it stands, where it has one."""
        return self.display.picture() if self.display and not self.faceless else None

    # --- people -----------------------------------------------------------------------------------------------------

    def tap(self, uid: str, hold_s: float = 0.1) -> int:
        """Hold a card to the reader. Answers the place to look for its verdict from. The same card once more must
        have been lifted in between, for as long as the reader takes to notice."""
        last_uid, tapped_at = self._last_tap
        if uid == last_uid:
            pause(tapped_at + hold_s + LIFTED_S - time.monotonic())
        after = self.seen_bytes()
        self._last_tap = (uid, time.monotonic())
        self.first_frame_ns = self.devices.tap(uid, hold_s)
        return after

    def tap_and_see(self, uid: str, *views: str) -> Page:
        """Tap, and wait for the verdict: a page of one of `views` (any verdict if none is named) that is not the one
        that stood there before, drawn once more because its bars have changed."""
        wanted = views or ("Served", "Attention", "StaffBoard")
        before = [_content(page) for page in self.pages(max(0, self.seen_bytes() - LOOK_BACK_BYTES))[-1:]]
        after = self.tap(uid)
        return self.wait_page(
            f"a verdict ({', '.join(wanted)})",
            after,
            lambda page: page["view"] in wanted and _content(page) not in before,
        )

    def press(self, action: str, value: str = "") -> int:
        """Press a button, as the face would tell it. Answers the place to look from."""
        after = self.seen_bytes()
        self._request({"press": [action, value]})
        return after

    def touch(self, words: str) -> int:
        """Touch the glass where a button says `words`: a real touch. Answers the place to look from."""
        assert self.display is not None
        button = wait_for(f"a button that says {words!r}", lambda: self._button(words), VERDICT_S)
        x, y, width, height = button["at"]
        after = self.seen_bytes()
        self.display.touch(int(x + width / 2), int(y + height / 2))
        return after

    def _button(self, words: str) -> dict[str, Any] | None:
        found = [
            button
            for button in self.buttons()
            if button["enabled"] and _plain(button["say"]) == _plain(words)
        ]
        return found[0] if found else None

    def hold_corner(self, seconds: float) -> int:
        """Press the top left corner of the glass and let go after so long. Answers the place to look from."""
        assert self.display is not None
        after = self.seen_bytes()
        self.display.hold(20, 20, seconds)
        return after

    def touch_anywhere(self, groups: list[list[list[float]]]) -> int:
        """Fingers that go down together, one group after the other: parts of the glass from its bottom left. Answers how
        many groups there were touches of."""
        return int(self._request({"touches": groups}) or 0)

    @property
    def log_file(self) -> Path:
        return self._log

    def surface(self, kind: str) -> list[float]:
        """Where the one surface of that kind is: [x, y, width, height] in pixels from the top left."""
        drawn = self._request({"drawn": True})
        (found,) = [surface for surface in drawn["surfaces"] if surface["kind"] == kind]
        at: list[float] = found["at"]
        return at

    def texts(self) -> list[str]:
        """Every text on the glass now."""
        return [text["say"] for text in self._request({"drawn": True}).get("texts", [])]

    def buttons(self) -> list[dict[str, Any]]:
        """Every button on the glass now."""
        answer: list[dict[str, Any]] = self._request({"buttons": True}) or []
        return answer

    def _request(self, what: dict[str, Any]) -> Any:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(VERDICT_S)
            with short_name(self._finger) as name:
                client.connect(name)
            with client.makefile("rwb") as stream:
                stream.write(json.dumps(what).encode() + b"\n")
                stream.flush()
                return json.loads(stream.readline())


def _section(name: str, options: Mapping[str, object]) -> str:
    """A TOML section. JSON writes text, numbers and truth as TOML does."""
    lines = (f"{option} = {json.dumps(value)}\n" for option, value in options.items())
    return f"[{name}]\n{''.join(lines)}"


def _whole(line: bytes) -> Page | None:
    try:
        page: Page = json.loads(line)
    except ValueError:
        return None
    return page


def _content(page: Page) -> Page:
    """The page without its bars and its instant."""
    return {key: value for key, value in page.items() if key not in ("ns", "banner", "online")}


def _plain(words: str) -> str:
    return "".join(words.split())
