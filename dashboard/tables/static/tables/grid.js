// The grid: a cursor that arrows move (one cell is in the tab order), rows that are selected, keys of the page, the list of keys.
// One module for every grid there is or will be: nothing is bound to a cell. What it hands on: "grid:menu" and "grid:copy" to
// gridmenu.js (at the cell), "grid:head" to gridsort.js (at the head). Without it a grid is a table with links and boxes.

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], .ace_editor";
const PAGE = 10;
// Where a query is typed: a value that is still missing, then any, then the rest of the form or the statement.
const QUERY = ["#find .cond input.v:placeholder-shown", "#find .cond input.v", "#find #where", "#find input:not([type=hidden])", "#partiql-form :is(.ace_text-input, textarea)"];
let last = null; // the box that was used last, from which Shift selects on

const grid = () => document.querySelector("table[data-grid]");
const boxes = (table) => [...table.tBodies[0].querySelectorAll(".pick input")];
const shown = (table) => boxes(table).filter((box) => !box.closest("tr").hidden); // what is filtered away is not selected with the others
const current = (table) => table.querySelector(":is(td, th)[tabindex='0']");

// Also after a part of the page was swapped, or a run has brought further rows.
function prepare() {
  for (const table of document.querySelectorAll("table[data-grid]")) {
    const [row] = table.tBodies[0].rows;
    table.setAttribute("role", "grid");
    if (boxes(table).length) table.setAttribute("aria-multiselectable", "true");
    for (const inner of table.querySelectorAll(":is(a, input):not([tabindex])")) inner.tabIndex = -1; // reached from their cell
    if (row && !current(table)) row.cells[row.cells[0].matches(".pick") && row.cells[1] ? 1 : 0].tabIndex = 0;
    count(table);
  }
  const link = document.querySelector("[data-before]");
  const before = sessionStorage.getItem(`before:${approvedAs(location.href, null)}`);
  if (link && before) {
    link.href = before;
    link.hidden = false;
  }
}

// An address with that approval of units, or without any; the page's own has none (approved.js).
function approvedAs(href, approved) {
  const url = new URL(href);
  url.searchParams.delete("approved");
  if (approved) url.searchParams.set("approved", approved);
  return url.href;
}

function go(cell) {
  const old = current(cell.closest("table"));
  if (old && old !== cell) old.removeAttribute("tabindex");
  cell.tabIndex = 0;
  cell.focus();
}

function step(cell, down, right) {
  const rows = [...cell.closest("table").rows].filter((row) => !row.hidden);
  const row = rows[Math.min(Math.max(rows.indexOf(cell.parentElement) + down, 0), rows.length - 1)];
  go(row.cells[Math.min(Math.max(cell.cellIndex + right, 0), row.cells.length - 1)]);
}

// From a row to the next; to where the cursor is when it is not in the grid yet, and never into the head.
function stepRow(table, cell, down) {
  const body = [...table.tBodies[0].rows].filter((row) => !row.hidden);
  if (!cell) enterRows(table);
  else if (down > 0 || cell.parentElement !== body[0]) step(cell, down, 0);
}

// To where the cursor is, or to the first row when that one is filtered away.
function enterRows(table) {
  const old = current(table);
  if (old && !old.parentElement.hidden) return go(old);
  const row = [...table.tBodies[0].rows].find((each) => !each.hidden);
  if (row) go(row.cells[old ? old.cellIndex : 0]);
}

function count(table) {
  const all = boxes(table);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) {
    const row = box.closest("tr");
    if (box.checked || row.hasAttribute("aria-selected")) row.setAttribute("aria-selected", box.checked);
  }
  const bar = document.getElementById("selected-items");
  if (bar) {
    bar.hidden = chosen.length === 0;
    const away = chosen.filter((box) => box.closest("tr").hidden).length;
    bar.querySelector("[data-selected]").textContent = `${chosen.length} selected${away ? `, ${away} of them filtered away` : ""}`;
  }
  const head = table.querySelector("[data-all]");
  if (head) {
    const open = shown(table);
    head.checked = open.length > 0 && open.every((box) => box.checked);
    head.indeterminate = chosen.length > 0 && !head.checked;
  }
}

function select(box, state) {
  box.checked = state;
  count(box.closest("table"));
  last = box;
}

function selectTo(box) {
  const all = shown(box.closest("table"));
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
  if (from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
}

function selectAll(table, state) {
  for (const box of state ? shown(table) : boxes(table)) box.checked = state;
  count(table);
}

function toggleRow(cell) {
  const table = cell.closest("table");
  const box = cell.parentElement.querySelector(".pick input");
  if (!box) return;
  if (box.matches("[data-all]")) selectAll(table, !box.checked);
  else select(box, !box.checked);
}

function enter(cell) {
  if (cell.matches("th")) {
    if (cell.matches(".pick")) toggleRow(cell);
    else cell.dispatchEvent(new CustomEvent("grid:head", { bubbles: true }));
  } else cell.parentElement.querySelector("td > a[href]")?.click();
}

const ARROWS = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
  PageUp: [-PAGE, 0], PageDown: [PAGE, 0], Home: [0, -999], End: [0, 999],
};

// What a key does at a cell; false for what it does not know. Space only ever selects, and only in the boxes' column.
function atCell(event, cell) {
  const { key } = event;
  if (key in ARROWS) step(cell, ...ARROWS[key]);
  else if (key === "Enter" && !event.target.matches("a")) enter(cell);
  else if (key === " " && cell.matches(".pick")) toggleRow(cell);
  else if (key === "x") toggleRow(cell);
  else if (key === "c") cell.dispatchEvent(new CustomEvent("grid:copy", { bubbles: true }));
  else if (key === "m" || key === "ContextMenu" || (key === "F10" && event.shiftKey)) cell.dispatchEvent(new CustomEvent("grid:menu", { bubbles: true }));
  else return false;
  return true;
}

function onPage(key, cell) {
  const table = grid();
  if (key === "?") help();
  else if (key === "/") return focusOn(["[data-filter]", ...QUERY]);
  else if (key === "f") return focusOn(QUERY);
  else if (key === "n") return follow("a[rel=next]");
  else if (key === "p") return follow("[data-before]:not([hidden])") || follow("a[rel=prev][href]") || follow("a[rel=first]");
  else if (table?.tBodies[0].rows.length && (key === "j" || key === "k")) stepRow(table, cell, key === "j" ? 1 : -1);
  else return false;
  return true;
}

function follow(selector) {
  const link = document.querySelector(`.pager ${selector}`);
  link?.click();
  return link !== null;
}

function focusOn(selectors) {
  const input = selectors.flatMap((each) => [...document.querySelectorAll(each)]).find((each) => each.checkVisibility());
  input?.focus();
  input?.select?.();
  return Boolean(input);
}

function help() {
  const dialog = document.getElementById("grid-help")?.content.firstElementChild.cloneNode(true);
  if (!dialog) return;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open], .grid-menu:popover-open")) return;
  const cell = event.target.closest("table[data-grid] :is(td, th)");
  if ((cell && atCell(event, cell)) || onPage(event.key, cell)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-help]")) help();
  if (target.closest("[data-none]")) selectAll(grid(), false);
  const next = target.closest(".pager a[rel=next]");
  if (next) {
    const approved = new URL(next.href).searchParams.get("approved");
    sessionStorage.setItem(`before:${approvedAs(next.href, null)}`, approvedAs(location.href, approved));
  }
  const cell = target.closest("table[data-grid] :is(td, th)");
  if (!cell) return;
  if (target.matches("[data-all]")) selectAll(cell.closest("table"), target.checked);
  else if (target.matches(".pick input")) {
    if (event.shiftKey && last) selectTo(target);
    select(target, target.checked);
  }
  if (!target.closest("a, input, button") && getSelection().isCollapsed) go(cell);
});

document.addEventListener("grid:filtered", (event) => {
  const old = current(event.target);
  const row = [...event.target.tBodies[0].rows].find((each) => !each.hidden);
  if (old?.parentElement.hidden && row) {
    old.removeAttribute("tabindex"); // Tab has to reach a row that is shown
    row.cells[old.cellIndex].tabIndex = 0;
  }
  count(event.target);
});
document.addEventListener("grid:go", (event) => enterRows(event.target.closest("table")));
addEventListener("pageshow", () => grid() && count(grid())); // the browser gives the boxes back as they were left
for (const name of ["htmx:afterSettle", "htmx:pushedIntoHistory", "htmx:historyRestore"]) document.addEventListener(name, prepare);
prepare();
