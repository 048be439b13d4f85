"""The seccomp filter of both machines, run by an interpreter of our own over every call there is."""

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

from counterclaim.desk.walls.landlock import ruleset_of
from counterclaim.desk.walls.seccomp import ALLOW, ERRNO, KILL_PROCESS, THREAD_FLAGS, Filter
from counterclaim.desk.walls.syscalls import ALLOWED, MACHINES, MEMORY_CALLS, PROBES

CALLS_MAX = 1024  # Linux has fewer than 500 in 2026
PID = 4711
KERNEL_INSTRUCTIONS_MAX = 4096  # BPF_MAXINSNS


def ran(program: bytes, *, number: int, audit: int, arguments: tuple = (0,) * 6) -> int:
    """What the filter answers: the few instructions it uses, after the kernel's `filter.rst`."""
    told = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, audit, 0, *(one & (2**64 - 1) for one in arguments))
    lines = list(struct.iter_unpack("=HBBI", program))
    held, at = 0, 0
    while True:
        code, yes, no, constant = lines[at]
        at += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("=I", told, constant)
            case 0x54:
                held &= constant
            case 0x15:
                at += yes if held == constant else no
            case 0x25:
                at += yes if held > constant else no
            case 0x45:
                at += yes if held & constant else no
            case 0x06:
                return constant
            case _:
                raise AssertionError(hex(code))


@pytest.fixture(params=MACHINES)
def machine(request):
    return MACHINES[request.param]


def test_exactly_the_named_calls_are_allowed(machine) -> None:
    program = Filter(machine=machine).program(PID)
    answers = {number: ran(program, number=number, audit=machine.audit) for number in range(CALLS_MAX)}
    allowed = {number for number, answer in answers.items() if answer == ALLOW}
    assert allowed == {machine.calls[name] for name in (*ALLOWED, *MEMORY_CALLS) if name in machine.calls}
    told_no = {number: answer & 0xFFFF for number, answer in answers.items() if answer & 0xFFFF0000 == ERRNO}
    assert told_no == {machine.calls[name]: error for name, error in PROBES.items() if name in machine.calls}
    assert {answer for number, answer in answers.items() if number not in allowed | set(told_no)} == {KILL_PROCESS}


def test_threads_add_four_calls_and_no_process(machine) -> None:
    program = Filter(machine=machine).program(PID, threads=True)
    plain = Filter(machine=machine).program(PID)
    answers = {
        number: (ran(plain, number=number, audit=machine.audit), ran(program, number=number, audit=machine.audit))
        for number in range(CALLS_MAX)
    }
    changed = {number: after for number, (before, after) in answers.items() if before != after}
    calls = machine.calls
    assert changed == {calls["rseq"]: ALLOW, calls["set_robust_list"]: ALLOW, calls["clone3"]: ERRNO | errno.ENOSYS}


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (THREAD_FLAGS, ALLOW), (THREAD_FLAGS | 0x400000, ALLOW), (17, KILL_PROCESS), (0, KILL_PROCESS),
        (THREAD_FLAGS | 0x10000000, KILL_PROCESS), (THREAD_FLAGS & ~0x10000, KILL_PROCESS),
        (THREAD_FLAGS | 1 << 33, KILL_PROCESS), (THREAD_FLAGS | 0x20000, KILL_PROCESS),
    ],
)  # fmt: skip
def test_a_clone_is_a_thread_or_nothing(machine, flags, answer) -> None:
    program = Filter(machine=machine).program(PID, threads=True)
    assert ran(program, number=machine.calls["clone"], audit=machine.audit, arguments=(flags, 0, 0, 0, 0, 0)) == answer


def test_no_memory_can_be_made_to_run(machine) -> None:
    program = Filter(machine=machine).program(PID)
    for name in MEMORY_CALLS:
        for protection in [*range(16), 1 << 32, 1 << 34 | 1, 0xFFFFFFFF, 2**64 - 1, 0x01000001]:
            answer = ran(
                program, number=machine.calls[name], audit=machine.audit, arguments=(0, 0, protection, 0, 0, 0)
            )
            assert answer == (KILL_PROCESS if protection & 4 or protection >> 32 else ALLOW), protection


def test_a_signal_goes_to_this_process_alone(machine) -> None:
    program = Filter(machine=machine).program(PID)
    for target in (0, 1, PID - 1, PID + 1, -1, 2**31):
        answer = ran(program, number=machine.calls["tgkill"], audit=machine.audit, arguments=(target, 0, 9, 0, 0, 0))
        assert answer == KILL_PROCESS
    assert ran(program, number=machine.calls["tgkill"], audit=machine.audit, arguments=(PID, 0, 6, 0, 0, 0)) == ALLOW


def test_another_machines_numbers_are_never_read_as_ours(machine) -> None:
    program = Filter(machine=machine).program(PID)
    others = {one.audit for one in MACHINES.values()} - {machine.audit}
    for audit in (*others, 0x40000003, 0x40000028, 0, 0xFFFFFFFF):  # i386, arm
        assert {ran(program, number=number, audit=audit) for number in range(CALLS_MAX)} == {KILL_PROCESS}


def test_the_x32_numbers_of_the_same_calls_kill() -> None:
    machine = MACHINES["x86_64"]
    program = Filter(machine=machine).program(PID)
    for number in [*(0x40000000 + n for n in range(CALLS_MAX)), 0x80000000, 0xFFFFFFFF]:
        assert ran(program, number=number, audit=machine.audit) == KILL_PROCESS


def test_the_program_fits_the_kernel(machine) -> None:
    assert len(Filter(machine=machine).program(PID, threads=True)) // 8 <= KERNEL_INSTRUCTIONS_MAX


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_numbers_are_the_kernels_own(name) -> None:
    header = HEADERS[name]
    if not header.exists():
        pytest.skip(f"no kernel headers on this {platform.system()}")
    told = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text("utf-8")))
    told.setdefault("newfstatat", told.get("fstatat"))  # the generic table calls it by its older name
    machine = MACHINES[name]
    assert {call: int(told[call]) for call in machine.calls} == machine.calls
    assert int(told["seccomp"]) == machine.seccomp


@pytest.mark.parametrize(
    ("version", "files", "parts"),
    [(1, 13, 1), (2, 14, 1), (3, 15, 1), (4, 15, 2), (5, 16, 2), (6, 16, 3), (7, 16, 3), (99, 16, 3)],
)
def test_landlock_handles_every_right_its_version_knows(version, files, parts) -> None:
    numbers = struct.unpack(f"={parts}Q", ruleset_of(version))
    assert numbers == (2**files - 1, 3, 3)[:parts]
