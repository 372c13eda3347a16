// npm openid-client as relying party: the whole life of a sign-in.
import * as client from "openid-client";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, signIn, walk } from "./browser.mjs";

const application = await register({ scopes: ["orders:read"], resources: [`https://orders.example/${process.pid}`, `https://stock.example/${process.pid}`] });
const [orders, stock] = application.resources;
const audience = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).aud;
const config = await client.discovery(new URL(input.issuer), application.clientId, application.clientSecret, client.ClientSecretBasic(application.clientSecret));
client.enableNonRepudiationChecks(config); // signatures of id_tokens too, by our key set

const browser = new Browser();
async function ask(more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: application.redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url: url.href, checks };
}

const first = await ask();
const callback = await signIn(browser, first.url, input.person, application.redirectUri);
const wrongState = await refusal(client.authorizationCodeGrant(config, callback, { ...first.checks, expectedState: "another" }));
const tokens = await client.authorizationCodeGrant(config, callback, first.checks);
const claims = tokens.claims();
const codeTwice = await refusal(client.authorizationCodeGrant(config, callback, first.checks));

// The session signs in again without a question.
const second = await ask();
const silent = await walk(browser, second.url, {}, application.redirectUri);
const wrongNonce = await refusal(client.authorizationCodeGrant(config, new URL(silent.left), { ...second.checks, expectedNonce: "another" }));

const third = await ask();
const live = await client.authorizationCodeGrant(config, await signIn(browser, third.url, {}, application.redirectUri), third.checks);
const userInfo = await client.fetchUserInfo(config, live.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, live.refresh_token);
const reused = await refusal(client.refreshTokenGrant(config, live.refresh_token));
const afterReuse = await refusal(client.refreshTokenGrant(config, refreshed.refresh_token));

const signOut = client.buildEndSessionUrl(config, {
  id_token_hint: live.id_token,
  post_logout_redirect_uri: application.signedOutUri,
  state: "after",
});
const out = await walk(browser, signOut.href, {}, application.signedOutUri);
const userInfoAfter = await refusal(client.fetchUserInfo(config, live.access_token, claims.sub));
const asked = await walk(browser, (await ask({ prompt: "none" })).url, {}, application.redirectUri);

// A browser that has no session: what was pushed counts, once (RFC 9126), and each token is for one API (RFC 8707).
const pushedBrowser = new Browser();
const pushedVerifier = client.randomPKCECodeVerifier();
const pushedState = client.randomState();
const pushed = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: application.redirectUri,
  scope: "openid offline_access orders:read",
  resource: orders,
  code_challenge: await client.calculatePKCECodeChallenge(pushedVerifier),
  code_challenge_method: "S256",
  state: pushedState,
});
const pushedCallback = await signIn(pushedBrowser, pushed.href, input.person, application.redirectUri);
const ofPushed = await client.authorizationCodeGrant(config, pushedCallback, { pkceCodeVerifier: pushedVerifier, expectedState: pushedState });
const pushedAgain = await walk(pushedBrowser, pushed.href, {}, application.redirectUri);
const narrowed = await client.refreshTokenGrant(config, ofPushed.refresh_token, { resource: orders, scope: "openid orders:read" });
const elsewhere = await refusal(client.refreshTokenGrant(config, narrowed.refresh_token, { resource: stock }));

// Introspection and revocation (RFC 7662, RFC 7009).
const introspected = await client.tokenIntrospection(config, narrowed.access_token);
await client.tokenRevocation(config, narrowed.refresh_token);
const introspectedAfter = await client.tokenIntrospection(config, narrowed.access_token);
const refreshedAfter = await refusal(client.refreshTokenGrant(config, narrowed.refresh_token));

// A program that proves itself by its key and acts for itself (RFC 7523, RFC 6749 section 4.4).
const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const program = await register({
  redirectUris: [],
  postLogoutRedirectUris: [],
  grantTypes: ["client_credentials"],
  clientAuthentication: "private_key_jwt",
  jwks: { keys: [{ ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "own", alg: "ES256", key_ops: undefined, ext: undefined }] },
  scopes: ["orders:read", "orders:write"],
});
const programConfig = await client.discovery(new URL(input.issuer), program.clientId, undefined, client.PrivateKeyJwt({ key: pair.privateKey, kid: "own" }));
const own = await client.clientCredentialsGrant(programConfig, { scope: "orders:read" });
const ownIntrospected = await client.tokenIntrospection(programConfig, own.access_token);
const tooMuch = await refusal(client.clientCredentialsGrant(programConfig, { scope: "orders:read openid" }));
await client.tokenRevocation(programConfig, own.access_token);
const ownAfter = await client.tokenIntrospection(programConfig, own.access_token);

answer({
  pushed: {
    parameters: [...pushed.searchParams.keys()].sort(),
    audience: audience(ofPushed.access_token) === orders,
    again: new URL(pushedAgain.left).searchParams.get("error"),
    narrowed: { audience: audience(narrowed.access_token) === orders, scope: narrowed.scope },
    elsewhere,
  },
  introspected: { before: introspected, after: introspectedAfter, refreshedAfter },
  program: { secret: program.clientSecret ?? null, clientId: program.clientId, token: own, introspected: ownIntrospected, after: ownAfter, tooMuch },
  claims,
  titles: silent.titles,
  wrongState,
  wrongNonce,
  codeTwice,
  userInfo,
  refreshed: { rotated: refreshed.refresh_token !== live.refresh_token, sub: refreshed.claims()?.sub ?? null, scope: refreshed.scope ?? null },
  reused,
  afterReuse,
  signedOut: out.left ?? out.page.text,
  userInfoAfter,
  afterSignOut: asked.left ? new URL(asked.left).searchParams.get("error") : asked.page.text,
});
