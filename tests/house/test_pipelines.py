"""No dependency carries an official pipeline's name from an index where that project does not publish it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# Somebody registered the names of spaCy's pipelines on PyPI, at 999.9.9; Explosion publishes none of them there.
OFFICIAL = re.compile(
    r"\b(?:[a-z]{2}|xx)[-_.](?:core|dep|ent|sent)[-_.](?:web|news|wiki|ud)[-_.](?:sm|md|lg|trf)\b", re.IGNORECASE
)
NOBODYS_VERSION = re.compile(r"\b999\.9\.9\b")


def refused(text: str) -> list[str]:
    """The lines of a dependency list or lock that name an official pipeline or the version of the squatted ones."""
    return [line for line in text.splitlines() if OFFICIAL.search(line) or NOBODYS_VERSION.search(line)]


def listed() -> list[Path]:
    patterns = ("pyproject.toml", "*.lock", "pylock*.toml", "requirements*.txt", "constraints*.txt", "tools/*.txt")
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


def test_no_dependency_or_lock_names_an_official_pipeline() -> None:
    assert listed()
    assert {path.name: lines for path in listed() if (lines := refused(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "en_core_web_sm==999.9.9",
        'name = "ru-core-news-lg"',
        "xx_ent_wiki_sm",
        "de-dep-news-trf>=3",
        'version = "999.9.9"',
    ],
)
def test_the_check_sees_each_form_of_such_a_name(line: str) -> None:
    assert refused(line) == [line]


@pytest.mark.parametrize("line", ["spacy>=3.8", "natasha>=1.6", "pydantic-core==2.50.4", "httpcore"])
def test_the_check_leaves_other_names_alone(line: str) -> None:
    assert refused(line) == []
