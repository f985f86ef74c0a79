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
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});
for (const input of document.querySelectorAll("[data-confirm-name]")) checkName(input);
refreshTimes();
setInterval(refreshTimes, 30000);
document.addEventListener("htmx:afterSwap", refreshTimes);
