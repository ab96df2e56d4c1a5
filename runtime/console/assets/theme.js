// The operator's own choice of colours goes before the browser's. Loaded before anything is drawn.
(() => {
  "use strict";
  const chosen = localStorage.getItem("tael.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
})();
