// @azure/msal-node as a web application: authorization code with PKCE, tokens from its cache, tokens by refresh.
import { ConfidentialClientApplication, CryptoProvider } from "@azure/msal-node";
import { answer, input, step } from "../api.mjs";
import { Browser, signIn } from "../browser.mjs";
import { claims, control, pass, refused } from "./stage.mjs";

const application = new ConfidentialClientApplication({
  auth: { clientId: input.clientId, clientSecret: input.clientSecret, authority: input.authority, knownAuthorities: [input.knownAuthority] },
});
const crypto = new CryptoProvider();
const browser = new Browser();

async function ask(scopes) {
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const [state, nonce] = [crypto.createNewGuid(), crypto.createNewGuid()];
  const request = { scopes, redirectUri: input.redirectUri, state, nonce };
  const url = await application.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const callback = await signIn(browser, url, input.person, input.redirectUri);
  const parameters = callback.searchParams;
  return (codeVerifier = verifier) =>
    application.acquireTokenByCode(
      { ...request, code: parameters.get("code"), codeVerifier },
      { code: parameters.get("code"), state: parameters.get("state"), client_info: parameters.get("client_info") },
    );
}

step("signs in with a code and PKCE");
const redeem = await ask(["User.Read"]);
const first = await redeem();

step("redeems the same code again");
const again = await refused(redeem());

step("answers the challenge with another verifier");
const wrongVerifier = await refused((await ask(["User.Read"]))((await crypto.generatePkceCodes()).verifier));

step("takes a token from its cache");
const account = (await application.getTokenCache().getAllAccounts())[0];
const cached = await application.acquireTokenSilent({ scopes: ["User.Read"], account });

step("refreshes an expired token two hours later");
await pass(2);
const refreshed = await application.acquireTokenSilent({ scopes: ["User.Read"], account });

step("asks for a token of another API with the same refresh token");
const other = await application.acquireTokenSilent({ scopes: [input.apiScope], account });

step("is refused after the sessions were revoked");
await control("POST", `tenants/${input.tenantId}/users/${input.person.userName}/revoke-sign-in-sessions`);
const revoked = await refused(application.acquireTokenSilent({ scopes: ["User.Read"], account, forceRefresh: true }));

answer({
  first: { account: first.account, scopes: first.scopes, tenantId: first.tenantId, uniqueId: first.uniqueId, claims: first.idTokenClaims },
  again,
  wrongVerifier,
  cached: { fromCache: cached.fromCache, same: cached.accessToken === first.accessToken },
  refreshed: { fromCache: refreshed.fromCache, same: refreshed.accessToken === first.accessToken, aud: claims(refreshed.accessToken).aud, name: refreshed.account.name },
  other: { scopes: other.scopes, aud: claims(other.accessToken).aud, scp: claims(other.accessToken).scp },
  revoked,
});
