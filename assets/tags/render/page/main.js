const VIEWS = { tree: showTree, compare: showCompare, trend: showTrend };
let view = "tree";

function turn(name) {
  view = name;
  for (const other of Object.keys(VIEWS)) {
    byId(`view-${other}`).hidden = other !== name;
    byId(`tab-${other}`).setAttribute("aria-selected", String(other === name));
    byId(`tab-${other}`).tabIndex = other === name ? 0 : -1;
  }
  for (const id of ["open", "close"]) byId(id).hidden = name !== "tree";
  byId("day-box").hidden = name !== "tree" || DATA.days.length < 2;
  VIEWS[name]();
}

function setDay(day) {
  state.day = byId("day").value = day;
}

let waiting = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    state.wanted = byId("search").value.trim().toLowerCase();
    if (view !== "tree") byId("found").textContent = "";
    VIEWS[view]();
  }, 90);
});
function openAll(yes) {
  const walk = () => [...holder.querySelectorAll(`[aria-expanded=${yes ? "false" : "true"}]`)];
  for (let items = walk(); items.length; items = yes ? walk() : []) items.forEach((item) => open(item, yes));
}
byId("open").addEventListener("click", () => openAll(true));
byId("close").addEventListener("click", () => openAll(false));
byId("day").append(...DATA.days.map((day) => el("option", { value: day }, day)));
byId("day").addEventListener("change", () => { setDay(byId("day").value); showTree(); });
for (const name of Object.keys(VIEWS)) {
  if (name !== "tree") byId(`tab-${name}`).hidden = DATA.days.length < 2;
  byId(`tab-${name}`).addEventListener("click", () => turn(name));
}
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const names = Object.keys(VIEWS).filter((name) => !byId(`tab-${name}`).hidden);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  turn(names[(names.indexOf(view) + step + names.length) % names.length]);
  byId(`tab-${view}`).focus();
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape" && state.wanted) {
    byId("search").value = state.wanted = "";
    VIEWS[view]();
  } else if ((event.key === "[" || event.key === "]") && !typing && view === "tree") {
    const next = DATA.days[DATA.days.indexOf(state.day) + (event.key === "[" ? -1 : 1)];
    if (next) { setDay(next); showTree(); }
  }
});
// Paper has no folds: the whole tree is drawn for it, without the sentences where they would fill a book.
window.addEventListener("beforeprint", () => {
  if (view !== "tree") return;
  if (treeOf(state.day).n <= PRINTED) openAll(true);
  else holder.querySelectorAll(".root, .tag").forEach((item) => open(item, true));
});
setDay(state.day);
turn("tree");
