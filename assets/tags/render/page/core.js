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
