// Upload areas take a dropped file; the input stays an ordinary one.
function areaOf(event) {
  return event.target.closest ? event.target.closest("[data-upload] .upload-area") : null;
}

["dragenter", "dragover"].forEach((name) => document.addEventListener(name, (event) => {
  const area = areaOf(event);
  if (!area) return;
  event.preventDefault();
  area.classList.add("dragging");
}));

["dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
  const area = areaOf(event);
  if (area) area.classList.remove("dragging");
}));

document.addEventListener("drop", (event) => {
  const area = areaOf(event);
  if (!area || !event.dataTransfer.files.length) return;
  event.preventDefault();
  const input = area.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
