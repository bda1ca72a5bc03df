"""What is published: changes of tables, and what became of them. Light, so that Dagster's definitions load without the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resources.protocols import Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Change", "Published"]


@dataclass(frozen=True)
class Change:
    """What one table becomes: rows to bring or replace by key, keys to retire, a scope to replace whole.

    `scope` (column → value or list): live rows in it whose key is not among the upserts are retired.
    """

    table: Table
    upserts: pl.DataFrame
    retire: Sequence[str] = ()
    scope: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Published:
    """What a publication did; `publication` is None where no row changed."""

    publication: int | None
    added: Mapping[str, int] = field(default_factory=dict)
    retired: Mapping[str, int] = field(default_factory=dict)
