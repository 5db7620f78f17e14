// Loads every behaviour. Each module listens on the document, or exports start(root), which runs
// for the page and for whatever htmx swaps in. Everything here improves pages that work without it.
import "./behaviours/csrf.js";
import "./behaviours/copy.js";
import "./behaviours/menus.js";
import "./behaviours/print.js";
import "./behaviours/scale.js";
import "./behaviours/select-all.js";
import "./behaviours/submit-once.js";
import "./behaviours/upload.js";
import * as announce from "./behaviours/announce.js";
import * as autosave from "./behaviours/autosave.js";
import * as chart from "./behaviours/chart.js";
import * as facets from "./behaviours/facets.js";
import * as focus from "./behaviours/focus.js";
import * as formset from "./behaviours/formset.js";
import * as unsaved from "./behaviours/unsaved.js";

const starters = [formset, unsaved, autosave, facets, chart];

function start(root) {
  starters.forEach((module) => module.start(root));
}

document.documentElement.classList.add("js");
announce.start();
focus.start();
start(document);
document.addEventListener("htmx:afterSettle", (event) => start(event.detail.elt));
