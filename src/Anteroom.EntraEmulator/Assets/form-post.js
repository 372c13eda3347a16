"use strict";
// Sends the response to the application at once; without script the noscript button does.
document.forms.namedItem("hiddenform").submit();
