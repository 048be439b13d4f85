"""The whole journey in an empty network namespace: nothing is even attempted."""

import os
import re
import shutil
import subprocess
import sys

ATTEMPT = re.compile(r"(?:connect|sendto|sendmsg|bind)\(.*(?:AF_INET6?|AF_PACKET)|socket\(AF_(?:INET6?|PACKET)")


def test_the_whole_journey_makes_no_attempt_to_reach_a_network(tmp_path, measured) -> None:
    assert shutil.which("strace"), "strace is missing: tools/debian-packages installs it"
    assert shutil.which("unshare"), "unshare is missing: tools/debian-packages installs it"
    trace = tmp_path / "trace.txt"
    command = [
        "strace", "-f", "-qq", "-o", str(trace), "-e", "trace=%network",
        "unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]),
        sys.executable, "-m", "counterclaim", "demo", "--into", str(tmp_path / "demo"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo" / "bag" / "data" / "dossier.html").is_file()
    attempts = [line for line in trace.read_text("utf-8", "replace").splitlines() if ATTEMPT.search(line)]
    measured(f"whole journey under strace in an empty network namespace: {len(attempts)} connection attempts")
    assert attempts == []
