"""Tables of the home itself: publications, watermarks, inventory, quarantine, gates, remembered facts.

They are not versioned and not part of the digest: times, run ids and file stamps live here.
"""

from dataclasses import dataclass

import sqlalchemy as sa

__all__ = ["Bookkeeping", "define_bookkeeping"]


@dataclass(frozen=True)
class Bookkeeping:
    """The tables, as SQLAlchemy sees them."""

    home: sa.Table
    publications: sa.Table
    watermarks: sa.Table
    files: sa.Table
    quarantine: sa.Table
    gates: sa.Table


def define_bookkeeping(metadata: sa.MetaData) -> Bookkeeping:
    """Define the tables on a metadata object."""
    text = sa.Text
    return Bookkeeping(
        home=sa.Table(
            "home", metadata, sa.Column("key", text, primary_key=True), sa.Column("value", text, nullable=False)
        ),
        publications=sa.Table(
            "publications",
            metadata,
            sa.Column("publication", sa.BigInteger, primary_key=True),
            sa.Column("asset", text, nullable=False),
            sa.Column("run_id", text, nullable=False),
            sa.Column("published_at", text, nullable=False),
            sa.Column("added", sa.BigInteger, nullable=False),
            sa.Column("retired", sa.BigInteger, nullable=False),
        ),
        watermarks=sa.Table(
            "watermarks",
            metadata,
            sa.Column("asset", text, primary_key=True),
            sa.Column("publication", sa.BigInteger, nullable=False),
            sa.Column("code_version", text, nullable=False),
        ),
        files=sa.Table(
            "files",
            metadata,
            sa.Column("path", text, primary_key=True),
            sa.Column("lane", text, nullable=False),
            sa.Column("size", sa.BigInteger, nullable=False),
            sa.Column("mtime_ns", sa.BigInteger, nullable=False),
            sa.Column("sha256", text, nullable=False),
        ),
        quarantine=sa.Table(
            "quarantine",
            metadata,
            sa.Column("id", text, primary_key=True),
            sa.Column("asset", text, nullable=False),
            sa.Column("stage", text, nullable=False),
            sa.Column("source", text, nullable=False),
            sa.Column("row", sa.BigInteger),
            sa.Column("reason", text, nullable=False),
            sa.Column("message", text, nullable=False),
        ),
        gates=sa.Table(
            "gates",
            metadata,
            sa.Column("asset", text, primary_key=True),
            sa.Column("check", text, primary_key=True),
            sa.Column("severity", text, nullable=False),
            sa.Column("passed", sa.Boolean, nullable=False),
            sa.Column("detail", text, nullable=False),
            sa.Column("run_id", text, nullable=False),
        ),
    )
