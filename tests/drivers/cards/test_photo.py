"""A hall with the vendor's licence shows the photograph; all others go without, and nothing breaks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.cards.photo import GROUP, PhotoDecoderFault, Portrait, installed_decoder
from drivers.emulators.people import invented_card

PLUG_IN = """
from drivers.cards.photo import Portrait

class Decoder:
    def decode(self, blob):
        if len(blob) != 1024:
            return None
        return Portrait(2, 1, bytearray(blob[:6]))
"""

Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package with a decoder, as pip would leave it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules: list[str] = []

    def installed(name: str, source: str, target: str) -> None:
        (tmp_path / f"{name}.py").write_text(source)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {target}\n")
        modules.append(name)
        importlib.invalidate_caches()

    yield installed
    for name in modules:
        sys.modules.pop(name, None)


def test_none_is_installed_by_default() -> None:
    assert installed_decoder() is None


def test_an_installed_decoder_is_found_and_decodes(install: Install) -> None:
    install("sample_decoder", PLUG_IN, "sample_decoder:Decoder")
    decoder = installed_decoder()
    assert decoder is not None
    photo = bytearray(invented_card(1).photo)
    portrait = decoder.decode(memoryview(photo))
    assert portrait == Portrait(2, 1, photo[:6])
    assert decoder.decode(memoryview(photo)[:5]) is None


def test_a_portrait_is_wiped_and_prints_without_its_pixels() -> None:
    portrait = Portrait(1, 1, bytearray(b"\x01\x02\x03"))
    block = memoryview(portrait.pixels)
    assert repr(portrait) == "Portrait(width=1, height=1)"
    portrait.wipe()
    assert bytes(block) == bytes(3)
    portrait.wipe()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("import a_library_that_is_not_there", "broken:Decoder"),
        ("", "broken:Decoder"),
        ("import ctypes\nDecoder = lambda: ctypes.CDLL('libnotthere.so')", "broken:Decoder"),
        ("Decoder = 7", "broken:Decoder"),
    ],
    ids=["import", "name", "library", "no callable"],
)
def test_a_decoder_that_does_not_load_says_so(source: str, target: str, install: Install) -> None:
    install("broken", source, target)
    with pytest.raises(PhotoDecoderFault) as caught:
        installed_decoder()
    assert caught.value.reason == "id_reader.photo_decoder"


def test_two_decoders_are_one_too_many(install: Install) -> None:
    install("one_decoder", PLUG_IN, "one_decoder:Decoder")
    install("other_decoder", PLUG_IN, "other_decoder:Decoder")
    with pytest.raises(PhotoDecoderFault, match="one_decoder, other_decoder"):
        installed_decoder()
