// <input type="checkbox" data-select-all="ids">: chooses every checkbox of that name in its form
// or table. Elements with data-selected-count show how many are chosen.
function members(master) {
  const scope = master.closest("form, .table-wrap, table") || document;
  return Array.from(scope.querySelectorAll("input[type=checkbox]"))
    .filter((box) => box.name === master.dataset.selectAll && !box.disabled);
}

function refresh(master) {
  const boxes = members(master);
  const chosen = boxes.filter((box) => box.checked).length;
  master.checked = chosen > 0 && chosen === boxes.length;
  master.indeterminate = chosen > 0 && chosen < boxes.length;
  document.querySelectorAll(`[data-selected-count="${master.dataset.selectAll}"]`)
    .forEach((spot) => { spot.textContent = chosen; });
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  if (box.dataset.selectAll) {
    members(box).forEach((one) => { one.checked = box.checked; });
    refresh(box);
    return;
  }
  document.querySelectorAll("input[data-select-all]").forEach((master) => {
    if (master.dataset.selectAll === box.name) refresh(master);
  });
});
