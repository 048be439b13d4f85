"""What a parser that was taken over would try, as tasks of a worker of their own; never named by the program.

Each goes straight to the kernel: Python's own calls are heard by the jail and would hide what the walls do.
"""

import ctypes
import errno
import mmap
import os
import platform
import socket
import struct
import time
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
# Numbers of `asm/unistd_64.h` and `asm-generic/unistd.h`.
CALLS = {
    "open": (2, None), "openat": (257, 56), "openat2": (437, 437), "creat": (85, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat2": (316, 276), "mkdirat": (258, 34), "symlinkat": (266, 36),
    "getdents64": (217, 61), "truncate": (76, 45), "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203),
    "bind": (49, 200), "sendto": (44, 206), "fork": (57, None), "vfork": (58, None), "clone": (56, 220),
    "clone3": (435, 435), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "kill": (62, 129),
    "tkill": (200, 130), "tgkill": (234, 131), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438), "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97), "setns": (308, 268),
    "memfd_create": (319, 279), "io_uring_setup": (425, 425), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "keyctl": (250, 219),
    "add_key": (248, 217), "prctl": (157, 167), "seccomp": (317, 277), "personality": (135, 92), "setuid": (105, 146),
    "setgid": (106, 144), "setresuid": (117, 147), "capset": (126, 91), "chroot": (161, 51), "pivot_root": (155, 41),
    "chdir": (80, 49), "prlimit64": (302, 261), "setrlimit": (160, 164), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104), "reboot": (169, 142), "clock_settime": (227, 112), "swapon": (167, 224), "mknodat": (259, 33),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "pipe2": (293, 59), "dup": (32, 23),
    "dup3": (292, 24), "fcntl": (72, 25), "sendmsg": (46, 211), "recvmsg": (47, 212), "shmget": (29, 194),
    "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "inotify_init1": (294, 26),
    "fanotify_init": (300, 262), "landlock_create_ruleset": (444, 444), "setpriority": (141, 140),
    "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119), "kcmp": (312, 272), "getppid": (110, 173),
    "mprotect": (10, 226), "pkey_mprotect": (329, 288), "uname": (63, 160), "ioctl": (16, 29), "modify_ldt": (154, None),
    "arch_prctl": (158, None), "iopl": (172, None), "statx": (332, 291), "readlinkat": (267, 78), "write": (1, 64),
    "read": (0, 63), "quotactl": (179, 60), "rt_sigqueueinfo": (129, 138), "timer_create": (222, 107), "splice": (275, 76), "fsopen": (430, 430),
    "move_mount": (429, 429), "open_tree": (428, 428), "memfd_secret": (447, 447), "process_madvise": (440, 440),
}  # fmt: skip


def _call(name: str, *given):
    number = CALLS[name][0 if X86 else 1]
    if number is None:
        return {"denied": "no such call on this machine"}
    ctypes.set_errno(0)
    answer = LIBC.syscall(
        ctypes.c_long(number), *(ctypes.c_long(one) if isinstance(one, int) else one for one in given)
    )
    if answer < 0:
        return {"denied": errno.errorcode.get(ctypes.get_errno(), "?")}
    return {"allowed": f"{name} gave {answer}"}


HERE = -100  # AT_FDCWD
BUFFER = ctypes.create_string_buffer(4096)
INET = struct.pack("=H2s4s8x", socket.AF_INET, struct.pack(">H", 9), bytes([127, 0, 0, 1]))


def _path(arguments):
    return ctypes.c_char_p(arguments["path"].encode())


def _thread(flags: int):
    return lambda _: _call("clone", flags, 0, 0, 0, 0)


def _executable_memory(_):
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    return {"allowed": f"{len(page)} bytes that can be run"}


def _made_executable(_):
    page = mmap.mmap(-1, mmap.PAGESIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return _call("mprotect", address, mmap.PAGESIZE, 5)


def _other_descriptors(*_):
    """Whatever is open besides the three that lead nowhere and the answer: nothing may be."""
    return {"open": [number for number in range(4, 1024) if "allowed" in _call("read", number, BUFFER, 0)]}


def _nowhere(*_):
    """Writing to the standard descriptors reaches nobody: they are the null device."""
    return {"written": [_call("write", number, b"to the worker", 13) for number in (0, 1, 2)]}


def _x32(_):
    ctypes.set_errno(0)
    answer = LIBC.syscall(ctypes.c_long(0x40000000 + 39))
    return {"allowed": str(answer)} if answer >= 0 else {"denied": errno.errorcode[ctypes.get_errno()]}


# One row each; every one must be denied.
PROBES = {
    "open a file to read": lambda a: _call("open", _path(a), 0),
    "open a file to read, at": lambda a: _call("openat", HERE, _path(a), 0),
    "open a file to read, openat2": lambda a: _call("openat2", HERE, _path(a), ctypes.create_string_buffer(24), 24),
    "open a file to write": lambda a: _call("openat", HERE, _path(a), os.O_WRONLY | os.O_CREAT, 0o600),
    "create a file": lambda a: _call("creat", _path(a), 0o600),
    "list the vault's folder": lambda a: _call("openat", HERE, _path(a), os.O_DIRECTORY),
    "read /proc/self/mem": lambda _: _call("openat", HERE, ctypes.c_char_p(b"/proc/self/mem"), 2),
    "read /proc/self/environ": lambda _: _call("openat", HERE, ctypes.c_char_p(b"/proc/self/environ"), 0),
    "read the passwords": lambda _: _call("openat", HERE, ctypes.c_char_p(b"/etc/shadow"), 0),
    "look whether a file is there": lambda a: _call("statx", HERE, _path(a), 0, 0xFFF, BUFFER),
    "follow a link": lambda a: _call("readlinkat", HERE, _path(a), BUFFER, 4096),
    "list an open folder": lambda _: _call("getdents64", 0, BUFFER, 4096),
    "remove a file": lambda a: _call("unlink", _path(a)),
    "remove a file, at": lambda a: _call("unlinkat", HERE, _path(a), 0),
    "rename a file": lambda a: _call("rename", _path(a), _path(a)),
    "rename a file, at": lambda a: _call("renameat2", HERE, _path(a), HERE, _path(a), 0),
    "make a folder": lambda a: _call("mkdirat", HERE, _path(a), 0o700),
    "make a link": lambda a: _call("symlinkat", _path(a), HERE, _path(a)),
    "make a device": lambda a: _call("mknodat", HERE, _path(a), 0o20600, 259),
    "cut a file": lambda a: _call("truncate", _path(a), 0),
    "open by a handle": lambda _: _call("open_by_handle_at", HERE, BUFFER, 0),
    "make a handle": lambda a: _call("name_to_handle_at", HERE, _path(a), BUFFER, BUFFER, 0),
    "socket to the internet": lambda _: _call("socket", socket.AF_INET, socket.SOCK_STREAM, 0),
    "datagrams to the internet": lambda _: _call("socket", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "socket, IPv6": lambda _: _call("socket", socket.AF_INET6, socket.SOCK_STREAM, 0),
    "socket of this machine": lambda _: _call("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0),
    "socket to the kernel": lambda _: _call("socket", 16, 3, 0),
    "raw packets": lambda _: _call("socket", 17, 3, 0),
    "virtual machine's host": lambda _: _call("socket", 40, 1, 0),
    "a pair of sockets": lambda _: _call("socketpair", 1, 1, 0, BUFFER),
    "connect": lambda _: _call("connect", 3, INET, len(INET)),
    "bind": lambda _: _call("bind", 3, INET, len(INET)),
    "send": lambda _: _call("sendto", 3, b"x", 1, 0, INET, len(INET)),
    "send a descriptor": lambda _: _call("sendmsg", 3, BUFFER, 0),
    "receive a descriptor": lambda _: _call("recvmsg", 3, BUFFER, 0),
    "fork": lambda _: _call("fork"),
    "vfork": lambda _: _call("vfork"),
    "clone a process": _thread(17),
    "clone a thread where no decoder needs one": _thread(0x3D0F00),
    "clone into new namespaces": _thread(0x10000000 | 0x20000 | 17),
    "clone3": lambda _: _call("clone3", ctypes.create_string_buffer(88), 88),
    "run a program": lambda _: _call("execve", ctypes.c_char_p(b"/bin/true"), None, None),
    "run a program by descriptor": lambda _: _call("execveat", 0, ctypes.c_char_p(b""), None, None, 0x1000),
    "memory as a file, to run it": lambda _: _call("memfd_create", ctypes.c_char_p(b"x"), 0),
    "secret memory": lambda _: _call("memfd_secret", 0),
    "memory that can be run": _executable_memory,
    "make memory runnable": _made_executable,
    "make memory runnable, by key": lambda _: _call("pkey_mprotect", 0, 4096, 5, -1),
    "trace the worker": lambda a: _call("ptrace", 16, a["worker"], 0, 0),
    "be traced": lambda _: _call("ptrace", 0, 0, 0, 0),
    "read the worker's memory": lambda a: _call("process_vm_readv", a["worker"], BUFFER, 1, BUFFER, 1, 0),
    "write the worker's memory": lambda a: _call("process_vm_writev", a["worker"], BUFFER, 1, BUFFER, 1, 0),
    "advise on the worker's memory": lambda _: _call("process_madvise", 0, BUFFER, 0, 4, 0),
    "compare with the worker": lambda a: _call("kcmp", a["worker"], a["worker"], 0, 0, 0),
    "kill the worker": lambda a: _call("kill", a["worker"], 9),
    "kill the desk": lambda a: _call("kill", a["desk"], 9),
    "kill everything": lambda _: _call("kill", -1, 9),
    "kill a thread of the worker": lambda a: _call("tgkill", a["worker"], a["worker"], 9),
    "kill a thread of the worker, by number": lambda a: _call("tkill", a["worker"], 9),
    "queue a signal": lambda a: _call("rt_sigqueueinfo", a["worker"], 9, BUFFER),
    "a handle on the worker": lambda a: _call("pidfd_open", a["worker"], 0),
    "a signal by handle": lambda _: _call("pidfd_send_signal", 3, 9, None, 0),
    "the worker's descriptors": lambda _: _call("pidfd_getfd", 3, 0, 0),
    "a parent's number": lambda _: _call("getppid"),
    "mount": lambda a: _call("mount", ctypes.c_char_p(b"none"), _path(a), ctypes.c_char_p(b"tmpfs"), 0, None),
    "mount, the new way": lambda _: _call("fsopen", ctypes.c_char_p(b"tmpfs"), 0),
    "move a mount": lambda a: _call("move_mount", HERE, _path(a), HERE, _path(a), 0),
    "open a tree": lambda a: _call("open_tree", HERE, _path(a), 0),
    "unmount": lambda a: _call("umount2", _path(a), 0),
    "unshare": lambda _: _call("unshare", 0x10000000),
    "enter a namespace": lambda _: _call("setns", 3, 0),
    "change the root": lambda a: _call("chroot", _path(a)),
    "pivot the root": lambda a: _call("pivot_root", _path(a), _path(a)),
    "change the folder": lambda a: _call("chdir", _path(a)),
    "io_uring": lambda _: _call("io_uring_setup", 1, ctypes.create_string_buffer(120)),
    "bpf": lambda _: _call("bpf", 0, BUFFER, 128),
    "perf events": lambda _: _call("perf_event_open", BUFFER, 0, -1, -1, 0),
    "userfaultfd": lambda _: _call("userfaultfd", 0),
    "keys": lambda _: _call("keyctl", 0, -3, 0),
    "add a key": lambda _: _call("add_key", ctypes.c_char_p(b"user"), ctypes.c_char_p(b"x"), b"x", 1, -3),
    "become dumpable again": lambda _: _call("prctl", 4, 1, 0, 0, 0),
    "undo no_new_privs": lambda _: _call("prctl", 38, 0, 0, 0, 0),
    "a laxer filter by prctl": lambda _: _call("prctl", 22, 2, BUFFER, 0, 0),
    "a laxer filter": lambda _: _call("seccomp", 1, 0, BUFFER),
    "another Landlock": lambda _: _call("landlock_create_ruleset", None, 0, 1),
    "personality": lambda _: _call("personality", 0x0040000),
    "another user": lambda _: _call("setuid", 0),
    "another user, all three": lambda _: _call("setresuid", 0, 0, 0),
    "another group": lambda _: _call("setgid", 0),
    "more capabilities": lambda _: _call("capset", BUFFER, BUFFER),
    "raise the limits": lambda _: _call("prlimit64", 0, 7, struct.pack("=QQ", 1024, 1024), None),
    "the worker's limits": lambda a: _call("prlimit64", a["worker"], 7, struct.pack("=QQ", 0, 0), None),
    "raise the limits, the old way": lambda _: _call("setrlimit", 7, struct.pack("=QQ", 1024, 1024)),
    "load a module": lambda _: _call("init_module", BUFFER, 0, BUFFER),
    "load a module by descriptor": lambda _: _call("finit_module", 0, BUFFER, 0),
    "another kernel": lambda _: _call("kexec_load", 0, 0, None, 0),
    "restart the machine": lambda _: _call("reboot", 0, 0, 0, None),
    "set the clock": lambda _: _call("clock_settime", 0, BUFFER),
    "swap to a file": lambda a: _call("swapon", _path(a), 0),
    "quotas": lambda a: _call("quotactl", 0, _path(a), 0, None),
    "a pipe": lambda _: _call("pipe2", BUFFER, 0),
    "copy a descriptor": lambda _: _call("dup", 3),
    "copy a descriptor onto another": lambda _: _call("dup3", 3, 9, 0),
    "descriptor flags": lambda _: _call("fcntl", 3, 4, 0),
    "splice": lambda _: _call("splice", 0, None, 3, None, 1, 0),
    "shared memory": lambda _: _call("shmget", 1, 4096, 0o1600),
    "attach shared memory": lambda _: _call("shmat", 0, None, 0),
    "message queues": lambda _: _call("msgget", 1, 0o1600),
    "message queues by name": lambda _: _call("mq_open", ctypes.c_char_p(b"x"), os.O_CREAT, 0o600, None),
    "semaphores": lambda _: _call("semget", 1, 1, 0o1600),
    "watch files": lambda _: _call("inotify_init1", 0),
    "watch a file system": lambda _: _call("fanotify_init", 0, 0),
    "a timer": lambda _: _call("timer_create", 0, None, BUFFER),
    "schedule the worker": lambda a: _call("sched_setscheduler", a["worker"], 0, BUFFER),
    "move the worker": lambda a: _call("sched_setaffinity", a["worker"], 8, BUFFER),
    "slow the worker": lambda a: _call("setpriority", 0, a["worker"], 19),
    "the machine's name": lambda _: _call("uname", BUFFER),
    "push keys into a terminal": lambda _: _call("ioctl", 0, 0x5412, b"x"),
    "the x32 numbers of the same calls": _x32,
    "segment tables": lambda _: _call("modify_ldt", 0, BUFFER, 16),
    "input and output ports": lambda _: _call("iopl", 3),
}  # fmt: skip


def probe(arguments, content):
    """Try one of the above, by its name."""
    del content
    return PROBES[arguments["probe"]](arguments)


def late_import(arguments, content):
    """Import what the worker has not loaded, as a library would: it fails, and the library goes on without."""
    del arguments, content
    try:
        import this  # noqa: F401
    except ImportError:
        return "no such module"
    return "loaded"


def late_file(arguments, content):
    del content
    try:
        with Path(arguments["path"]).open("rb") as there:
            return len(there.read())
    except OSError:
        return "no such file"


def flood(*_):
    while True:
        os.write(3, b"x" * 65536)


def spin(*_):
    while True:
        pass


def raise_over(*_):
    raise ValueError("a broken header")


def raise_escape(*_):
    raise ValueError("\x1b]0;owned\x07" + "x" * 10_000)


def raise_deep(*_):
    os.write(3, b"v" + b"[" * 200_000)
    os._exit(0)


TASKS = {
    "probe": probe,
    "descriptors": _other_descriptors,
    "nowhere": _nowhere,
    "late_import": late_import,
    "late_file": late_file,
    "size": lambda _, content: len(content),
    "sleep": lambda *_: time.sleep(600),
    "spin": spin,
    "flood": flood,
    "memory": lambda *_: len(bytearray(16 * 1024**3)),
    "segfault": lambda *_: ctypes.string_at(1),
    "abort": lambda *_: os.abort(),
    "raise": raise_over,
    "raise_escape": raise_escape,
    "exit": lambda *_: os._exit(7),
    "deep": raise_deep,
    "nan": lambda *_: float("nan"),
}
