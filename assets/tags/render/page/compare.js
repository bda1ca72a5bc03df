const pair = { before: null, after: null };

function showCompare() {
  const view = byId("view-compare");
  pair.after = pair.after || state.day;
  pair.before = pair.before || dayBefore(pair.after) || DATA.days.find((day) => day !== pair.after);
  const pick = (name, title) => {
    const box = el("select", { "aria-label": title, id: `day-${name}` }, ...DATA.days.map((day) => el("option", { value: day }, day)));
    box.value = pair[name];
    box.addEventListener("change", () => { pair[name] = box.value; showCompare(); byId(box.id).focus(); });
    return box;
  };
  const before = treeOf(pair.before), after = treeOf(pair.after);
  const parts = { new: [], changed: [], gone: [] };
  let same = 0;
  for (const id of new Set([...before.tags.keys(), ...after.tags.keys()])) {
    const old = before.tags.get(id), now = after.tags.get(id), tag = now || old;
    if (state.wanted && !tag.path.join(" ").toLowerCase().includes(state.wanted)) continue;
    const row = { tag, old: old ? old.n : 0, now: now ? now.n : 0, was: old && now && old.l !== now.l ? old.l : null };
    if (!old) parts.new.push(row);
    else if (!now) parts.gone.push(row);
    else if (old.n !== now.n || row.was) parts.changed.push(row);
    else same += 1;
  }
  const column = (name, title, day) => el("section", {}, el("h2", {}, `${title} ${parts[name].length}`),
    ...parts[name].sort((a, b) => Math.abs(b.now - b.old) - Math.abs(a.now - a.old) || (a.tag.i < b.tag.i ? -1 : 1)).map((row) => line(row, day)),
    parts[name].length ? "" : el("p", { class: "none" }, "无"));
  view.replaceChildren(el("p", { class: "where" }, pick("before", "较早的一日"), " 与 ", pick("after", "较晚的一日"), ` 相比；未变 ${same} 个。`),
    el("div", { class: "columns" }, column("new", "新出现", pair.after), column("changed", "有增减", pair.after), column("gone", "已消失", pair.before)));
}

function line(row, day) {
  const more = row.now - row.old;
  const made = el("button", { type: "button", class: "row", style: `--tone: ${row.tag.tone}` },
    el("span", {}, el("b", { class: "label" }, shown(row.tag.l, state.wanted)), row.was ? el("span", { class: "count" }, shown(`原名 ${row.was}`)) : "", el("br"),
      el("span", { class: "from" }, shown(row.tag.path.slice(0, -1).join(" › ") || "根"))),
    el("span", { class: "from-to" }, `${row.old} → ${row.now} `, el("span", { class: `delta ${more > 0 ? "up" : "down"}` }, more ? (more > 0 ? `+${more}` : `−${-more}`) : "")));
  made.addEventListener("click", () => goTo(row.tag.i, day));
  return made;
}
