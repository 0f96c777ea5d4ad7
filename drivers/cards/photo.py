"""The photograph on an identity card as a picture, where somebody has installed a decoder.

The card holds 1,024 bytes in a proprietary form ("WLT", 102 x 126 pixels) that only the authorised vendor's library may
decode; it is not decoded here. A package that wraps such a library names its decoder as an entry point of the group
`service_hall.photo_decoder`. None is installed by default, and then no photograph is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from drivers.base import DeviceError
from drivers.documents import zero

GROUP = "service_hall.photo_decoder"


@dataclass(slots=True)
class Portrait:
    """A decoded photograph: `pixels` are `height` rows of `width` pixels of three bytes, RGB. Whoever asked for it wipes
    it."""

    width: int
    height: int
    pixels: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Zeroes the pixels. Twice is harmless."""
        zero(self.pixels)
        self.pixels = bytearray()


class PhotoDecoder(Protocol):
    """What a plug-in offers: a callable without arguments that gives an object like this."""

    def decode(self, blob: memoryview) -> Portrait | None:
        """The picture of a card's blob, None for one it cannot read. It keeps neither."""
        ...


class PhotoDecoderFault(DeviceError):
    """The installed decoder cannot be used, or there are several and it is not clear which is meant."""

    code = "id_reader.photo_decoder"


def installed_decoder() -> PhotoDecoder | None:
    """The decoder that is installed, None where there is none. Loads its library: call it once, not for each card. Raises
    PhotoDecoderFault."""
    found = tuple(entry_points(group=GROUP))
    if not found:
        return None
    if len(found) > 1:
        names = ", ".join(sorted(point.name for point in found))
        raise PhotoDecoderFault(f"several photo decoders are installed: {names}")
    return _loaded(found[0])


def _loaded(point: EntryPoint) -> PhotoDecoder:
    try:
        decoder: PhotoDecoder = point.load()()
    except (ImportError, AttributeError, OSError, TypeError) as error:
        raise PhotoDecoderFault(f"the photo decoder {point.name} does not load: {error}") from error
    return decoder
