// Copies the text of another element: a button with data-copy-from="its id". So a large text stands in the page once.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-from]");
  if (!button) return;
  navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).textContent).then(() => {
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1500);
  });
});
