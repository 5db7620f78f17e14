// Where the reader is after a page or fragment arrives: errors first, never lost, changes spoken.
import { say } from "./announce.js";

function focusOn(element) {
  if (!element.hasAttribute("tabindex") && element.tabIndex < 0) element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: false });
}

function settle(root) {
  const wanted = root.matches && root.matches("[data-focus]") ? root : root.querySelector("[data-focus]");
  if (wanted) focusOn(wanted);
  return Boolean(wanted);
}

export function start() {
  settle(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    if (!root || !root.isConnected) return;
    const lost = !document.activeElement || document.activeElement === document.body;
    const polled = root.matches(".progress-box");
    if (!settle(root) && lost && !polled) focusOn(root);
    const spoken = root.matches("[data-announce]") ? root : root.querySelector("[data-announce]");
    if (spoken) say(spoken.dataset.announce);
  });
}
