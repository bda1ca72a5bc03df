"""Tables of the records stage."""

from resources.protocols import Column, Table

__all__ = [
    "CLAUSES",
    "CLAUSE_PARTS",
    "DOCUMENTS",
    "MARKET_MOVES",
    "MENTIONS",
    "POLICY_FACTS",
    "QUALITY",
    "RULEBOOKS",
    "SENTIMENTS",
    "SLICES",
    "TABLES",
]

DOCUMENTS = Table(
    "documents",
    "records",
    "doc_id",
    "One knowledge document: the source row joined with its near-duplicate family and its defects.",
    (
        Column("doc_id", "text", "as in sources"),
        Column("lane", "text", "rulebooks, policies, news or research"),
        Column("title", "text", "as in sources"),
        Column("source", "text", "who published it", null=True),
        Column("published", "text", "publication moment, ISO 8601", null=True),
        Column("published_date", "date", "publication day in Asia/Shanghai", null=True),
        Column("path", "text", "source file relative to the corpora root"),
        Column("row", "int", "line in a feed", null=True),
        Column("source_id", "text", "the feed's own id", null=True),
        Column("sha256", "text", "hash of the stored text"),
        Column("n_chars", "int", "length of the stored text", unit="code points"),
        Column("duplicate_of", "text", "doc_id of the earliest of its family, null for that one", null=True),
        Column("supersedes", "text", "doc_id that this one replaced", null=True),
        Column("quality_score", "float", "1 minus the weighted share of characters with defects, 0 to 1"),
        Column("defects", "json", "list of {code, severity, start, end}, at most 50, worst first"),
        Column(
            "fingerprint", "text", "hash of the folded text and its smallest shingle hashes, to find near-duplicates"
        ),
    ),
    indexes=(("lane", "published_date"), ("duplicate_of",)),
)

CLAUSES = Table(
    "clauses",
    "records",
    "clause_id",
    "One clause 文章名|章节|条目|内容: an article (条), numbered clause (3.2.7) or numbered paragraph (一、) of a document.",
    (
        Column("clause_id", "text", "hash of (doc_id, start, end)"),
        Column("doc_id", "text", "document it stands in"),
        Column("ordinal", "int", "place in the document, counted from 0"),
        Column("document", "text", "title of the document without the version suffix"),
        Column("version", "text", "version suffix of the title or the date it was adopted", null=True),
        Column("part", "text", "编 as printed, e.g. 第一编 总则", null=True),
        Column("chapter", "text", "章 as printed, one blank between number and name", null=True),
        Column("section", "text", "节 as printed", null=True),
        Column("heading", "text", "heading without 第X章 that stands above it, e.g. 附则 or 一、管辖", null=True),
        Column("article", "text", "label without blanks inside, e.g. 第二百三十四条之一", null=True),
        Column("article_number", "int", "number of the article", null=True),
        Column("article_sub", "int", "number after 之, 0 for none"),
        Column("text", "text", "stored text of the clause without its label"),
        Column("start", "int", "first code point of the text, label excluded", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("label_start", "int", "first code point of the label", unit="code points"),
        Column("zone", "text", "body, preamble, appendix or amendment"),
        Column("page", "int", "page of the document that it begins on, counted from 1", null=True),
    ),
    indexes=(("doc_id", "ordinal"), ("document",)),
)

CLAUSE_PARTS = Table(
    "clause_parts",
    "records",
    "part_id",
    "A 款 or 项 of an over-long clause, with its parent; together the parts hold all of the clause's text.",
    (
        Column("part_id", "text", "hash of (doc_id, part, start, end)"),
        Column("clause_id", "text", "clause that it is a part of"),
        Column("doc_id", "text", "document it stands in"),
        Column("ordinal", "int", "place in the clause, counted from 0"),
        Column("label", "text", "第二款 or 第二款第（三）项; several parts share it where one is over-long itself"),
        Column("start", "int", "first code point", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("text", "text", "stored text between start and end"),
    ),
    indexes=(("clause_id", "ordinal"), ("doc_id",)),
)

RULEBOOKS = Table(
    "rulebooks",
    "records",
    "doc_id",
    "One rulebook as a whole: its version and days, its names, what it repeals, and what of its text is in no clause.",
    (
        Column("doc_id", "text", "document it is"),
        Column("document", "text", "title without the version suffix"),
        Column("version", "text", "version suffix of the title or the date it was adopted", null=True),
        Column("adopted_date", "date", "last day of adoption, revision or publication that its head names", null=True),
        Column("effective_date", "date", "day from which this version applies, where that is said", null=True),
        Column("effective_origin", "text", "sidecar, title, head, text or publication: where that is said", null=True),
        Column("number", "text", "document number in its head, e.g. 某发〔2023〕12号", null=True),
        Column("aliases", "json", "short names that its sidecar lists"),
        Column("names", "json", "list of [title, short name] that its text gives (以下简称)"),
        Column("repeals", "json", "older rules that its last clauses repeal: list of {title, day}"),
        Column("n_clauses", "int", "number of its clauses"),
        Column("clause_chars_p99", "int", "length that 99 of 100 of its clauses stay within", unit="code points"),
        Column("dropped", "json", "stretches in no clause: list of {start, end, reason}"),
        Column(
            "accounted_ratio", "float", "share of its visible characters that a clause or a reason accounts for, 0 to 1"
        ),
    ),
    indexes=(("document",),),
)

SLICES = Table(
    "slices",
    "records",
    "slice_id",
    "One slice of a policy notice, news item or research note, cut on line breaks; shorter than 50 characters joined by r1 and r2.",
    (
        Column("slice_id", "text", "hash of (doc_id, start, end)"),
        Column("doc_id", "text", "document it stands in"),
        Column("lane", "text", "lane of the document"),
        Column("published_date", "date", "day of the document", null=True),
        Column("ordinal", "int", "place in the document, counted from 0"),
        Column("heading", "text", "nearest heading above it", null=True),
        Column("start", "int", "first code point", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("text", "text", "stored text between start and end"),
        Column("sha256", "text", "SHA-256 (hex) of the text's UTF-8 bytes"),
        Column("joined", "json", "how short pieces were joined: list of {start, end, r1, r2, to}"),
    ),
    indexes=(("doc_id", "ordinal"), ("lane", "published_date")),
)

MENTIONS = Table(
    "mentions",
    "records",
    "mention_id",
    "One mention of a product, contract, institution, person, percentage, price, amount or date.",
    (
        Column("mention_id", "text", "hash of (doc_id, kind, start, end)"),
        Column("doc_id", "text", "document it stands in"),
        Column("kind", "text", "product, contract, institution, person, percent, price, amount, number or date"),
        Column("start", "int", "first code point", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("surface", "text", "as written"),
        Column(
            "value",
            "text",
            "normalised: product code, SC2406, plain decimal, ISO date or interval, full name; null where it is not said",
            null=True,
        ),
        Column("unit", "text", "%, 元/桶, 美元/桶, 元/吨, 手, …", null=True),
        Column("direction", "text", "up, down or null, where the words about a figure say so", null=True),
        Column("product", "text", "product code that a contract is of, 主力合约 included", null=True),
        Column("role", "text", "title of a person as written, e.g. 首席分析师", null=True),
    ),
    indexes=(("doc_id", "start"), ("kind", "value")),
)

POLICY_FACTS = Table(
    "policy_facts",
    "records",
    "fact_id",
    "One rule change that a notice states: issuer × product × contract scope × item × detail × effective.",
    (
        Column("fact_id", "text", "hash of (doc_id, start, end, product, item, detail, scope)"),
        Column("doc_id", "text", "notice that states it"),
        Column("ordinal", "int", "place in the notice, counted from 0"),
        Column("published_date", "date", "day of the notice", null=True),
        Column("issuer", "text", "who decided, full simplified name", null=True),
        Column("issuer_level", "text", "exchange, regulator, broker or other"),
        Column("product", "text", "simplified, without 期货; 全部品种 for all", null=True),
        Column("scope", "text", "all, list, all_but, new_only or range"),
        Column("contracts", "json", "four-digit contract months that the scope names"),
        Column("item", "text", "fee, margin, price_limit, position_limit, delivery or other"),
        Column("detail", "text", "parts joined by ；, null for the plain item", null=True),
        Column("old", "decimal", "value replaced, only where stated", null=True),
        Column("new", "decimal", "value that applies", null=True),
        Column("unit", "text", "unit as written", null=True),
        Column("effective_date", "date", "trading day from which it applies, only where stated", null=True),
        Column("effective_point", "text", "settlement, day_session or night_session", null=True),
        Column("effective_condition", "text", "clause that stands for the date", null=True),
        Column("has_until", "bool", "whether an end is stated"),
        Column("until_date", "date", "last day", null=True),
        Column("until_point", "text", "settlement, day_session or night_session", null=True),
        Column("until_condition", "text", "clause that stands for the end", null=True),
        Column("start", "int", "first code point of the sentence or table row", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("sha256", "text", "SHA-256 (hex) of that span's UTF-8 bytes"),
    ),
    indexes=(("doc_id",), ("product", "item")),
)

MARKET_MOVES = Table(
    "market_moves",
    "records",
    "move_id",
    "The move of one symbol on one day on one basis.",
    (
        Column("move_id", "text", "symbol@date@basis, made unique by the source file where two hold the same"),
        Column("symbol", "text", "as in the file"),
        Column("product", "text", "product code in upper case where the symbol names one", null=True),
        Column("date", "date", "trading day"),
        Column("basis", "text", "settle_vs_prev_settle, close_vs_prev_settle or close_vs_prev_close"),
        Column(
            "move_pct", "decimal", "(value − previous) / previous × 100, half-even to 6 decimals, for show", unit="%"
        ),
        Column("value", "decimal", "settlement or close", unit="as quoted"),
        Column("previous", "decimal", "what it is compared with", unit="as quoted"),
        Column("is_main", "bool", "main contract of its product that day, by open interest, then volume"),
        Column("doc_id", "text", "bar that holds the value"),
        Column(
            "previous_doc_id",
            "text",
            "bar that holds the previous value, null where the row states it itself",
            null=True,
        ),
        Column(
            "gap_days",
            "int",
            "calendar days since the bar before of the same symbol and file: over 1 behind weekends and holidays",
            unit="days",
            null=True,
        ),
        Column(
            "at_limit",
            "text",
            "up (涨停) or down (跌停): the close equals the limit price that the row states; null where none is stated or it is not",
            null=True,
        ),
    ),
    indexes=(("symbol", "date"), ("date",)),
)

SENTIMENTS = Table(
    "sentiments",
    "records",
    "sentiment_id",
    "How one slice sounds: as a whole, and for each product, contract, institution and person that it names.",
    (
        Column("sentiment_id", "text", "hash of (slice_id, target_kind, target_value)"),
        Column("doc_id", "text", "document it stands in"),
        Column("slice_id", "text", "slice that is judged"),
        Column("lane", "text", "lane of the document"),
        Column("published_date", "date", "day of the document", null=True),
        Column("target_kind", "text", "product, contract, institution or person; null for the whole slice", null=True),
        Column("target_value", "text", "value of the mention that is judged; null for the whole slice", null=True),
        Column("label", "text", "positive, negative or neutral"),
        Column("score", "decimal", "from -1 (bad) to 1 (good), four decimals"),
        Column("evidence", "json", "what speaks for it: list of {start, end, weight}, weight in hundredths"),
        Column("start", "int", "first code point of the slice, or of the target's first mention", unit="code points"),
        Column("end", "int", "one past the last code point", unit="code points"),
        Column("sha256", "text", "SHA-256 (hex) of that span's UTF-8 bytes"),
    ),
    indexes=(("slice_id",), ("target_kind", "target_value"), ("lane", "published_date")),
)

QUALITY = Table(
    "quality",
    "records",
    "quality_id",
    "How clean the documents of one source, lane and day are.",
    (
        Column("quality_id", "text", "hash of (lane, source, published_date)"),
        Column("lane", "text", "rulebooks, policies, news or research"),
        Column("source", "text", "who published them", null=True),
        Column("published_date", "date", "publication day in Asia/Shanghai", null=True),
        Column("documents", "int", "number of documents"),
        Column("chars", "int", "length of their texts", unit="code points"),
        Column("score_mean", "float", "mean quality score, 0 to 1, six decimals"),
        Column("score_least", "float", "lowest quality score among them"),
        Column("defects", "json", "defects by code, at most 50 of a document counted"),
    ),
    indexes=(("lane", "published_date"),),
)

TABLES = (
    DOCUMENTS,
    CLAUSES,
    CLAUSE_PARTS,
    RULEBOOKS,
    SLICES,
    MENTIONS,
    POLICY_FACTS,
    MARKET_MOVES,
    SENTIMENTS,
    QUALITY,
)
