"""Keys stand outside the vault and behind a passphrase; a role that was not granted does nothing."""

import stat

import pytest

from counterclaim.desk.cases import grant, note, open_case
from counterclaim.desk.consent import give_consent, permitted, withdraw_consent
from counterclaim.desk.keys import KeyMissingError
from counterclaim.desk.open import new_vault, open_desk
from counterclaim.record.errors import PolicyError, UsageError
from counterclaim.record.vocabulary import vocabulary


def opened(desk):
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    return desk


def test_the_key_is_outside_the_vault_and_for_its_owner_alone(desk) -> None:
    key = desk.keys.path / "signing-key.pem"
    assert desk.vault.folder not in key.parents
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert b"PRIVATE" not in b"".join(path.read_bytes() for path in desk.vault.folder.rglob("*") if path.is_file())


def test_a_wrong_or_missing_passphrase_writes_nothing(tmp_path) -> None:
    opened(new_vault(tmp_path / "v", passphrase="open sesame"))
    size = open_desk(tmp_path / "v").vault.size()
    for wrong in (None, "open"):
        with pytest.raises(PolicyError):
            note(open_desk(tmp_path / "v", passphrase=wrong), case="c", kind="inquiry", body={"question": "?"})
    assert open_desk(tmp_path / "v").vault.size() == size
    note(open_desk(tmp_path / "v", passphrase="open sesame"), case="c", kind="inquiry", body={"question": "?"})
    assert open_desk(tmp_path / "v").vault.size() == size + 1


def test_a_vault_without_its_key_reads_and_does_not_write(desk) -> None:
    opened(desk)
    for path in desk.keys.path.iterdir():
        path.unlink()
    alone = open_desk(desk.vault.folder)
    assert alone.vault.cases()[0].name == "c"
    with pytest.raises(KeyMissingError):
        note(alone, case="c", kind="inquiry", body={"question": "?"})


def test_each_role_does_what_it_may_and_nothing_else(desk) -> None:
    opened(desk)
    for name, role in (("ed", "editor"), ("rev", "reviewer"), ("law", "counsel"), ("read", "reader")):
        grant(desk, case="c", name=name, role=role)
    for name, verb, may in (
        ("ed", "admit", True), ("ed", "publish", False), ("rev", "accept", True), ("rev", "admit", False), ("rev", "ask", False),
        ("law", "publish", True), ("law", "admit", False), ("read", "show", True), ("read", "accept", False),
        ("nobody", "show", False),
    ):  # fmt: skip
        if may:
            desk.acting_as(name).require(verb, case="c")
        else:
            with pytest.raises(PolicyError):
                desk.acting_as(name).require(verb, case="c")
    with pytest.raises(PolicyError):
        grant(desk.acting_as("ed"), case="c", name="ed", role="owner")


def test_a_pseudonym_is_stable_in_a_case_and_tells_nothing_across_cases(desk) -> None:
    first, second = desk.pseudonym("a"), desk.pseudonym("b")
    assert first == desk.pseudonym("a") != second


def test_a_newer_format_is_refused_with_what_to_do(desk) -> None:
    path = desk.vault.folder / "format"
    path.chmod(0o600)
    path.write_text("counterclaim-vault 99\n", "utf-8")
    with pytest.raises(Exception, match="expected") as told:
        open_desk(desk.vault.folder)
    assert told.value.remedy()


def test_consent_is_an_intersection_and_a_withdrawal_ends_it(desk) -> None:
    opened(desk)
    levels = {term.id: frozenset(term.fields["permits"]) for term in vocabulary("consent_levels").terms}
    give_consent(desk, case="c", person="V-0001", level="C3", purposes=("court",), recipients=())
    give_consent(desk, case="c", person="W-0002", level="C5", purposes=("court",), recipients=())
    both = frozenset({"V-0001", "W-0002"})
    assert permitted(desk, case="c", persons=frozenset({"V-0001"})) == levels["C3"]
    assert permitted(desk, case="c", persons=both) == levels["C3"] & levels["C5"]
    assert permitted(desk, case="c", persons=both | {"V-0003"}) == frozenset()
    withdraw_consent(desk, case="c", person="V-0001")
    assert permitted(desk, case="c", persons=both) == frozenset()
    with pytest.raises(UsageError):
        withdraw_consent(desk, case="c", person="V-0001")
    with pytest.raises(PolicyError):
        give_consent(desk.acting_as("nobody"), case="c", person="V-0001", level="C1", purposes=(), recipients=())


def test_a_question_asked_after_findings_is_marked_late(desk, tmp_path) -> None:
    from counterclaim.desk.admit import admit
    from counterclaim.desk.ask import ask
    from counterclaim.desk.examine import brief_of, examine
    from counterclaim.record.proposition import Proposition, Question
    from pictures import rendered

    opened(desk)
    rivals = (
        Proposition(id="A", text="here", asserted_by="x"),
        Proposition(id="B", text="elsewhere", constructed=True),
    )
    ask(desk, Question(id="early", text="?", propositions=rivals), case="c")
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    admit(desk, [str(tmp_path / "a.jpg")], case="c")
    examine(desk, case="c", brief=brief_of())
    ask(desk, Question(id="after", text="?", propositions=rivals), case="c")
    assert [(asked.question.id, asked.late) for asked in desk.vault.questions("c")] == [
        ("early", False),
        ("after", True),
    ]
