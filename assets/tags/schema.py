"""Tables of the tags stage."""

from resources.protocols import Column, Table

__all__ = [
    "RELEVANCE_MODELS",
    "TABLES",
    "TAG_EVENTS",
    "TAG_LEAVES",
    "TAG_NODES",
    "TAG_RELEVANCE",
    "TAG_REVIEWS",
    "TAG_TREES",
    "TAG_VOCABULARY",
]

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
        Column(
            "recipe",
            "text",
            "hash of profile, models and method: a tree of the same recipe grows on, one of another is grown anew",
            null=True,
        ),
        Column(
            "stats",
            "json",
            "{slices, levels, tags, other, unassigned, excluded: {reason: count}, steps, chat_calls, embed_calls}",
        ),
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
        Column("named_by", "text", "profile, fact, model, or auto: a keyphrase of its leaves", null=True),
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

TAG_EVENTS = Table(
    "tag_events",
    "tags",
    "event_id",
    "What became of a tag, in the publication that added the row.",
    (
        Column("event_id", "text", "hash of what the event says"),
        Column("tree_id", "text", "tree in which it was seen"),
        Column("profile", "text", "profile of the tree"),
        Column("day", "date", "publish day of the tree, null for an unpartitioned one", null=True),
        Column("kind", "text", "new, merged, split, renamed, retired, or joined: a label that is taken for another"),
        Column("tag_id", "text", "the tag; null for joined labels", null=True),
        Column("label", "text", "its label now, or its last one; of joined labels the one that stands"),
        Column("label_before", "text", "its label before, or the label that was joined", null=True),
        Column("other_tag_ids", "json", "tags that it went to or came from"),
        Column("evidence", "json", "{slices: [slice_id, ten at most], n: how many slices}"),
    ),
    indexes=(("tree_id",), ("tag_id",), ("profile", "day")),
)

TAG_REVIEWS = Table(
    "tag_reviews",
    "tags",
    "review_id",
    "What a person answered to one question about a tree; an answer given again takes the place of the earlier one.",
    (
        Column("review_id", "text", "hash of (question_id, decided_by)"),
        Column("question_id", "text", "hash of (tree_id, kind, tag_id, other_id)"),
        Column("tree_id", "text", "tree that was judged"),
        Column("profile", "text", "profile of the tree"),
        Column("day", "date", "publish day of the tree, null for an unpartitioned one", null=True),
        Column("kind", "text", "label_fits, leaf_belongs or siblings_same"),
        Column("tag_id", "text", "tag that was judged"),
        Column("label", "text", "its label then"),
        Column("other_id", "text", "slice_id of the leaf, or tag_id of the sibling", null=True),
        Column("other_label", "text", "label of the sibling then", null=True),
        Column("answer", "text", "yes, no, unsure or forbidden (the label is not to be used)"),
        Column("better", "text", "the name that the person would give", null=True),
        Column("note", "text", "what the person wrote beside it", null=True),
        Column("decided_by", "text", "who answered"),
        Column("decided_at", "text", "when the answers were taken in, UTC"),
    ),
    indexes=(("profile", "day"), ("tree_id",)),
)

TAG_VOCABULARY = Table(
    "tag_vocabulary",
    "tags",
    "vocabulary_id",
    "What people decided on names of tags: it holds whatever the texts say, until it is decided anew.",
    (
        Column("vocabulary_id", "text", "hash of (profile, term), for apart with the other term too"),
        Column("profile", "text", "profile that it holds for"),
        Column("term", "text", "a label"),
        Column(
            "canonical", "text", "the label to use instead, for apart the other label; null where forbidden", null=True
        ),
        Column(
            "decision",
            "text",
            "joined (a synonym), preferred (a better name), apart (not the same, never joined) or forbidden",
        ),
        Column("decided_by", "text", "who decided"),
        Column("decided_at", "text", "when the decision was taken in, UTC"),
    ),
    indexes=(("profile", "term"),),
)

TAG_RELEVANCE = Table(
    "tag_relevance",
    "tags",
    "decision_id",
    "Whether a document belongs to the subject of a tree, and what decided it; trees without a subject have none.",
    (
        Column("decision_id", "text", "hash of (tree_id, doc_id)"),
        Column("tree_id", "text", "tree that it was decided for"),
        Column("profile", "text", "profile of the tree"),
        Column("day", "date", "publish day of the tree, null for an unpartitioned one", null=True),
        Column("doc_id", "text", "the document"),
        Column("relevant", "bool", "whether its slices may stand in the tree"),
        Column("score", "float", "0 to 1; with a trained model a probability"),
        Column("threshold", "float", "score from which on a document is relevant, where no title rule decides"),
        Column(
            "rule",
            "text",
            "title_drop, title_keep, title_names, text_names, near, nothing (names and nearness), model or judge",
        ),
        Column("engine", "text", "keywords, linear, or linear+NAME of the model that judged"),
        Column("reasons", "json", "[[pattern, name, token or nearness, its part in the score]], the weightiest first"),
    ),
    indexes=(("tree_id",), ("doc_id",)),
)

RELEVANCE_MODELS = Table(
    "relevance_models",
    "tags",
    "profile",
    "The relevance model of a profile as it was trained last; its weights are in the home, in profiles/.",
    (
        Column("profile", "text", "the profile"),
        Column("fingerprint", "text", "hash of method, labels and vocabulary: trees of another one are grown anew"),
        Column("basis_id", "text", "basis of vectors that it was trained over"),
        Column("n_labels", "int", "labels that it was trained on"),
        Column("n_positive", "int", "those of them that say yes"),
        Column("auc", "float", "area under the ROC curve by five-fold cross-validation"),
        Column("threshold", "float", "probability from which on a document is relevant"),
        Column("trained_by", "text", "who trained it"),
        Column("trained_at", "text", "when, UTC"),
    ),
)

TABLES = (RELEVANCE_MODELS, TAG_TREES, TAG_NODES, TAG_LEAVES, TAG_EVENTS, TAG_RELEVANCE, TAG_REVIEWS, TAG_VOCABULARY)
