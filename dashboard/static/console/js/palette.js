// The palette: Ctrl or Cmd and K opens it, arrows choose, Enter opens, Esc closes. Focus stays in the field (aria-activedescendant).
const dialog = document.getElementById("palette");
const opener = document.querySelector("[data-palette-open]");

if (dialog && opener) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const note = dialog.querySelector(".palette-note");
  let chosen = 0;
  let asked = 0;
  let timer = 0;

  const span = (name, text) => {
    const element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    return element;
  };

  const choose = (index) => {
    const options = list.querySelectorAll("a");
    if (!options.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };

  const draw = ({ entries, more }) => {
    list.replaceChildren(...entries.map((entry, index) => {
      const line = document.createElement("li");
      line.setAttribute("role", "none");
      const option = document.createElement("a");
      option.id = `palette-option-${index}`;
      option.setAttribute("role", "option");
      option.href = entry.url;
      option.tabIndex = -1;
      option.append(span("palette-kind", entry.kind), span("palette-title", entry.title), span("palette-detail", entry.detail));
      line.append(option);
      return line;
    }));
    note.textContent = !entries.length ? "Nothing that you may open has this name." : more ? "There is more: type on to narrow it down." : "";
    choose(0);
  };

  const ask = async () => {
    const mine = ++asked;
    try {
      const response = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(input.value)}`, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const found = await response.json();
      if (mine === asked) draw(found);
    } catch {
      if (mine === asked) {
        list.replaceChildren();
        note.textContent = "The search did not answer. You may be signed out: reload the page.";
      }
    }
  };

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    ask();
  };

  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const link = list.querySelector('a[aria-selected="true"]');
      if (link) location.assign(link.href);
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  if (/Mac|iPhone|iPad/.test(navigator.platform)) opener.querySelector("kbd").textContent = "⌘ K";
}
