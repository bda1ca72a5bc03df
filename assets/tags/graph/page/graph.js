const KINDS = { product: "品种", contract: "合约", institution: "机构", event: "事件", tag: "标签", fact: "政策事实", move: "行情变动", document: "文档" };
const EDGES = {
  narrower: ["下级标签", "上级标签"], supported_by: ["出自", "支持标签"], about: ["涉及", "见于标签"], mentions: ["提及", "见于"],
  contract_of: ["属于品种", "合约"], states: ["载明", "载于"], concerns: ["关于", "相关事实"], applies_to: ["适用于", "相关事实"],
  decided_by: ["作出者", "作出"], moved: ["行情变动", "所属合约"], involves: ["涉及", "相关事件"], consists_of: ["包含", "属于事件"],
  reported_in: ["见于", "报道事件"], repeats: ["重复于", "被重复"], supersedes: ["取代", "被取代"],
};
const FIELDS = {
  date: "日期", lane: "来源类别", source: "来源", profile: "画像", n_leaves: "文本片段", days: "出现日期", exchange: "交易所", product: "品种",
  effective: "生效日", old: "原值", new: "新值", unit: "单位", value: "数值", previous: "比较值", move_pct: "幅度（%）", summary: "摘要",
};
const tones = Object.fromEntries(Object.keys(KINDS).map((kind, place) => [kind, `var(--c${place % 8})`]));
const nodes = DATA.nodes, beside = nodes.map(() => []);
DATA.edges.forEach((edge) => { beside[edge[0]].push(edge); if (edge[1] !== edge[0]) beside[edge[1]].push(edge); });
const SHOWN = 300, DRAWN = 34;
const now = { at: null, wanted: "", kinds: new Set(Object.keys(KINDS)), past: [], row: 0, found: [] };
const otherOf = (edge, at) => (edge[0] === at ? edge[1] : edge[0]);
const nameOf = (edge, at) => (EDGES[edge[2]] || [edge[2], edge[2]])[edge[0] === at ? 0 : 1];

function showList() {
  const low = now.wanted;
  now.found = nodes.map((_, at) => at).filter((at) => now.kinds.has(nodes[at].kind) && (!low || nodes[at].label.toLowerCase().includes(low)))
    .sort((a, b) => beside[b].length - beside[a].length || (nodes[a].id < nodes[b].id ? -1 : 1));
  byId("found").textContent = low ? (now.found.length ? `${now.found.length} 个` : "没有找到") : "";
  byId("list").replaceChildren(...now.found.slice(0, SHOWN).map((at) => {
    const row = el("div", { role: "option", id: `n${at}`, style: `--tone: ${tones[nodes[at].kind]}`, title: KINDS[nodes[at].kind], "aria-selected": String(at === now.at) },
      el("i", { class: "dot" }), el("span", {}, shown(nodes[at].label, low)), el("span", { class: "count" }, String(beside[at].length)));
    row.addEventListener("click", () => go(at));
    return row;
  }), now.found.length > SHOWN ? el("div", { class: "none" }, `另有 ${now.found.length - SHOWN} 个，可查找`) : "");
}

function go(at, keep = true) {
  if (keep && now.at !== null && now.at !== at) now.past.push(now.at);
  now.at = at;
  byId("back").disabled = !now.past.length;
  byId("list").querySelectorAll("[aria-selected=true]").forEach((row) => row.setAttribute("aria-selected", "false"));
  const row = byId(`n${at}`);
  if (row) {
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    byId("list").setAttribute("aria-activedescendant", row.id);
  }
  picture(at);
  pane(at);
}

/** Neighbours in two columns, by kind; the node stands between them. */
function picture(at) {
  const groups = new Map();
  const best = [...beside[at]].sort((a, b) => b[3] - a[3] || (nodes[otherOf(a, at)].id < nodes[otherOf(b, at)].id ? -1 : 1));
  const seen = new Set();
  for (const edge of best) {
    const other = otherOf(edge, at);
    if (seen.has(other) || !now.kinds.has(nodes[other].kind)) continue;
    seen.add(other);
    const kind = nodes[other].kind;
    if (!groups.has(kind)) groups.set(kind, []);
    groups.get(kind).push([other, edge]);
  }
  const each = Math.max(4, Math.floor(DRAWN / Math.max(1, groups.size)));
  const columns = [[], []], sizes = [0, 0];
  for (const kind of Object.keys(KINDS)) {
    if (!groups.has(kind)) continue;
    const rows = groups.get(kind), cut = rows.slice(0, each);
    const side = sizes[0] <= sizes[1] ? 0 : 1;
    columns[side].push([kind, rows.length, cut]);
    sizes[side] += cut.length + 1.6;
  }
  const high = Math.max(220, Math.max(...sizes) * 24 + 30), middle = high / 2;
  const made = draw("svg", { viewBox: `0 0 720 ${high}`, role: "img", "aria-label": `${nodes[at].label} 的相邻节点` });
  columns.forEach((column, side) => {
    let y = (high - sizes[side] * 24) / 2 + 18;
    const x = side ? 470 : 250, anchor = side ? "start" : "end", step = side ? 12 : -12;
    for (const [kind, count, rows] of column) {
      made.append(draw("text", { class: "group", x: x + step, y: y + 4, "font-size": 13, "text-anchor": anchor }, `${KINDS[kind]} ${count}${count > rows.length ? `（显示 ${rows.length}）` : ""}`));
      y += 24;
      for (const [other, edge] of rows) {
        made.append(draw("path", { d: `M360 ${middle}C${side ? 410 : 310} ${middle} ${side ? 420 : 300} ${y} ${x} ${y}`, style: `--tone: ${tones[kind]}`, "stroke-width": Math.min(5, 0.9 + Math.log2(edge[3] + 1) * 0.7).toFixed(1) }));
        const label = [...nodes[other].label].slice(0, 15).join("") + ([...nodes[other].label].length > 15 ? "…" : "");
        const next = draw("g", { class: "next", tabindex: "0", role: "button", "aria-label": `${nameOf(edge, at)} ${nodes[other].label}` },
          draw("circle", { cx: x, cy: y, r: 5, style: `--tone: ${tones[kind]}` }), draw("text", { x: x + step, y: y + 4.5, "font-size": 15, "text-anchor": anchor }, svgText(label)),
          draw("title", {}, svgText(`${nameOf(edge, at)}：${nodes[other].label}`)));
        next.addEventListener("click", () => go(other));
        next.addEventListener("keydown", (event) => { if (event.key === "Enter") go(other); });
        made.append(next);
        y += 24;
      }
      y += 14.4;
    }
  });
  const label = svgText([...nodes[at].label].slice(0, 12).join("") + ([...nodes[at].label].length > 12 ? "…" : ""));
  made.append(draw("circle", { cx: 360, cy: middle, r: 13, style: `--tone: ${tones[nodes[at].kind]}` }), draw("text", { x: 360, y: middle + 32, "font-size": 14, "font-weight": 600, "text-anchor": "middle" }, label));
  byId("picture").replaceChildren(made);
}
const svgText = (text) => shown(text).textContent;

function pane(at) {
  const node = nodes[at], list = el("dl");
  for (const [key, title] of Object.entries(FIELDS)) {
    const value = node[key];
    if (value !== undefined && value !== null && value !== "") list.append(el("dt", {}, title), el("dd", {}, shown(Array.isArray(value) ? value.join("，") : String(value))));
  }
  const parts = [el("p", { class: "path" }, KINDS[node.kind]), el("h2", {}, shown(node.label)), list];
  const byName = new Map();
  for (const edge of beside[at]) {
    const name = nameOf(edge, at);
    if (!byName.has(name)) byName.set(name, []);
    byName.get(name).push(edge);
  }
  for (const [name, edges] of byName) {
    parts.push(el("h3", {}, `${name} ${edges.length}`));
    const draws = edges.sort((a, b) => b[3] - a[3] || (nodes[otherOf(a, at)].id < nodes[otherOf(b, at)].id ? -1 : 1)).map((edge) => () => evidence(edge, at));
    parts.push(...draws.slice(0, 12).map((make) => make()));
    if (draws.length > 12) {
      const rest = el("button", { type: "button", class: "more" }, `再显示 ${draws.length - 12} 条`);
      rest.addEventListener("click", () => rest.replaceWith(...draws.slice(12).map((make) => make())));
      parts.push(rest);
    }
  }
  parts.push(el("p", { class: "id" }, node.id));
  byId("pane").replaceChildren(...parts);
  byId("pane").scrollTop = 0;
}

function evidence(edge, at) {
  const other = otherOf(edge, at), jump = el("a", { class: "go", tabindex: "0", role: "button" }, "查看 ›");
  jump.addEventListener("click", () => go(other));
  jump.addEventListener("keydown", (event) => { if (event.key === "Enter") go(other); });
  const made = el("details", { style: `--tone: ${tones[nodes[other].kind]}` }, el("summary", {}, el("i", { class: "dot" }), " ", el("b", {}, shown(nodes[other].label)), el("span", { class: "count" }, `${edge[3]} 处`)));
  made.addEventListener("toggle", () => {
    if (!made.open || made.childElementCount > 1) return;
    for (const [title, place, before, said, after] of edge[4]) made.append(el("blockquote", {}, shown(before), el("mark", {}, shown(said)), shown(after)), el("p", { class: "where" }, shown(`${title}（${place}）`)));
    if (!edge[4].length) made.append(el("p", { class: "where" }, "由记录得出，不引原句。"));
    made.append(jump);
  });
  return made;
}

byId("kinds").append(...Object.keys(KINDS).filter((kind) => nodes.some((node) => node.kind === kind)).map((kind) => {
  const chip = el("button", { type: "button", "aria-pressed": "true", style: `--tone: ${tones[kind]}` }, el("i", { class: "dot" }), `${KINDS[kind]} ${nodes.filter((node) => node.kind === kind).length}`);
  chip.addEventListener("click", () => {
    if (now.kinds.has(kind)) now.kinds.delete(kind); else now.kinds.add(kind);
    chip.setAttribute("aria-pressed", String(now.kinds.has(kind)));
    showList();
    if (now.at !== null) picture(now.at);
  });
  return chip;
}));
const back = () => { if (now.past.length) go(now.past.pop(), false); };
byId("back").addEventListener("click", back);
byId("search").addEventListener("input", () => { now.wanted = byId("search").value.trim().toLowerCase(); showList(); });
byId("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = now.found[Math.min(Math.max(0, now.found.indexOf(now.at) + step), Math.min(SHOWN, now.found.length) - 1)];
  if (next !== undefined) go(next);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.tagName === "INPUT";
  if (event.key === "/" && !typing) { event.preventDefault(); byId("search").focus(); }
  else if (event.key === "Backspace" && !typing) back();
  else if (event.key === "Escape" && now.wanted) { byId("search").value = now.wanted = ""; showList(); }
  else if (event.key === "Enter" && typing && now.found.length) go(now.found[0]);
});
showList();
if (nodes.length) go(DATA.first !== null ? DATA.first : now.found[0]);
else byId("pane").append(el("p", { class: "none" }, "没有节点。"));
