"""Check that no tracked file holds what a repository must not: hosts, paths of one machine, secrets, built binaries.

The forbidden words are put together from parts, so that this file does not contain what it forbids.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LARGEST = 500_000
PICTURES = {".png", ".svg", ".ico"}

FORBIDDEN = {
    "host of a package registry": (
        "py" + r"pi\.org",
        "python" + r"hosted\.org",
        "npm" + r"js\.(org|com)",
        "deb" + r"ian\.org",
    ),
    "path of one machine": (
        r"(?<![\w.])/" + "(work|root|tmp)" + "/",
        r"(?<![\w.])/" + r"(home|Users)/\w+/",
        r"[A-Z]:\\" + "Users",
    ),
    "secret": (
        "-----BEGIN [A-Z ]*PRIVATE " + "KEY",
        "AK" + "IA[0-9A-Z]{16}",
        "gh" + "[pousr]_[A-Za-z0-9]{36}",
        r"(?i)\b(password|passwd|api_key|secret)\s*=\s*['\"][^'\"{}]{6,}" + "['\"]",
    ),
}


def main() -> int:
    """Return 0 when every tracked file is clean, otherwise 1 after naming file, line and reason."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name]
    found = [problem for path in paths if path.is_file() for problem in problems(path)]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(paths)} tracked files, {len(found)} problems")
    return 1 if found else 0


def problems(path: Path) -> list[str]:
    """Return what is wrong with one file, each with its line."""
    content = path.read_bytes()
    found = [f"{path}: {len(content)} bytes, at most {LARGEST} are kept in the repository"] * (len(content) > LARGEST)
    if path.suffix in PICTURES and path.parts[0] == "docs":
        return found
    if b"\0" in content:
        return [*found, f"{path}: a binary; build it, do not track it"]
    for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
        found += [f"{path}:{number}: {what}" for what, patterns in FORBIDDEN.items() if _any(patterns, line)]
    return found


def _any(patterns: tuple[str, ...], line: str) -> bool:
    return any(re.search(pattern, line) for pattern in patterns)


if __name__ == "__main__":
    sys.exit(main())
