// The colours: auto, light or dark. Kept in a cookie, so that the server draws the next page right from the start.
const ORDER = ["auto", "light", "dark"];
const YEAR = 31536000;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const next = ORDER[(ORDER.indexOf(root.dataset.theme) + 1) % ORDER.length];
    root.dataset.theme = next;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${next}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    button.querySelector("[data-theme-word]").textContent = `Colours: ${next}`;
  });
}
