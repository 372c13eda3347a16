// A single-page application with @azure/msal-browser: one button for each way to a token; what came stands in the page.
const show = (answer) => {
  document.getElementById("answer").textContent = JSON.stringify(answer);
};
const failed = (error) => show({ error: error.errorCode ?? error.name, suberror: error.subError, message: error.errorMessage ?? error.message });
const told = (result) =>
  result && {
    userName: result.account?.username,
    homeAccountId: result.account?.homeAccountId,
    tenantId: result.tenantId,
    scopes: result.scopes,
    fromCache: result.fromCache,
    token: result.accessToken,
    issuer: result.idTokenClaims?.iss,
    nonce: result.idTokenClaims?.nonce,
  };

async function start() {
  const { clientId, authority, knownAuthority, graph } = await (await fetch("/settings.json")).json();
  const application = await msal.createStandardPublicClientApplication({
    auth: { clientId, authority, knownAuthorities: [knownAuthority], redirectUri: "/redirect.html", postLogoutRedirectUri: "/" },
    cache: { cacheLocation: "localStorage" },
  });
  const scopes = ["User.Read"];
  const account = () => application.getAllAccounts()[0];
  const silently = (cacheLookupPolicy, more) => application.acquireTokenSilent({ scopes, account: account(), cacheLookupPolicy, ...more });
  const { CacheLookupPolicy } = msal;

  const ways = {
    redirect: () => application.loginRedirect({ scopes }),
    popup: () => application.loginPopup({ scopes }),
    iframe: () => application.ssoSilent({ scopes, loginHint: new URLSearchParams(location.search).get("hint") ?? account()?.username }),
    cache: () => silently(CacheLookupPolicy.AccessToken),
    refresh: () => silently(CacheLookupPolicy.RefreshToken, { forceRefresh: true }),
    network: () => silently(CacheLookupPolicy.RefreshTokenAndNetwork, { forceRefresh: true }),
    graph: async () => {
      const { accessToken } = await silently(CacheLookupPolicy.AccessToken);
      const response = await fetch(graph, { headers: { authorization: `Bearer ${accessToken}` } });
      return { status: response.status, me: await response.json() };
    },
    "sign-out": () => application.logoutRedirect({ account: account() }),
  };
  for (const [id, way] of Object.entries(ways)) {
    document.getElementById(id).addEventListener("click", async () => {
      show(null);
      try {
        const result = await way();
        show(result?.status ? result : told(result));
      } catch (error) {
        failed(error);
      }
    });
  }

  const arrived = await application.handleRedirectPromise();
  show({ ready: true, arrived: told(arrived), accounts: application.getAllAccounts().map((known) => known.username) });
}

start().catch(failed);
