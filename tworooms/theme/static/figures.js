// Draws a figure when it comes near the screen, with one plotly.js for the whole site and native controls.
"use strict";

(function () {
  const plotlyAddress = document.currentScript.dataset.plotly;
  // The three settings and the greys, lifted for the dark theme; keys are the inks of tworooms/figures.py.
  const LIFTED = {
    "#0072b2": "#6cb8ea", "#00785a": "#52c3a0", "#b84a00": "#f0935a", "#1c1b19": "#ece8df",
    "#6b6862": "#aaa59a", "#d9d5cb": "#3d3a35",
  };
  let loading = null;

  function plotly() {
    // A page that is one file brings it along.
    loading ||= window.Plotly ? Promise.resolve(window.Plotly) : new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotlyAddress;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.js could not be read"));
      document.head.append(script);
    });
    return loading;
  }

  function isDark() {
    const chosen = document.documentElement.dataset.appearance;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const inked = (value) => {
    if (!isDark()) return value;
    return JSON.parse(JSON.stringify(value)
      .replace(/#[0-9a-f]{6}\b/gi, (ink) => LIFTED[ink.toLowerCase()] || ink)
      .replaceAll("rgba(107,104,98,", "rgba(170,165,154,"));
  };

  // Paper is narrower than most screens, and no resize comes before printing: the style sheet scales the drawing.
  function scalable(plot) {
    for (const svg of plot.querySelectorAll("svg.main-svg")) {
      svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    }
  }

  // A title longer than its axis, as on a phone, is broken into lines; Plotly would run it off the edge.
  function fitTitles(Plotly, plot) {
    const frame = plot.getBoundingClientRect(), broken = {};
    for (const drawn of plot.querySelectorAll("text[class^=x][class$=title], text[class^=y][class$=title]")) {
      const axis = drawn.classList[0].replace(/^([xy])(\d*)title$/, "$1axis$2"), box = drawn.getBoundingClientRect();
      const title = ((plot.layout[axis] || {}).title || {}).text;
      if (!title) continue;
      const across = axis[0] === "x", middle = across ? (box.left + box.right) / 2 : (box.top + box.bottom) / 2;
      const length = across ? box.width : box.height;
      const room = 2 * (across ? Math.min(middle - frame.left, frame.right - middle) : Math.min(middle - frame.top, frame.bottom - middle));
      if (length <= room + 1) continue;
      const longest = Math.max(...title.split("<br>").map((line) => line.length)), fits = Math.floor(longest * room / length) - 1;
      const lines = [""];
      for (const word of title.split(/<br>|\s+/)) {
        const line = `${lines.at(-1)} ${word}`.trim();
        if (line.length <= fits || !lines.at(-1)) lines[lines.length - 1] = line; else lines.push(word);
      }
      if (lines.join("<br>") !== title) broken[`${axis}.title.text`] = lines.join("<br>");
    }
    return Object.keys(broken).length ? Plotly.relayout(plot, broken) : undefined;
  }

  async function draw(figure) {
    if (figure.dataset.state) return;
    figure.dataset.state = "drawing";
    const plot = figure.querySelector(".plot");
    try {
      const spec = JSON.parse(figure.querySelector("script.spec").textContent);
      const Plotly = await plotly();
      const inputs = [...figure.querySelectorAll(".controls input, .controls select")];
      const paint = async () => {
        figure.dataset.inks = isDark() ? "dark" : "light";
        const { data, layout } = inked({ data: spec.data, layout: spec.layout });
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        await Plotly.react(plot, data, { ...layout, autosize: true, ...(still ? { transition: { duration: 0 } } : {}) }, spec.config);
        for (const [index, input] of inputs.entries()) {
          if (input.dataset.moved) await step(Plotly, plot, spec.controls[index][Number(input.value)]);
        }
      };
      await paint();
      await fitTitles(Plotly, plot);
      scalable(plot);
      plot.on("plotly_afterplot", () => { scalable(plot); fitTitles(Plotly, plot); });
      for (const [index, input] of inputs.entries()) {
        input.disabled = false;
        input.addEventListener("input", async () => {
          input.dataset.moved = "yes";
          const chosen = spec.controls[index][Number(input.value)];
          if (input.type === "range") {
            const label = input.dataset.labels.split("|")[Number(input.value)];
            input.setAttribute("aria-valuetext", label);
            input.parentElement.querySelector("output").textContent = label;
          }
          await step(Plotly, plot, chosen);
          figure.querySelector(".live").textContent = chosen.says;
        });
      }
      document.addEventListener("tworooms:appearance", paint);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
      figure.dataset.state = "drawn";
    } catch (error) {
      figure.dataset.state = "failed";
      figure.querySelector(".live").textContent = "The drawing could not be made here. Its numbers are in the data table.";
      console.error(error);
    }
  }

  // The same three methods that Plotly's own sliders and menus call.
  function step(Plotly, plot, { m: method, a: args }) {
    if (!["restyle", "relayout", "update"].includes(method)) return undefined;
    return Plotly[method](plot, ...inked(args));
  }

  const figures = [...document.querySelectorAll(".tr-figure")];
  if ("IntersectionObserver" in window) {
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) { near.unobserve(entry.target); draw(entry.target); }
    }, { rootMargin: "600px 0px" });
    for (const figure of figures) near.observe(figure);
  } else {
    figures.forEach(draw);
  }
  window.tworoomsDrawAll = () => Promise.all(figures.map(draw));
  addEventListener("beforeprint", () => { window.tworoomsDrawAll(); });
})();
