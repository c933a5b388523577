// Starts the slides: one slide at a time, letters that fit, and controls that keep their own keys.
"use strict";

(function () {
  const holds = () => document.activeElement?.matches?.(".tr-figure input, .tr-figure select");

  // A slide with many words gets smaller letters, down to two thirds; none runs off its page.
  function fit() {
    for (const slide of document.querySelectorAll(".slide")) {
      const over = () => slide.scrollHeight > slide.clientHeight + 1;
      for (let size = 100; over() && size >= 50; size -= 4) slide.style.fontSize = `${size}%`;
    }
  }

  // A remote control for slides sends these two keys, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (!["PageUp", "PageDown"].includes(event.key) || !holds()) return;
    event.preventDefault();
    event.stopPropagation();
    document.activeElement.blur();
    if (event.key === "PageDown") Reveal.next(); else Reveal.prev();
  }, true);

  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", transition: "none", backgroundTransition: "none",
    // Every slide is laid out from the start, so that figures know their size, on screen and on paper.
    viewDistance: 1000, mobileViewDistance: 1000, scrollActivationWidth: null, jumpToSlide: false, pdfSeparateFragments: false,
    keyboardCondition: () => !holds(), plugins: [RevealNotes],
  }).then(() => {
    fit();
    document.documentElement.dataset.ready = "yes";
  });
})();
