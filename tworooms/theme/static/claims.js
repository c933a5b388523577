// The claims exercise: one claim at a time, a verdict of the reader's own, and ours only when they ask for it.
"use strict";

(function () {
  const oursAddress = document.currentScript.dataset.ours;
  const section = document.getElementById("claims"), form = section.querySelector("form.judge");
  const caseId = form.dataset.case, rootAddress = document.documentElement.dataset.content_root || "./";
  const part = (name) => form.querySelector(name);
  const radios = [...form.querySelectorAll("input[name=verdict]")];
  const names = Object.fromEntries(radios.map((radio) => [radio.value, document.getElementById(`verdict-${radio.value}`).textContent]));
  const paper = section.querySelector(".on-paper");
  const claims = [...section.querySelectorAll("[data-claim]")].map((item) => ({
    item, id: item.dataset.claim, text: item.querySelector(".text").textContent, place: item.querySelector(".quiet").textContent,
  }));
  const byRow = (one, two) => one.item.dataset.row - two.item.dataset.row;
  const named = claims.filter((claim) => paper.contains(claim.item)), inOrder = [...claims].sort(byRow);
  const TALLY_FROM = 6, KAPPA_FROM = 12;
  let set = named, at = 0, ours = null, loading = null;

  const mine = () => verdicts.read()[caseId] || {};
  const change = (edit) => {
    const all = verdicts.read();
    edit(all[caseId] ||= {});
    const kept = verdicts.write(all);
    document.dispatchEvent(new CustomEvent("tworooms:decided"));
    return kept;
  };
  const say = (text) => { part(".live").textContent = text; };

  // A script and not a request for data: pages opened from a folder may ask for nothing else.
  function load() {
    loading ||= new Promise((resolve, reject) => {
      const script = element("script");
      script.src = oursAddress;
      script.onload = () => resolve(ours = window.tworoomsOurs);
      script.onerror = () => { loading = null; script.remove(); reject(new Error("our verdicts could not be read")); };
      document.head.append(script);
    });
    return loading;
  }

  // The card of a finding is opened from a note in the page, which this one may not have yet.
  function fact(id) {
    const [claim, card] = ours.facts[id];
    if (!document.getElementById(`note-${id}`)) {
      const note = element("div", "", { id: `note-${id}`, hidden: "" });
      note.innerHTML = card.replaceAll("{root}", rootAddress);
      section.append(note);
    }
    return element("a", claim, { class: "fact-link", href: `${rootAddress}evidence.html#${id}`, "aria-haspopup": "dialog" });
  }

  function show() {
    const claim = set[at], own = mine()[claim.id];
    part(".place").textContent = claim.place;
    part(".stem").textContent = claim.text;
    for (const radio of radios) {
      radio.checked = Boolean(own) && own.verdict === radio.value;
      // What is compared stays as it was: a verdict given after ours was read says nothing about agreement.
      radio.disabled = Boolean(own && own.compared);
    }
    part("[data-do=back]").disabled = at === 0;
    part("[data-do=on]").disabled = at === set.length - 1;
    say("");
    count();
    part(".ours").replaceChildren(...(own && own.compared && ours ? answer(claim, own) : []));
  }

  function count() {
    const judged = mine(), done = set.filter((claim) => judged[claim.id]).length;
    part(".progress").textContent = `Claim ${at + 1} of ${set.length}, ${done} judged`;
    part(".ask").hidden = Object.keys(judged).length < TALLY_FROM;
  }

  function answer(claim, own) {
    const [verdict, reason, facts] = ours.claims[claim.id];
    const made = [element("p", `Ours: ${names[verdict]}. ${verdict === own.verdict ? "The same as yours." : `Yours: ${names[own.verdict]}.`}`, { class: "claim" }), element("p", reason)];
    if (facts.length) {
      const list = element("ul");
      for (const id of facts) { const entry = element("li"); entry.append(fact(id)); list.append(entry); }
      made.push(element("p", "Findings behind it", { class: "label" }), list);
    }
    made.push(element("p", "If you think we are wrong, say in class which finding would settle it. Your verdict stays as you gave it before you saw ours.", { class: "quiet" }));
    return made;
  }

  // Cohen's kappa of pairs of verdicts, as in tworooms/models/agreement.py; not a number where every verdict is the same.
  function kappa(pairs) {
    const share = (test) => pairs.filter(test).length / pairs.length;
    const observed = share(([own, our]) => own === our);
    const expected = Object.keys(names).reduce((sum, name) => sum + share(([own]) => own === name) * share(([, our]) => our === name), 0);
    return expected > 1 - 1e-12 ? NaN : (observed - expected) / (1 - expected);
  }

  // What other claims of this sort could have given: the middle 95 % of 1,000 draws of as many claims, some of them twice.
  function range(pairs) {
    let seed = 1;
    const draw = () => { seed = (seed * 16807) % 2147483647; return pairs[seed % pairs.length]; };
    const found = Array.from({ length: 1000 }, () => kappa(pairs.map(draw))).filter((one) => !Number.isNaN(one)).sort((one, two) => one - two);
    return [found[Math.floor(found.length * 0.025)], found[Math.ceil(found.length * 0.975) - 1]];
  }

  function tally() {
    const own = mine(), judged = inOrder.filter((claim) => own[claim.id] && ours.claims[claim.id]);
    const pairs = judged.map((claim) => [own[claim.id].verdict, ours.claims[claim.id][0]]);
    const same = pairs.filter(([one, two]) => one === two).length, number = (value) => value.toFixed(2).replace("-", "−");
    const made = [element("p", `You judged ${judged.length} claims. On ${same} of them your verdict is ours (${Math.round(100 * same / judged.length)}%).`, { class: "claim" })];
    if (judged.length >= KAPPA_FROM) {
      const value = kappa(pairs);
      if (Number.isNaN(value)) {
        made.push(element("p", "There is no kappa: yours and ours are all the same verdict, so chance would agree as often."));
      } else {
        const [low, high] = range(pairs);
        made.push(element("p", `Cohen’s kappa between you and us is ${number(value)}. It is 1 when two agree throughout and 0 when they agree as often as chance would have it, given how often each uses each verdict. From ${judged.length} claims it is rough: with others of this sort it could well lie anywhere from ${number(low)} to ${number(high)}.`));
      }
    } else {
      made.push(element("p", `From ${KAPPA_FROM} claims on, Cohen’s kappa stands here too: how far that goes beyond chance.`, { class: "quiet" }));
    }
    made.push(element("p", "It measures whether we agree, not which of us is right.", { class: "quiet" }));
    if (same < judged.length) {
      const apart = element("details"), list = element("ul");
      apart.append(element("summary", `Where we differ (${judged.length - same})`), list);
      for (const claim of judged) {
        const [yours, theirs] = [own[claim.id].verdict, ours.claims[claim.id][0]];
        if (yours !== theirs) list.append(element("li", `${claim.text} Yours: ${names[yours].toLowerCase()}. Ours: ${names[theirs].toLowerCase()}.`));
      }
      made.push(apart);
    }
    part(".tally").replaceChildren(...made);
  }

  async function compare(ids, then = () => {}) {
    try {
      await load();
    } catch (error) {
      return say("Our verdicts could not be read here. Try again when you are connected.");
    }
    const judged = mine();
    if (ids.some((id) => !judged[id].compared)) change((kept) => { for (const id of ids) kept[id].compared = true; });
    show();
    then();
    return undefined;
  }

  function choose(value) {
    const [field, wanted] = value.split(" ");
    set = field === "named" ? named : inOrder.filter((claim) => field === "all" || claim.item.dataset[field] === wanted);
    // Paper gets the claims chosen on the screen.
    paper.replaceChildren(...set.map((claim) => claim.item));
    at = 0;
    show();
  }

  function move(by) {
    at = Math.min(Math.max(at + by, 0), set.length - 1);
    show();
    part("legend").focus();
  }

  form.addEventListener("change", (event) => {
    if (event.target.id === "claims-set") return choose(event.target.value);
    const { id } = set[at], verdict = event.target.value;
    const kept = change((all) => { all[id] = { verdict }; });
    count();
    return say(kept ? "Kept in this browser." : "This browser does not allow keeping: your verdicts last until you leave this page.");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { id } = set[at];
    if (!mine()[id]) return say("Choose one verdict first.");
    return compare([id]);
  });
  form.addEventListener("click", (event) => {
    const what = event.target.dataset.do;
    if (what === "back") move(-1);
    else if (what === "on") move(1);
    else if (what === "tally") compare(Object.keys(mine()).filter((id) => names[mine()[id].verdict]), tally);
  });
  document.addEventListener("tworooms:erased", () => { part(".tally").replaceChildren(); show(); });
  choose("named");
})();
