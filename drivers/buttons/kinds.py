"""The kinds of receivers of call buttons. A driver is imported when one of its kind is made."""

from __future__ import annotations

from pathlib import Path

from drivers.base import Driver
from drivers.kinds import (
    Datasheet,
    DeviceType,
    Kind,
    Link,
    Option,
    Options,
    Place,
    Surroundings,
    text,
    texts,
    whole,
)

# As in drivers.buttons.codes, which is not imported to check a configuration.
BUTTON = r"[0-9A-F]{5}:(1[0-5]|[0-9])|([0-9A-F]{2}|\.\.){2,}:0"
LEARNED = {
    "buttons": Option(
        tuple, (), pattern=BUTTON, reason="buttons as the learning mode shows them, like D0035:8"
    ),
    "buttons_file": Option(str, ""),
}
NOT_SUPPORTED = (
    "doors (codes are fixed and can be replayed), rolling codes, sending, buttons that were not learned"
)


def _generic(options: Options, surroundings: Surroundings) -> Driver:
    return _receiver("generic", options, surroundings, whole(options, "frame_bytes"))


def _bridge(options: Options, surroundings: Surroundings) -> Driver:
    return _receiver("bridge", options, surroundings)


def _receiver(family: str, options: Options, surroundings: Surroundings, frame_bytes: int = 0) -> Driver:
    from drivers.buttons.codes import parsed
    from drivers.buttons.receiver import RadioReceiver
    from drivers.buttons.rf_frames import Family
    from drivers.transport import SerialTransport

    transport = surroundings.logged(SerialTransport(text(options, "port"), whole(options, "baud")))
    buttons = [parsed(button) for button in texts(options, "buttons")]
    file = text(options, "buttons_file")
    return RadioReceiver(
        transport,
        Family(family),
        buttons,
        Path(file) if file else None,
        frame_bytes,
        monotonic_ns=surroundings.monotonic_ns,
    )


KINDS = (
    Kind(
        name="rf_generic_serial",
        device=DeviceType.BUTTON_RECEIVER,
        link=Link.SERIAL,
        make=_generic,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 9600, lowest=1200, highest=115200),
            "frame_bytes": Option(int, 7, lowest=5, highest=32),
            **LEARNED,
        },
        datasheet=Datasheet(
            models="315/433 MHz decoder boards that send FD … DF (EV1527, PT2262)",
            not_supported=NOT_SUPPORTED,
            emulated="drivers/emulators/radio.py",
            recorded="rf_generic_presses",
        ),
    ),
    Kind(
        name="rf_bridge_serial",
        device=DeviceType.BUTTON_RECEIVER,
        link=Link.SERIAL,
        make=_bridge,
        options={
            "port": Option(str, place=Place.SERIAL_PORT),
            "baud": Option(int, 19200, lowest=1200, highest=115200),
            **LEARNED,
        },
        datasheet=Datasheet(
            models="Sonoff RF bridge R1 (EFM8BB1) with its own firmware",
            not_supported=NOT_SUPPORTED,
            emulated="drivers/emulators/radio.py",
            recorded="rf_bridge_press",
        ),
    ),
)
