"""Countries in Russian, in every case, and their adjectives; refuses to decide which country a town lies in."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import product

from counterclaim.read.russian.endings import forms_of, plain

WORDS_MAX = 5  # `Соединенное Королевство Великобритании и ...` has more; nobody prints it in a page's prose
FORMS_MAX = 3000  # of one name: a bound on the product of its words' forms
_INDECLINABLE = frozenset(
    "баку чили перу мали конго того тонга йемен* сша оаэ рф юар цар дрк кндр фрг кнр гаити фиджи сан-марино монако "
    "марокко мексико коста-рика* шри-ланка* зимбабве кабо-верде сомали бурунди малави кот-д’ивуар кот-д'ивуар самоа "
    "косово пуэрто-рико буркина-фасо гвинея-бисау папуа-новая* дания*".replace("*", "").split()
) - {"йемен", "дания", "коста-рика", "шри-ланка", "папуа-новая", "гвинея-бисау"}  # fmt: skip


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    text = files("counterclaim.read").joinpath("cues", "ru_countries.json").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    stems: dict[str, str] = {}
    for code, row in json.loads(text)["countries"].items():
        for name in row["names"]:
            for form in _forms(plain(name)):
                names.setdefault(form, code)
        if row["demonym"]:
            stems[plain(row["demonym"])] = code
    return names, stems


def _forms(name: str) -> set[str]:
    if name == "египет":
        return {"египет", "египта", "египту", "египтом", "египте"}
    words = name.split()
    small = {"и", "в", "—"}
    options = [({w} if w in small or w in _INDECLINABLE or len(w) < 3 else set(forms_of(w)) | {w}) for w in words]  # noqa: PLR2004  # abbreviations
    total = 1
    for option in options:
        total *= len(option)
    if total > FORMS_MAX:
        return {name}
    return {" ".join(parts) for parts in product(*options)} - {""}


def country_code_of(phrase: str) -> str | None:
    """Give the ISO 3166-1 code of a country's name in any case, or None."""
    return _table()[0].get(plain(phrase))


def demonym_code_of(word: str) -> str | None:
    """Give the code of an adjective's country: `азербайджанский`, `азербайджанских`."""
    low = plain(word)
    at = max(low.rfind("ск"), low.rfind("цк"))
    return _table()[1].get(low[: at + 2]) if at > 0 and len(low) - at <= 5 else None  # noqa: PLR2004  # `ск` and three letters
