"""From a study to one file: the page is set by a template and put in place whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import fields
from pathlib import Path

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, MissingExtra
from relmodels.core.periods import Duration, Rate
from relmodels.core.version import __version__
from relmodels.report import sections
from relmodels.report.findings import Money, Study, study

__all__ = ["refuse_place", "render", "save", "write"]


def write(
    summary: PurchaseSummary,
    path: str | os.PathLike[str],
    *,
    horizon: float | Duration | None = None,
    discount_rate: float | Rate = 0.15,
    margin: float = 1.0,
    currency: str = "",
    title: str | None = None,
    split: PurchaseSummary | None = None,
) -> Study:
    """Return the study of ``summary`` after writing its report to ``path`` as one self-contained HTML file.

    Args:
        summary: one row for each customer; with spend they are valued, with a holdout the forecast is tested.
        path: where the file goes; it appears whole or not at all.
        horizon: how far to look ahead, a number in ``summary.unit`` or a duration; one year by default.
        discount_rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
        margin: the share of an amount that is profit, 0 to 1; 1 values revenue.
        currency: written before amounts, for example ``"$"``.
        title: the heading of the report; what it is about by default.
        split: the same customers with a holdout, to test the forecast if ``summary`` has none.

    Raises:
        InvalidData: if the summary is empty or weighted, or the file cannot be written.
        InvalidParameters: if horizon, rate or margin are out of range.
        NotConverged: if the BG/NBD has no best parameters for these customers.
        MissingExtra: if the report's libraries are not installed.

    Examples:
        >>> import relmodels as rm, tempfile, pathlib
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 500, rng=1)
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "report.html"
        >>> write(summary, path).horizon
        52.0

    """
    terms = Money(discount_rate=discount_rate, margin=margin, currency=currency)
    found = study(summary, horizon=horizon, money=terms, split=split)
    save(render(found, title=title), path)
    return found


def render(found: Study, *, title: str | None = None, origin: str = "") -> str:
    """Return the report as HTML text; names of customers and files are escaped.

    Args:
        found: the results of :func:`relmodels.report.findings.study`.
        title: the heading of the report; what it is about by default.
        origin: where the purchases come from, for example the name of a file.

    Raises:
        MissingExtra: if jinja2 or matplotlib is not installed.

    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtra(library="jinja2", extra="report") from error
    page = sections.page(found, title=title, origin=origin)
    setting = Environment(loader=PackageLoader("relmodels.report"), autoescape=True, undefined=StrictUndefined)
    template = setting.get_template("report.html.jinja")
    return template.render({part.name: getattr(page, part.name) for part in fields(page)}, version=__version__)


def save(text: str, path: str | os.PathLike[str]) -> None:
    """Write ``text`` to ``path``: first to a temporary file beside it, which then takes its place in one step.

    The file may be read by whom the process lets read its files (the umask), or as before if it was there already.
    A symbolic link is followed.

    Raises:
        InvalidData: if the folder does not exist or cannot be written to, or something else than a file is in place.

    """
    refuse_place(path)
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        # Not by tempfile, whose files are private: here the system applies the umask.
        draft.touch(mode=0o666, exist_ok=False)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise InvalidData(message) from error
    try:
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode) & 0o666)
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise InvalidData(message) from error
    finally:
        draft.unlink(missing_ok=True)


def refuse_place(path: str | os.PathLike[str]) -> None:
    """Refuse a path at which there is something else than a file.

    Raises:
        InvalidData: if it is a folder, a device, a pipe, or a link that leads back to itself.

    """
    target = Path(path)
    if target.is_dir():
        message = f"{target} is a folder; name the file to write, for example {target / 'report.html'}"
        raise InvalidData(message)
    if (target.exists() and not target.is_file()) or Path(os.path.realpath(target)).is_symlink():
        message = f"{target} is no regular file but a device, a pipe or the like; name a file to write"
        raise InvalidData(message)
