// Runs before the first paint, so that a chosen appearance never flashes.
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("tworooms:appearance");
    if (chosen === "dark" || chosen === "light") root.dataset.appearance = chosen;
  } catch (error) { /* storage may be forbidden; the system's choice then holds */ }
})();
