// Draws <figure data-chart> from its JSON block; the table under it remains for everyone.
import { options } from "./chart-options.js";
import { text } from "./texts.js";

const drawn = new Map();
let library;

function load(url) {
  if (!library) {
    library = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
  }
  return library;
}

function height(data) {
  return data.kind === "hbar" ? `${Math.max(10, 3.5 + data.categories.length * 2)}rem` : "";
}

function draw(echarts, figure) {
  const canvas = figure.querySelector("[data-chart-canvas]");
  const data = JSON.parse(figure.querySelector("script").textContent);
  canvas.style.height = height(data);
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(options(data, { width: canvas.clientWidth }));
  drawn.set(figure, { chart, data, canvas });
  if (window.ResizeObserver) new ResizeObserver(() => chart.resize()).observe(canvas);
}

function redraw(print) {
  drawn.forEach(({ chart, data, canvas }, figure) => {
    if (!figure.isConnected) {
      chart.dispose();
      drawn.delete(figure);
      return;
    }
    chart.resize();
    chart.setOption(options(data, { width: canvas.clientWidth, print }), true);
  });
}

export function start(root) {
  root.querySelectorAll("figure[data-chart]").forEach((figure) => {
    if (figure.dataset.chartOn) return;
    figure.dataset.chartOn = "1";
    load(figure.dataset.chartLibrary).then((echarts) => draw(echarts, figure)).catch(() => {
      const canvas = figure.querySelector("[data-chart-canvas]");
      canvas.classList.add("chart-failed");
      canvas.textContent = text("chart_failed");
      figure.querySelector("details").open = true;
    });
  });
}

document.addEventListener("scalechange", () => window.setTimeout(() => redraw(false), 50));
// Patterns besides colours on paper, which is often black and white.
window.addEventListener("beforeprint", () => redraw(true));
window.addEventListener("afterprint", () => redraw(false));
