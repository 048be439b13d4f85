"""What is found behind the walls is what would be found without them: a late import never looks like a rejection."""

import io
import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from PIL import Image
from test_examine_mutants import mutant_of

from counterclaim.desk.jail import Jail
from counterclaim.desk.walls.warmup import AVIF, HEIF, LETTER, PAGE, pages
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.examine.picture import FORMATS, NEVER, PLUGINS, Picture, picture_of
from counterclaim.record.finding import Declined
from examine_files import array_of, camera_file, scene, with_iptc, with_xmp, xmp_packet
from jail_agreement import Tally, bare
from pictures import rendered
from size import FULL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
MUTANTS = 20_000 if FULL else 120
BRIEF = Brief(
    flags=("XX",),
    claimed_at="2021-06",
    claimed_place="Orvenna",
    emblems=(rendered(9, width=64, height=64), HEIF),
    held=(
        HeldCode(exhibit=1, code="pdq:" + "0f" * 32, name="a.jpg", admitted_at="2031-01-01T00:00:00Z", sha256="0" * 64),
    ),
)


def _small() -> Image.Image:
    return Image.fromarray(array_of(5, width=96, height=72))


def _as(form: str, mode: str = "RGB", **how) -> bytes:
    out = io.BytesIO()
    _small().convert(mode).save(out, form, **how)
    return out.getvalue()


@cache
def pictures() -> dict[str, bytes]:
    """Every format there is an allowance for, in the forms that take other ways through a decoder."""
    camera = camera_file(
        3, width=200, height=150, DateTimeOriginal="2021:06:01 10:30:00", gps={1: "N", 2: (1.0, 2.0, 3.0)}
    )
    made = {
        "camera jpeg": with_iptc(with_xmp(camera, xmp_packet('xmp:CreatorTool="Some tool"')), (80, b"A. Writer")),
        "progressive jpeg": _as("JPEG", progressive=True),
        "grey jpeg": _as("JPEG", "L"),
        "cmyk jpeg": _as("JPEG", "CMYK"),
        "mpo": _as("MPO", save_all=True, append_images=[_small()]),
        "png": _as("PNG"),
        "palette png": _as("PNG", "P"),
        "alpha png": _as("PNG", "RGBA"),
        "one bit png": _as("PNG", "1"),
        "16 bit png": _deep(),
        "gif": _as("GIF", save_all=True, append_images=[_small()]),
        "bmp": _as("BMP"),
        "palette bmp": _as("BMP", "P"),
        **{f"{packed} tiff": _as("TIFF", compression=packed) for packed in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits", "zstd", "lzma")},
        "group 4 tiff": _as("TIFF", "1", compression="group4"),
        "float tiff": _as("TIFF", "F"),
        **{f"{mode} tiff": _as_mode(mode) for mode in ("LAB", "CMYK", "YCbCr", "LA", "RGBA", "I")},
        "webp": _as("WEBP"),
        "lossless webp": _as("WEBP", "RGBA", lossless=True),
        "avif": _as("AVIF"),
        "deep avif": AVIF,
    }  # fmt: skip
    if "HEIF" in FORMATS:
        made |= {"heif": _as("HEIF"), "small heif": HEIF}
    return made


def _as_mode(mode: str) -> bytes:
    out = io.BytesIO()
    bands = {"LAB": 3, "CMYK": 4, "YCbCr": 3, "LA": 2, "RGBA": 4}.get(mode)
    grey = _small().convert("L")
    (Image.merge(mode, [grey] * bands) if bands else grey.convert(mode)).save(out, "TIFF")
    return out.getvalue()


def _deep() -> bytes:
    out = io.BytesIO()
    Image.fromarray(array_of(5, width=96, height=72)[:, :, 0].astype("uint16") * 257).save(out, "PNG")
    return out.getvalue()


@cache
def texts() -> dict[str, bytes]:
    codes = ("utf-8", "windows-1251", "koi8-r", "windows-1254", "shift_jis", "big5", "gb2312", "euc-kr", "iso-8859-2")
    coded = {code: PAGE.replace("utf-8", code).encode(code, "xmlcharrefreplace") for code in codes}
    return {
        **{f"page in {code}": page for code, page in coded.items()},
        **{f"sample {number}": page for number, (page, _) in enumerate(pages())},
        "letter with a mark": b"\xef\xbb\xbf" + LETTER.encode(),
        "letter in utf-16": LETTER.encode("utf-16"),
        "page with a declared code nobody has": PAGE.replace("utf-8", "x-klingon").encode(),
        "page with lists": (
            PAGE.replace("<table>", "<ul><li>One.</li></ul><blockquote>Two.</blockquote><table>")
        ).encode(),
        "page of one tag": b"<" * 3000,
    }


@pytest.fixture(scope="module")
def ways():
    with Jail() as jailed, bare() as unjailed:
        yield jailed, unjailed


@pytest.mark.parametrize("name", pictures())
def test_a_picture_is_seen_alike_behind_the_walls_and_without(name, ways) -> None:
    content, tally = pictures()[name], Tally()
    for part in (content, content[: len(content) * 2 // 3], content[:40], content + b"behind the end"):
        tally.examine(name, part, ways, BRIEF)
    assert tally.disagreements == []
    assert tally.kinds["reached"] == tally.kinds["crashed"] == 0
    if name not in {"float tiff", "I tiff"}:
        assert tally.kinds["observed"] > 0


@pytest.mark.parametrize("name", texts())
def test_a_text_is_read_alike_behind_the_walls_and_without(name, ways) -> None:
    tally = Tally()
    tally.read(name, texts()[name], ways)
    assert tally.disagreements == []
    assert tally.kinds["reached"] == tally.kinds["crashed"] == 0


def _mutants() -> Iterator[tuple[str, bytes]]:
    """Seeded, the seeds in turn: of every format above, a page and a letter."""
    seeds = {**pictures(), "page": PAGE.encode(), "letter": LETTER.encode()}
    chance = random.Random("jail")
    for turn in range(MUTANTS):
        name = list(seeds)[turn % len(seeds)]
        yield name, mutant_of(seeds[name], chance)


def test_seeded_mutants_are_seen_alike(measured) -> None:
    hands = max(1, min(4, os.cpu_count() or 1))
    mutants = list(_mutants())

    def look(share: list[tuple[str, bytes]]) -> Tally:
        tally = Tally()
        with Jail() as jailed, bare() as unjailed:
            for name, content in share:
                if name in {"page", "letter"}:
                    tally.read(name, content, (jailed, unjailed))
                else:
                    tally.examine(name, content, (jailed, unjailed), Brief())
        return tally

    with ThreadPoolExecutor(hands) as pool:
        tallies = list(pool.map(look, [mutants[hand::hands] for hand in range(hands)]))
    whole = sum(tallies, Tally())
    assert whole.disagreements == []
    assert whole.kinds["reached"] == 0
    assert whole.kinds["observed"] > 0
    measured(
        f"{len(mutants)} seeded mutants of {len(pictures()) + 2} small files in the jail: {whole.sentence()}; "
        f"{whole.over_budget} past their budget, 0 unlike without it, 0 workers lost"
    )


@pytest.mark.parametrize("form", ["PPM", "TGA", "PCX", "ICO", "SGI", "IM", "DDS", "JPEG2000", "PDF", "EPS"])
def test_a_format_nobody_photographs_in_is_declined_with_the_reason(form, ways) -> None:
    content = _as(form)
    assert isinstance(picture_of(content), Declined)
    tally = Tally()
    tally.examine(form, content, ways, Brief())
    assert tally.disagreements == []
    assert tally.kinds["observed"] == 0


def test_pillow_is_asked_for_the_allowed_formats_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    opened = Image.open

    def listening(fp, mode="r", formats=None):
        asked.append(formats)
        return opened(fp, mode, formats)

    monkeypatch.setattr(Image, "open", listening)
    assert isinstance(picture_of(scene(1)), Picture)
    assert asked == [FORMATS]
    assert set(FORMATS) <= {*PLUGINS, "HEIF"}
    assert not NEVER & set(FORMATS)


def test_a_worker_has_loaded_no_decoder_that_is_not_allowed() -> None:
    import subprocess

    code = (
        "from counterclaim.desk.walls.warden import loaded; loaded('counterclaim.desk.jailed');"
        "from PIL import Image; print(*sorted(Image.OPEN))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    # DIB comes with BMP, PPM with Pillow's own start, IPTC with the reader of that block inside a JPEG; none of them
    # is among the formats Pillow is asked for.
    assert set(told) <= {*FORMATS, "DIB", "PPM", "IPTC"}
