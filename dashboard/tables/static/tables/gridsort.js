// A click on a column's head sorts the rows of this page, and says that it is only these; once more turns it, a third time gives the
// rows back as they were read. The head of the key that orders a Query is a link instead: it turns the order in which AWS reads.

const read = new WeakMap(); // table → its rows as they were read
const natural = new WeakMap(); // table → the head that said the order at first

function rank(cell) {
  if (cell.className === "v" && cell.textContent === "") return 2; // the attribute is not there: last, whichever way
  return cell.classList.contains("vN") ? 0 : 1;
}

// A decimal as sign, place of its first figure, and figures: 38 of them are more than a JavaScript number holds.
function decimal(text) {
  const [, sign, whole, rest, power] = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [null, "", "", "", "0"];
  const all = whole + rest;
  const zeros = /^0*/.exec(all)[0].length;
  const figures = all.slice(zeros).replace(/0+$/, "");
  return { sign: figures === "" ? 0 : sign === "-" ? -1 : 1, place: whole.length - zeros + Number(power ?? 0), figures };
}

const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

function compareNumbers(one, other) {
  const [a, b] = [decimal(one), decimal(other)];
  return order(a.sign, b.sign) || a.sign * (order(a.place, b.place) || order(a.figures, b.figures));
}

function compare(one, other, way) {
  const ranks = order(rank(one), rank(other));
  if (ranks || rank(one) === 2) return rank(one) === 2 || rank(other) === 2 ? ranks : ranks * way;
  const texts = [one.textContent.replace(/⋯$/, ""), other.textContent.replace(/⋯$/, "")];
  return way * (rank(one) === 0 ? compareNumbers(...texts) : order(...texts));
}

function note(table, words) {
  const box = table.closest(".grid-box");
  let line = box.previousElementSibling?.matches(".sort-note") ? box.previousElementSibling : null;
  if (!words) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.className = "sort-note";
    line.setAttribute("role", "status");
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button-small";
    back.textContent = "As they were read";
    back.addEventListener("click", () => restore(table));
    line.append(document.createElement("span"), back);
    box.before(line);
  }
  line.firstElementChild.textContent = words;
}

function mark(table, head, value) {
  for (const each of table.tHead.querySelectorAll("[aria-sort]")) each.removeAttribute("aria-sort");
  head?.setAttribute("aria-sort", value);
}

function restore(table) {
  table.tBodies[0].append(...asRead(table));
  const [head, value] = natural.get(table);
  mark(table, head, value);
  note(table, "");
}

// The order in which the rows were read. Rows that a run has brought since the last time stand at the end.
function asRead(table) {
  const rows = read.get(table) ?? [];
  if (!rows.length) {
    const head = table.tHead.querySelector("[aria-sort]");
    natural.set(table, [head, head?.getAttribute("aria-sort")]);
  }
  for (const row of table.tBodies[0].rows) {
    if (row.dataset.place === undefined) row.dataset.place = rows.push(row) - 1;
  }
  read.set(table, rows);
  return rows;
}

function sort(head) {
  const table = head.closest("table");
  const rows = asRead(table);
  const was = head.getAttribute("aria-sort");
  if (was === "descending") return restore(table);
  const way = was === "ascending" ? -1 : 1;
  const column = head.cellIndex;
  const sorted = [...rows].sort((one, other) => compare(one.cells[column], other.cells[column], way));
  table.tBodies[0].append(...sorted);
  mark(table, head, way === 1 ? "ascending" : "descending");
  note(table, `Sorted by ${head.textContent}, ${way === 1 ? "rising" : "falling"}: only the ${rows.length} rows of this page, by what the cells show.`);
}

function use(head) {
  const link = head.querySelector("a[data-order]");
  if (link) link.click();
  else if (head.dataset.name !== undefined) sort(head);
}

document.addEventListener("grid:head", (event) => use(event.target));
document.addEventListener("click", (event) => {
  const head = event.target.closest("table[data-grid] thead th");
  if (head && !event.target.closest("a, input")) use(head);
});
