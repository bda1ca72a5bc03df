"""Tables of the tags stage."""

from resources.protocols import Column, Table

__all__ = ["TABLES", "TAG_LEAVES", "TAG_NODES", "TAG_TREES"]

TAG_TREES = Table(
    "tag_trees",
    "tags",
    "tree_id",
    "One tree: a profile on a day (policy: one tree over all days).",
    (
        Column("tree_id", "text", "<profile>@<day>, or <profile> for an unpartitioned one"),
        Column("profile", "text", "news, research, policy or a user's own"),
        Column("subject", "text", "subject of the profile, e.g. 原油; null: every document", null=True),
        Column("day", "date", "publish day, null for an unpartitioned tree", null=True),
        Column("engine", "text", "extractive, or the registry names of the models that spoke, joined by +"),
        Column("basis_id", "text", "vector basis that grouped it"),
        Column("stats", "json", "{slices, levels, excluded: {reason: count}, chat_calls, embed_calls}"),
    ),
    indexes=(("profile", "day"),),
)

TAG_NODES = Table(
    "tag_nodes",
    "tags",
    "node_id",
    "One tag in one tree.",
    (
        Column("node_id", "text", "hash of (tree_id, tag_id)"),
        Column("tree_id", "text", "tree it stands in"),
        Column("tag_id", "text", "stable from day to day"),
        Column("parent_id", "text", "tag_id of its parent, null for a root", null=True),
        Column("level", "int", "1 for a root, one more for each step down"),
        Column("ordinal", "int", "place among its siblings"),
        Column("label", "text", "2 to 12 characters, unique among siblings"),
        Column("summary", "text", "extractive or model summary of its leaves"),
        Column("n_leaves", "int", "slices below it, repeats included"),
    ),
    indexes=(("tree_id",), ("tag_id",)),
)

TAG_LEAVES = Table(
    "tag_leaves",
    "tags",
    "leaf_id",
    "One slice under one tag.",
    (
        Column("leaf_id", "text", "hash of (tree_id, tag_id, slice_id)"),
        Column("tree_id", "text", "tree it stands in"),
        Column("tag_id", "text", "deepest tag that holds it"),
        Column("slice_id", "text", "the slice"),
        Column("doc_id", "text", "document of the slice"),
        Column("ordinal", "int", "place under its tag"),
        Column("summary", "text", "the sentence of the slice that says most, verbatim"),
        Column(
            "tags",
            "json",
            "recommended tags of the slice, best first: verbatim phrases of it, or a model's, supported by its words",
        ),
    ),
    indexes=(("tree_id",), ("slice_id",)),
)

TABLES = (TAG_TREES, TAG_NODES, TAG_LEAVES)
