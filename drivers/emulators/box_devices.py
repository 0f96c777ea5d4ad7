"""What a box may hold beside card reader, slip printer, network and clock: one entry a device, its buttons on the panel
among it.

`POST /devices/NAME/ACTION` does an action; one that `asks` takes its value from the body under that name. Every device can
be unplugged and plugged in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.emulators.box_requests import BadRequest, Reply, Said, UnknownRoute
from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.card_field import STEPS
from drivers.emulators.entrance_camera import EntranceCamera
from drivers.emulators.face_sequences import TURN_DEGREES
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.emulators.people import invented_card
from drivers.emulators.pn532 import EmulatedPn532
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.relays import EmulatedModbusRelay
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.sam_module import Condition
from drivers.emulators.scanner import EmulatedSsiScanner

Section = Mapping[str, object]

# What the terminal's receiver has learned: one of any hall, three call boxes and a bracelet of the sample hall.
BUTTONS = ("D0035:8", "C0FFE:1", "C0FFE:2", "C0FFE:3", "B7C21:4")


@dataclass(frozen=True)
class Action:
    """One thing that can be done with a device. `asks`: the value that it takes, `offered` at first, a whole number where
    the offer is one. `good`: it ends a trouble."""

    name: str
    zh: str
    en: str
    do: Callable[[Any, Any], Reply | None]
    asks: str = ""
    offered: str | int = ""
    good: bool = False

    def value(self, said: Said) -> str | int:
        """What it is asked with. Raises BadRequest."""
        if not self.asks:
            return ""
        return said.integer(self.asks) if isinstance(self.offered, int) else said.text(self.asks)


@dataclass(frozen=True)
class DeviceEntry:
    """A device that a box may hold. `section` is what a terminal's configuration says of it."""

    zh: str
    en: str
    make: Callable[[Path], Any]
    section: Callable[[Any], Section]
    actions: tuple[Action, ...] = ()
    note: Callable[[Any], str] = field(default=lambda device: "")


class BoxedDevice:
    """A device in the box."""

    def __init__(self, name: str, entry: DeviceEntry, directory: Path) -> None:
        self.name = name
        self.device = entry.make(directory / name)
        self.section = entry.section(self.device)
        self._entry = entry
        self._plugged = True
        self._actions = {action.name: action for action in (*entry.actions, *_CABLE)}

    def do(self, name: str, said: Said) -> Reply | None:
        """One action. Raises UnknownRoute or BadRequest."""
        action = self._actions.get(name)
        if action is None:
            raise UnknownRoute(f"{self.name} can: {', '.join(self._actions)}")
        value = action.value(said)
        try:
            reply = action.do(self.device, value)
        except ValueError as error:
            raise BadRequest(f"{action.asks}: {error}") from error
        self._plugged = name == "plug" if name in ("plug", "unplug") else self._plugged
        return reply

    def state(self) -> Reply:
        """How it is."""
        return {"plugged": self._plugged, "note": self._entry.note(self.device)}

    def listed(self) -> Reply:
        """What the panel shows of it."""
        actions = [
            {
                "name": each.name,
                "zh": each.zh,
                "en": each.en,
                "asks": each.asks,
                "offered": each.offered,
                "good": each.good,
            }
            for each in self._actions.values()
        ]
        return {"name": self.name, "zh": self._entry.zh, "en": self._entry.en, "actions": actions}

    def close(self) -> None:
        """Ends it. Never raises."""
        self.device.close()


def make_devices(names: Sequence[str], directory: Path) -> dict[str, BoxedDevice]:
    """The devices of these names. Raises ValueError for one that there is not, and OSError."""
    unknown = [name for name in names if name not in ENTRIES]
    if unknown:
        raise ValueError(f"no device {', '.join(unknown)}; there are: {', '.join(ENTRIES)}")
    return {name: BoxedDevice(name, ENTRIES[name], directory) for name in names}


def _told(act: Callable[[Any], object]) -> Callable[[Any, Any], None]:
    """An action without a value, whose answer nobody needs."""

    def do(device: Any, value: Any) -> None:
        act(device)

    return do


_CABLE = (
    Action("unplug", "拔掉", "Unplug", _told(lambda device: device.unplug())),
    Action("plug", "插回", "Plug in", _told(lambda device: device.plug()), good=True),
)


def _rest(device: Any, uid: str) -> None:
    card = bytes.fromhex(uid)
    if len(card) not in (4, 7):
        raise ValueError("8 or 14 hex digits")
    device.rest(uid)


def _rest_id_card(device: EmulatedSam, person: int) -> None:
    device.rest(invented_card(person))


def _scan(device: EmulatedSsiScanner, content: str) -> None:
    device.scan(content)


def _press(device: EmulatedRadio, code: str) -> None:
    button = bytes.fromhex(code)
    if len(button) != 3:
        raise ValueError("six hex digits")
    device.press(button)


def _stand(device: EntranceCamera, person: int) -> None:
    device.stand(person)


def _turn_left(device: EntranceCamera, person: int) -> None:
    device.turn(person, TURN_DEGREES)


def _turn_right(device: EntranceCamera, person: int) -> None:
    device.turn(person, -TURN_DEGREES)


def _hold_print(device: EntranceCamera, person: int) -> None:
    device.hold_print(person)


def _pull_before(device: Any, step: str) -> None:
    device.pull_before(step)


def _card_note(device: Any) -> str:
    return "" if device.resting is None else "card"


_LIFT = Action("lift", "拿走卡片", "Lift the card", _told(lambda device: device.lift()), good=True)
_MUTE = Action("mute", "不应答", "Mute", _told(lambda device: device.mute()))
_LENS = (
    Action("freeze", "画面不动", "Freeze", _told(lambda device: device.freeze())),
    Action("black", "黑屏", "Black", _told(lambda device: device.black())),
    Action("cover", "遮住镜头", "Cover the lens", _told(lambda device: device.cover())),
    Action("recover", "恢复", "Recover", _told(lambda device: device.recover()), good=True),
)
_CARD_FIELD = (
    Action("rest", "放上卡片，卡号", "Lay down a card, UID", _rest, "uid", "901F2AA4"),
    _LIFT,
    Action(
        "pull_before",
        f"读卡中途拿走（{'/'.join(STEPS)}）",
        "Pull before a step",
        _pull_before,
        "step",
        "read",
    ),
    Action("half_frame", "只回一半", "Half an answer", _told(lambda device: device.half_frame())),
    Action("bad_checksum", "校验出错", "Bad checksum", _told(lambda device: device.bad_checksum())),
    _MUTE,
    Action("answer", "恢复应答", "Answer", _told(lambda device: device.mute(False)), good=True),
)

ENTRIES: Mapping[str, DeviceEntry] = {
    "pn532": DeviceEntry(
        "PN532 读卡器",
        "PN532 reader",
        EmulatedPn532,
        lambda device: {"kind": "pn532_serial", "port": device.path},
        (
            *_CARD_FIELD,
            Action("sleep", "休眠", "Fall asleep", _told(lambda device: device.fall_asleep())),
        ),
        _card_note,
    ),
    "m1_reader": DeviceEntry(
        "M1 读卡器（AA BB）",
        "M1 reader (AA BB)",
        EmulatedM1Reader,
        lambda device: {"kind": "m1_aabb_serial", "port": device.path},
        _CARD_FIELD,
        _card_note,
    ),
    "id_card_reader": DeviceEntry(
        "身份证阅读器",
        "ID card reader",
        EmulatedSam,
        lambda device: {"kind": "sam_serial", "port": device.path},
        (
            Action("rest", "放上身份证，样本", "Lay down the card of specimen", _rest_id_card, "person", 1),
            _LIFT,
            _MUTE,
            Action(
                "answer",
                "恢复应答",
                "Answer",
                _told(lambda device: device.set_condition(Condition.WELL)),
                good=True,
            ),
        ),
        _card_note,
    ),
    "code_scanner": DeviceEntry(
        "扫码器",
        "Code scanner",
        EmulatedSsiScanner,
        lambda device: {"kind": "ssi_serial", "port": device.path},
        (
            Action(
                "scan",
                "扫一下",
                "Scan",
                _scan,
                "content",
                "SAMPLE-0001",
            ),
            _MUTE,
            Action("answer", "恢复应答", "Answer", _told(lambda device: device.mute(False)), good=True),
        ),
    ),
    "page_printer": DeviceEntry(
        "A4 打印机",
        "A4 printer",
        lambda directory: EmulatedPagePrinter(),
        lambda device: {
            "kind": "cups",
            "host": device.address[0],
            "port": device.address[1],
            "queue": device.queue,
        },
        (
            Action("paper_out", "缺纸", "Paper out", _told(lambda device: device.paper_out())),
            Action("refill", "加纸", "Refill", _told(lambda device: device.refill()), good=True),
            Action("jam", "卡纸", "Jam", _told(lambda device: device.jam())),
            Action(
                "clear_jam", "清除卡纸", "Clear the jam", _told(lambda device: device.clear_jam()), good=True
            ),
            Action("cover_open", "开盖", "Open cover", _told(lambda device: device.cover_open())),
            Action(
                "cover_close", "合盖", "Close cover", _told(lambda device: device.cover_close()), good=True
            ),
        ),
        lambda device: f"{device.page_count}",
    ),
    "camera": DeviceEntry(
        "摄像头",
        "Camera",
        lambda directory: EmulatedCamera(),
        lambda device: {"kind": "camera_http", "url": device.url},
        _LENS,
    ),
    "entrance_camera": DeviceEntry(
        "门口摄像头",
        "Camera at the entrance",
        lambda directory: EntranceCamera(),
        lambda device: {"kind": "camera_http", "url": device.url},
        (
            Action("stand", "有人走近，第几位（1–20）", "Somebody comes, number", _stand, "person", 1),
            Action(
                "turn_left", "往自己左边转头，第几位", "Turns to her left, number", _turn_left, "person", 1
            ),
            Action(
                "turn_right", "往自己右边转头，第几位", "Turns to her right, number", _turn_right, "person", 1
            ),
            Action("hold_print", "举着照片，第几位", "Holds up a print, number", _hold_print, "person", 1),
            Action("leave", "没有人", "Nobody", _told(lambda device: device.leave()), good=True),
            *_LENS,
        ),
        lambda device: device.before,
    ),
    "door": DeviceEntry(
        "门禁继电器",
        "Door relay",
        EmulatedModbusRelay,
        lambda device: {"kind": "relay_modbus_serial", "port": device.path},
        (
            _MUTE,
            Action("recover", "恢复应答", "Answer", _told(lambda device: device.recover()), good=True),
        ),
        lambda device: ", ".join(str(channel) for channel in sorted(device.coils.on)),
    ),
    "call_buttons": DeviceEntry(
        "呼叫按钮",
        "Call buttons",
        EmulatedRadio,
        lambda device: {"kind": "rf_generic_serial", "port": device.path, "buttons": list(BUTTONS)},
        (
            Action("press", "按一下呼叫盒，编码", "Press a call box, code", _press, "code", "C0FFE1"),
            Action("press_bracelet", "按一下手环，编码", "Press a bracelet, code", _press, "code", "B7C214"),
        ),
    ),
}
