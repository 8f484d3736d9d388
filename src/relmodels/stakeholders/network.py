"""The network of relationships around one firm: who is there, how they are tied, and how all of it is read and written.

A network is a record: frozen, checked as a whole when it is made, written as JSON and read back. Every end of a
relationship must be one of its nodes, of a kind that the type allows; no identity stands twice; a relationship that 30R
calls a tie to a symbol must end at one. All faults are named at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeVar, overload
from uuid import UUID

from pydantic import ValidationError, model_validator

from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.party import Group, Node, Organization, Person
from relmodels.core.personal import PERSONAL_ID
from relmodels.core.record import Record, problems_of
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.frames.table import Table
from relmodels.stakeholders.coverage import Coverage, coverage, matching
from relmodels.stakeholders.interaction import Interaction
from relmodels.stakeholders.network_checks import check_network
from relmodels.stakeholders.network_exports import as_graphml, as_json_ld, as_networkx, as_table
from relmodels.stakeholders.network_merge import Conflict, Prefer, merged
from relmodels.stakeholders.network_rows import Rows, read_rows
from relmodels.stakeholders.relationship import Relationship
from relmodels.stakeholders.relationship_types import RELATIONSHIP_TYPES, RelationshipType
from relmodels.stakeholders.ties import AnyNode, Ties

__all__ = ["RelationshipNetwork"]

FrameT = TypeVar("FrameT")


class RelationshipNetwork(Record):
    """A focal party, the nodes around it, and the relationships between all of them.

    Attributes:
        focal_id: the identity of the party in the middle, one of ``nodes``.
        nodes: parties, brands and symbols.
        relationships: between any two of them.
        interactions: what happened within the relationships.
        types: a firm's own types of relationships, beside the ones the library brings.

    Examples:
        >>> from relmodels.stakeholders.relationship import Classification
        >>> firm, bank = Organization(name="Ladoga Coffee"), Organization(name="Neva Credit Bank")
        >>> loan = Relationship(
        ...     source_id=bank.id, target_id=firm.id, type="finances", classifications=Classification.of("r30")
        ... )
        >>> network = RelationshipNetwork(focal_id=firm.id, nodes=(firm, bank), relationships=(loan,))
        >>> RelationshipNetwork.from_json(network.to_json(personal="keep")) == network
        True

    """

    focal_id: Annotated[UUID, PERSONAL_ID]
    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    types: tuple[RelationshipType, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems("network")
        check_network(self.focal_id, self.nodes, self.relationships, self.interactions, self.types, problems)
        problems.raise_if_any()
        return self

    @classmethod
    def from_frame(
        cls,
        frame: object,
        *,
        focal: Person | Organization | Group,
        system: str,
        columns: Mapping[str, str] | None = None,
        taxonomies: Mapping[str, Taxonomy] | None = None,
        currency: str | None = None,
        scale: tuple[float, float] = (0, 10),
        method: str = "",
    ) -> Self:
        """Return the network of a table with one relationship a row, as a spreadsheet or a query of a CRM has it.

        The row tells what the other party is to the focal one: in ``type``, *supplies* means that it supplies the
        focal party, *supplied_by* that it is supplied. A row with another party in ``of`` is a tie to that one instead.
        A party may stand in several rows; what they say of it must agree. Columns that are not there are left empty,
        but ``key``, ``name`` and ``type`` are needed.

        Args:
            frame: any supported table.
            focal: the party in the middle.
            system: what the keys of the table are keys of; identities are made of it and stay the same.
            columns: where a column has another name than the one expected: ``key``, ``name``, ``name_ru``, ``kind``,
                ``country``, ``type``, ``of``, ``strength``, ``since``, ``until``, ``benefit``, ``cost``.
            taxonomies: columns with codes, blanks between them, and their taxonomy; by default each column that bears
                the key of a published taxonomy.
            currency: of benefits and costs, amounts a year.
            scale: the ends of the scale of strength.
            method: how strength was judged.

        Raises:
            InvalidData: naming every fault with its row and column.

        Examples:
            >>> rows = {
            ...     "key": ["1", "2"],
            ...     "name": ["Bank", "Cafe"],
            ...     "type": ["finances", "supplied_by"],
            ...     "thirty_r": ["r30", "r01"],
            ... }
            >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Ladoga Coffee"), system="crm")
            >>> [tie.codes("thirty_r") for tie in network.relationships]
            [('r30',), ('r01',)]

        """
        rules = Rows(
            system, dict(columns or {}), None if taxonomies is None else dict(taxonomies), currency, scale, method
        )
        nodes, relationships = read_rows(frame, focal, rules)
        try:
            return cls(focal_id=focal.id, nodes=nodes, relationships=relationships)
        except ValidationError as error:
            raise InvalidData(problems_of(cls, error)) from error

    @property
    def ties(self) -> Ties:
        """Return the network as lookups, made anew; keep it if you ask often."""
        inverses = {code: item.inverse for code, item in self.all_types.items()}
        return Ties(self.focal_id, {node.id: node for node in self.nodes}, self.relationships, inverses)

    @property
    def all_types(self) -> dict[str, RelationshipType]:
        """Return the types of relationships that may occur: the library's and the firm's own."""
        return {**RELATIONSHIP_TYPES, **{item.code: item for item in self.types}}

    def node(self, identity: UUID) -> AnyNode:
        """Return the node with an identity.

        Raises:
            InvalidParameters: if there is none.

        """
        for node in self.nodes:
            if node.id == identity:
                return node
        message = f"identity = {identity} is of no node of the network"
        raise InvalidParameters(message)

    def as_of(self, day: date) -> Self:
        """Return the network of a day: the relationships that hold on it, and what happened within them.

        All nodes stay, so that two days can be compared.
        """
        kept = tuple(tie for tie in self.relationships if tie.holds_on(day))
        return self._with(kept)

    def classified(self, taxonomy: Taxonomy, code: str, *, follow: bool = False) -> Self:
        """Return the network of the relationships that a taxonomy calls ``code``, or something within it.

        Args:
            taxonomy: published, or a firm's own.
            code: of a row or a group.
            follow: whether relationships count that are classified in another published taxonomy only, under a code
                that the crosswalk matches exactly, closely or with something broader.

        """
        wanted = frozenset(taxonomy.within(code))
        kept = tuple(tie for tie in self.relationships if matching(tie, taxonomy, follow=follow) & wanted)
        return self._with(kept)

    def _with(self, relationships: tuple[Relationship, ...]) -> Self:
        known = {tie.id for tie in relationships}
        happened = tuple(item for item in self.interactions if item.relationship_id in known)
        return self.model_copy(update={"relationships": relationships, "interactions": happened})

    def coverage(self, taxonomy: Taxonomy, *, follow: bool = False) -> Coverage:
        """Return which kinds of a taxonomy there are relationships of, and which none; see :class:`Coverage`."""
        return coverage(self.relationships, taxonomy, follow=follow)

    def check_codes(self, *taxonomies: Taxonomy) -> None:
        """Check classifications against a firm's own taxonomies.

        Raises:
            InvalidData: naming every code that a taxonomy of its key and version has not.

        """
        known = {(table.key, table.version): table for table in taxonomies}
        problems = Problems("network")
        for position, tie in enumerate(self.relationships):
            for item in tie.classifications:
                table = known.get((item.taxonomy, item.version))
                if table is not None and item.code not in table:
                    problems.add(
                        f"relationships[{position}] is classified as {item.code!r}, which is no code of {table.name!r}"
                    )
        problems.raise_if_any()

    def merge(self, other: RelationshipNetwork, *, prefer: Prefer = "mine") -> tuple[Self, tuple[Conflict, ...]]:
        """Return the network of both, and every field on which they disagree.

        Nodes and relationships are the same if they share an identity, or an external id. Empty fields are filled from
        the other network; where both say something different, ``prefer`` decides, and the conflict is reported.

        Args:
            other: a network of the same focal party.
            prefer: whose word counts where both differ: ``"mine"`` or ``"theirs"``.

        """
        update, conflicts = merged(self, other, prefer)
        return type(self).model_validate(
            {**{name: getattr(self, name) for name in type(self).model_fields}, **update}
        ), conflicts

    def table(self, language: Language = "en") -> Table:
        """Return the relationships as a table, one a row, with the names of both ends and their codes."""
        return as_table(self.ties, language)

    @overload
    def to_frame(self, like: None = None) -> Table: ...
    @overload
    def to_frame(self, like: FrameT) -> FrameT: ...
    def to_frame(self, like: object = None) -> object:
        """Return :meth:`table` as a frame of the same kind as ``like``, or of the kind it names."""
        return self.table().to_frame(like=like)

    def to_networkx(self) -> object:
        """Return a ``networkx.MultiDiGraph``: a node for each party, an edge for each relationship, with their fields.

        Raises:
            MissingExtra: if networkx is not installed.

        """
        return as_networkx(self.ties)

    def to_graphml(self, personal: Literal["leave_out", "keep"] = "leave_out") -> str:
        """Return the network as GraphML text, which drawing programs read; names of persons are left out by default.

        Raises:
            MissingExtra: if networkx is not installed.

        """
        return as_graphml(self.ties, keep=personal == "keep")

    def to_json_ld(self, personal: Literal["leave_out", "keep"] = "leave_out") -> str:
        """Return the network as JSON-LD in the words of schema.org: each relationship is a Role between two parties."""
        return as_json_ld(self.ties, keep=personal == "keep")
