// <form data-unsaved>: asks before leaving a page with changes that were not saved.
const forms = new Set();

export function markSaved(form) {
  delete form.dataset.dirty;
}

export function start(root) {
  root.querySelectorAll("form[data-unsaved]").forEach((form) => {
    if (forms.has(form)) return;
    forms.add(form);
    form.addEventListener("input", () => { form.dataset.dirty = "1"; });
    form.addEventListener("submit", () => markSaved(form));
  });
}

window.addEventListener("beforeunload", (event) => {
  const waiting = Array.from(forms).some((form) => form.isConnected && form.dataset.dirty);
  if (!waiting) return;
  event.preventDefault();
  event.returnValue = "";
});
