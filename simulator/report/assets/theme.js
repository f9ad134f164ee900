// The theme that the reader chose last, before anything is drawn.
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("simulator-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (error) { /* storage is closed: the theme of the system */ }
})();
