// A POST form is sent once: its buttons rest until the answer comes (or 15 s, for downloads).
const REST = 15000;

function wake(form) {
  delete form.dataset.sent;
  form.querySelectorAll("button[data-resting]").forEach((button) => {
    button.disabled = false;
    delete button.dataset.resting;
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // After the browser has read the pressed button's name and value.
  window.setTimeout(() => {
    form.querySelectorAll("button:not([type=button]):not([disabled])").forEach((button) => {
      button.disabled = true;
      button.dataset.resting = "1";
    });
  }, 0);
  window.setTimeout(() => wake(form), REST);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(wake);
});
