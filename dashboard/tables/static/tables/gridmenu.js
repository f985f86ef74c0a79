// The menu of a grid's cell, and copying. A cell that shows its value whole is copied from the page; anything else, and whole items,
// are read from the item's address (or from the page's own data, where rows have no address).

const WHOLE = "td.v, td.vN, td.vBOOL"; // what the cell shows is the value
let opener = null;
let fading = 0;

const more = document.createElement("button");
more.type = "button";
more.className = "cell-more";
more.tabIndex = -1;
more.textContent = "⋯";
more.setAttribute("aria-label", "Menu of this cell");
more.setAttribute("aria-haspopup", "menu");

const textOf = (cell) => [...cell.childNodes].filter((node) => node !== more).map((node) => node.textContent).join("");
const nameOf = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.name;

function say(words) {
  const place = document.querySelector("[data-said]");
  if (!place) return;
  place.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => (place.textContent = ""), 5000);
}

// The item of a row as it stands in the page, where it does.
function held(row) {
  const data = document.getElementById("grid-data");
  return data && JSON.parse(data.textContent)[row.dataset.place ?? row.sectionRowIndex];
}

function fromPage(item, name, form) {
  if (name === undefined) return JSON.stringify(item);
  const value = item[JSON.parse(name)];
  if (value === undefined) throw new Error("This item does not have the attribute.");
  const [[tag, inner]] = Object.entries(value);
  return form === "plain" && ["S", "B"].includes(tag) ? inner : JSON.stringify(value);
}

async function fromItem(row, name, form) {
  const link = row.querySelector("td > a[href]");
  if (!link) throw new Error("This row has no key, so its item cannot be read.");
  const query = new URLSearchParams(name === undefined ? { form } : { form, name });
  const answer = await fetch(`${link.href}text/?${query}`, { headers: { Accept: "text/plain" } });
  if (answer.redirected) throw new Error("You are signed out. Open the page again.");
  const text = await answer.text();
  if (!answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : `The item could not be read (${answer.status}).`);
  return text;
}

async function read(cell, name, form) {
  if (form === "plain" && name !== undefined && cell.matches(WHOLE) && textOf(cell) !== "") return textOf(cell);
  const row = cell.parentElement;
  const item = held(row);
  return item ? fromPage(item, name, form) : fromItem(row, name, form);
}

async function copy(cell, what, form) {
  const name = what === "value" ? nameOf(cell) : undefined;
  try {
    if (what === "value" && name === undefined) throw new Error("This column is not an attribute. Move to one and copy its value.");
    if (name !== undefined && cell.matches("td.v") && textOf(cell) === "") throw new Error("This item does not have the attribute.");
    if (!navigator.clipboard) throw new Error("The browser lets a page copy only over HTTPS.");
    await navigator.clipboard.writeText(await read(cell, name, form));
    say(what === "value" ? `Copied: ${JSON.parse(name)}` : "Copied the item");
  } catch (error) {
    say(`Not copied. ${error.message}`);
  }
}

const ACTIONS = {
  value: (cell) => copy(cell, "value", "plain"),
  "value-dynamodb": (cell) => copy(cell, "value", "dynamodb"),
  "item-dynamodb": (cell) => copy(cell, "item", "dynamodb"),
  "item-plain": (cell) => copy(cell, "item", "plain"),
  open: (cell) => cell.parentElement.querySelector("td > a[href]").click(),
  select: (cell) => cell.parentElement.querySelector(".pick input").click(),
};

// What the row cannot do is not offered: no item to open, no box, no whole item to read.
function offered(menu, cell) {
  const row = cell.parentElement;
  const linked = row.querySelector("td > a[href]") !== null;
  const lines = { open: linked, select: row.querySelector(".pick input") !== null, "item-plain": linked };
  for (const [name, there] of Object.entries(lines)) if (!there) menu.querySelector(`[data-do="${name}"]`).remove();
  if (nameOf(cell) === undefined) for (const line of menu.querySelectorAll('[data-do^="value"]')) line.remove();
  if (!linked) menu.querySelector("[data-cost]").remove();
}

function open(cell) {
  if (!cell.matches("td")) return;
  const menu = document.getElementById("grid-menu").content.firstElementChild.cloneNode(true);
  offered(menu, cell);
  document.querySelector("main").append(menu);
  opener = cell;
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) opener.focus();
    menu.remove();
  });
  menu.showPopover();
  const [at, size] = [cell.getBoundingClientRect(), menu.getBoundingClientRect()];
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${at.bottom + size.height + 8 > innerHeight ? Math.max(8, at.top - size.height) : at.bottom}px`;
  menu.querySelector("[role=menuitem]")?.focus();
}

document.addEventListener("grid:menu", (event) => open(event.target));
document.addEventListener("grid:copy", (event) => event.target.matches("td") && copy(event.target, "value", "plain"));
// Not while a link or a box is pressed: what comes under the pointer then would take the click.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("a, input") && event.target.matches(":active")) return;
  const cell = event.target.closest("table[data-grid] td");
  if (cell && !cell.matches(".pick") && more.parentElement !== cell) cell.append(more);
});
document.addEventListener("click", (event) => {
  if (event.target === more) open(more.closest("td"));
  const line = event.target.closest(".grid-menu [data-do]");
  if (!line) return;
  const cell = opener;
  line.closest(".grid-menu").hidePopover();
  cell.focus();
  ACTIONS[line.dataset.do](cell);
});
document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element ? event.target.closest(".grid-menu") : null;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !by) return;
  const lines = [...menu.querySelectorAll("[role=menuitem]")];
  lines[(lines.indexOf(document.activeElement) + by + lines.length) % lines.length].focus();
  event.preventDefault();
});
