// An application's server hears that a session ended, and npm jose verifies what it was sent (OIDC Back-Channel Logout section 2.6).
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, signIn, walk } from "./browser.mjs";

let hear;
const heard = new Promise((resolve) => (hear = resolve));
const server = createServer(async (request, response) => {
  const form = new URLSearchParams(await text(request));
  response.writeHead(request.url === "/logout" && form.has("logout_token") ? 200 : 400, { "cache-control": "no-store" }).end();
  hear(form.get("logout_token"));
}).listen(input.providerPort, "localhost");

const application = await register({ backChannelLogoutUri: `http://localhost:${input.providerPort}/logout` });
const config = await client.discovery(new URL(input.issuer), application.clientId, application.clientSecret, client.ClientSecretBasic(application.clientSecret));
const verifier = client.randomPKCECodeVerifier();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: application.redirectUri,
  scope: "openid",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
const browser = new Browser();
const callback = await signIn(browser, url.href, input.person, application.redirectUri);
const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, idTokenExpected: true });
const { sub, sid } = tokens.claims();

const signOut = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: application.signedOutUri });
await walk(browser, signOut.href, {}, application.signedOutUri);
const token = await heard;
server.close();

const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const expected = { issuer: input.issuer, audience: application.clientId, algorithms: ["ES256"], clockTolerance: 5 };
const { payload } = await jwtVerify(token, keys, {
  ...expected,
  typ: "logout+jwt",
  maxTokenAge: "2 minutes",
  requiredClaims: ["iat", "exp", "jti", "events", "sid", "sub"],
});

answer({
  header: decodeProtectedHeader(token),
  claims: payload,
  sub,
  sid,
  offered: config.serverMetadata().backchannel_logout_supported && config.serverMetadata().backchannel_logout_session_supported,
  asIdToken: await refusal(jwtVerify(token, keys, { ...expected, typ: "JWT" })),
});
