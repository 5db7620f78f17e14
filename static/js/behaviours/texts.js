// The translated sentences that scripts show, from the JSON block of base.html.
const block = document.getElementById("texts");
const texts = block ? JSON.parse(block.textContent) : {};

export function text(name, values = {}) {
  return Object.keys(values).reduce(
    (sentence, key) => sentence.replace(`{${key}}`, values[key]),
    texts[name] || "",
  );
}
