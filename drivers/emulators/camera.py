"""A camera on the network: Motion JPEG over HTTP on loopback, playing generated pictures with shapes that move.

Each picture carries its number as a row of light and dark squares (`read_number`), so that a test knows which one it
holds and how old it is: `taken_ns(number)` is when it was taken. Where a user is set, the address wants a password.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

WIDTH, HEIGHT = 640, 480
SQUARE = 16
NUMBER_BITS = 32
BOUNDARY = "picture"
REMEMBERED = 2000
NOISE = 3
GREY = 60
QUALITY = 80


class EmulatedCamera:
    """One camera and whoever looks at it. `fps` is frames a second and may be changed at any time. Every method may be
    called from any thread."""

    def __init__(self, *, fps: float = 25.0, user: str = "", password: str = "", port: int = 0) -> None:
        self.fps = fps
        self._authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._login = f"{user}:{password}@" if user else ""
        self._port = port
        self._changed = threading.Condition()
        self._number = 0
        self._jpeg = b""
        self._taken_ns: OrderedDict[int, int] = OrderedDict()
        self._scene = "shapes"
        self._played: tuple[bytes, ...] = ()
        self._played_from = 0
        self._corrupt = 0
        self._closing = False
        self._watchers = 0
        self._server: _Server | None = None
        self.plug()
        self._thread = threading.Thread(target=self._take_pictures, name="emulated-camera", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, with user and password where it wants them."""
        return f"http://{self._login}127.0.0.1:{self._port}/video.mjpg"

    @property
    def viewers(self) -> int:
        """How many are connected."""
        server = self._server
        return self._watchers + (len(server.connections) if server else 0)

    @property
    def login(self) -> str:
        """`user:password@` as it stands in an address, "" where none is wanted."""
        return self._login

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """For another way to the same pictures: somebody looks, so they are taken."""
        with self._changed:
            self._watchers += 1
        try:
            yield
        finally:
            with self._changed:
                self._watchers -= 1

    @property
    def number(self) -> int:
        """That of the newest picture."""
        return self._number

    def taken_ns(self, number: int) -> int:
        """time.monotonic_ns() when this picture was taken. Raises KeyError for one that is long gone."""
        return self._taken_ns[number]

    def freeze(self) -> None:
        """The same picture from now on, at the same rate."""
        self._set_scene("frozen")

    def black(self) -> None:
        """A dead sensor: nothing but zeros."""
        self._set_scene("black")

    def cover(self) -> None:
        """A hand on the lens: one dark grey, with the sensor's noise."""
        self._set_scene("covered")

    def mute(self) -> None:
        """It takes connections and requests and sends no picture."""
        self._set_scene("mute")

    def recover(self) -> None:
        """Moving shapes again."""
        self._set_scene("shapes")

    def corrupt(self, pictures: int) -> None:
        """The next so many pictures are damaged in the middle of their JPEG."""
        with self._changed:
            self._corrupt = pictures

    def drop_connection(self) -> None:
        """Ends every connection in the middle of whatever it is sending; the next ones are taken."""
        if self._server is not None:
            self._server.drop()

    def unplug(self) -> None:
        """Pulls the cable: the port is closed, and so is every connection. Twice is harmless."""
        server, self._server = self._server, None
        if server is not None:
            server.end()

    def plug(self) -> None:
        """The same port again."""
        if self._server is None:
            self._server = _Server(self, self._port)
            self._port = self._server.server_port

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self.unplug()

    def admits(self, authorization: str | None) -> bool:
        """Whether a request may see pictures."""
        return not self._login or authorization == self._authorization

    def next_picture(self, after: int, timeout_s: float) -> tuple[int, bytes] | None:
        """The newest picture's number and JPEG, once it is newer than `after`; None after `timeout_s`."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._number > after, timeout_s):
                return None
            return self._number, self._jpeg

    def play(self, frames: Sequence[numpy.ndarray]) -> None:
        """Instead of the shapes these pictures (height x width x 3, BGR, uint8), one after the other, over and over; none
        of them: the shapes again. A second call begins with its first picture."""
        played = tuple(encode(frame) for frame in frames)
        with self._changed:
            self._played, self._played_from, self._scene = played, self._number + 1, "shapes"

    def _set_scene(self, scene: str) -> None:
        with self._changed:
            self._scene = scene

    def _take_pictures(self) -> None:
        """The thread: a picture each 1 / fps seconds while somebody looks."""
        due = time.monotonic()
        while True:
            due = max(due + 1 / self.fps, time.monotonic() - 1)
            with self._changed:
                self._changed.wait_for(lambda: self._closing, max(0.0, due - time.monotonic()))
                if self._closing:
                    return
                scene = self._scene
            if scene != "mute" and self.viewers:
                self._take_one(scene)

    def _take_one(self, scene: str) -> None:
        number = self._number + 1
        now_ns = time.monotonic_ns()
        jpeg = self._picture(scene, number)
        with self._changed:
            if self._corrupt:
                self._corrupt -= 1
                jpeg = _damaged(jpeg)
            self._taken_ns[number] = now_ns
            if len(self._taken_ns) > REMEMBERED:
                self._taken_ns.popitem(last=False)
            self._number, self._jpeg = number, jpeg
            self._changed.notify_all()

    def _picture(self, scene: str, number: int) -> bytes:
        if scene == "frozen" and self._jpeg:
            return self._jpeg
        if scene == "shapes" and self._played:
            return self._played[(number - self._played_from) % len(self._played)]
        return encode(draw(scene, number))


class _Server(ThreadingHTTPServer):
    """The port, and the connections that it has taken."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, camera: EmulatedCamera, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Viewer)
        self.camera = camera
        self.connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def drop(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        # The port goes first: who reconnects at once must find nobody. Closing alone would leave it open for as long as
        # the serving thread waits on it.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.drop()
        self.shutdown()
        self._thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A viewer that goes away is no error of a camera."""


class _Viewer(BaseHTTPRequestHandler):
    """One connection."""

    server: _Server
    timeout = 5

    def do_GET(self) -> None:
        """Pictures until the viewer has enough."""
        if not self.server.camera.admits(self.headers.get("Authorization")):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
            return
        self.server.connections.add(self.connection)
        try:
            self._play()
        finally:
            self.server.connections.discard(self.connection)

    def log_message(self, format: str, *args: object) -> None:
        """A camera writes no log."""

    def _play(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        number = self.server.camera.number  # what was taken before somebody looked is not shown
        with contextlib.suppress(OSError):
            while self._still_there():
                found = self.server.camera.next_picture(number, timeout_s=0.5)
                if found is None:
                    continue
                number, jpeg = found
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode("ascii") + jpeg + b"\r\n")

    def _still_there(self) -> bool:
        """Whether the viewer has not hung up; a mute camera would not notice otherwise."""
        self.connection.setblocking(False)
        try:
            return len(self.connection.recv(1)) > 0
        except BlockingIOError:
            return True
        finally:
            self.connection.settimeout(self.timeout)


def draw(scene: str, number: int) -> numpy.ndarray:
    """A picture (HEIGHT x WIDTH x 3, BGR, uint8) of `shapes`, `covered` or `black`."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    if scene == "black":
        return numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
    if scene == "covered":
        noise = numpy.random.default_rng(number).integers(0, NOISE, (HEIGHT, WIDTH, 3), numpy.uint8)
        return GREY + noise
    pixels = numpy.full((HEIGHT, WIDTH, 3), (150, 120, 90), numpy.uint8)
    pixels[:, ::64] = (60, 60, 60)
    cv2.circle(pixels, ((number * 7) % WIDTH, HEIGHT // 3), 50, (40, 200, 240), -1)
    left = WIDTH - (number * 5) % WIDTH
    cv2.rectangle(pixels, (left, HEIGHT // 2), (left + 90, HEIGHT // 2 + 70), (60, 60, 220), -1)
    cv2.putText(pixels, str(number), (20, HEIGHT - 30), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (255, 255, 255), 3)
    write_number(pixels, number)
    return pixels


def write_number(pixels: numpy.ndarray, number: int) -> None:
    """Draws `number` as squares along the top, the lowest bit first."""
    for bit in range(NUMBER_BITS):
        light = 255 if number >> bit & 1 else 0
        pixels[:SQUARE, bit * SQUARE : (bit + 1) * SQUARE] = light


def read_number(pixels: numpy.ndarray) -> int:
    """The number that was drawn into a picture."""
    middle = SQUARE // 2
    squares = (int(pixels[middle, bit * SQUARE + middle].mean()) for bit in range(NUMBER_BITS))
    return sum(1 << bit for bit, light in enumerate(squares) if light > 127)


def encode(pixels: numpy.ndarray) -> bytes:
    """The picture as a JPEG."""
    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()

    done, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError("the picture cannot be encoded")
    return bytes(jpeg.tobytes())


def _damaged(jpeg: bytes) -> bytes:
    """The same length, with rubbish in place of its middle third."""
    third = len(jpeg) // 3
    return jpeg[:third] + b"\xff\xd9\x00\xff" * (third // 4) + jpeg[third + third // 4 * 4 :]
