"""Fixtures: a desk in a temporary folder, and what was measured."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterclaim.desk.crew import LocalCrew
from counterclaim.desk.open import Desk, new_vault


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--result-file", help="write what the tests measured to this file, dated")


@pytest.fixture(autouse=True)
def _keys_stay_in_the_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path_factory.mktemp("config")))
    for name in ("COUNTERCLAIM_VAULT", "COUNTERCLAIM_ACTOR", "COUNTERCLAIM_PASSPHRASE", "COUNTERCLAIM_TSA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def crew() -> LocalCrew:
    """One crew for all desks of a run: a worker loads every parser before its first file, which takes a second."""
    return LocalCrew()


@pytest.fixture
def desk(tmp_path: Path, crew: LocalCrew) -> Desk:
    return replace(new_vault(tmp_path / "vault", actor="owner"), crew=crew)


_MEASURED: list[str] = []


@pytest.fixture
def measured():
    """Call with a sentence that states a figure and its n; printed at the end and kept by test-full."""
    return _MEASURED.append


# Suites whose figure is the number of their cases: counted from what passed and failed.
_COUNTED = {
    "named forgeries of a bag, each rejected by all three verifiers": "test_every_forgery_is_rejected_by_all_three",
    "named forgeries of a vault, each rejected by the row meant for it": "test_a_forgery_is_rejected_by_the_row",
}


def _tallies(stats) -> list[str]:
    lines = []
    for words, part in _COUNTED.items():
        passed, failed = (sum(part in report.nodeid for report in stats.get(kind, [])) for kind in ("passed", "failed"))
        if passed or failed:
            lines.append(f"{words}: {passed} of {passed + failed}")
    return lines


def pytest_terminal_summary(terminalreporter, config) -> None:
    _MEASURED.extend(_tallies(terminalreporter.stats))
    if _MEASURED:
        terminalreporter.section("measured")
        for line in _MEASURED:
            terminalreporter.write_line(line)
    if target := config.getoption("--result-file"):
        from counterclaim.desk.clock import utc_now

        passed = len(terminalreporter.stats.get("passed", []))
        failed = len(terminalreporter.stats.get("failed", []))
        lines = [f"make test-full, {utc_now()}", f"{passed} passed, {failed} failed", *_MEASURED]
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory):
    """The bundled demo case, built once a run."""
    from counterclaim.desk.demo import demo as build

    return build(tmp_path_factory.mktemp("demo") / "demo")
