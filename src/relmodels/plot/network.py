"""A network of relationships as a picture: the focal party in the middle, each group in a sector of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from relmodels.core.errors import MissingExtra
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.plot.canvas import FAINT, INK
from relmodels.stakeholders.coverage import matching
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.ties import Ties

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["network"]

_SIZE: Final = (10.0, 10.0)
_TEXT: Final = 8.5
_COLORS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8C6D1F", "#7B8794")
_OTHER: Final = ""
_OTHERS: Final[dict[Language, str]] = {"en": "Others", "ru": "Прочие"}
_GAP: Final = 0.8  # of a place, between two sectors
_REACH: Final = 1.74


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each node stands.

    Attributes:
        angle: of each node but the focal one.
        sector: the code each one stands under.
        order: the codes in the order of their sectors.

    """

    angle: dict[UUID, float]
    sector: dict[UUID, str]
    order: tuple[str, ...]


def network(
    relationships: RelationshipNetwork,
    *,
    taxonomy: Taxonomy = SCOPE,
    title: str | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Return a picture of the network: the focal party in the middle, the others around it, sector by sector.

    A sector holds the parties whose relationships a taxonomy files under one of its top-level kinds; who has no code of
    it stands under "Others", who has no relationship is not drawn. Lines are as thick as relationships are strong,
    dashed where they do not lead to the focal party.

    Args:
        relationships: take :meth:`~relmodels.stakeholders.network.RelationshipNetwork.as_of` first for one day.
        taxonomy: by whose top-level kinds the parties are gathered.
        title: above the picture.
        language: of names and sectors, where there are names in it.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> rows = {"key": ["1"], "name": ["Harbor Cafes"], "type": ["supplied_by"], "scope": ["scope.customers"]}
        >>> net = RelationshipNetwork.from_frame(rows, focal=Organization(name="Ladoga Coffee"), system="crm")
        >>> [text.get_text() for text in network(net).texts]
        ['Ladoga Coffee', 'Harbor Cafes']

    """
    ties = relationships.ties
    layout = _placed(ties, taxonomy)
    drawn = _square(ax)
    _draw_lines(drawn, ties, layout)
    _draw_nodes(drawn, ties, layout, language)
    _legend(drawn, layout, taxonomy, language)
    name = title if title is not None else ties.name(ties.focal, language)
    drawn.set_title(name, loc="left", fontsize=_TEXT + 4, fontweight="bold", color=INK)
    return drawn


def _placed(ties: Ties, taxonomy: Taxonomy) -> _Layout:
    sector = {node: _sector(ties, node, taxonomy) for node in ties.nodes if node != ties.focal and ties.of(node)}
    order = tuple(code for code in (*(row.code for row in taxonomy.roots), _OTHER) if code in sector.values())
    places = len(sector) + _GAP * len(order)
    angle: dict[UUID, float] = {}
    place = 0.0
    for code in order:
        for node in (node for node in sector if sector[node] == code):
            angle[node] = 2.0 * np.pi * place / places
            place += 1.0
        place += _GAP
    return _Layout(angle, sector, order)


def _sector(ties: Ties, node: UUID, taxonomy: Taxonomy) -> str:
    tops = [row.code for row in taxonomy.roots]
    found = {code for tie in ties.of(node) for code in matching(tie, taxonomy)}
    above = {code if not taxonomy.ancestors(code) else taxonomy.ancestors(code)[-1].code for code in found}
    return next((code for code in tops if code in above), _OTHER)


def _square(ax: Axes | None) -> Axes:
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            raise MissingExtra(library="matplotlib", extra="plot") from error
        _, ax = plt.subplots(figsize=_SIZE, layout="constrained")
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_xlim(-_REACH, _REACH)
    ax.set_ylim(-_REACH, _REACH)
    return ax


def _at(layout: _Layout, node: UUID) -> tuple[float, float]:
    angle = layout.angle.get(node)
    # Upwards first, then clockwise, as a clock is read.
    return (0.0, 0.0) if angle is None else (float(np.sin(angle)), float(np.cos(angle)))


def _color(layout: _Layout, node: UUID) -> str:
    return _color_of(layout, layout.sector[node])


def _draw_lines(ax: Axes, ties: Ties, layout: _Layout) -> None:
    for tie in ties.relationships:
        (x, y), (u, v) = _at(layout, tie.source_id), _at(layout, tie.target_id)
        width = 0.8 + 4.0 * (tie.strength.normalized if tie.strength is not None else 0.0)
        focal = ties.focal in {tie.source_id, tie.target_id}
        color = _color(layout, ties.other(tie, ties.focal)) if focal else FAINT
        ax.plot([x, u], [y, v], color=color, linewidth=width, alpha=0.45, linestyle="-" if focal else "--", zorder=1)


def _draw_nodes(ax: Axes, ties: Ties, layout: _Layout, language: Language) -> None:
    ax.scatter([0.0], [0.0], s=520, color=INK, zorder=3)
    middle = ax.text(0.0, -0.13, ties.name(ties.focal, language), ha="center", va="top", color=INK, zorder=4)
    middle.set(fontsize=_TEXT + 1.5, fontweight="bold")
    middle.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5})
    for node, angle in layout.angle.items():
        x, y = _at(layout, node)
        marker = "D" if ties.nodes[node].kind in {"brand", "symbol"} else "o"
        ax.scatter([x], [y], s=90, color=_color(layout, node), marker=marker, zorder=3, edgecolor="white")
        right = np.sin(angle) >= -1e-9
        turn = 90.0 - np.degrees(angle) if right else 270.0 - np.degrees(angle)
        text = ax.text(1.06 * x, 1.06 * y, ties.name(node, language), rotation=turn, rotation_mode="anchor", color=INK)
        text.set(fontsize=_TEXT, ha="left" if right else "right", va="center")


def _legend(ax: Axes, layout: _Layout, taxonomy: Taxonomy, language: Language) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", linestyle="", markersize=8, color=_color_of(layout, code)) for code in layout.order
    ]
    names = [taxonomy.label(code, language) if code else _OTHERS[language] for code in layout.order]
    made = ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, frameon=False)
    for text in made.get_texts():
        text.set_fontsize(_TEXT + 0.5)
        text.set_color(INK)


def _color_of(layout: _Layout, code: str) -> str:
    return _COLORS[-1] if code == _OTHER else _COLORS[layout.order.index(code) % (len(_COLORS) - 1)]
