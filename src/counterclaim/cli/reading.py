"""A reading as aligned lines, part by part; refuses to print a slot as empty, or a part that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from counterclaim.cli.answer import table

TEXT_CHARACTERS_MAX = 80  # of what is said; it stands last, so that a narrow terminal wraps nothing else
CELL_CHARACTERS_MAX = 30  # of a name, a role or a place
PROPOSED = "All of this is proposed; a person accepts or rejects it."
Data = dict[str, Any]


def reading_lines(reading: Data) -> list[str]:
    """Give damage, who says what, quotations, episodes, posts, dates and durations of the JSON of `read`."""
    names = {entity["id"]: entity["name"] or "?" for entity in reading["entities"]}
    lines = [f"{reading['document']['characters']} characters, language {reading['document']['language']}"]
    lines += _part("Damage", (_damage(one) for one in reading["damage"]))
    lines += _part("Who says what", (_account(one, names) for one in reading["accounts"]))
    lines += _part("Quotations", (_quotation(one, names) for one in reading["quotations"]))
    methods = {one["id"]: one for one in reading["methods"]}
    lines += _part("What is told to have happened", (_episode(one, names, methods) for one in reading["episodes"]))
    lines += _part("Posts", (_post(one) for one in reading.get("posts", ())))
    dated = [(one["edtf"], _reckoned(one), _short(one["span"]["text"])) for one in reading["dates"]]
    lasting = [(one["iso8601"], "", _short(one["span"]["text"])) for one in reading["durations"]]
    lines += _part("Dates and durations", [*dated, *lasting])
    return [*lines, "", PROPOSED]


def _part(head: str, rows: Iterable[Sequence[str]]) -> list[str]:
    columns = [column for column in zip(*rows, strict=True) if any(column)]  # one that says nothing is left out
    lines = table(zip(*columns, strict=True))
    return ["", head, *(f"  {line}" for line in lines)] if lines else []


def _damage(one: Data) -> Sequence[str]:
    return one["id"], one["kind"], one["grade"], _short(one["spans"][0]["text"], CELL_CHARACTERS_MAX), one["note"]


def _account(one: Data, names: dict[str, str]) -> Sequence[str]:
    kind = f": {one['denial_kind'].replace('_', ' ')}" if one["denial_kind"] else ""
    answers = f"answers {', '.join(one['answers'])}" if one["answers"] else ""
    act = one["act"].replace("_", " ") + kind
    return one["id"], one["grade"], act, _cell(_who(one["holder"], names)), answers, _short(one["span"]["text"])


def _quotation(one: Data, names: dict[str, str]) -> Sequence[str]:
    return one["id"], _cell(_who(one["speaker"], names)), _short(one["span"]["text"])


def _episode(one: Data, names: dict[str, str], methods: dict[str, Data]) -> Sequence[str]:
    who = [f"{row['role'].replace('_', ' ')} {_who(row['slot'], names)}" for row in one["participants"]]
    told = dict.fromkeys(_method(methods[each]) for each in one["methods"] if methods[each]["term"] != one["type"])
    place = "" if "unstated" in one["place"] else f"at {_who(one['place'], names)}"
    dated = [one["date"]["edtf"]] if one["date"] else []
    lasted = [f"for {one['duration']['iso8601']}"] if one["duration"] else []
    when = " ".join([*dated, *lasted])
    kind = one["type"].replace("_", " ") + (f" ({', '.join(told)})" if told else "")
    return one["id"], kind, _cell("; ".join(who)), when, _cell(place), _short(one["span"]["text"])


def _method(method: Data) -> str:
    return ("" if method["asserted"] else "not ") + str(method["term"]).replace("_", " ")


def _post(one: Data) -> Sequence[str]:
    shown = one["shown_at"]
    time = "no time shown"
    if shown:
        parts = [part for part in (shown["edtf"], shown["clock"]) if part] or [f"“{shown['span']['text']}”"]
        time = " ".join([*parts, f"zone {shown['zone']}"])
    marks = [word for word in ("edited", "removed") if one[word]]
    marks += [f"passes on {row['post'] or 'another post'}" for row in one["reposts"]]
    account = one["account"]["text"] if one["account"] else "no account shown"
    return one["id"], _cell(account), time, ", ".join(marks), _short(one["text"]["text"]) if one["text"] else "no words"


def _reckoned(one: Data) -> str:
    return f"reckoned from “{_cell(one['relative_to']['text'])}”" if one["relative_to"] else ""


def _who(slot: Data, names: dict[str, str]) -> str:
    match slot:
        case {"entity": entity}:
            return str(names.get(entity, entity))
        case {"span": span}:
            return f"'{span['text']}'"
        case {"undetermined": candidates}:
            return "undetermined: " + " or ".join(names.get(one, one) for one in candidates)
        case {"lost": damage}:
            return f"lost in {damage}"
        case _:
            return "not stated"


def _cell(text: str) -> str:
    return _short(text, CELL_CHARACTERS_MAX)


def _short(text: str, characters_max: int = TEXT_CHARACTERS_MAX) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= characters_max else flat[: characters_max - 1] + "…"
