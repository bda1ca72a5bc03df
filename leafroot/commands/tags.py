"""tags: a tree, a tag through the days, two days compared, measures, and what people say of a tree."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leafroot.console import Context, cut, emit, facts, say, table, write_file
from resources.errors import UsageError

if TYPE_CHECKING:
    from leafroot.answers import Tag, TagQuality, TagReviewed
    from leafroot.api import Leafroot

__all__ = ["register"]

tags_app = typer.Typer(help="Print the tag tree of a profile on a day.", rich_markup_mode=None)
Profile = Annotated[str, typer.Option(help="news, research, policy or a profile of the configuration.")]
Day = Annotated[str | None, typer.Option(help="Day; default: the newest.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tags_app.callback(invoke_without_command=True)(tags)
    tags_app.command("trend")(trend)
    tags_app.command("compare")(compare)
    tags_app.command("quality")(quality)
    tags_app.command("review")(review)
    app.add_typer(tags_app, name="tags")


def opened(ctx: typer.Context) -> Leafroot:
    """Open the home; it is closed behind the command."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    return home


def tags(
    ctx: typer.Context,
    profile: Annotated[
        str | None, typer.Option(help="news, research, policy or a profile of the configuration.")
    ] = None,
    date: Day = None,
    subject: Annotated[str | None, typer.Option(help="Subject of the profile, checked.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write one offline HTML page, other days included.")] = None,
    graphml: Annotated[Path | None, typer.Option(help="Also write GraphML.")] = None,
    jsonld: Annotated[Path | None, typer.Option(help="Also write JSON-LD.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Also write a picture.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also write the picture as PNG.")] = None,
) -> None:
    """Print the tag tree of a profile on a day."""
    if ctx.invoked_subcommand is not None:
        return
    if profile is None:
        raise UsageError("tags needs --profile news, research, policy or a profile of the configuration.")
    home = opened(ctx)
    answer = home.tags(profile, date, subject=subject)
    if html or graphml or jsonld or svg or png:
        from assets.tags.export import to_graphml, to_html, to_jsonld, to_svg
        from assets.tags.query import page_of

        tree = answer.model_dump()
        if html is not None:
            write_file(html, to_html(tree, **page_of(home.reader, tree)))
            say(f"written: {html}")
        for path, make in ((graphml, to_graphml), (jsonld, to_jsonld), (svg, to_svg)):
            if path is not None:
                write_file(path, make(tree))
                say(f"written: {path}")
        write_png(png, to_svg(tree))

    def show() -> str:
        engine = "抽取式引擎" if answer.engine == "extractive" else answer.engine
        head = " ".join(part for part in (answer.profile, answer.subject, answer.date) if part)
        body = "\n".join(line for root in answer.roots for line in tree_lines(root, ""))
        left = "，".join(f"{reason} {n}" for reason, n in answer.stats.excluded.items())
        return f"{head}（{engine}）\n{body}\n{answer.stats.slices} slices, excluded: {left or 'none'}"

    emit(ctx.obj, answer, show)


def write_png(path: Path | None, picture: str) -> None:
    """Write a picture as PNG where one was asked for."""
    if path is None:
        return
    from assets.reports.render.pdf import svg_to_png

    try:
        path.write_bytes(svg_to_png(picture))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); choose another file.") from None
    say(f"written: {path}")


def tree_lines(tag: Tag, indent: str) -> list[str]:
    """Return the lines of a tag and what is below it."""
    lines = [f"{indent}{tag.label} ({tag.n_leaves})  {cut(tag.summary, 70)}"]
    for child in tag.children:
        lines += tree_lines(child, indent + "  ")
    return lines


def trend(
    ctx: typer.Context,
    tag: Annotated[str, typer.Argument(help="Id or label of a tag.")],
    profile: Annotated[str | None, typer.Option(help="Only this profile.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Also write a picture of the lines.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also write the picture as PNG.")] = None,
) -> None:
    """Print how many slices stand under a tag on each day."""
    answer = opened(ctx).tag_trend(tag, profile=profile)
    if svg or png:
        from assets.tags.export import to_trend_svg

        picture = to_trend_svg(answer.model_dump())
        if svg is not None:
            write_file(svg, picture)
            say(f"written: {svg}")
        write_png(png, picture)

    def show() -> str:
        rows = [
            [
                " › ".join(one.path),
                one.profile,
                point.date or "",
                point.n_leaves,
                f"{point.share_pct} %",
                one.tag_id[:12],
            ]
            for one in answer.tags
            for point in one.points
        ]
        return table(["tag", "profile", "day", "slices", "share", "id"], rows)

    emit(ctx.obj, answer, show)


def compare(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(help="A day.")],
    after: Annotated[str, typer.Argument(help="Another day.")],
    profile: Profile,
) -> None:
    """Print what is new, gone, grown, shrunk and renamed between two days."""
    answer = opened(ctx).tag_compare(profile, before, after)

    def show() -> str:
        rows = [
            [name, " › ".join(one.path), one.before, one.after, (one.model_extra or {}).get("label_before", "")]
            for name in ("new", "gone", "grown", "shrunk", "renamed")
            for one in getattr(answer, name)
        ]
        headers = ["", "tag", answer.before, answer.after, "was named"]
        return f"{table(headers, rows, empty='No tag changed.')}\n{answer.same} as they were; {answer.kept_pct} % of the tags of {answer.before} kept"

    emit(ctx.obj, answer, show)


def quality(
    ctx: typer.Context,
    profile: Profile,
    date: Day = None,
    labels: Annotated[
        Path | None,
        typer.Option(help='File of {"text" | "slice_id" | "doc_id" | "id" | "path" and "row", "label"} lines.'),
    ] = None,
) -> None:
    """Measure a tree: shape, coverage, support and distinctness of tags, stability; agreement with labels."""
    answer = opened(ctx).tag_quality(profile, date, labels=labels)
    emit(ctx.obj, answer, lambda: measures(answer))


def measures(answer: TagQuality) -> str:
    """Return the measures for a person."""
    lines: dict[str, Any] = {"tree": f"{answer.profile} {answer.date or ''}".strip()}
    for part in ("shape", "coverage", "support", "distinct", "stability"):
        for name, value in (getattr(answer, part) or {}).items():
            if not isinstance(value, list):
                lines[f"{part} {name.replace('_', ' ')}"] = _said(value)
    for kind, counts in answer.reviews.items():
        lines[f"people: {kind.replace('_', ' ')}"] = _said(counts)
    for name, value in (answer.labels or {}).items():
        lines[f"labels {name.replace('_', ' ')}"] = _said(value)
    return facts(lines)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items()) or "none"
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def review(
    ctx: typer.Context,
    profile: Annotated[str | None, typer.Option(help="Profile whose tree is judged.")] = None,
    date: Day = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Sheet to write: .csv or .xlsx.")] = None,
    size: Annotated[int, typer.Option(help="Questions at most.")] = 120,
    filled: Annotated[Path | None, typer.Option("--import", help="Filled sheet to take in.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who answered.")] = None,
) -> None:
    """Write a sheet of questions about a tree for people, or take their answers in."""
    if filled is not None:
        if by is None:
            raise UsageError("--import needs --by NAME: answers are kept with the name of the person.")
        taken = take_answers(ctx, filled, by)
        emit(ctx.obj, taken, lambda: reviewed(taken))
        return
    if profile is None:
        raise UsageError("tags review needs --profile P to write a sheet, or --import FILE --by NAME to take one in.")
    if size < 1:
        raise UsageError(f"--size {size}: ask for at least one question.")
    answer = opened(ctx).tag_questions(profile, date, size=size)
    if output is not None:
        from assets.tags.judge.tables import write_sheet

        write_sheet(output, answer.rows)
        answer.path = str(output)
        say(f"written: {output}")

    def show() -> str:
        rows = [
            [one["asked"], one["label"], one["other_label"], cut(" / ".join(one["quotes"]), 60)] for one in answer.rows
        ]
        return f"{table(['question', 'label', 'sibling', 'text'], rows, empty='No tag to judge.')}\n{answer.rule}"

    emit(ctx.obj, answer, show)


def take_answers(ctx: typer.Context, filled: Path, by: str) -> TagReviewed:
    """Publish the answers of a sheet and what they decide on names, in the way that every change of a home is published."""
    from assets.catalogue import TABLES
    from assets.tags.judge.tables import read_answers
    from assets.tags.judge.verdicts import decisions_of, reviews_of, unless_known
    from assets.tags.schema import TAG_REVIEWS, TAG_VOCABULARY
    from leafroot import answers
    from resources.frames import frame_of
    from resources.lock import hold_home
    from resources.store import Change, Store

    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    reader = opened(ctx).reader
    reviews, left = reviews_of(filled.name, read_answers(filled), by=by, at=at)
    decided = decisions_of(reviews)
    kept = [
        (kind, unless_known(rows, reader.rows(kind.name), kind.key))
        for kind, rows in ((TAG_REVIEWS, reviews), (TAG_VOCABULARY, decided))
    ]
    context: Context = ctx.obj
    with hold_home(context.home, "leafroot tags review"):
        store = Store(context.home, TABLES)
        try:
            changes = [
                Change(kind, frame_of(kind, [tuple(row[name] for name in kind.names) for row in rows]))
                for kind, rows in kept
            ]
            store.publish("leafroot/tag_reviews", changes, code_version="1", seen=store.publication())
            publication = store.publication()
        finally:
            store.close()
    counts: dict[str, Counter[str]] = {}
    for row in reviews:
        counts.setdefault(row["kind"], Counter())[row["answer"]] += 1
    return answers.TagReviewed.model_validate(
        {
            "taken": len(reviews),
            "open": left,
            "answers": {kind: dict(sorted(found.items())) for kind, found in sorted(counts.items())},
            "vocabulary": decided,
            "publication": publication,
        }
    )


def reviewed(answer: TagReviewed) -> str:
    """Return what became of a sheet, for a person."""
    lines = [f"{answer.taken} answers taken, {answer.open} questions left open."]
    lines += [f"{kind}: {_said(counts)}" for kind, counts in answer.answers.items()]
    lines += [
        f"{one.decision}: {one.term}{f' → {one.canonical}' if one.canonical else ''}" for one in answer.vocabulary
    ]
    lines += ["The next run reads the decisions on names."] if answer.vocabulary else []
    return "\n".join(lines)
