// <select data-cascade="name"> shows only the options whose data-parent is the value of the field
// `name`; those without a data-parent always stay. Without this script the options are grouped.
function fit(child) {
  const parent = child.form && child.form.elements[child.dataset.cascade];
  if (!parent) return;
  child.querySelectorAll("option[data-parent]").forEach((option) => {
    const fits = !parent.value || option.dataset.parent === parent.value;
    option.hidden = !fits;
    option.disabled = !fits;
    if (!fits && option.selected) child.value = "";
  });
  child.querySelectorAll("optgroup").forEach((group) => {
    group.hidden = !group.querySelector("option:not([hidden])");
  });
}

function fitAll(root) {
  root.querySelectorAll("select[data-cascade]").forEach(fit);
}

document.addEventListener("change", (event) => {
  const { form, name } = event.target;
  if (!form || !name) return;
  form.querySelectorAll(`select[data-cascade="${CSS.escape(name)}"]`).forEach(fit);
});
document.addEventListener("htmx:afterSettle", (event) => fitAll(event.detail.elt));
fitAll(document);
