"""Show a tag tree outside the platform: page, graph files, picture and Markdown.

Each function takes the contract's `tags` JSON as `query.tree` returns it, so that what is shown is what was published.
How each form is drawn lives in `render/`.
"""

from assets.tags.render.graphs import to_graphml, to_jsonld
from assets.tags.render.html import to_html
from assets.tags.render.lines import to_trend_svg
from assets.tags.render.outline import to_markdown
from assets.tags.render.picture import to_svg

__all__ = ["to_graphml", "to_html", "to_jsonld", "to_markdown", "to_svg", "to_trend_svg"]
