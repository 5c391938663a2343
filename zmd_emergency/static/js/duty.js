/* Printing the roster, a hand-over or a day of the log. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
