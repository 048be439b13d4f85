"""How much of what exiftool reads our own reader reads, over a written list of fields; refuses to count what it skips.

The list is src/counterclaim/examine/fields/tables/written_list.json. Exiftool runs as the oracle only; the reader
measured never calls it. A field counts as read where we name it, and as agreeing by the rule of `agree`: numbers to
one part in ten thousand, texts without blanks at the ends, dates however they are punctuated, APEX values by their
formula, letters that the oracle could not print passed over. Empty values of the oracle are no fields.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from counterclaim.examine.fields.listed import LISTED
from counterclaim.examine.fields.reading import reading_of
from counterclaim.examine.fields.tables import DIRECTORIES

try:  # a peer, measured where somebody installed it
    import exifread
except ImportError:
    exifread = None
from PIL import Image

from figure import Figure, Missing
from picturing.bound import rate_of

SETS = ("metadata-extractor-images", "exif-samples")
SUFFIXES = frozenset({".jpg", ".jpeg", ".tif", ".tiff", ".heic", ".heif", ".png", ".webp", ".gif", ".avif", ".bmp"})
READ_FLOOR, AGREE_FLOOR = Fraction(9, 10), Fraction(99, 100)
TOLERANCE = Fraction(1, 10_000)
FILES_A_CALL = 200
SECONDS_MAX = 600
MISSES_SHOWN = 12
TEXT_KEPT = 500  # letters that the reader keeps
LIST_KEPT = 50  # values of a list that the reader keeps
_APEX_TIME, _APEX_APERTURE = "ShutterSpeedValue", {"ApertureValue", "MaxApertureValue"}
_ALIASES = {"eastman": "kodak", "asahi": "pentax", "hewlett-packard": "hp", "fuji": "fujifilm"}
_DATE = re.compile(r"(\d{4})[-:](\d{2})[-:](\d{2})[T ]?(.*)", re.DOTALL)

_PILLOW = {"ExifIFD": 0x8769, "GPS": 0x8825, "InteropIFD": 0xA005, "IFD1": 1}
_EXIFREAD = {"Image": "IFD0", "EXIF": "ExifIFD", "GPS": "GPS", "Interoperability": "InteropIFD", "Thumbnail": "IFD1"}
_NOT_STATED = frozenset({"SourceFile", "System", "ExifTool", "Composite", "File"})
_NOTHING = re.compile(r"(?<![\d/])-?\d+/0(?![\d/])|\binf\b")
Told = Mapping[str, object]


@dataclass(slots=True)
class Count:
    """Fields that the oracle reads, that we read, and that agree."""

    oracle: int = 0
    read: int = 0
    agreed: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)

    def add(self, told: Told, ours: Mapping[str, list[object]]) -> None:
        """Count one file."""
        for key, theirs in told.items():
            if not _counts(key, theirs):
                continue
            self.oracle += 1
            if key not in ours:
                self.unread[key] += 1
                continue
            self.read += 1
            if any(agree(key, one, theirs) for one in ours[key]):
                self.agreed += 1
            else:
                self.differing[key] += 1


def _counts(key: str, theirs: object) -> bool:
    group, _, name = key.partition(":")
    return name in LISTED.get(group, {}) and _plain(theirs) not in {"", "[]"}


def files_of(folder: Path) -> tuple[Path, ...]:
    """List the pictures of a set, by suffix, in a fixed order."""
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix.casefold() in SUFFIXES and path.is_file()))


def told_by_exiftool(paths: tuple[Path, ...]) -> Iterator[tuple[Path, Told]]:
    """Run the oracle with numbers instead of words; files it cannot open give nothing."""
    tool = shutil.which("exiftool") or "exiftool"
    for start in range(0, len(paths), FILES_A_CALL):
        some = [str(path) for path in paths[start : start + FILES_A_CALL]]
        done = subprocess.run(  # noqa: S603 (the oracle, on the files of the set)
            [tool, "-j", "-G1", "-a", "-n", "-q", "-q", *some], capture_output=True, check=False, timeout=SECONDS_MAX
        )
        for one in json.loads(done.stdout.decode("utf-8", "replace") or "[]"):
            yield Path(one["SourceFile"]), one


def ours_of(content: bytes) -> dict[str, list[object]]:
    """Read a file by our own reader: every value under its key."""
    ours: dict[str, list[object]] = {}
    for one in reading_of(content).fields:
        ours.setdefault(one.key, []).append(one.value)
    # What is stated several times is compared as a list too: keywords are data sets of one name.
    for values in ours.values():
        if len(values) > 1:
            values.append([one for one in values if one != ""])
    return ours


def maker_of(told: Told) -> str:
    """The maker's first word, aliases joined; empty where the file names none."""
    words = re.split(r"[ .,]+", str(told.get("IFD0:Make") or "").strip().casefold())
    return _ALIASES.get(words[0], words[0])


def set_aside(maker: str) -> bool:
    """Whether this maker's files were not looked at while the reader was built: half of the makers, by a hash."""
    return bool(maker) and hashlib.sha256(maker.encode()).digest()[0] % 2 == 1


def agree(key: str, ours: object, theirs: object) -> bool:
    """Whether two values of one field are the same by the written rule."""
    name = key.partition(":")[2]
    mine, other = _plain(ours), _plain(theirs)
    if name == _APEX_TIME and (apex := _number(mine)) is not None and (time := _number(other)) is not None:
        return _near(Fraction(2.0 ** -float(apex)).limit_denominator(10**9), time)
    if name in _APEX_APERTURE and (apex := _number(mine)) is not None and (stop := _number(other)) is not None:
        return abs(float(apex)) < 100 and _near(Fraction(2.0 ** (float(apex) / 2)).limit_denominator(10**9), stop)
    if _same(mine, other) or (isinstance(ours, list) and len(ours) == LIST_KEPT and other.startswith(mine)):
        return True
    first, second = mine.split(), other.split()
    return len(first) == len(second) and bool(first) and all(map(_same, first, second))


def _same(mine: str, other: str) -> bool:
    if mine == other:
        return True
    first, second = _number(mine), _number(other)
    if first is not None and second is not None:
        return _near(first, second)
    return bool(mine) and len(mine) == len(other) and "?" in other + mine and _letters_fit(mine, other)


def _letters_fit(mine: str, other: str) -> bool:
    return all(a == b or "?" in {a, b} or not a.isascii() for a, b in zip(mine, other, strict=True))


def _near(first: Fraction, second: Fraction) -> bool:
    return abs(first - second) <= max(abs(second) * TOLERANCE, Fraction(1, 10**6))


def _plain(value: object) -> str:
    """One text of a value: lists joined by blanks, dates in one punctuation, blanks and control characters dropped."""
    if isinstance(value, list):
        return " ".join(_plain(one) for one in value)
    if isinstance(value, float):
        value = f"{value:.12g}"
    text = " ".join(str(value).split()).replace("\ufffd", "?")
    text = "".join(letter if letter.isprintable() else "?" for letter in text)[:TEXT_KEPT].strip(" ?")
    text = _NOTHING.sub("undef", text)
    match = _DATE.fullmatch(text)
    if match:
        text = " ".join(filter(None, (":".join(match.groups()[:3]), match.group(4).strip())))
    return text.casefold() if text in {"True", "False"} else text


def _number(text: str) -> Fraction | None:
    """Exiftool prints `undef` and `inf` for n/0."""
    _, slash, under = text.partition("/")
    if slash and under == "0":
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def named_by_pillow(content: bytes) -> set[str]:
    """The keys that Pillow alone names, whatever their values: its EXIF directories and XMP's own properties."""
    named: set[str] = set()
    try:
        with Image.open(BytesIO(content)) as image:
            block = image.getexif()
            groups = {"IFD0": dict(block), **{name: dict(block.get_ifd(number)) for name, number in _PILLOW.items()}}
            for group, tags in groups.items():
                rows = DIRECTORIES.get(group, DIRECTORIES["IFD"])
                named |= {f"{group}:{rows[tag].name}" for tag in tags if tag in rows}
            named |= {"File:ImageWidth", "File:ImageHeight"}
    except Exception:  # noqa: BLE001 (a peer that breaks on a file names nothing of it)
        return named
    return named


def named_by_exifread(content: bytes) -> set[str]:
    """The keys that exifread alone names, whatever their values; a maker note's name is looked for in any group."""
    try:
        tags = exifread.process_file(BytesIO(content), details=True)
    except Exception:  # noqa: BLE001 (the same)
        return set()
    named = set()
    for key, value in tags.items():
        where, _, name = key.partition(" ")
        rows = DIRECTORIES.get(_EXIFREAD.get(where, ""), DIRECTORIES["IFD"])
        number = getattr(value, "tag", None)
        if where in _EXIFREAD and number in rows:
            named.add(f"{_EXIFREAD[where]}:{rows[number].name}")
        elif where == "MakerNote":
            named.add(f"*:{name.replace(' ', '')}")
    return named


def _peers(content: bytes, told: Told, hits: Counter[str]) -> None:
    keys = [key for key, theirs in told.items() if _counts(key, theirs)]
    pillow = named_by_pillow(content)
    hits["Pillow"] += sum(key in pillow for key in keys)
    if exifread is not None:
        named = named_by_exifread(content)
        hits["exifread"] += sum(key in named or f"*:{key.partition(':')[2]}" in named for key in keys)


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure each set: read and agreed of what the oracle reads, both halves of the makers, peers, crashes."""
    if shutil.which("exiftool") is None:
        return [Missing(subject="metadata: fields read", needs="exiftool as the oracle (libimage-exiftool-perl)")]
    found: list[Figure | Missing] = []
    whole: dict[str, Count] = {"looked at": Count(), "set aside": Count()}
    for name in SETS:
        folder = sets / name
        if not folder.is_dir():
            found.append(Missing(subject=f"metadata: {name}", needs=f"the set in {name}"))
            continue
        found += _of_set(name, files_of(folder), whole)
    for half, count in whole.items():
        if count.oracle:
            found += _lines(f"metadata, all sets, makers {half}", count, note="halves by a hash of the maker's name")
    return found


def _of_set(name: str, paths: tuple[Path, ...], whole: dict[str, Count]) -> list[Figure | Missing]:
    count, crashes = Count(), 0
    hits, every = Counter[str](), Count()
    for path, told in told_by_exiftool(paths):
        content = path.read_bytes()
        try:
            ours = ours_of(content)
        except Exception:  # noqa: BLE001 (a crash is what is counted)
            crashes += 1
            ours = {}
        count.add(told, ours)
        _peers(content, told, hits)
        every.oracle += sum(_is_stated(key, theirs) for key, theirs in told.items())
        every.read += sum(_is_stated(key, theirs) and key in ours for key, theirs in told.items())
        whole["set aside" if set_aside(maker_of(told)) else "looked at"].add(told, ours)
    lines = _lines(f"metadata: {name}", count, note=f"{len(paths)} files", hits=hits)
    return [
        *lines,
        Figure(
            subject=f"metadata: {name}, of everything exiftool prints, listed or not",
            ours=rate_of(every.read, max(1, every.oracle)),
            n=every.oracle,
            note="no floor; what the file system and the tool itself state is left out",
        ),
        Figure(subject=f"metadata: {name}, crashes", ours=str(crashes), n=len(paths), floor="0", held=crashes == 0),
    ]


def _is_stated(key: str, theirs: object) -> bool:
    return key.partition(":")[0] not in _NOT_STATED and _plain(theirs) not in {"", "[]"}


def _lines(subject: str, count: Count, *, note: str, hits: Mapping[str, int] | None = None) -> list[Figure | Missing]:
    read, agreed = Fraction(count.read, max(1, count.oracle)), Fraction(count.agreed, max(1, count.read))
    return [
        Figure(
            subject=f"{subject}, fields read of those exiftool reads",
            ours=rate_of(count.read, count.oracle),
            n=count.oracle,
            floor="0.90",
            held=read >= READ_FLOOR,
            other=", ".join(f"{peer} {rate_of(number, count.oracle)}" for peer, number in (hits or {}).items()),
            other_tool="named at all by" if hits else "",
            note=f"{note}; most often unread: {_most(count.unread)}",
        ),
        Figure(
            subject=f"{subject}, fields that agree of those read",
            ours=rate_of(count.agreed, max(1, count.read)),
            n=count.read,
            floor="0.99",
            held=agreed >= AGREE_FLOOR,
            note=f"differing: {_most(count.differing)}",
        ),
    ]


def _most(counted: Counter[str]) -> str:
    return ", ".join(f"{key} {number}" for key, number in counted.most_common(MISSES_SHOWN)) or "none"
