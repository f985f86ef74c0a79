// The editor of statements: a field for every ?, Ctrl or Cmd and Enter runs, names of tables, indexes and attributes complete what is typed.

const WORDS = "SELECT FROM WHERE AND OR NOT IN IS MISSING NULL BETWEEN ORDER BY INSERT INTO VALUE UPDATE SET REMOVE DELETE RETURNING ASC DESC TRUE FALSE".split(" ");
const FUNCTIONS = "begins_with contains size attribute_type EXISTS list_append set_add set_delete".split(" ");
const MOST_SHOWN = 12;
const SKIPPED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

const form = document.getElementById("partiql-form");
const area = document.getElementById("statement");
const names = JSON.parse(form.dataset.names);

// A field for every ?, with what was typed kept in its place.
const fields = form.querySelector("[data-parameters]");
const model = form.querySelector("template[data-parameter]");

function showParameters() {
  const wanted = (area.value.replace(SKIPPED, " ").match(/\?/g) ?? []).length;
  const held = [...fields.querySelectorAll("input")];
  if (wanted > 200) return;
  for (let number = held.length; number < wanted; number += 1) {
    const field = model.content.firstElementChild.cloneNode(true);
    const [label, input] = [field.querySelector("label"), field.querySelector("input")];
    input.id = `p${number}`;
    label.htmlFor = input.id;
    label.textContent = `? ${number + 1}`;
    fields.append(field);
  }
  held.forEach((input, number) => {
    if (number >= wanted && !input.value) input.closest(".field").remove();
    else if (number >= wanted) input.disabled = true;
    else input.disabled = false;
    const field = input.closest(".field");
    if (field) field.hidden = number >= wanted;
  });
  fields.parentElement.hidden = wanted === 0;
}

// The part of a name that is typed: from its double quote when that is open, whatever is in it, else the last bare word.
function begun(before) {
  const open = before.replace(SKIPPED, (text) => " ".repeat(text.length)).lastIndexOf('"');
  const quoted = open < 0 ? "" : before.slice(open);
  return quoted && !quoted.includes("\n") ? quoted : /[\w-]*$/.exec(before)[0];
}

// What can stand where the caret is: tables after FROM, INTO or UPDATE, indexes after "table"., else attributes and keywords.
function candidates(before, prefix) {
  const bare = before.slice(0, before.length - prefix.length);
  const ofTable = /(?:FROM|INTO|UPDATE)\s+"([^"]+)"\.$/i.exec(bare);
  if (ofTable) return (names.tables[ofTable[1]]?.indexes ?? []).map((name) => ({ name, what: "index", quoted: true }));
  if (/(?:FROM|INTO|UPDATE)\s+$/i.test(bare)) {
    return Object.keys(names.tables).map((name) => ({ name, what: "table", quoted: true }));
  }
  const found = /(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?/i.exec(area.value);
  const table = names.tables[found?.[1]] ?? names.tables[names.here];
  const attributes = (table?.attributes ?? []).map((name) => ({ name, what: "attribute", quoted: true }));
  if (prefix.startsWith('"')) return attributes;
  return [...attributes, ...WORDS.map((name) => ({ name, what: "" })), ...FUNCTIONS.map((name) => ({ name: `${name}(`, what: "function" }))];
}

class Completer {
  constructor(editor, box) {
    this.editor = editor;
    this.box = box;
    this.list = document.createElement("ul");
    this.list.className = "partiql-names";
    this.list.id = "partiql-names";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names that fit");
    this.list.hidden = true;
    box.append(this.list);
    this.input = editor.textInput.getElement();
    this.input.setAttribute("aria-autocomplete", "list");
    this.list.addEventListener("mousedown", (event) => {
      const line = event.target.closest("li");
      if (!line) return;
      event.preventDefault();
      this.accept(Number(line.dataset.place));
    });
    editor.keyBinding.addKeyboardHandler({ handleKeyboard: (_data, _hash, key) => this.key(key) });
    editor.commands.on("afterExec", ({ command, args }) => this.typed(command.name, args));
    editor.on("blur", () => this.close());
    editor.on("mousedown", () => this.close());
    editor.commands.addCommand({ name: "complete", bindKey: { win: "Ctrl-Space", mac: "Ctrl-Space" }, exec: () => this.open(true) });
  }

  get before() {
    const { row, column } = this.editor.getCursorPosition();
    const lines = this.editor.session.getLines(0, row);
    return [...lines.slice(0, -1), lines.at(-1).slice(0, column)].join("\n");
  }

  typed(command, args) {
    if (command === "insertstring" && typeof args === "string" && /^[\w".-]$/.test(args)) this.open(false);
    else if (command === "backspace" && this.found) this.open(false);
    else if (command !== "complete" && this.found) this.close();
  }

  open(asked) {
    const before = this.before;
    const inString = (before.replace(SKIPPED, "").match(/'/g) ?? []).length % 2 === 1;
    this.prefix = begun(before);
    const typed = this.prefix.replace('"', "").toLowerCase();
    if (inString || (!asked && !this.prefix && !before.endsWith("."))) return this.close();
    const fits = ({ name, quoted }) => (quoted ? name.toLowerCase().includes(typed) : name.toLowerCase().startsWith(typed));
    const fitting = candidates(before, this.prefix).filter((each) => fits(each) && each.name.toLowerCase() !== typed);
    fitting.sort((a, b) => b.name.toLowerCase().startsWith(typed) - a.name.toLowerCase().startsWith(typed));
    this.found = fitting.slice(0, MOST_SHOWN);
    if (!this.found.length) return this.close();
    this.chosen = 0;
    this.draw();
    return undefined;
  }

  draw() {
    this.list.replaceChildren(...this.found.map(({ name, what }, place) => {
      const line = document.createElement("li");
      line.id = `partiql-name-${place}`;
      line.dataset.place = place;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(place === this.chosen));
      const kind = document.createElement("span");
      kind.className = "what";
      kind.textContent = what;
      line.append(name, kind);
      return line;
    }));
    this.list.hidden = false;
    const { row, column } = this.editor.getCursorPosition();
    const place = this.editor.renderer.textToScreenCoordinates(row, Math.max(0, column - this.prefix.length));
    const box = this.box.getBoundingClientRect();
    const left = Math.max(0, Math.min(place.pageX - window.scrollX - box.left, box.width - this.list.offsetWidth));
    this.list.style.left = `${left}px`;
    this.list.style.top = `${place.pageY - window.scrollY - box.top + this.editor.renderer.lineHeight}px`;
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-activedescendant", `partiql-name-${this.chosen}`);
  }

  close() {
    this.found = null;
    this.list.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
    this.input.removeAttribute("aria-controls");
  }

  key(key) {
    if (!this.found) return undefined;
    if (key === "down" || key === "up") {
      this.chosen = (this.chosen + (key === "down" ? 1 : this.found.length - 1)) % this.found.length;
      this.draw();
    } else if (key === "return" || key === "tab") this.accept(this.chosen);
    else if (key === "esc") this.close();
    else return undefined;
    return { command: "null" };
  }

  accept(place) {
    const { name, quoted } = this.found[place];
    const { row, column } = this.editor.getCursorPosition();
    const line = this.editor.session.getLine(row);
    const closed = this.prefix.startsWith('"') && line[column] === '"';
    const Range = this.editor.getSelectionRange().constructor;
    const range = new Range(row, column - this.prefix.length, row, column + (closed ? 1 : 0));
    this.editor.session.replace(range, quoted ? `"${name.replaceAll('"', '""')}"` : name);
    this.close();
    this.editor.focus();
  }
}

function run() {
  const button = form.querySelector('button[value="run"]');
  form.requestSubmit(button);
}

const editor = area.aceEditor;
if (editor) {
  new Completer(editor, area.closest(".partiql-editor"));
  editor.commands.addCommand({ name: "run", bindKey: { win: "Ctrl-Enter", mac: "Command-Enter|Ctrl-Enter" }, exec: run });
  if (!area.value.trim()) editor.focus();
}
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  event.preventDefault();
  run();
});
area.addEventListener("input", showParameters);
showParameters();
