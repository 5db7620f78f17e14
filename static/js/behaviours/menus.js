// Dialogs, the account menu and moves: open with focus inside, close with Escape or outside.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer && closer.closest("dialog[open]")) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (event.target.matches("dialog[open]")) event.target.close();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// "toggle" does not bubble, hence the capture.
document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.matches || !opened.matches("details[data-move][open]")) return;
  document.querySelectorAll("details[data-move][open]").forEach((other) => {
    if (other !== opened) other.open = false;
  });
  const first = opened.querySelector("textarea, input:not([type=hidden]), select");
  if (first) first.focus();
}, true);
