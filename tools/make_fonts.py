"""Subsets the dossier's typefaces to the scripts it prints and renames them; takes its sources from a folder given.

    npm pack @expo-google-fonts/source-serif-4 @expo-google-fonts/source-sans-3 \
             @expo-google-fonts/source-code-pro @expo-google-fonts/noto-naskh-arabic
    for each of the four: tar xzf PACKAGE.tgz --one-top-level=sources/NAME
    python tools/make_fonts.py --from sources --into src/counterclaim/dossier/fonts

Needs fonttools and brotli (not dependencies of the program). The SIL Open Font License lets nobody call a modified
Source typeface "Source", so the subsets bear our names; the licence texts go beside them.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

LATIN_CYRILLIC = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2BC, 0x2BC), (0x300, 0x30C), (0x327, 0x328), (0x400, 0x45F),
    (0x490, 0x493), (0x49A, 0x4A3), (0x4AE, 0x4B3), (0x4BA, 0x4BB), (0x4D8, 0x4D9), (0x4E8, 0x4E9), (0x1E9E, 0x1E9E),
    (0x2010, 0x2027), (0x202F, 0x203A), (0x20AC, 0x20BC), (0x2116, 0x2116), (0x2190, 0x2193), (0x2212, 0x2212),
    (0x2260, 0x2265), (0x25A0, 0x25A1), (0x25CB, 0x25CF),
]  # fmt: skip
ARABIC = [
    (0x20, 0x21),
    (0x28, 0x29),
    (0x2E, 0x2E),
    (0x30, 0x3A),
    (0xAB, 0xAB),
    (0xBB, 0xBB),
    (0x600, 0x6FF),
    (0x200C, 0x200F),
]
FEATURES = [
    "kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "rlig", "init", "medi", "fina", "isol",
    "tnum", "lnum", "case",
]  # fmt: skip
# (source folder, weight folder, family, style, file stem, ranges)
FACES = (
    ("source-serif-4", "400Regular", "Counterclaim Serif", "Regular", "serif-regular", LATIN_CYRILLIC),
    ("source-serif-4", "400Regular_Italic", "Counterclaim Serif", "Italic", "serif-italic", LATIN_CYRILLIC),
    ("source-serif-4", "600SemiBold", "Counterclaim Serif", "Bold", "serif-bold", LATIN_CYRILLIC),
    ("source-sans-3", "400Regular", "Counterclaim Sans", "Regular", "sans-regular", LATIN_CYRILLIC),
    ("source-sans-3", "600SemiBold", "Counterclaim Sans", "Bold", "sans-bold", LATIN_CYRILLIC),
    ("source-code-pro", "400Regular", "Counterclaim Mono", "Regular", "mono-regular", LATIN_CYRILLIC),
    ("noto-naskh-arabic", "400Regular", "Counterclaim Naskh", "Regular", "naskh-regular", ARABIC),
)
NAME_FAMILY, NAME_STYLE, NAME_UNIQUE, NAME_FULL, NAME_POSTSCRIPT = 1, 2, 3, 4, 6
NAMES_KEPT = (0, 5, 7, 8, 9, 13, 14)  # copyright, version, trademark, makers, licence: the licence asks for them
FIRST_STYLE_BITS = {"Regular": 0x40, "Italic": 0x01, "Bold": 0x20}


def renamed(font: TTFont, family: str, style: str) -> None:
    """Give the font its new names; keep who made it and under which licence."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in NAMES_KEPT and record.platformID == 3]
    full = family if style == "Regular" else f"{family} {style}"
    plain = full.replace(" ", "")
    names = {NAME_FAMILY: family, NAME_STYLE: style, NAME_UNIQUE: plain, NAME_FULL: full, NAME_POSTSCRIPT: plain}
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].fsSelection = FIRST_STYLE_BITS[style] | (font["OS/2"].fsSelection & 0x80)
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font["head"].macStyle = {"Regular": 0, "Bold": 1, "Italic": 2}[style]


def made(source: Path, target: Path, *, family: str, style: str, ranges: list[tuple[int, int]]) -> int:
    """Write the subset as TTF (for the PDF) and WOFF2 (for the page); return the bytes of both."""
    options = subset.Options(
        layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True, recalc_timestamp=False
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
    subsetter.subset(font)
    renamed(font, family, style)
    font.save(target.with_suffix(".ttf"))
    font.flavor = "woff2"
    font.save(target.with_suffix(".woff2"))
    return sum(target.with_suffix(suffix).stat().st_size for suffix in (".ttf", ".woff2"))


def main() -> None:
    """Make all faces and put their licences beside them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="sources", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    total = 0
    for folder, weight, family, style, stem, ranges in FACES:
        source = next((given.sources / folder / "package" / weight).glob("*.ttf"))
        size = made(source, given.into / stem, family=family, style=style, ranges=ranges)
        shutil.copy(given.sources / folder / "package" / "LICENSE_FONT", given.into / f"OFL-{folder}.txt")
        total += size
        print(f"{stem:16} {size:8} bytes")
    print(f"{'all':16} {total:8} bytes")


if __name__ == "__main__":
    main()
