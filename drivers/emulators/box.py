"""One of each emulated device in one process, worked over JSON on loopback: by the panel page, by journeys, by hand.

Every POST takes a JSON object (`Content-Type: application/json`) and answers with one.

| route                                | body                                     | answer                             |
|--------------------------------------|------------------------------------------|------------------------------------|
| GET /                                |                                          | the panel (HTML)                   |
| GET /state                           |                                          | how every device is                |
| GET /cards                           |                                          | cards worth tapping                |
| GET /printer/pages                   |                                          | `{"count": 2}`                     |
| GET /printer/pages/2.png             |                                          | the second slip that was cut       |
| GET /printer/hanging.png             |                                          | what hangs out of the printer      |
| POST /reader/tap                     | `uid`, `hold_s` (0.2)                    | `{"last_byte_ns": …}`              |
| POST /reader/rest                    | `uid`                                    | `{"last_byte_ns": …}`              |
| POST /reader/lift                    |                                          | `{}`                               |
| POST /reader/half_frame              | `uid`                                    | `{}`                               |
| POST /reader/bad_checksum            | `uid`                                    | `{}`                               |
| POST /reader/noise                   | `hex`                                    | `{}`                               |
| POST /reader/unplug, /reader/plug    |                                          | `{}`                               |
| POST /printer/paper_near_end         |                                          | `{}`                               |
| POST /printer/paper_out              | `at_line` (0: now)                       | `{}`                               |
| POST /printer/refill                 |                                          | `{}`                               |
| POST /printer/cover_open             |                                          | `{}`                               |
| POST /printer/cover_close            |                                          | `{}`                               |
| POST /printer/cutter_jam             |                                          | `{}`                               |
| POST /printer/free_cutter            |                                          | `{}`                               |
| POST /printer/slow                   | `bytes_per_s` (null: at full speed)      | `{}`                               |
| POST /printer/mute                   | `on` (true)                              | `{}`                               |
| POST /printer/drop_connection        | `after_bytes` (0)                        | `{}`                               |
| POST /printer/unplug, /printer/plug  |                                          | `{}`                               |
| POST /network/cut, /network/restore  |                                          | `{}`                               |
| POST /network/swallow                |                                          | `{}`                               |
| POST /network/lose_next_reply        |                                          | `{}`                               |
| POST /network/answer                 | `status`, `content_type`, `body`         | `{}`                               |
| POST /clock/advance                  | `ms`                                     | `{"wall_ms": …}`                   |
| POST /clock/shift                    | `ms` (may be negative)                   | `{"wall_ms": …}`                   |
| POST /clock/set                      | `wall_ms`                                | `{"wall_ms": …}`                   |
| POST /clock/reboot                   |                                          | `{"boot_id": …}`                   |
| GET /devices                         |                                          | what else is in the box            |
| POST /devices/NAME/ACTION            | see `box_devices`                        | `{}`                               |

Errors: 400 `box.bad_request`, 403 `box.foreign`, 404 `box.unknown_route`, each with a sentence in `expected`.
"""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from drivers.emulators.box_devices import BoxedDevice, make_devices
from drivers.emulators.box_requests import BadRequest, Reply, Said, UnknownRoute
from drivers.emulators.clock import EmulatedClock
from drivers.emulators.network import EmulatedNetwork
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader

CLOCK_NAME = "clock.json"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})
LONGEST_BODY = 1_000_000
STOP_POLL_S = 0.05


class Box:
    """The devices. `state` is their directory; `hall` the hall's URL; `cards` a JSON file listing
    `{uid, label_zh, label_en, kind}`; `more` names devices of `box_devices` to have too. Raises OSError, or ValueError for
    a file that is no such list or a device that there is not."""

    def __init__(self, state: Path, hall: str, cards: Path | None = None, more: Sequence[str] = ()) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.cards: list[object] = read_cards(cards) if cards else []
        self.clock = EmulatedClock(state / CLOCK_NAME)
        self._start_offset_ms = self.clock.state().offset_ms  # a demo may begin at noon: that is right for it
        self.reader = EmulatedReader(state)
        self.printer = EmulatedPrinter(state)
        self.network = EmulatedNetwork(hall)
        self.more: dict[str, BoxedDevice] = make_devices(more, state)

    def state(self) -> Reply:
        """How every device is, JSON-ready."""
        host, port = self.printer.address
        return {
            "reader": {
                "path": self.reader.path,
                "plugged": self.reader.plugged,
                "resting": self.reader.resting,
            },
            "printer": {
                "address": f"{host}:{port}",
                "path": self.printer.path,
                "pages": self.printer.page_count,
                "lines": self.printer.lines,
                "lines_since_cut": self.printer.lines_since_cut,
            },
            "network": {
                "url": self.network.url,
                "mode": self.network.mode.value,
                "losing": self.network.losing,
                "replies_lost": self.network.replies_lost,
            },
            "clock": {
                "path": self.clock.path,
                "wall_ms": self.clock.wall_ms(),
                "offset_ms": self.clock.state().offset_ms,
                "start_offset_ms": self._start_offset_ms,
                "boot_id": self.clock.boot_id(),
            },
            "devices": {name: device.state() for name, device in self.more.items()},
        }

    def close(self) -> None:
        """Ends every device. Never raises."""
        for device in (self.reader, self.printer, self.network):
            device.close()
        for boxed in self.more.values():
            boxed.close()


def read_cards(path: Path) -> list[object]:
    """The list in a cards file. Raises OSError or ValueError."""
    cards = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(cards, list):
        raise ValueError(f"{path}: expected a list of cards")
    return cards


def _tap(box: Box, said: Said) -> Reply:
    return {"last_byte_ns": box.reader.tap(said.uid(), said.seconds("hold_s", 0.2))}


def _rest(box: Box, said: Said) -> Reply:
    return {"last_byte_ns": box.reader.rest(said.uid())}


def _answer(box: Box, said: Said) -> None:
    try:
        box.network.answer(
            said.integer("status"), said.text("content_type", "text/plain"), said.text("body", "")
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _moved(box: Box, move: Callable[[int], None], ms: int) -> Reply:
    try:
        move(ms)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return {"wall_ms": box.clock.wall_ms()}


def _reboot(box: Box, said: Said) -> Reply:
    box.clock.reboot()
    return {"boot_id": box.clock.boot_id()}


ACTIONS: dict[str, Callable[[Box, Said], Reply | None]] = {
    "/reader/tap": _tap,
    "/reader/rest": _rest,
    "/reader/lift": lambda box, said: box.reader.lift(),
    "/reader/half_frame": lambda box, said: box.reader.half_frame(said.uid()),
    "/reader/bad_checksum": lambda box, said: box.reader.bad_checksum(said.uid()),
    "/reader/noise": lambda box, said: box.reader.noise(said.octets("hex")),
    "/reader/unplug": lambda box, said: box.reader.unplug(),
    "/reader/plug": lambda box, said: box.reader.plug(),
    "/printer/paper_near_end": lambda box, said: box.printer.paper_near_end(),
    "/printer/paper_out": lambda box, said: box.printer.paper_out(said.integer("at_line", 0)),
    "/printer/refill": lambda box, said: box.printer.refill(),
    "/printer/cover_open": lambda box, said: box.printer.cover_open(),
    "/printer/cover_close": lambda box, said: box.printer.cover_close(),
    "/printer/cutter_jam": lambda box, said: box.printer.cutter_jam(),
    "/printer/free_cutter": lambda box, said: box.printer.free_cutter(),
    "/printer/slow": lambda box, said: box.printer.slow(said.optional_integer("bytes_per_s")),
    "/printer/mute": lambda box, said: box.printer.mute(said.truth("on", True)),
    "/printer/drop_connection": lambda box, said: box.printer.drop_connection(said.integer("after_bytes", 0)),
    "/printer/unplug": lambda box, said: box.printer.unplug(),
    "/printer/plug": lambda box, said: box.printer.plug(),
    "/network/cut": lambda box, said: box.network.cut(),
    "/network/restore": lambda box, said: box.network.restore(),
    "/network/swallow": lambda box, said: box.network.swallow(),
    "/network/lose_next_reply": lambda box, said: box.network.lose_next_reply(),
    "/network/answer": _answer,
    "/clock/advance": lambda box, said: _moved(box, box.clock.advance, said.integer("ms")),
    "/clock/shift": lambda box, said: _moved(box, box.clock.shift, said.integer("ms")),
    "/clock/set": lambda box, said: _moved(box, box.clock.set, said.integer("wall_ms")),
    "/clock/reboot": _reboot,
}


class _Server(ThreadingHTTPServer):
    """A thread a connection, none of which holds up the end."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes its page in mid-answer is no news; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class BoxServer:
    """The box's JSON and its panel, on a loopback port; 0 takes a free one."""

    def __init__(self, box: Box, port: int = 0) -> None:
        handler = type("BoundHandler", (_Handler,), {"box": box})
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(STOP_POLL_S,), name="box", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The panel's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One request of the panel or a script."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # head and body in one packet: two small ones would wait 40 ms for each other
    box: Box

    def do_GET(self) -> None:
        """Pages, pictures and state."""
        self._guarded(self._get)

    def do_POST(self) -> None:
        """One action."""
        self._guarded(self._post)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the paths would name cards."""

    def _guarded(self, work: Callable[[str], None]) -> None:
        # A page on the web can send requests to loopback, by name or by form; it must not work our devices.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in LOOPBACK_NAMES:
            self._refuse(HTTPStatus.FORBIDDEN, "box.foreign", "a request to 127.0.0.1")
            return
        try:
            work(urlsplit(self.path).path)
        except BadRequest as error:
            self._refuse(HTTPStatus.BAD_REQUEST, "box.bad_request", str(error))
        except UnknownRoute as error:
            self._refuse(HTTPStatus.NOT_FOUND, "box.unknown_route", str(error))

    def _get(self, path: str) -> None:
        if path == "/":
            page = resources.files("drivers.emulators").joinpath("panel.html").read_bytes()
            self._reply(HTTPStatus.OK, "text/html; charset=utf-8", page)
        elif path == "/state":
            self._reply_json(HTTPStatus.OK, self.box.state())
        elif path == "/cards":
            self._reply_json(HTTPStatus.OK, self.box.cards)
        elif path == "/devices":
            self._reply_json(HTTPStatus.OK, [device.listed() for device in self.box.more.values()])
        elif path == "/printer/pages":
            self._reply_json(HTTPStatus.OK, {"count": self.box.printer.page_count})
        elif path == "/printer/hanging.png":
            self._reply_picture(self.box.printer.hanging)
        elif path.startswith("/printer/pages/") and path.endswith(".png"):
            self._reply_picture(self._slip(path.removeprefix("/printer/pages/").removesuffix(".png")))
        else:
            raise UnknownRoute(f"one of GET /, /state, /cards, /devices, /printer/pages; not {path}")

    def _slip(self, number: str) -> Image.Image:
        pages = self.box.printer.pages
        if not number.isdecimal() or not 1 <= int(number) <= len(pages):
            raise UnknownRoute(f"a slip from 1 to {len(pages)}")
        return pages[int(number) - 1]

    def _post(self, path: str) -> None:
        said = self._body()
        self._reply_json(HTTPStatus.OK, self._done(path, Said(said)) or {})

    def _done(self, path: str, said: Said) -> Reply | None:
        if path in ACTIONS:
            return ACTIONS[path](self.box, said)
        match path.split("/"):
            case ["", "devices", name, action] if name in self.box.more:
                return self.box.more[name].do(action, said)
        raise UnknownRoute(f"one of: {', '.join(ACTIONS)}, /devices/NAME/ACTION")

    def _body(self) -> dict[str, object]:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            raise BadRequest("a short body of a known length")
        content = self.rfile.read(int(length))
        if self.headers.get_content_type() != "application/json":
            raise BadRequest("Content-Type: application/json")
        try:
            body = json.loads(content or b"{}")
        except ValueError as error:
            raise BadRequest("a JSON object") from error
        if not isinstance(body, dict):
            raise BadRequest("a JSON object")
        return body

    def _reply_picture(self, picture: Image.Image) -> None:
        content = io.BytesIO()
        picture.save(content, "PNG")
        self._reply(HTTPStatus.OK, "image/png", content.getvalue())

    def _refuse(self, status: HTTPStatus, code: str, expected: str) -> None:
        self.close_connection = True  # an unread body would be taken for the next request
        self._reply_json(status, {"code": code, "expected": expected})

    def _reply_json(self, status: HTTPStatus, content: object) -> None:
        self._reply(status, "application/json", json.dumps(content, ensure_ascii=False).encode())

    def _reply(self, status: HTTPStatus, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
