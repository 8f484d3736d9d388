"""Write docs/taxonomy_tables.md from the tables; ``make papers`` runs it, and a test says if it was forgotten."""

from __future__ import annotations

from pathlib import Path

from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.development import dwyer, jackson, walter
from relmodels.drivers import five_phases, morgan_hunt
from relmodels.stakeholders.salience import SALIENCE_TYPES
from relmodels.stakeholders.tables import TAXONOMIES

DEVELOPMENT = (
    dwyer.PROCESS.stages,
    dwyer.DISSOLUTION.stages,
    dwyer.SUB_PROCESSES,
    dwyer.COMMITMENT,
    five_phases.WARNING_SIGNS,
    jackson.DETERMINANTS,
    jackson.REGIONS,
    walter.SUPPLIER_FUNCTIONS,
    walter.CUSTOMER_FUNCTIONS,
    walter.RELATIONSHIP_TYPES,
    morgan_hunt.CONSTRUCTS,
)
PAGE = Path(__file__).parents[1] / "docs" / "taxonomy_tables.md"
HEAD = """# All taxonomies

Every row of every published table, with the standing of its English and of its Russian name.
[Name stakeholders](taxonomies.md) says how to use them.
The page is written from the tables.
"""


def page() -> str:
    """Return the text of the page."""
    return HEAD + "".join(_section(table) for table in (*TAXONOMIES, SALIENCE_TYPES, *DEVELOPMENT))


def _section(table: Taxonomy) -> str:
    lines = [
        f"\n## {table.name}\n",
        f"\n{table.name_ru}; key `{table.key}`, version `{table.version}`.\n{table.source}\n",
    ]
    if table.groups:
        named = "; ".join(f"{group.name} ({group.name_ru})" for group in table.groups)
        lines.append(f"\nGroups: {named}.\n")
    lines.append("\n| code | name | по-русски | what is meant | standing |\n|---|---|---|---|---|\n")
    lines += [_row(table, depth, row) for depth, row in table.walk()]
    return "".join(lines)


def _row(table: Taxonomy, depth: int, row: Row) -> str:
    name = f"{'– ' * depth}{row.name}"
    if table.center == row.code:
        name = f"**{name}**"
    also = "".join(f"<br>{other.edition}: {other.name} ({other.standing})" for other in row.also)
    policy = row.trait("edge_policy")
    gloss = f"{row.gloss} ({policy})" if policy else row.gloss
    gloss += f"<br>{row.gloss_ru}" if row.gloss_ru else ""
    return f"| `{row.code}` | {name}{also} | {row.name_ru} | {gloss} | {row.standing}, {row.standing_ru} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
