"""A person at the workbench: enters once, reads, reveals, judges; nobody else sees anything."""

from __future__ import annotations

import re

import pytest
import web_room
from web_room import CASE, HOSTILE, browser, fill, seated, token_of, weighed

from counterclaim.desk.open import Desk
from counterclaim.record.errors import BusyError, StorageError
from counterclaim.web.door import Workbench
from counterclaim.web.marks import Marked, blocks_of

HOME = f"/case/{CASE}/"
PICTURE, PAGE = f"{HOME}exhibit/1/", f"{HOME}exhibit/2/"
PAGES = ("/", HOME, PICTURE, PAGE, f"{PAGE}text", f"{PICTURE}text", f"{HOME}questions")


@pytest.fixture
def bench(desk: Desk) -> Workbench:
    return fill(desk)


def kinds(bench: Workbench) -> list[str]:
    return [act.kind for act in bench.desk.vault.activity(CASE)]


def test_nobody_without_a_session_sees_more_than_how_to_enter(bench: Workbench) -> None:
    for address in (*PAGES, f"{PICTURE}reveal", f"{PAGE}judge", f"{HOME}weigh", "/nowhere"):
        answer = browser(bench).get(address)
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "counterclaim serve" in page
        assert CASE not in page
        assert bench.desk.actor not in page


def test_the_start_token_opens_once(bench: Workbench) -> None:
    assert browser(bench).get("/enter/a-guess").status_code == 403
    first = seated(bench)
    assert first.get("/").status_code == 200
    assert browser(bench).get(f"/enter/{bench.token}").status_code == 403
    assert first.get(f"/enter/{bench.token}").headers["Location"] == "/"


def test_a_seat_at_one_workbench_is_none_at_the_next_start(bench: Workbench) -> None:
    client = seated(bench)
    client.defaults[web_room.ENVIRON_KEY] = Workbench(desk=bench.desk)
    assert client.get("/").status_code == 403


def test_whoever_leaves_is_outside(bench: Workbench) -> None:
    client = seated(bench)
    token = token_of(client.get("/").content.decode())
    client.post("/leave", {"csrfmiddlewaretoken": token})
    assert client.get("/").status_code == 403


def test_a_foreign_host_name_is_refused_even_with_a_session(bench: Workbench) -> None:
    answer = seated(bench).get("/", SERVER_NAME="evil.example")
    assert answer.status_code == 400
    assert "What to do" in answer.content.decode()
    assert CASE not in answer.content.decode()


def test_every_page_answers_and_carries_the_policy(bench: Workbench) -> None:
    weighed(bench.desk)
    client = seated(bench)
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert '<html lang="en">' in answer.content.decode()


def test_no_page_names_an_address_outside(bench: Workbench) -> None:
    """What a page's words say is text; no attribute of ours leads anywhere but to this workbench."""
    weighed(bench.desk)
    client = seated(bench)
    sheets = ["/static/dossier.css", "/static/workbench.css", "/static/hold.js"]
    for address in (*PAGES, *sheets, "/nowhere"):
        body = client.get(address).content.decode()
        loaded = re.findall(r"""(?:src|href|action|url|data-reveal)\s*[=(]\s*["']([^"']*)""", body)
        assert loaded or address in sheets
        assert [one for one in loaded if not one.startswith(("/", "#")) or one.startswith("//")] == [], address


def test_hostile_words_names_and_metadata_are_shown_as_text(bench: Workbench) -> None:
    weighed(bench.desk)
    client = seated(bench)
    seen = ""
    for address in PAGES:
        body = client.get(address).content.decode()
        assert HOSTILE not in body
        assert "<img" not in body
        assert re.findall(r"<script(?! src=\"/static/hold\.js\" defer>)", body) == []
        seen += body
    assert seen.count("&lt;script src=") > 8
    assert "&lt;img src=x onerror=alert(1)&gt;" in seen


def test_no_picture_byte_is_sent_before_a_person_reveals_it(bench: Workbench) -> None:
    client, content = seated(bench), web_room.picture()
    for address in PAGES:
        answer = client.get(address)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert content[:8] not in answer.content
        assert b"data:image" not in answer.content
        assert b"<img" not in answer.content
    assert client.get(f"{PICTURE}reveal").status_code == 405
    assert "view" not in kinds(bench)


def test_revealing_is_entered_in_the_log_before_the_picture_is_sent(bench: Workbench) -> None:
    client = seated(bench)
    token = re.search(r'data-csrf="([^"]+)"', client.get(PICTURE).content.decode())[1]
    answer = client.post(f"{PICTURE}reveal", headers={"X-CSRFToken": token})
    assert answer.content == web_room.picture()
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    seen = bench.desk.vault.activity(CASE)[-1]
    assert (seen.kind, seen.event_class, seen.exhibits) == ("view", "viewing", (1,))
    assert seen.actor == bench.desk.pseudonym(CASE)
    assert answer.headers["Counterclaim-Entry"] == str(seen.entry)
    assert "shown" in client.get(PICTURE).content.decode()


def test_a_viewing_that_cannot_be_entered_shows_nothing(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    client = seated(bench)
    token = token_of(client.get("/").content.decode())

    def full(_desk: Desk, *_events) -> None:
        raise StorageError("a disk with room", "none left")

    monkeypatch.setattr(Desk, "record", full)
    answer = client.post(f"{PICTURE}reveal", headers={"X-CSRFToken": token})
    assert answer.status_code == 507
    assert web_room.picture() not in answer.content
    assert "none left" in answer.content.decode()


def test_a_page_is_not_handed_out_as_a_picture(bench: Workbench) -> None:
    client = seated(bench)
    token = token_of(client.get("/").content.decode())
    answer = client.post(f"{PAGE}reveal", headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    assert "view" not in kinds(bench)


@pytest.mark.parametrize("address", [f"{PICTURE}reveal", f"{PAGE}judge", f"{HOME}weigh", "/leave"])
def test_a_forged_form_does_nothing(bench: Workbench, address: str) -> None:
    client, before = seated(bench), bench.desk.vault.size()
    answer = client.post(address, {"id": "E2.a1", "verb": "accept"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert bench.desk.vault.size() == before
    assert client.get("/").status_code == 200


def test_accepting_and_rejecting_change_what_stands(bench: Workbench) -> None:
    client = seated(bench)
    token = token_of(client.get(f"{PAGE}text").content.decode())
    for verb, name in (("accept", "E2.a1"), ("reject", "E2.a3")):
        form = {"csrfmiddlewaretoken": token, "id": name, "verb": verb, "page": "text", "why": "as read"}
        assert client.post(f"{PAGE}judge", form).headers["Location"] == f"{PAGE}text#{name}"
    statuses = {row.id: row.status for row in bench.desk.vault.suggestions(CASE)}
    assert (statuses["E2.a1"], statuses["E2.a2"], statuses["E2.a3"]) == ("accepted", "proposed", "rejected")
    assert web_room.ASKED not in client.get(HOME).content.decode()
    form = {"csrfmiddlewaretoken": token, "id": "E1.metadata", "verb": "accept"}
    assert client.post(f"{PICTURE}judge", form).headers["Location"] == f"{PICTURE}#E1.metadata"
    assert bench.desk.vault.findings(CASE)[0].status == "accepted"


def test_what_is_alleged_and_what_answers_it_stand_on_one_line(bench: Workbench) -> None:
    page = seated(bench).get(HOME).content.decode()
    rows = page.split('<div class="sides">')[1:]
    assert len(rows) == 2
    assert rows[0].index("A man says") < rows[0].index("denied or answered") < rows[0].index(web_room.DENIAL)
    assert web_room.ASKED in rows[1]
    assert "not asked" in rows[1]
    assert "the injury" in rows[0]


def test_a_request_for_particulars_fills_the_blank(bench: Workbench) -> None:
    body = {"to": "the ministry", "asked": "What of the second room?", "about": ["E2.a3"]}
    bench.desk.record(bench.desk.event("particulars_requested", case=CASE, body=body))
    page = seated(bench).get(HOME).content.decode()
    assert "not asked" not in page
    assert "asked of the ministry" in page


def test_silence_is_told_with_its_reason_and_findings_with_their_limits(bench: Workbench) -> None:
    page = seated(bench).get(PICTURE).content.decode()
    for words in ("Anybody can write that.", "no JPEG", "MemoryError: too much", "declined", "failed", "admitted"):
        assert words in page


def test_the_reader_shows_each_mark_by_more_than_colour_and_the_tear_as_a_tear(bench: Workbench) -> None:
    page = seated(bench).get(f"{PAGE}text").content.decode()
    for style in ("claim", "denial", "quotation", "method", "damage truncated"):
        assert f'<span class="m {style}">' in page
    assert 'aria-label="text is lost here"' in page
    assert "Outside the proposed article: 1 passage" in page
    sheet = seated(Workbench(desk=bench.desk)).get("/static/workbench.css").content.decode()
    drawn = {style: re.search(rf"\.m\.{style} {{([^}}]*)}}", sheet)[1] for style in ("claim", "denial", "testimony")}
    lines = {re.search(r"text-decoration-style: (\w+)", rule)[1] for rule in drawn.values()}
    assert lines == {"solid", "double", "dotted"}


def test_a_weight_is_drawn_with_its_table_beside_it(bench: Workbench) -> None:
    weighed(bench.desk)
    client = seated(bench)
    page = client.get(f"{HOME}questions").content.decode()
    assert '<svg class="interval"' in page
    assert "<caption>The same as a table" in page
    assert "constructed by us; nobody asserts it" in page
    before = kinds(bench).count("weigh")
    assert client.post(f"{HOME}weigh", {"csrfmiddlewaretoken": token_of(page)}).status_code == 302
    assert kinds(bench).count("weigh") == before + 1


def test_errors_say_what_was_expected_what_came_and_what_to_do(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seated(bench)
    for address, status in (
        ("/case/none/", 400),
        (f"{HOME}exhibit/9/", 400),
        ("/nowhere", 404),
        (f"{HOME}exhibit/{10**30}/", 400),
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == status
        assert all(words in page for words in ("Expected", "What came", "What to do"))
    token = token_of(client.get("/").content.decode())
    form = {"csrfmiddlewaretoken": token, "id": "E2.nothing", "verb": "accept"}
    assert client.post(f"{PAGE}judge", form).status_code == 400
    assert client.post(f"{PAGE}judge", {**form, "verb": "erase"}).status_code == 400
    assert client.post(f"{PAGE}judge", {**form, "id": "E2.a1", "why": "x" * 3000}).status_code == 400
    assert client.post(f"{PAGE}judge", {**form, "why": "x" * 70_000}).status_code == 400

    def busy(_desk: Desk, *_events) -> None:
        raise BusyError("the vault's lock", "another writer")

    monkeypatch.setattr(Desk, "record", busy)
    assert client.post(f"{PAGE}judge", {**form, "id": "E2.a1"}).status_code == 409


def test_a_person_without_a_role_is_told_so_and_sees_no_case(bench: Workbench) -> None:
    client = seated(Workbench(desk=bench.desk.acting_as("stranger")))
    assert CASE not in client.get("/").content.decode().replace("counterclaim case", "")
    for address in PAGES[1:]:
        answer = client.get(address)
        assert answer.status_code == 403
        assert "a role that may show" in answer.content.decode()


def test_an_empty_workbench_says_what_to_do_first(desk: Desk) -> None:
    assert "counterclaim case new NAME --purpose" in seated(Workbench(desk=desk)).get("/").content.decode()


def test_only_listed_files_are_served(bench: Workbench) -> None:
    client = browser(bench)
    assert client.get("/static/serif-regular.woff2").content[:4] == b"wOF2"
    for name in ("server.py", "..%2fserver.py", "%2e%2e/roof.py"):
        assert client.get(f"/static/{name}").status_code in {403, 404}


def test_cutting_a_text_at_its_marks_loses_no_character() -> None:
    text = web_room.TEXT
    every = [
        Marked(start=start, end=end, style="claim", id="E2.a1", anchor="x")
        for start, end in ((0, 30), (10, 12), (10, 60), (59, 61), (0, len(text)))
    ]
    blocks = list(blocks_of(text, web_room.reading().article, every))
    joined = "".join(segment.text for block in blocks for segment in block.segments)
    assert joined.replace("\n", "") == text.replace("\n", "")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_at_seven_to_one_by_day_and_by_night(bench: Workbench) -> None:
    sheet = browser(bench).get("/static/dossier.css").content.decode().partition("@media print")[0]
    modes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
        for part in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    ]
    assert len(modes) == 2
    words = ("ink", "quiet", "accent", "claim", "denial", "testimony")
    pairs = [(word, ground) for word in words for ground in ("paper", "sheet")]
    pairs += [("ink", "faint"), ("quiet", "faint"), ("plate-ink", "plate"), ("paper", "accent")]
    for mode in modes:
        for word, ground in pairs:
            dark, light = sorted((luminance(mode[word]), luminance(mode[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 7, (word, ground, mode[word], mode[ground])


def test_the_keyboard_is_shown_where_it_is_and_nothing_moves_by_itself(bench: Workbench) -> None:
    sheet = browser(bench).get("/static/workbench.css").content.decode()
    assert ":focus-visible" in sheet
    assert "animation" not in sheet
    assert "transition" not in sheet
    script = browser(bench).get("/static/hold.js").content.decode()
    assert '"keydown"' in script
    assert '"pointerdown"' in script
