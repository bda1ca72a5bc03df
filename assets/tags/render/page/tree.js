const holder = byId("tree");
const rows = new WeakMap();
// So many sentences are drawn under a tag before one asks for more, and so many finds at all.
const FIRST = 60, FINDS = 400, PRINTED = 2500;

function open(item, yes) {
  const row = rows.get(item);
  if (!row.tag) return;
  let below = item.querySelector(":scope > ul");
  if (yes && !below) {
    below = el("ul", { role: "group" });
    fill(below, row.tag, row.level + 1);
    item.append(below);
  }
  if (below) below.hidden = !yes;
  item.setAttribute("aria-expanded", String(yes));
}

function fill(list, tag, level, all = false) {
  tag.k.filter(isShown).forEach((child) => list.append(tagItem(child, level)));
  const leaves = tag.f.filter(isFound);
  leaves.slice(0, all ? leaves.length : FIRST).forEach((leaf) => list.append(leafItem(leaf, tag, level)));
  if (!all && leaves.length > FIRST) {
    const rest = el("button", { type: "button", class: "more" }, `再显示 ${leaves.length - FIRST} 句`);
    rest.addEventListener("click", () => rest.parentElement.replaceWith(...leaves.slice(FIRST).map((leaf) => leafItem(leaf, tag, level))));
    list.append(el("li", { role: "none" }, rest));
  }
}

function tagItem(tag, level) {
  const before = dayBefore(state.day), old = before ? countOn(tag.i, before) : null;
  const more = old === null ? 0 : tag.n - old;
  const delta = old === null || !more ? "" : old === 0 ? el("span", { class: "delta new" }, "新") : el("span", { class: `delta ${more > 0 ? "up" : "down"}` }, more > 0 ? `+${more}` : `−${-more}`);
  const head = el("span", {}, el("span", { class: "label" }, shown(tag.l, state.wanted)), el("span", { class: "count" }, String(tag.n)), delta, el("span", { class: "sum" }, shown(tag.s)));
  const made = el("li", { role: "treeitem", class: level === 1 ? "tag root" : "tag", "aria-level": level, "aria-expanded": "false", tabindex: "-1", style: `--tone: ${tag.tone}` },
    el("div", { class: "row" }, el("span", { class: "caret" }, "▶"), head, DATA.days.length > 1 ? spark(seriesOf(tag.i)) : el("span")));
  rows.set(made, { tag, level });
  if (level === 1 || state.wanted || treeOf(state.day).small) open(made, true);
  return made;
}

function leafItem(leaf, tag, level) {
  const doc = DATA.docs[leaf[0]];
  const made = el("li", { role: "treeitem", class: "leaf", "aria-level": level, tabindex: "-1" },
    el("div", { class: "row" }, el("span", { class: "caret" }, "·"), el("span", {}, el("span", { class: "said" }, shown(saidOf(leaf), state.wanted)), el("br"),
      el("span", { class: "from" }, shown(doc.t, state.wanted), el("span", { class: "printed" }, shown(`（${placeOf(doc)}，字符 ${leaf[1]}–${leaf[2]}）`)))), el("span")));
  rows.set(made, { leaf, path: tag.path, level });
  return made;
}

let finds = null;
const isFound = (leaf) => finds === null || finds.leaves.has(leaf);
const isShown = (tag) => finds === null || finds.tags.has(tag);

/** What is searched for, looked up in labels, sentences and sources; a tag that is found shows all below it. */
function find() {
  finds = null;
  if (!state.wanted) return "";
  finds = { tags: new Set(), leaves: new Set() };
  let count = 0, over = 0;
  const walk = (tag, whole) => {
    const mine = whole || tag.l.toLowerCase().includes(state.wanted);
    let any = mine && !whole;
    for (const leaf of tag.f) {
      const doc = DATA.docs[leaf[0]];
      if (!mine && !`${quoteOf(leaf)}\n${doc.t}\n${doc.p}`.toLowerCase().includes(state.wanted)) continue;
      count += 1;
      if (count > FINDS) { over += 1; continue; }
      finds.leaves.add(leaf);
      any = true;
    }
    for (const child of tag.k) any = walk(child, mine) || any;
    if (any || mine) finds.tags.add(tag);
    return any || mine;
  };
  treeOf(state.day).roots.forEach((root) => walk(root, false));
  return count ? `${count} 条${over ? `，显示 ${FINDS}` : ""}` : finds.tags.size ? `${finds.tags.size} 个标签` : "没有找到";
}

function showTree() {
  const tree = treeOf(state.day);
  byId("found").textContent = find();
  byId("title").textContent = tree.title;
  byId("described").textContent = tree.described;
  const list = el("ul", { role: "tree", "aria-label": tree.title });
  tree.roots.filter(isShown).forEach((root) => list.append(tagItem(root, 1)));
  holder.replaceChildren(tree.roots.length ? list : el("p", { class: "none" }, "没有标签：没有与主题相关的文本。"));
  const first = list.querySelector("[role=treeitem]");
  if (first) first.tabIndex = 0;
  const share = tree.roots.map((root) => el("i", { style: `flex: ${root.n}; background: ${root.tone}`, title: `${root.l} ${root.n}` }));
  byId("share").replaceChildren(...share);
}

function select(item, focus = true) {
  holder.querySelectorAll("[aria-selected=true]").forEach((one) => one.removeAttribute("aria-selected"));
  item.setAttribute("aria-selected", "true");
  move(item, focus);
  const row = rows.get(item);
  if (row.tag) showTag(row.tag);
  else showLeaf(row.leaf, row.path);
}

function move(item, focus = true) {
  holder.querySelectorAll("[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
  item.tabIndex = 0;
  if (focus) item.focus();
}

/** Show a tag of a day in the tree, wherever one is. */
function goTo(id, day) {
  state.wanted = byId("search").value = "";
  setDay(day);
  turn("tree");
  const chain = [];
  const seek = (tags) => tags.some((tag) => { chain.push(tag); if (tag.i === id || seek(tag.k)) return true; chain.pop(); return false; });
  if (!seek(treeOf(day).roots)) return;
  let list = holder.querySelector("ul"), item = null;
  for (const tag of chain) {
    item = [...list.children].find((one) => rows.get(one) && rows.get(one).tag === tag);
    open(item, true);
    list = item.querySelector(":scope > ul");
  }
  select(item);
  item.scrollIntoView({ block: "center" });
}

holder.addEventListener("click", (event) => {
  const item = event.target.closest("[role=treeitem]");
  if (!item || event.target.closest(".more")) return;
  const known = rows.get(item);
  if (known.tag && (item.getAttribute("aria-selected") === "true" || event.target.closest(".caret"))) open(item, item.getAttribute("aria-expanded") !== "true");
  else if (known.tag) open(item, true);
  select(item, false);
});

holder.addEventListener("keydown", (event) => {
  const item = event.target.closest("[role=treeitem]");
  if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
  const seen = [...holder.querySelectorAll("[role=treeitem]")].filter((one) => !one.parentElement.closest("ul[hidden]"));
  const at = seen.indexOf(item), isOpen = item.getAttribute("aria-expanded");
  const above = item.parentElement.closest("[role=treeitem]");
  const steps = {
    ArrowDown: () => seen[at + 1] && move(seen[at + 1]),
    ArrowUp: () => seen[at - 1] && move(seen[at - 1]),
    ArrowRight: () => (isOpen === "false" ? open(item, true) : isOpen && seen[at + 1] && move(seen[at + 1])),
    ArrowLeft: () => (isOpen === "true" ? open(item, false) : above && move(above)),
    Home: () => move(seen[0]),
    End: () => move(seen[seen.length - 1]),
    Enter: () => select(item),
    " ": () => select(item),
  };
  if (!steps[event.key]) return;
  event.preventDefault();
  steps[event.key]();
});
