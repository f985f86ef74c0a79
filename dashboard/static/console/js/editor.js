// Every <textarea data-editor="json"> (or "partiql", where the page loads that mode) gets an Ace editor on top. The textarea stays the form's value and the label's target;
// where Ace does not load it is simply a textarea. Esc, then Tab leaves the editor by keyboard.

const LEAST_LINES = 12;
const MOST_LINES = 40;

function labelOf(area) {
  return Array.from(area.labels ?? [], (label) => label.textContent.trim()).join(" ") || area.getAttribute("aria-label") || "Text";
}

function help(area) {
  const text = document.createElement("p");
  text.className = "editor-help";
  text.id = `${area.id || area.name}_editor_help`;
  text.textContent = "Tab indents. Press Esc, then Tab, to leave the editor. Ctrl or Cmd and F searches.";
  return text;
}

function build(area, ace) {
  const box = document.createElement("div");
  box.className = "editor";
  area.after(box);
  const editor = ace.edit(box, {
    mode: `ace/mode/${area.dataset.editor}`,
    value: area.value,
    useSoftTabs: true,
    tabSize: 2,
    fontSize: "13px",
    minLines: Number(area.dataset.editorRows) || LEAST_LINES,
    maxLines: MOST_LINES,
    wrap: true,
    showPrintMargin: false,
    readOnly: area.readOnly,
    enableKeyboardAccessibility: false,
  });
  editor.session.setUndoManager(new ace.UndoManager());
  const input = editor.textInput.getElement();
  const note = help(area);
  box.after(note);
  input.setAttribute("aria-label", labelOf(area));
  input.setAttribute("aria-describedby", [area.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
  if (area.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
  const active = document.activeElement;
  const here = active === area || (area.autofocus && active === document.body);
  area.hidden = true;
  area.required = false; // a hidden field cannot say so itself; the server does

  editor.session.on("change", () => {
    area.value = editor.getValue();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  area.form?.addEventListener("reset", () => setTimeout(() => editor.setValue(area.value, -1)));
  for (const label of area.labels ?? []) label.addEventListener("click", () => editor.focus());
  leaveByKeyboard(editor);
  area.dataset.editorReady = "";
  if (here) editor.focus(); // the keyboard was, or is to be, in the field that the editor stands for
  return editor;
}

function leaveByKeyboard(editor) {
  const commands = editor.commands;
  const tabs = ["indent", "outdent"].map((name) => commands.byName[name]);
  const setTabs = (on) => tabs.forEach((command) => (on ? commands.addCommand(command) : commands.removeCommand(command, true)));
  commands.addCommand({
    name: "leave",
    bindKey: { win: "Esc", mac: "Esc" },
    exec: () => {
      if (editor.selection.rangeCount > 1) editor.exitMultiSelectMode();
      setTabs(false);
    },
  });
  editor.on("focus", () => setTabs(true));
}

const ace = window.ace;
if (ace) {
  ace.config.set("useStrictCSP", true);
  ace.config.setDefaultValue("session", "useWorker", false); // before any session exists: setting a mode starts one
  const areas = (root) => root.querySelectorAll("textarea[data-editor]:not([data-editor-ready])");
  const start = (root) => areas(root).forEach((area) => (area.aceEditor = build(area, ace)));
  start(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
}
