"use strict";
(() => {
  const $ = (id) => document.getElementById(id);

  // Tables: a click on a heading sorts by it, the better values first.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
      const first = head.dataset.better || "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((h) => h.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", order);
      const value = (row) => {
        const cell = row.cells[column];
        if (!("value" in cell.dataset)) return cell.textContent.trim();
        return cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
      };
      const rows = [...table.tBodies[0].rows].sort((a, b) => {
        const x = value(a), y = value(b);
        if (typeof x === "string") return order === "ascending" ? x.localeCompare(y) : y.localeCompare(x);
        if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
        return order === "ascending" ? x - y : y - x;
      });
      table.tBodies[0].append(...rows);
    }));
  }

  // Tabs: click, or arrow keys.
  for (const list of document.querySelectorAll("[role=tablist]")) {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const choose = (tab) => tabs.forEach((other) => {
      const on = other === tab;
      other.setAttribute("aria-selected", on);
      other.tabIndex = on ? 0 : -1;
      $(other.getAttribute("aria-controls")).classList.toggle("later", !on);
    });
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(i + step + tabs.length) % tabs.length];
        choose(next);
        next.focus();
      });
    });
  }

  // Code: a button that copies it.
  for (const block of document.querySelectorAll("pre.copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "copy";
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents(block.querySelector("code"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try { await navigator.clipboard.writeText(block.querySelector("code").textContent); button.textContent = "copied"; }
      catch { button.textContent = "selected"; }
    });
    block.append(button);
  }

  // Threshold explorer: counts at some two hundred thresholds; all else follows from them.
  if (!$("explorer-data")) return;
  const data = JSON.parse($("explorer-data").textContent);
  const positives = data.positives, negatives = data.rows - data.positives;
  const strategy = $("ex-strategy"), slider = $("ex-slider");
  const number = (id) => Math.max(0, Number($(id).value) || 0);
  const table = () => data.strategies[strategy.value];

  // The slider runs from high thresholds (few alarms) on the right to low ones on the left.
  const place = () => table().thresholds.length - 1 - Number(slider.value);
  const at = (i) => {
    const tp = table().tp[i], fp = table().fp[i], fn = positives - tp, tn = negatives - fp;
    const recall = tp / positives, specificity = tn / negatives;
    return {
      tp, fp, fn, tn, recall,
      precision: tp + fp ? tp / (tp + fp) : NaN,
      f1: 2 * tp / (2 * tp + fp + fn),
      gmean: Math.sqrt(recall * specificity),
      alerts: (tp + fp) / data.rows,
      cost: (number("ex-fp") * fp + number("ex-fn") * fn) / data.rows,
    };
  };
  const all = () => table().thresholds.map((_, i) => at(i));
  const show = (id, value, digits = 3) => {
    $(id).textContent = Number.isFinite(value) ? value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits }) : "–";
  };
  const digits = (value) => (value >= 100 ? 0 : value >= 10 ? 1 : 2);

  const draw = () => {
    const rows = all(), top = Math.max(...rows.map((r) => r.cost)) || 1, n = rows.length - 1 || 1;
    const line = (key, scale, style) => {
      const points = rows.map((r, i) => [600 * (1 - i / n), 145 - 140 * (Number.isFinite(r[key]) ? r[key] / scale : 1)]);
      return `<polyline fill="none" vector-effect="non-scaling-stroke" stroke-width="2" ${style} points="${points.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ")}"/>`;
    };
    const x = 600 * (1 - place() / n);
    $("ex-trace").innerHTML = line("precision", 1, 'stroke="var(--accent)"') + line("recall", 1, 'stroke="var(--warm)" stroke-dasharray="7 3"')
      + line("cost", top, 'stroke="var(--good)" stroke-dasharray="2 3"')
      + `<line x1="${x}" x2="${x}" y1="0" y2="150" stroke="currentColor" vector-effect="non-scaling-stroke"/>`;
  };
  // The figure of the scores over the threshold shows the first strategy, on an axis of log odds.
  const figure = document.querySelector("#figure-thresholds svg");
  const marker = document.createElementNS("http://www.w3.org/2000/svg", "line");
  if (figure) {
    const view = figure.viewBox.baseVal, [, top, , bottom] = figure.dataset.box.split(" ").map(Number);
    const fixed = { id: "ex-marker", y1: top * view.height, y2: bottom * view.height, stroke: "var(--line-4)", "stroke-width": 3 };
    for (const [name, value] of Object.entries(fixed)) marker.setAttribute(name, value);
    figure.prepend(marker); // behind the legend
  }
  const mark = (threshold) => {
    if (!figure) return;
    const odds = (p) => Math.log(p / (1 - p)), [left, , right] = figure.dataset.box.split(" ").map(Number);
    const low = Number(figure.dataset.low), high = Number(figure.dataset.high);
    const inside = Math.min(high, Math.max(low, threshold));
    const share = (odds(inside) - odds(low)) / (odds(high) - odds(low));
    const x = (left + share * (right - left)) * figure.viewBox.baseVal.width;
    marker.setAttribute("x1", x.toFixed(1));
    marker.setAttribute("x2", x.toFixed(1));
    marker.style.display = strategy.selectedIndex === 0 ? "" : "none";
  };
  const update = () => {
    const now = at(place()), perDay = number("ex-rows");
    const threshold = table().thresholds[place()];
    $("ex-threshold").textContent = threshold.toPrecision(3).replace(/e.*/, (e) => e);
    slider.setAttribute("aria-valuetext", `threshold ${threshold.toPrecision(3)}, precision ${(now.precision || 0).toFixed(2)}, recall ${now.recall.toFixed(2)}`);
    for (const key of ["precision", "recall", "f1", "gmean"]) show(`ex-${key}`, now[key]);
    show("ex-alerts", now.alerts * perDay, digits(now.alerts * perDay));
    show("ex-cost", now.cost * perDay, digits(now.cost * perDay));
    const counts = { "ex-tp": now.tp, "ex-fn-count": now.fn, "ex-fp-count": now.fp, "ex-tn": now.tn };
    for (const [id, count] of Object.entries(counts)) {
      const share = count / (id === "ex-tp" || id === "ex-fn-count" ? positives : negatives);
      $(id).innerHTML = `${count.toLocaleString("en")}<small>${(100 * share).toFixed(0)}%</small>`;
      $(id).style.setProperty("--share", share.toFixed(3));
    }
    draw();
    mark(threshold);
  };
  const goTo = (goal) => {
    const rows = all();
    const closest = (values) => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
    const goals = {
      f1: () => closest(rows.map((r) => r.f1)),
      gmean: () => closest(rows.map((r) => r.gmean)),
      cost: () => closest(rows.map((r) => -r.cost)),
      prior: () => closest(table().thresholds.map((t) => -Math.abs(Math.log(t * data.rows / positives)))),
    };
    slider.value = table().thresholds.length - 1 - goals[goal]();
    update();
  };
  const start = () => { slider.max = table().thresholds.length - 1; goTo("f1"); };
  strategy.addEventListener("change", start);
  slider.addEventListener("input", update);
  for (const id of ["ex-fp", "ex-fn", "ex-rows"]) $(id).addEventListener("input", update);
  for (const button of document.querySelectorAll("[data-goal]")) button.addEventListener("click", () => goTo(button.dataset.goal));
  start();
})();
