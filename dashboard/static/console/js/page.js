// Small conveniences of every page: copying, times that stay true, menus that close, asking before a destructive button.

function copy(button) {
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1500);
  });
}

function ago(time) {
  const seconds = Math.round((Date.now() - time) / 1000);
  for (const [span, name] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
    if (seconds >= span) {
      const count = Math.floor(seconds / span);
      return `${count} ${name}${count === 1 ? "" : "s"} ago`;
    }
  }
  return "just now";
}

function refreshTimes() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    element.textContent = ago(Date.parse(element.dateTime));
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.dropdown[open]")) {
    if (menu !== except && !(except && menu.contains(except))) menu.open = false;
  }
}

// A form that destroys says the name of what it destroys; the server checks it too.
function checkName(input) {
  const right = input.value === input.dataset.confirmName;
  input.setCustomValidity(right ? "" : "This is not the name. Enter it exactly as it stands above.");
}

// A second press while the answer is on its way sends nothing; a form whose answer leaves the page (a download) can be sent again.
const ON_ITS_WAY = 3000;
const sent = new WeakMap();

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (sent.get(form) ?? -Infinity) < ON_ITS_WAY) event.preventDefault();
  else sent.set(form, Date.now());
}

document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", () => {
  for (const form of document.forms) sent.delete(form); // come back to with the browser's Back
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  const asking = event.target.closest("button[data-confirm]");
  if (asking && !confirm(asking.dataset.confirm)) event.preventDefault();
  closeMenus(event.target.closest("details.dropdown"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.dropdown[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-confirm-name]")) checkName(event.target);
  if (event.target.matches("select:is([data-submit], [data-chosen])")) choose(event.target);
});

// A select that changes the page does so when the choice is made. Arrow keys and letters pass over options, each of which is an event:
// theirs is made with Enter or on leaving. data-submit sends the form; data-chosen gets the event "chosen".
let passing = false;
let waiting = null;

function choose(select) {
  if (passing) waiting = select;
  else chosen(select);
}

function chosen(select) {
  waiting = null;
  if (select.matches("[data-submit]")) select.form.requestSubmit();
  else select.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
}

document.addEventListener("pointerdown", () => (passing = false), true);
document.addEventListener("keydown", (event) => {
  passing = event.target.matches("select") && !event.altKey && (event.key.length === 1 ? event.key !== " " : /^(Arrow|Page|Home|End)/.test(event.key));
  if (event.key !== "Enter" || !waiting) return;
  event.preventDefault();
  chosen(waiting);
}, true);
document.addEventListener("focusout", (event) => {
  if (waiting && event.target === waiting) setTimeout(chosen, 0, waiting); // when the next field has the focus
});
for (const input of document.querySelectorAll("[data-confirm-name]")) checkName(input);
refreshTimes();
setInterval(refreshTimes, 30000);
document.addEventListener("htmx:afterSwap", refreshTimes);
