"""Draw the pictures of the documentation while it is built, and write names of the code as names.

A page that shows ``pictures/name.svg`` has a Python block that saves ``name.svg``. Nothing drawn is kept in the tree.
Docstrings say :func:`name` and the like, which the builder does not know; the role is taken off, and of a long path the
last part is kept.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import matplotlib as mpl
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_SHOWN = re.compile(r"\]\(pictures/(?P<name>[\w-]+\.svg)\)")
_ROLE = re.compile(r":(?:func|class|data|meth|attr|mod|exc):\s*<code>(?P<short>~?)(?P<path>[\w.]+)</code>")
_CODE = re.compile(r"^```python[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pictures that pages show to the files of the site."""
    for page in list(files.documentation_pages()):
        text = page.content_string
        names = sorted(set(_SHOWN.findall(text)))
        for name, drawn in _drawn(text, names).items() if names else ():
            files.append(File.generated(config, f"pictures/{name}", content=drawn))
    return files


def on_page_content(html: str, **_: object) -> str:
    """Return the page with names of functions and classes as names."""
    return _ROLE.sub(lambda found: f"<code>{_named(found['path'], short=bool(found['short']))}</code>", html)


def _named(path: str, *, short: bool) -> str:
    return path.rpartition(".")[2] if short else path.removeprefix("relmodels.")


def _drawn(text: str, names: list[str]) -> dict[str, bytes]:
    """Return the pictures that the code of a page saves."""
    mpl.use("Agg")
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            namespace: dict[str, object] = {"__name__": "__page__"}
            for block in _CODE.finditer(text):
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(block["body"], namespace)  # noqa: S102 - running the page's own code is the point
            return {name: (Path(folder) / name).read_bytes() for name in names}
        finally:
            os.chdir(here)
