// From the plain data of a ChartSpec to ECharts options: calm axes, token colours, no HTML tooltips
// (they would need inline styles, which the Content-Security-Policy refuses).
function tokens() {
  const root = getComputedStyle(document.documentElement);
  const read = (name) => root.getPropertyValue(name).trim();
  return {
    colours: [1, 2, 3, 4, 5, 6, 7].map((n) => read(`--chart-${n}`)),
    tones: { success: read("--chart-3"), warning: read("--chart-2"), danger: read("--chart-danger"), muted: read("--chart-7") },
    ink: read("--ink"),
    muted: read("--ink-muted"),
    line: read("--line-soft"),
    axis: read("--line"),
    rem: parseFloat(root.fontSize),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function common(data, look, print) {
  const size = look.rem * 0.8125;
  const many = data.kind === "pie" || data.series.length > 1;
  return {
    color: look.colours,
    animation: !print && !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 400,
    textStyle: { fontFamily: look.font, fontSize: size, color: look.ink },
    aria: { enabled: true, label: { enabled: false }, decal: { show: Boolean(print) } },
    legend: many ? { type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 16, textStyle: { fontSize: size, color: look.ink } } : { show: false },
    tooltip: {
      renderMode: "richText",
      confine: true,
      trigger: data.kind === "pie" ? "item" : "axis",
      axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
      textStyle: { fontFamily: look.font, fontSize: size, color: look.ink },
      valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value.toLocaleString("zh-CN")}${data.unit ? ` ${data.unit}` : ""}`),
    },
  };
}

function pie(data, look, width) {
  const narrow = width < 26 * look.rem;
  const values = data.series.length ? data.series[0].values : [];
  return [{
    type: "pie",
    radius: ["42%", "68%"],
    center: ["50%", "57%"],
    itemStyle: { borderColor: "#fff", borderWidth: 2 },
    label: { show: !narrow, formatter: "{b}  {d}%", color: look.ink, fontSize: look.rem * 0.8125 },
    labelLine: { show: !narrow },
    data: data.categories.map((name, at) => ({ name, value: values[at] })),
  }];
}

function series(data, look) {
  return data.series.map((one) => ({
    name: one.name,
    type: data.kind === "line" ? "line" : "bar",
    stack: data.kind === "stacked" ? "all" : undefined,
    data: one.values,
    color: look.tones[one.tone],
    barMaxWidth: 28,
    symbolSize: 6,
    lineStyle: { width: 2 },
    label: { show: data.kind === "hbar" && data.series.length === 1, position: "right" },
  }));
}

// Counts have no halves, shares end at the whole.
function bounds(data) {
  if (data.unit === "%") return { min: 0, max: 100, interval: 20 };
  const whole = data.series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
  return whole ? { minInterval: 1 } : {};
}

export function options(data, { width, print = false }) {
  const look = tokens();
  const option = common(data, look, print);
  if (data.kind === "pie") return Object.assign(option, { series: pie(data, look, width) });
  const size = look.rem * 0.8125;
  const flat = data.kind === "hbar";
  const names = {
    type: "category",
    data: data.categories,
    inverse: flat,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.axis } },
    axisLabel: { color: look.muted, fontSize: size, hideOverlap: true, width: flat ? width * 0.34 : undefined, overflow: flat ? "truncate" : "none" },
  };
  const numbers = {
    type: "value",
    splitNumber: 4,
    ...bounds(data),
    splitLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.muted, fontSize: size },
  };
  return Object.assign(option, {
    grid: { left: 4, right: flat ? 44 : 12, top: data.series.length > 1 ? size * 2.6 : 14, bottom: 4, containLabel: true },
    xAxis: flat ? numbers : names,
    yAxis: flat ? names : numbers,
    series: series(data, look),
  });
}
