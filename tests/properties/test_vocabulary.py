"""The vocabularies: every file loads, every source is stated, and the contract's terms are all there."""

import itertools
import json
import re
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record.custody import EVENT_KINDS, class_of
from counterclaim.record.errors import CounterclaimError
from counterclaim.record.vocabulary import (
    UnknownTermError,
    UnknownVocabularyError,
    Vocabulary,
    VocabularyStatus,
    names,
    vocabulary,
)

STATUSES = {"source_found", "to_be_confirmed_by_lawyer", "to_be_confirmed_by_clinician", "ours"}
LANGUAGES = {"en", "az", "ru", "tr"}
LEGAL = {
    "remedies",
    "echr_article3",
    "echr_cases",
    "standards_of_proof",
    "uncat_article1",
    "berkeley",
    "consent_levels",
}
MEDICAL = {"methods", "istanbul_consistency", "health_consequences"}
NEEDED = {
    "act_kinds",
    "denial_kinds",
    "denied_elements",
    "damage_kinds",
    "episode_types",
    "entity_types",
    "speech_cues",
    "methods",
    "custody_kinds",
    "exhibit_kinds",
    "facility_types",
    "person_roles",
    "scales",
    "consent_levels",
    "redaction_reasons",
    "remedies",
    "echr_article3",
    "echr_cases",
    "istanbul_consistency",
    "source_grading",
    "standards_of_proof",
    "contradiction_rules",
    "independence",
    "health_consequences",
    "viewing_safety",
    "media_review",
    "huridocs",
    "forbidden_words",
    "uncat_article1",
    "berkeley",
    "interchange",
}
# Written out from the contract, not read from the code: the code and the data must both follow it.
CONTRACT = {
    "act_kinds": "claim denial testimony report finding opinion admission justification retraction non_denial "
    "rejection no_reply",
    "denial_kinds": "did_not_happen elsewhere old_image staged altered possibility_raised not_by_us never_detained "
    "force_justified self_inflicted_or_fall earlier_injury isolated_case source_attacked blanket other",
    "denied_elements": "place time act authorship injury detention all",
    "damage_kinds": "near_duplicate splice glued garbled truncated boilerplate",
    "episode_types": "arrest detention ill_treatment injury death threat search trial release pardon complaint "
    "investigation decision application publication interview other",
    "entity_types": "person organization public_body facility court media country place group",
    "exhibit_kinds": "photograph page post document video audio physical_object",
    "custody_kinds": "vault_created case_opened role_granted preliminary_assessment inquiry admit fetch examine read "
    "accept reject edit ask assess weigh disclose_findings view redact transfer publish erase withdraw rotate_key "
    "attest_time cosign particulars_requested reply_received correction not_used consent_given consent_withdrawn "
    "migrate backup scrub",
}
METHODS = {
    "beating",
    "falanga",
    "telefono",
    "thrown_fall",
    "suspension",
    "parrot_perch",
    "forced_standing",
    "stretching",
    "stress_position",
    "restraint",
    "burn",
    "electric_shock",
    "dry_asphyxia",
    "wet_asphyxia",
    "strangling",
    "crush",
    "nail",
    "penetrating",
    "chemical",
    "rape",
    "sexual_assault",
    "amputation",
    "pharmacological",
    "detention_conditions",
    "temperature",
    "forced_nakedness",
    "deprivation_food_water",
    "sleep_deprivation",
    "medical_denial",
    "isolation",
    "sensory",
    "humiliation",
    "death_threat",
    "threat",
    "animals",
    "breaking_down",
    "taboo",
    "behavioural_coercion",
    "witnessing",
    "forced_feeding",
    "mental_unspecified",
    "unspecified",
}


def raw_of(name: str) -> dict[str, Any]:
    text = files("counterclaim.record").joinpath("vocab", f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


def values_of(document: object, key: str) -> list[object]:
    """Every value under `key`, at any depth."""
    if isinstance(document, dict):
        here = [document[key]] if key in document else []
        return here + [found for inner in document.values() for found in values_of(inner, key)]
    if isinstance(document, list):
        return [found for inner in document for found in values_of(inner, key)]
    return []


def strings_of(document: object) -> list[str]:
    if isinstance(document, str):
        return [document]
    if isinstance(document, dict):
        return [text for inner in document.values() for text in strings_of(inner)]
    if isinstance(document, list):
        return [text for inner in document for text in strings_of(inner)]
    return []


def test_every_file_that_is_needed_is_shipped() -> None:
    assert set(names()) >= NEEDED


@pytest.mark.parametrize("name", names())
def test_every_file_loads_and_is_named_by_its_id(name: str) -> None:
    loaded = vocabulary(name)
    assert isinstance(loaded, Vocabulary)
    assert loaded.id == name
    assert loaded.title
    assert loaded.source
    assert loaded.terms


@pytest.mark.parametrize("name", names())
def test_the_ids_of_a_file_are_unique(name: str) -> None:
    ids = vocabulary(name).ids()
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", names())
def test_every_term_has_an_english_label_and_only_known_languages(name: str) -> None:
    for term in vocabulary(name).terms:
        assert term.labels["en"], term.id
        assert set(term.labels) <= LANGUAGES, term.id
        assert all(label.strip() for label in term.labels.values()), term.id


@pytest.mark.parametrize("name", names())
def test_every_status_is_one_of_the_four(name: str) -> None:
    document = raw_of(name)
    assert document["status"] in STATUSES
    terms = document["terms"]
    assert all(term.get("status", document["status"]) in STATUSES for term in terms)
    # Cue lists and languages carry states of their own kind; everything else under "status" is one of the four.
    loose = {"unverified"}
    assert {str(value) for value in values_of(document, "status")} <= STATUSES | loose


@pytest.mark.parametrize("name", names())
def test_nothing_rests_on_memory(name: str) -> None:
    for key in ("status", "source", "found"):
        for value in values_of(raw_of(name), key):
            assert not re.search(r"\bmemory\b", str(value), re.IGNORECASE), (name, value)


@pytest.mark.parametrize("name", sorted(LEGAL))
def test_a_legal_term_without_a_found_source_is_to_be_confirmed_by_a_lawyer(name: str) -> None:
    document = raw_of(name)
    assert document["status"] in {"source_found", "to_be_confirmed_by_lawyer"}
    for term in document["terms"]:
        status = term.get("status", document["status"])
        found = term.get("source") or document["status"] == "source_found" or name == "echr_cases"
        assert status == "to_be_confirmed_by_lawyer" or (status == "source_found" and found), term["id"]


def test_every_time_limit_and_clock_rule_has_a_status_and_a_found_one_names_its_source() -> None:
    forums = [term for term in raw_of("remedies")["terms"] if term["kind"] == "forum"]
    assert len(forums) == 5
    for forum in forums:
        rules = [forum["time_limit"], *forum.get("clock", []), forum["exhaustion"]]
        for rule in rules:
            assert rule["status"] in {"source_found", "to_be_confirmed_by_lawyer"}, forum["id"]
            assert rule["status"] != "source_found" or rule.get("source") or rule.get("cases"), forum["id"]


@pytest.mark.parametrize("name", sorted(MEDICAL))
def test_a_medical_term_is_confirmed_by_a_source_or_waits_for_a_clinician(name: str) -> None:
    allowed = {"source_found", "to_be_confirmed_by_clinician", "ours"}
    assert {term.status.value for term in vocabulary(name).terms} <= allowed


def test_a_status_says_whether_somebody_must_still_confirm_it() -> None:
    unconfirmed = {status.value for status in VocabularyStatus if status.is_unconfirmed}
    assert unconfirmed == {"to_be_confirmed_by_lawyer", "to_be_confirmed_by_clinician"}


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_the_terms_of_the_contract_are_all_there_and_no_others(name: str) -> None:
    assert list(vocabulary(name).ids()) == CONTRACT[name].split()


def test_the_custody_kinds_have_the_class_the_log_gives_them() -> None:
    kinds = vocabulary("custody_kinds")
    assert set(kinds.ids()) == EVENT_KINDS
    assert {term.id: term.fields["class"] for term in kinds.terms} == {kind: class_of(kind) for kind in EVENT_KINDS}
    assert [term.id for term in kinds.terms if term.fields["class"] == "viewing"] == ["view"]


def test_every_finer_speech_act_is_mapped_once_or_said_to_be_no_account() -> None:
    acts = vocabulary("act_kinds")
    mapped = [old for term in acts.terms for old in term.fields["statement_acts"]]
    old_acts = [
        "allegation",
        "testimony",
        "denial",
        "partial_denial",
        "non_denial",
        "alternative_explanation",
        "admission",
        "justification",
        "dismissal_as_biased",
        "demand",
        "finding",
        "opinion",
        "quotation_of_report",
        "procedural_fact",
    ]
    assert sorted([*mapped, *acts.fields["not_accounts"]]) == sorted(old_acts)


def test_every_cue_names_an_act_of_the_contract_and_the_overclaimed_denial_says_so() -> None:
    cues = vocabulary("speech_cues")
    assert {term.fields["act"] for term in cues.terms} <= {None, *CONTRACT["act_kinds"].split()}
    overclaimed = cues.term("denying_overclaimed")
    assert "refutes" in overclaimed.fields["cues"]["en"]["words"]
    assert overclaimed.fields["act"] == "denial"
    assert "nothing on the page shows disproof" in overclaimed.fields["note"]


def test_no_cue_stands_under_two_headings() -> None:
    words = [word for term in vocabulary("speech_cues").terms for word in term.fields["cues"]["en"]["words"]]
    assert len(words) == len(set(words))


def test_every_method_has_a_code_a_trace_and_plain_cues() -> None:
    methods = vocabulary("methods")
    assert set(methods.ids()) == METHODS
    for term in methods.terms:
        assert re.fullmatch(r"03\d{10}", term.fields["huridocs"]["code"]), term.id
        assert term.fields["huridocs"]["match"] in {"exact", "broader", "narrower"}, term.id
        assert term.fields["expected_visible_trace"]["grade"] in {
            "none", "low", "medium", "high", "varies", "not_applicable",
        }, term.id  # fmt: skip
        assert set(term.fields["cues"]) == LANGUAGES, term.id
        for language, cue in term.fields["cues"].items():
            assert language == "en" or cue["status"] == "unverified", term.id
            for text in (*cue.get("words", ()), *cue.get("stems", ())):
                assert not re.search(r"[\[\](){}|?*+^$\\]", text), (term.id, text)


def test_two_methods_share_an_exact_code_never() -> None:
    codes = [term.fields["huridocs"] for term in vocabulary("methods").terms]
    exact = [code["code"] for code in codes if code["match"] == "exact"]
    assert len(exact) == len(set(exact))


def test_the_bands_of_a_scale_join_without_gap_or_overlap() -> None:
    for scale in (term for term in vocabulary("scales").terms if term.fields["kind"] == "scale"):
        bands = scale.fields["bands"]
        assert bands[0]["from"] == 1
        assert bands[-1]["below"] is None
        assert all(lower["below"] == upper["from"] for lower, upper in itertools.pairwise(bands))


def test_a_data_file_speaks_without_the_forbidden_words() -> None:
    forms = [form for term in vocabulary("forbidden_words").terms for form in term.fields["forms"]["en"]]
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, forms)) + r")\b", re.IGNORECASE)
    for name in set(names()) - {"forbidden_words"}:
        document = raw_of(name)
        if name == "speech_cues":
            for term in document["terms"]:
                del term["cues"]
        assert [text for text in strings_of(document) if pattern.search(text)] == [], name


def test_the_forbidden_words_have_forms_in_every_language() -> None:
    words = vocabulary("forbidden_words")
    assert set(words.ids()) == {"verdict", "proves", "fake", "authentic", "refuted"}
    for term in words.terms:
        assert set(term.fields["forms"]) == LANGUAGES
        assert all(term.fields["forms"].values())


def test_no_number_is_a_float() -> None:
    for name in names():
        text = files("counterclaim.record").joinpath("vocab", f"{name}.json").read_text(encoding="utf-8")
        json.loads(text, parse_float=lambda found, name=name: pytest.fail(f"{name}: {found}"))


def test_a_label_says_which_language_it_is_really_in() -> None:
    denial = vocabulary("act_kinds").term("denial")
    assert denial.label("az") == ("inkar", "az")
    assert denial.label("xx") == ("denial", "en")
    assert vocabulary("uncat_article1").term("intent").label("ru") == ("inflicted intentionally", "en")


@given(st.text(max_size=40))
def test_an_unknown_name_is_refused_and_never_becomes_a_path(name: str) -> None:
    if name in names():
        return
    with pytest.raises(UnknownVocabularyError) as caught:
        vocabulary(name)
    assert "act_kinds" in caught.value.remedy()


@pytest.mark.parametrize("name", ["../vocabulary", "vocab/act_kinds", "act_kinds.json", "/etc/passwd", ""])
def test_a_path_is_no_name(name: str) -> None:
    with pytest.raises(UnknownVocabularyError):
        vocabulary(name)


def test_an_unknown_term_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnknownTermError) as caught:
        vocabulary("act_kinds").term("rumour")
    assert isinstance(caught.value, CounterclaimError)
    assert str(caught.value) == "expected a term of the vocabulary act_kinds, got 'rumour'"
    assert caught.value.remedy()


def test_what_one_caller_gets_no_other_caller_can_change() -> None:
    method = vocabulary("methods").term("beating")
    with pytest.raises(TypeError):
        method.fields["cues"]["en"]["stems"] = ()
    assert isinstance(method.fields["cues"]["en"]["stems"], tuple)
    assert vocabulary("methods") is vocabulary("methods")
