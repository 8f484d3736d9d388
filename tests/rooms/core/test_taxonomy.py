"""A taxonomy is a forest of rows in the order of its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.core.errors import InvalidData
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy

SOURCE = Reference(("Author, A.",), 1999, "A Table")


def taxonomy(*rows: Row) -> Taxonomy:
    return Taxonomy("a table", SOURCE, rows)


@st.composite
def forests(draw) -> Taxonomy:
    """Draw a forest whose rows stand in any order."""
    size = draw(st.integers(1, 12))
    parents = [""] + [draw(st.sampled_from(["", *(f"c{j}" for j in range(i))])) for i in range(1, size)]
    rows = [Row(f"c{i}", f"Kind {i}", parent=parent) for i, parent in enumerate(parents)]
    return taxonomy(*draw(st.permutations(rows)))


@given(forests())
def test_a_walk_meets_every_row_once_below_its_parent(table):
    """Walking the table yields each row once, after its parent, at the depth of its ancestors."""
    seen: list[str] = []
    for depth, row in table.walk():
        assert depth == len(table.ancestors(row.code))
        assert not row.parent or row.parent in seen
        seen.append(row.code)
    assert sorted(seen) == sorted(table.codes)


@given(forests())
def test_children_and_parents_are_each_others_inverse(table):
    """A row is among the children of its parent, and of nothing else; the edges list the same pairs."""
    for row in table:
        above = table.parent(row.code)
        assert (above is None) == (row in table.roots)
        assert above is None or row in table.children(above.code)
    pairs = {(child.code, row.code) for row in table for child in table.children(row.code)}
    assert pairs == set(table.edges)
    assert len(table.edges) == len(table) - len(table.roots)


@given(forests())
def test_leaves_are_the_rows_without_children(table):
    """Leaves have no children, all others have, and every walk from a root ends in leaves."""
    for row in table:
        assert (row in table.leaves) == (not table.children(row.code))


@given(forests())
def test_a_walk_from_a_row_meets_its_descendants_only(table):
    """Walking from a row yields exactly the rows that have it among their ancestors, and itself."""
    for start in table:
        met = {row.code for _, row in table.walk(start.code)}
        below = {row.code for row in table if start in table.ancestors(row.code)}
        assert met == below | {start.code}


def test_order_of_the_source_is_kept():
    """Iteration, roots, children and columns keep the order of the rows."""
    table = taxonomy(Row("b", "B", parent="x"), Row("x", "X"), Row("a", "A", parent="x"))
    assert [row.code for row in table] == ["b", "x", "a"] == list(table.codes)
    assert [row.code for row in table.children("x")] == ["b", "a"]
    assert [row.code for _, row in table.walk()] == ["x", "b", "a"]
    assert table.columns()["code"] == ("b", "x", "a")
    assert set(map(len, table.columns().values())) == {len(table)}


def test_thirty_rows_in_groups_are_thirty_leaves():
    """A table of thirty kinds in four groups has thirty leaves under four roots."""
    groups = {"classic": 3, "special": 14, "mega": 6, "nano": 7}
    rows = [Row(group, group.capitalize()) for group in groups]
    kinds = [group for group, size in groups.items() for _ in range(size)]
    rows += [Row(f"r{i:02}", f"R{i}", f"Р{i}", parent=group) for i, group in enumerate(kinds, 1)]
    table = taxonomy(*rows)
    assert len(table.leaves) == 30
    assert len(table.roots) == 4
    assert [len(table.children(group)) for group in groups] == [3, 14, 6, 7]
    assert table.ancestors("r30") == (table["nano"],)


def test_an_unknown_code_is_answered_with_the_nearest():
    """Looking up a code that is not there names the ones most like it."""
    table = taxonomy(Row("customers", "Customers"), Row("owners", "Owners"))
    assert "customers" in table
    assert "customer" not in table
    with pytest.raises(InvalidData, match="did you mean 'customers'"):
        table["customer"]
    with pytest.raises(InvalidData, match="did you mean"):
        table.children("nothing alike")


def test_every_fault_of_a_table_is_named():
    """Empty codes and names, codes used twice and parents that are no rows are named together."""
    with pytest.raises(InvalidData) as caught:
        taxonomy(Row("a", "A"), Row("a", " "), Row("", "C"), Row("d", "D", parent="z"))
    said = "\n".join(caught.value.problems)
    assert "rows[1].name is empty" in said
    assert "rows[2].code is empty" in said
    assert "rows[3].parent = 'z' is the code of no row" in said
    assert "code 'a' stands in 2 rows" in said
    assert len(caught.value.problems) == 4


def test_a_table_has_rows():
    """A taxonomy without rows is refused."""
    with pytest.raises(InvalidData, match="there are no rows"):
        taxonomy()


@pytest.mark.parametrize("parents", [("a",), ("b", "a"), ("b", "c", "a")], ids=len)
def test_circles_are_refused(parents):
    """Rows that are their own ancestors, directly or not, are named in a circle."""
    rows = [Row(code, code, parent=parent) for code, parent in zip("abc", parents, strict=False)]
    with pytest.raises(InvalidData, match=r"round in a circle: . → "):
        taxonomy(*rows, Row("z", "Z"))
