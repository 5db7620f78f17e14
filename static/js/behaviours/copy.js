// data-copy="#id": copies the text or value of an element. data-select: selects itself on focus.
import { say, toast } from "./announce.js";
import { text } from "./texts.js";

async function copy(source) {
  const value = "value" in source ? source.value : source.textContent.trim();
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(value);
    return true;
  }
  // Plain HTTP inside an office network has no clipboard API.
  if (!source.select) return false;
  source.select();
  return document.execCommand("copy");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  copy(source).catch(() => false).then((done) => {
    if (!done) {
      toast(text("copy_failed"), "warning");
      return;
    }
    say(text("copied"));
    toast(text("copied"), "success");
  });
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-select]")) event.target.select();
});
