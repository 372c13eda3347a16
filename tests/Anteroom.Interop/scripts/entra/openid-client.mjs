// npm openid-client as Entra documents an OpenID Connect client: the tenant's own metadata, code with PKCE, hybrid, userinfo, sign-out.
import * as client from "openid-client";
import { answer, input, step } from "../api.mjs";
import { Browser, signIn, walk } from "../browser.mjs";
import { refused } from "./stage.mjs";

step("reads the tenant's metadata");
const config = await client.discovery(new URL(`${input.authority}/v2.0`), input.clientId, input.clientSecret);
client.enableNonRepudiationChecks(config); // signatures of id_tokens too, by the key set

const browser = new Browser();
async function ask(on = config, more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(on, {
    redirect_uri: input.redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url: url.href, checks };
}

step("signs in");
const first = await ask();
const tokens = await client.authorizationCodeGrant(config, await signIn(browser, first.url, input.person, input.redirectUri), first.checks);
const claims = tokens.claims();

step("asks for user information at the address that the metadata names");
const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);

step("refreshes");
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);

step("presents its secret by HTTP Basic");
const basic = await client.discovery(new URL(`${input.authority}/v2.0`), input.clientId, input.clientSecret, client.ClientSecretBasic(input.clientSecret));
const byBasic = await client.refreshTokenGrant(basic, refreshed.refresh_token);

step("signs in by the hybrid flow");
const hybrid = await client.discovery(new URL(`${input.authority}/v2.0`), input.clientId, input.clientSecret);
client.useCodeIdTokenResponseType(hybrid);
const second = await ask(hybrid, { response_mode: "fragment" });
const { left } = await walk(browser, second.url, input.person, input.redirectUri);
const both = await client.authorizationCodeGrant(hybrid, new URL(left), second.checks);

step("asks with prompt=none in a browser that nobody has used");
const silent = await ask(config, { prompt: "none" });
const { left: refusedAt } = await walk(new Browser(), silent.url, {}, input.redirectUri);
const loginRequired = await refused(client.authorizationCodeGrant(config, new URL(refusedAt), silent.checks));

step("presents a wrong secret");
const wrong = await client.discovery(new URL(`${input.authority}/v2.0`), input.clientId, "not the secret");
const wrongSecret = await refused(client.refreshTokenGrant(wrong, tokens.refresh_token));

step("signs out");
const out = client.buildEndSessionUrl(config, { post_logout_redirect_uri: input.redirectUri, id_token_hint: tokens.id_token });
const ended = await walk(browser, out.href, input.person, input.redirectUri);
const after = await ask(config, { prompt: "none" });
const { left: afterAt } = await walk(browser, after.url, {}, input.redirectUri);

answer({
  claims,
  userInfo,
  refreshed: { sub: refreshed.claims()?.sub ?? null, hasRefreshToken: Boolean(refreshed.refresh_token) },
  byBasic: byBasic.claims()?.sub ?? null,
  hybrid: both.claims().sub,
  loginRequired,
  wrongSecret,
  signedOut: Boolean(ended.left ?? ended.page),
  afterSignOut: new URL(afterAt).searchParams.get("error"),
});
