function showLeaf(leaf, path) {
  const doc = DATA.docs[leaf[0]], body = el("div", { class: "text", tabindex: "0", "aria-label": "原文" });
  let focus = null;
  doc.x.forEach(([offset, text, length], place) => {
    if (place || offset) body.append(el("span", { class: "cut" }, "……"));
    const chars = (from, to) => cutText(text, Math.max(0, from - offset), Math.max(0, to - offset));
    if (leaf[1] < offset || leaf[2] > offset + length) {
      body.append(shown(text));
      return;
    }
    const said = leaf[3] < 0 ? [leaf[1], leaf[2]] : [leaf[1] + leaf[3], leaf[1] + leaf[4]];
    focus = el("mark", {}, shown(chars(...said)));
    body.append(shown(chars(offset, leaf[1])), el("span", { class: "slice" }, shown(chars(leaf[1], said[0])), focus, shown(chars(said[1], leaf[2]))), shown(chars(leaf[2], offset + length)));
  });
  if (doc.cut) body.append(el("span", { class: "cut" }, "……"));
  byId("pane").replaceChildren(el("p", { class: "path" }, shown(path.join(" › "))), el("h2", {}, shown(doc.t)),
    el("p", { class: "where" }, shown(placeOf(doc)), ` · 字符 ${leaf[1]}–${leaf[2]}`), body,
    ...(leaf[7].length ? [el("h3", {}, "推荐标签"), el("div", { class: "chips" }, ...leaf[7].map((tag) => el("span", {}, shown(tag))))] : []),
    el("p", { class: "id" }, `文档 ${doc.i}`, el("br"), `SHA-256 ${leaf[6]}`));
  byId("pane").scrollTop = focus ? Math.max(0, focus.offsetTop - 140) : 0;
}

function showTag(tag) {
  const values = seriesOf(tag.i), trend = DATA.days.length > 1;
  byId("pane").replaceChildren(el("p", { class: "path" }, shown(tag.path.slice(0, -1).join(" › ") || "根")), el("h2", {}, shown(tag.l)),
    el("p", { class: "where" }, `${tag.n} 个文本片段${tag.k.length ? ` · ${tag.k.length} 个下级标签` : ""}`), el("div", { class: "text" }, shown(tag.s)));
  if (trend) byId("pane").append(el("h3", {}, "各日片段数"), el("div", { style: `--tone: ${tag.tone}` }, chart(values, `${tag.l} 各日片段数`)));
  const words = new Map();
  const gather = (one) => { one.f.forEach((leaf) => leaf[7].forEach((word) => words.set(word, (words.get(word) || 0) + 1))); one.k.forEach(gather); };
  gather(tag);
  const best = [...words].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 14);
  if (best.length) byId("pane").append(el("h3", {}, "片段的推荐标签"), el("div", { class: "chips" }, ...best.map(([word, n]) => el("span", {}, shown(word), n > 1 ? ` ${n}` : ""))));
  byId("pane").append(el("p", { class: "id" }, `标签 ${tag.i}`));
  byId("pane").scrollTop = 0;
}
