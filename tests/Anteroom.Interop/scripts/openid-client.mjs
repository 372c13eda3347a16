// npm openid-client as relying party: the whole life of a sign-in.
import * as client from "openid-client";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, signIn, walk } from "./browser.mjs";

const application = await register({});
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

answer({
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
