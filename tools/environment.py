"""Make a private environment and install requirements into it, unless that has been done already.

    python3 tools/environment.py FOLDER REQUIREMENT...

A requirement is what pip takes: ``.[test]`` (installed editable) or the path of a wheel, with or without extras.
A stamp in the folder holds a digest of the Python version, of pyproject.toml and of the constraints;
while it does not change, a requirement that was installed once costs nothing.
Works where the system Python forbids installing, and where it cannot put pip into a new environment.
Needs the standard library only. ``CONSTRAINTS=`` (empty) installs the newest versions of everything.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Return 0 when every requirement is in the environment, otherwise the exit code of what failed."""
    if sys.version_info < OLDEST:
        print("relmodels needs Python 3.11 or newer; name one: make PYTHON=python3.13", file=sys.stderr)
        return 2
    folder, wanted = Path(arguments[0]), arguments[1:]
    stamp = folder / ".installed"
    digest = _digest()
    done = stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() else []
    if done[:1] != [digest]:
        shutil.rmtree(folder, ignore_errors=True)
        done = [digest]
    missing = [requirement for requirement in wanted if requirement not in done[1:]]
    if not missing:
        return 0
    print(f"Installing {', '.join(missing)} into {folder}; the first time takes a minute or two.", flush=True)
    code = _install(folder, missing)
    if code == 0:
        stamp.write_text("\n".join([*done, *missing]) + "\n", encoding="utf-8")
    return code


def _digest() -> str:
    digest = hashlib.sha256(f"{sys.version} {sys.executable}".encode())
    for path in (ROOT / "pyproject.toml", Path(__file__), _constraints()):
        digest.update(path.read_bytes() if path else b"")
    return digest.hexdigest()


def _constraints() -> Path | None:
    name = os.environ.get("CONSTRAINTS", "constraints.txt")
    return ROOT / name if name else None


def _install(folder: Path, requirements: list[str]) -> int:
    command = [*_pip(folder), "install", "--disable-pip-version-check", "--progress-bar", "off"]
    if constraints := _constraints():
        command += ["--constraint", str(constraints)]
    for requirement in requirements:
        command += ["--editable", requirement] if requirement.startswith(".") else [requirement]
    done = subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
    return done.returncode


def _pip(folder: Path) -> list[str]:
    """Return the command that installs into ``folder``, which is made if it is not there."""
    python = folder.absolute() / "bin" / "python"
    bundled = importlib.util.find_spec("ensurepip") is not None
    if not python.exists():
        venv.create(folder, with_pip=bundled, symlinks=True)
    if (folder / "bin" / "pip").exists():
        return [str(python), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
