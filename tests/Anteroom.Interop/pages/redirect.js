// The page behind the redirect URI, as the library asks for it since version 5.
msalRedirectBridge.broadcastResponseToMainFrame().catch((error) => {
  document.body.textContent = String(error);
});
