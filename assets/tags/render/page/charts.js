const seriesOf = (id) => DATA.days.map((day) => countOn(id, day));

/** A line without axes, as high as its own most. */
function spark(values) {
  const most = Math.max(1, ...values), step = 60 / Math.max(1, values.length - 1);
  const points = values.map((value, place) => [2 + place * step, 16 - (14 * value) / most]);
  const last = points[DATA.days.indexOf(state.day)] || points[points.length - 1];
  return draw("svg", { class: "spark", viewBox: "0 0 64 18", "aria-hidden": "true" },
    draw("path", { d: "M" + points.map((point) => point.map((n) => n.toFixed(1)).join(" ")).join("L") }),
    draw("circle", { cx: last[0].toFixed(1), cy: last[1].toFixed(1), r: 2.2 }));
}

/** A line with its days and its most; the numbers stand beside the points where there are few. */
function chart(values, title) {
  const most = Math.max(1, ...values), step = 330 / Math.max(1, values.length - 1);
  const points = values.map((value, place) => [30 + place * step, 92 - (72 * value) / most]);
  const every = Math.max(1, Math.ceil(values.length / 6));
  const picture = draw("svg", { class: "chart", viewBox: "0 0 390 122", role: "img", "aria-label": title },
    draw("line", { x1: 30, y1: 92, x2: 372, y2: 92 }), draw("line", { x1: 30, y1: 20, x2: 372, y2: 20, "stroke-dasharray": "2 4" }),
    draw("path", { d: "M" + points.map((point) => point.map((n) => n.toFixed(1)).join(" ")).join("L") }));
  const say = (x, y, text, anchor = "middle") => picture.append(draw("text", { x, y, "font-size": 10.5, "text-anchor": anchor }, String(text)));
  say(24, 95, 0, "end");
  say(24, 24, most, "end");
  points.forEach(([x, y], place) => {
    picture.append(draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: DATA.days[place] === state.day ? 4 : 2.6 }));
    if (values.length <= 12) say(x.toFixed(1), (y - 8).toFixed(1), values[place]);
    if (place % every === 0 || place === values.length - 1) say(x.toFixed(1), 112, DATA.days[place].slice(5));
  });
  return picture;
}

function showTrend() {
  const view = byId("view-trend"), known = new Map();
  for (const day of DATA.days) for (const tag of treeOf(day).tags.values()) known.set(tag.i, tag);
  const rows = [...known.values()].filter((tag) => !state.wanted || tag.path.join(" ").toLowerCase().includes(state.wanted))
    .map((tag) => [tag, seriesOf(tag.i)]).map(([tag, values]) => [tag, values, values.reduce((sum, n) => sum + n, 0)])
    .sort((a, b) => b[2] - a[2] || (a[0].i < b[0].i ? -1 : 1));
  const grid = el("div", { class: "grid" });
  rows.slice(0, 60).forEach(([tag, values, total]) => {
    const card = el("button", { type: "button", class: "card", style: `--tone: ${tag.tone}` },
      el("b", {}, shown(tag.l, state.wanted)), el("span", { class: "count" }, `共 ${total}`), el("br"),
      el("span", { class: "from" }, shown(tag.path.slice(0, -1).join(" › ") || "根")), chart(values, `${tag.l} 各日片段数`));
    card.addEventListener("click", () => goTo(tag.i, lastDay(tag.i)));
    grid.append(card);
  });
  view.replaceChildren(el("p", { class: "where" }, `各标签每日的文本片段数，按总数排列${rows.length > 60 ? `；显示前 60 个，共 ${rows.length} 个，可查找` : ""}。`),
    rows.length ? grid : el("p", { class: "none" }, "没有找到。"));
}
const lastDay = (id) => (countOn(id, state.day) ? state.day : [...DATA.days].reverse().find((day) => countOn(id, day)));
