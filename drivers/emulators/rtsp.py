"""A camera that speaks RTSP: the pictures of an `EmulatedCamera`, as RTP over the same TCP connection.

Sources: RTSP 1.0 is RFC 2326 (section 10.12: interleaved data), RTP is RFC 3550, JPEG in RTP is RFC 2435: the picture's
own quantisation tables travel with each frame (Q = 255), everything else of its header is the receiver's to rebuild, so
only baseline JPEGs with the usual Huffman tables and 4:2:0 or 4:2:2 sampling can be sent, which are those of OpenCV.

`freeze`, `black`, `mute`, `drop` and the like are done to the camera behind it, or to `RtspServer.drop_connection`.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.emulators.camera import EmulatedCamera

PAYLOAD_JPEG = 26
CLOCK_HZ = 90_000
LARGEST_PAYLOAD = 1400
TABLES_INSIDE = 255
WAIT_S = 0.2
SESSION = "12345678"

_SOI, _EOI, _DQT, _SOF0, _SOS = 0xD8, 0xD9, 0xDB, 0xC0, 0xDA
_TYPES = {0x21: 0, 0x22: 1}  # the first component's sampling: 4:2:2, 4:2:0


class UnsendableJpeg(Exception):
    """A picture that RFC 2435 has no form for."""


@dataclass(frozen=True, slots=True)
class ScanOfJpeg:
    """What is sent of a JPEG: its scan, its tables (64 bytes each), its size in pixels and RFC 2435's type."""

    scan: bytes
    tables: bytes
    width: int
    height: int
    type: int


class RtspServer:
    """One address, `rtsp://127.0.0.1:port/stream`. The camera is the caller's to close."""

    def __init__(self, camera: EmulatedCamera, port: int = 0) -> None:
        self._server = _Server(camera, port)

    @property
    def url(self) -> str:
        return f"rtsp://{self._server.camera.login}127.0.0.1:{self._server.server_address[1]}/stream"

    def drop_connection(self) -> None:
        """Ends every connection in the middle of whatever it is sending."""
        self._server.drop()

    def close(self) -> None:
        """Never raises."""
        self._server.end()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, camera: EmulatedCamera, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.camera = camera
        self.connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def drop(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        self.drop()
        self._thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A viewer that goes away is no error of a camera."""


class _Connection(StreamRequestHandler):
    """One viewer: requests, and between them the pictures once it has said PLAY."""

    server: _Server
    timeout = 10

    def handle(self) -> None:
        self.server.connections.add(self.connection)
        sending: threading.Thread | None = None
        self._writing = threading.Lock()
        self._ended = threading.Event()
        try:
            for method, headers in self._requests():
                self._reply(method, headers)
                if method == "PLAY" and sending is None:
                    sending = threading.Thread(target=self._play, name="emulated-rtsp", daemon=True)
                    sending.start()
                if method == "TEARDOWN":
                    break
        finally:
            self._ended.set()
            self.server.connections.discard(self.connection)
            if sending is not None:
                sending.join(timeout=5)

    def _requests(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Method and headers of each request; a viewer's RTCP is passed over."""
        self.connection.settimeout(None)
        while head := self.rfile.read(1):
            if head == b"$":
                (length,) = struct.unpack(">xH", self.rfile.read(3))
                self.rfile.read(length)
                continue
            first = (head + self.rfile.readline()).decode("ascii", "replace").split()
            headers = {}
            while line := self.rfile.readline().decode("ascii", "replace").strip():
                name, _, value = line.partition(":")
                headers[name.strip().lower()] = value.strip()
            if first:
                yield first[0], headers

    def _reply(self, method: str, headers: dict[str, str]) -> None:
        if method != "OPTIONS" and not self.server.camera.admits(headers.get("authorization")):
            self._say("401 Unauthorized", headers, ['WWW-Authenticate: Basic realm="camera"'])
            return
        match method:
            case "OPTIONS":
                self._say(
                    "200 OK", headers, ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"]
                )
            case "DESCRIBE":
                self._say("200 OK", headers, ["Content-Type: application/sdp"], _description())
            case "SETUP" if "TCP" not in headers.get("transport", ""):
                self._say("461 Unsupported Transport", headers)
            case "SETUP":
                chosen = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                self._say("200 OK", headers, [chosen, f"Session: {SESSION};timeout=60"])
            case "PLAY" | "TEARDOWN" | "GET_PARAMETER":
                self._say("200 OK", headers, [f"Session: {SESSION}"])
            case _:
                self._say("405 Method Not Allowed", headers)

    def _say(
        self, status: str, asked: dict[str, str], lines: list[str] | None = None, body: str = ""
    ) -> None:
        text = [f"RTSP/1.0 {status}", f"CSeq: {asked.get('cseq', '0')}", *(lines or [])]
        if body:
            text.append(f"Content-Length: {len(body)}")
        self._send(("\r\n".join(text) + "\r\n\r\n" + body).encode("ascii"))

    def _send(self, octets: bytes) -> None:
        with self._writing:
            self.connection.sendall(octets)

    def _play(self) -> None:
        camera, sequence = self.server.camera, 0
        with camera.watched(), contextlib.suppress(OSError):
            number = camera.number
            while not self._ended.is_set():
                found = camera.next_picture(number, WAIT_S)
                if found is None:
                    continue
                number, jpeg = found
                with contextlib.suppress(UnsendableJpeg):
                    stamp = camera.taken_ns(number) * CLOCK_HZ // 10**9
                    for packet in packets(scan_of(jpeg), sequence, stamp):
                        self._send(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                        sequence += 1


def _description() -> str:
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=emulated camera", "c=IN IP4 0.0.0.0", "t=0 0"]
    lines += [f"m=video 0 RTP/AVP {PAYLOAD_JPEG}", f"a=rtpmap:{PAYLOAD_JPEG} JPEG/{CLOCK_HZ}", "a=control:*"]
    return "\r\n".join(lines) + "\r\n"


def packets(picture: ScanOfJpeg, sequence: int, stamp: int) -> Iterator[bytes]:
    """One frame as RTP packets from number `sequence` on; the last one carries the marker."""
    offset = 0
    tables = struct.pack(">BBH", 0, 0, len(picture.tables)) + picture.tables
    while offset < len(picture.scan):
        extra = tables if offset == 0 else b""
        part = picture.scan[offset : offset + LARGEST_PAYLOAD - len(extra)]
        last = offset + len(part) == len(picture.scan)
        head = struct.pack(
            ">BBHII", 0x80, PAYLOAD_JPEG | last << 7, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x48414C4C
        )
        size = (picture.type, TABLES_INSIDE, picture.width // 8, picture.height // 8)
        yield head + struct.pack(">I4B", offset, *size) + extra + part
        offset += len(part)
        sequence += 1


def scan_of(jpeg: bytes) -> ScanOfJpeg:
    """What RFC 2435 sends of a baseline JPEG. Raises UnsendableJpeg."""
    tables, size, sampling, at = b"", (0, 0), 0, 2
    if jpeg[:2] != bytes((0xFF, _SOI)):
        raise UnsendableJpeg("not a JPEG")
    while at + 4 <= len(jpeg):
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        body = jpeg[at + 4 : at + 2 + length]
        if marker == _DQT:
            tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
        elif marker == _SOF0:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
            sampling = body[7]
        elif marker == _SOS:
            scan = jpeg[at + 2 + length :].removesuffix(bytes((0xFF, _EOI)))
            if sampling not in _TYPES or len(tables) != 128:
                raise UnsendableJpeg("its sampling or tables have no RTP form")
            return ScanOfJpeg(scan, tables, *size, _TYPES[sampling])
        at += 2 + length
    raise UnsendableJpeg("no scan")
