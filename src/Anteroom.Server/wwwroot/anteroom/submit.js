// Carries an answer on without a click. Without script the page's button does the same.
document.forms[0].submit();
