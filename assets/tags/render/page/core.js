const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
// Marks that turn the direction of text, and what no screen shows, are named instead of obeyed.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text as it is, marks of direction named, what is searched for marked. */
function shown(text, wanted = "") {
  const out = document.createDocumentFragment();
  const plain = (part) => {
    for (const piece of part.split(new RegExp(`(${CONTROLS.source})`))) {
      if (CONTROLS.test(piece)) out.append(el("span", { class: "ctl" }, "U+" + piece.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")));
      else if (piece) out.append(piece);
    }
  };
  const low = text.toLowerCase();
  let at = 0;
  // Lower case changes the length of few letters; where it does, nothing is marked.
  for (let next = wanted && low.length === text.length ? low.indexOf(wanted) : -1; next >= 0; next = low.indexOf(wanted, at)) {
    plain(text.slice(at, next));
    out.append(el("mark", { class: "hit" }, text.slice(next, next + wanted.length)));
    at = next + wanted.length;
  }
  plain(text.slice(at));
  return out;
}

/** Offsets count code points; JavaScript counts UTF-16 units. */
function cutText(text, start, end) {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).slice(start, end).join("") : text.slice(start, end);
}

/** The slice of a leaf: [document, start, end, start and end of its sentence, id, hash, recommended tags]. */
const quotes = new Map();
function quoteOf(leaf) {
  if (!quotes.has(leaf)) {
    const piece = DATA.docs[leaf[0]].x.find(([offset, , length]) => offset <= leaf[1] && leaf[2] <= offset + length);
    quotes.set(leaf, piece ? cutText(piece[1], leaf[1] - piece[0], leaf[2] - piece[0]) : "");
  }
  return quotes.get(leaf);
}
const saidOf = (leaf) => (leaf[3] < 0 ? quoteOf(leaf) : cutText(quoteOf(leaf), leaf[3], leaf[4]));
const placeOf = (doc) => doc.p + (doc.r === null ? "" : ` 第 ${doc.r} 行`);

/** Walk a tree: each tag gets its path, its root's colour and the key by which its row is found. */
function prepare(tree) {
  const walk = (tags, path, tone) => tags.forEach((tag, place) => {
    tag.path = [...path, tag.l];
    tag.tone = path.length ? tone : `var(--c${place % 8})`;
    tree.tags.set(tag.i, tag);
    walk(tag.k, tag.path, tag.tone);
  });
  if (!tree.tags) {
    tree.tags = new Map();
    walk(tree.roots, [], "");
  }
  return tree;
}

const state = { day: DATA.day, wanted: "", selected: null };
const treeOf = (day) => prepare(DATA.trees[day]);
const dayBefore = (day) => DATA.days[DATA.days.indexOf(day) - 1];
const countOn = (id, day) => (DATA.counts[day] || {})[id] || 0;
