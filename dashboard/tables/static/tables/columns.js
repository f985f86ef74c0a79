// The form that chooses columns: an arrow moves its line at once. Without script it sends the form, which moves it just as well.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-columns] button:is([name=up], [name=down])");
  if (!button) return;
  event.preventDefault();
  const line = button.closest("li");
  if (button.name === "up") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  button.focus();
});
