// Cards, stops, quizzes and filters. Everything here improves a page that is already readable without it.
"use strict";

// Kept by this browser; where it keeps nothing, for as long as the page is open.
function keeper(key) {
  let here = null;
  return {
    read() {
      try {
        const all = here || JSON.parse(localStorage.getItem(key));
        return all instanceof Object && !Array.isArray(all) ? all : {};
      } catch (error) { return {}; }
    },
    write(all) {
      try { localStorage.setItem(key, JSON.stringify(all)); here = null; return true; } catch (error) { here = all; return false; }
    },
  };
}

const store = keeper("tworooms:decisions:v1");
// By case and claim, verdicts of the reader; claims.js asks for them.
const verdicts = keeper("tworooms:verdicts:v1");

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function appearance() {
  const button = document.getElementById("appearance");
  const isDark = () => {
    const chosen = document.documentElement.dataset.appearance;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  show();
  button.addEventListener("click", () => {
    document.documentElement.dataset.appearance = isDark() ? "light" : "dark";
    try { localStorage.setItem("tworooms:appearance", document.documentElement.dataset.appearance); } catch (error) { /* not kept */ }
    show();
    document.dispatchEvent(new CustomEvent("tworooms:appearance"));
  });
}

function cards() {
  const dialog = document.getElementById("card");
  const body = dialog.querySelector(".card-body");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.fact-link, a.term-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const note = document.getElementById("note-" + link.hash.slice(1));
    if (!note) return;
    event.preventDefault();
    // Closing gives the focus back to whatever had it; a tap or a click does not focus a link in every browser.
    link.focus({ preventScroll: true });
    body.replaceChildren(...[...note.cloneNode(true).childNodes]);
    const claim = body.querySelector(".claim");
    claim.replaceWith(element("h2", claim.textContent, { id: "card-title", tabindex: "-1" }));
    dialog.showModal();
    document.getElementById("card-title").focus();
    if (innerWidth >= 768) {
      const box = link.getBoundingClientRect();
      const below = box.bottom + 8, above = box.top - dialog.offsetHeight - 8;
      const top = below + dialog.offsetHeight < innerHeight ? below : Math.max(8, above);
      dialog.style.margin = `${Math.min(top, innerHeight - dialog.offsetHeight - 8)}px auto auto`;
    } else {
      dialog.style.margin = "";
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  for (const link of document.querySelectorAll("a.fact-link, a.term-link")) {
    if (document.getElementById("note-" + link.hash.slice(1))) link.setAttribute("aria-haspopup", "dialog");
  }
}

function stops() {
  for (const form of document.querySelectorAll("form[data-stop]")) {
    const { case: caseId, stop } = form.dataset;
    const say = (text) => { form.querySelector(".live").textContent = text; };
    const kept = (store.read()[caseId] || {})[stop];
    if (kept) {
      for (const name of ["choice", "confidence"]) {
        const input = [...form.querySelectorAll(`input[name=${name}]`)].find((one) => one.value === kept[name]);
        if (input) input.checked = true;
      }
      form.elements.reason.value = kept.reason || "";
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answer = Object.fromEntries(new FormData(form));
      if (!answer.choice) return say("Choose one answer first.");
      const decisions = store.read(), mine = (decisions[caseId] ||= {}), { first, ...before } = mine[stop] || {};
      const now = {
        question: form.dataset.title, choice: answer.choice, confidence: answer.confidence || "",
        reason: (answer.reason || "").trim(), version: form.dataset.version,
      };
      // Who decides again keeps the first answer too: a class compares the two. Other words for the same choice are no move.
      const earlier = first || (before.choice ? before : null);
      const moved = earlier && (earlier.choice !== now.choice || earlier.confidence !== now.confidence);
      mine[stop] = moved ? { ...now, first: earlier } : now;
      say(store.write(decisions) ? "Kept in this browser." : "This browser does not allow keeping; print the page or copy your answer.");
      document.dispatchEvent(new CustomEvent("tworooms:decided"));
    });
  }
}

function decisions() {
  const section = document.getElementById("decisions");
  if (!section) return;
  const caseId = section.dataset.case, kept = section.querySelector(".kept");
  const mine = () => store.read()[caseId] || {};
  const judged = () => Object.entries(verdicts.read()[caseId] || {});
  const show = () => {
    const rows = Object.values(mine()), claims = judged().length;
    kept.replaceChildren();
    if (!rows.length && !claims) return kept.append(element("p", "Nothing kept yet."));
    for (const row of rows) {
      const entry = element("div");
      entry.append(element("p", row.question, { class: "claim" }),
        element("p", row.choice + (row.confidence ? ` (confidence: ${row.confidence})` : "")));
      if (row.reason) entry.append(element("p", row.reason));
      if (row.first) entry.append(element("p", `At first: ${row.first.choice}${row.first.confidence ? ` (confidence: ${row.first.confidence})` : ""}`, { class: "quiet" }));
      kept.append(entry);
    }
    if (claims) kept.append(element("p", `Your verdicts on ${claims} ${claims === 1 ? "claim" : "claims"}.`));
  };
  show();
  document.addEventListener("tworooms:decided", show);
  section.addEventListener("click", (event) => {
    const what = event.target.dataset.do;
    if (what === "export") {
      const file = { format: "tworooms-decisions", format_version: 1, case: caseId, case_version: section.dataset.version,
        decisions: Object.entries(mine()).flatMap(([stop, { first, ...row }]) => [...(first ? [{ stop, ...first }] : []), { stop, ...row }]) };
      if (judged().length) file.verdicts = judged().map(([claim, { verdict }]) => ({ claim, verdict }));
      const link = element("a", "", { download: `${caseId}-decisions.json` });
      link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: "application/json" }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    } else if (what === "print") {
      document.documentElement.classList.add("print-decisions");
      addEventListener("afterprint", () => document.documentElement.classList.remove("print-decisions"), { once: true });
      print();
    } else if (what === "erase") {
      for (const keep of [store, verdicts]) {
        const all = keep.read();
        delete all[caseId];
        keep.write(all);
      }
      for (const form of document.querySelectorAll("form[data-stop]")) { form.reset(); form.querySelector(".live").textContent = ""; }
      document.dispatchEvent(new CustomEvent("tworooms:erased"));
      show();
    }
  });
}

function quizzes() {
  for (const form of document.querySelectorAll(".quiz form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answer = form.querySelector(".answer"), inputs = [...form.querySelectorAll("input")];
      const chosen = inputs.filter((input) => input.checked);
      answer.replaceChildren();
      if (!chosen.length) return answer.append(element("p", "Choose an answer first."));
      const feedback = [...form.querySelectorAll(".feedback li")];
      if (form.dataset.kind === "multiple") {
        const right = inputs.every((input) => input.checked === (input.dataset.correct === "yes"));
        answer.append(element("p", right ? "That is the whole set." : "Not the whole set, or one too many. Read on."));
      }
      for (const input of chosen) {
        const verdict = { yes: "Fits. ", no: "Does not fit. " }[input.dataset.correct] || "";
        const line = element("p", verdict);
        line.append(...[...feedback[inputs.indexOf(input)].querySelector(".why").cloneNode(true).childNodes]);
        answer.append(line);
      }
    });
  }
}

function filters() {
  for (const form of document.querySelectorAll("form[data-filters]")) {
    const entries = [...document.querySelectorAll(".list .entry")];
    const texts = new Map();
    const text = (entry) => {
      if (!texts.has(entry)) texts.set(entry, (entry.id + " " + entry.textContent).toLowerCase());
      return texts.get(entry);
    };
    const count = form.querySelector(".count");
    const has = (value, wanted) => value.split(";").includes(wanted);
    const apply = () => {
      const wanted = Object.fromEntries(new FormData(form));
      const words = (wanted.words || "").toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const data = entry.dataset;
        const years = (data.year || "").split(";").filter(Boolean).map(Number);
        const keep = (!wanted.kind || data.kind === wanted.kind)
          && ["theme", "setting", "place", "check", "format", "level", "discipline", "page", "verdict"].every((name) => !wanted[name] || has(data[name] || "", wanted[name]))
          && (!wanted.minutes || Number(data.minutes) <= Number(wanted.minutes))
          && (!(wanted.from || wanted.to)
            || years.some((year) => year >= Number(wanted.from || 0) && year <= Number(wanted.to || 9999)))
          && words.every((word) => text(entry).includes(word));
        entry.hidden = !keep;
        if (keep) shown += 1;
      }
      for (const list of document.querySelectorAll(".part-list")) list.hidden = !list.querySelector(".entry:not([hidden])");
      const [one, many] = { cases: ["case", "cases"], claims: ["claim", "claims"] }[form.dataset.filters] || ["entry", "entries"];
      count.textContent = shown ? `${shown} ${shown === 1 ? one : many} of ${entries.length}` : `Nothing fits. Loosen one filter; ${entries.length} ${form.dataset.filters === "cases" ? "in all" : `${many} in all`}.`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    if (form.dataset.filters === "cases") apply();
  }
}

// An address that ends in #finding opens that finding, and anything folded around it.
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  // A filter must not hide what a link leads to.
  if (target.closest("[hidden]")) {
    for (const form of document.querySelectorAll("form[data-filters]")) { form.reset(); form.dispatchEvent(new Event("input")); }
  }
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  target.scrollIntoView();
}

function printing() {
  // On paper each number carries the number of its note; on the screen it whispers.
  const notes = new Map([...document.querySelectorAll(".notes > ol > li")].map((note, index) => ["#" + note.id.slice(5), index + 1]));
  for (const link of document.querySelectorAll("a.fact-link")) if (notes.has(link.hash)) link.dataset.note = notes.get(link.hash);
  addEventListener("beforeprint", () => {
    for (const form of document.querySelectorAll("form[data-stop]")) {
      form.querySelector(".ruled").textContent = form.elements.reason.value;
    }
    for (const details of document.querySelectorAll("details.notes:not([open]), details.data:not([open]), .ledger > details:not([open])")) {
      details.open = true;
      addEventListener("afterprint", () => { details.open = false; }, { once: true });
    }
  });
}

appearance();
cards();
stops();
decisions();
quizzes();
filters();
printing();
unfold();
addEventListener("hashchange", unfold);
