// Formset tables: adds a row by cloning the blank one, removes rows, keeps the numbers right.
import { icon, say } from "./announce.js";
import { text } from "./texts.js";

function renumber(box) {
  const rows = box.querySelectorAll("[data-formset-row]:not(.row-removed)");
  rows.forEach((row, at) => {
    row.querySelector("[data-formset-number]").textContent = at + 1;
    row.querySelectorAll("[aria-label]").forEach((control) => {
      const label = control.getAttribute("aria-label").replace(/(\d+|__number__)(?=\D*$)/, at + 1);
      control.setAttribute("aria-label", label);
    });
  });
}

function dress(box, row) {
  const mark = row.querySelector('input[type="checkbox"][name$="-DELETE"]');
  if (!mark) return;
  const label = mark.closest("label");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-link";
  button.title = text("row_remove");
  button.setAttribute("aria-label", text("row_remove"));
  const word = document.createElement("span");
  word.className = "row-remove-word";
  word.textContent = text("row_remove");
  button.append(icon("trash"), word);
  button.addEventListener("click", () => {
    mark.checked = true;
    row.classList.add("row-removed");
    renumber(box);
    say(text("row_removed"));
    box.querySelector("[data-formset-add]")?.focus();
    mark.dispatchEvent(new Event("input", { bubbles: true }));
  });
  label.hidden = true;
  label.after(button);
  if (mark.checked) row.classList.add("row-removed");
}

function addRow(box) {
  const total = box.querySelector(`input[name="${box.dataset.formset}-TOTAL_FORMS"]`);
  const limit = box.querySelector(`input[name="${box.dataset.formset}-MAX_NUM_FORMS"]`);
  if (limit && Number(total.value) >= Number(limit.value)) {
    say(text("row_limit"));
    return;
  }
  const blank = box.querySelector("template[data-formset-blank]").content.cloneNode(true);
  const row = blank.querySelector("[data-formset-row]");
  row.querySelectorAll("*").forEach((node) => {
    ["name", "id", "for", "aria-describedby"].forEach((name) => {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.replace("__prefix__", total.value));
    });
  });
  total.value = Number(total.value) + 1;
  box.querySelector("[data-formset-rows]").append(row);
  dress(box, row);
  renumber(box);
  say(text("row_added"));
  const first = row.querySelector("input:not([type=hidden]), select, textarea");
  if (first) first.focus();
}

export function start(root) {
  root.querySelectorAll("[data-formset]").forEach((box) => {
    if (box.dataset.formsetOn) return;
    box.dataset.formsetOn = "1";
    box.querySelectorAll("[data-formset-row]").forEach((row) => dress(box, row));
    renumber(box);
    box.querySelector("[data-formset-add]")?.addEventListener("click", (event) => {
      event.preventDefault();
      addRow(box);
    });
  });
}
