// npm oauth4webapi as a public client: no secret, PKCE alone, answers by form_post.
import * as oauth from "oauth4webapi";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, walk } from "./browser.mjs";

const application = await register({ clientKind: "public" });
const issuer = new URL(input.issuer);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
const self = { client_id: application.clientId };

async function authorize(browser, responseMode) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: self.client_id,
    redirect_uri: application.redirectUri,
    response_type: "code",
    response_mode: responseMode,
    scope: "openid",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    organization: input.person.companyCode,
  });
  const { left, page } = await walk(browser, url.href, input.person, application.redirectUri);
  const parameters = left ? new URL(left).searchParams : new URLSearchParams(page.form.fields);
  if (page && page.form.action !== application.redirectUri) throw new Error(`Ended on ${page.url}: ${page.text}`);
  return { parameters: oauth.validateAuthResponse(server, self, parameters, state), verifier, nonce };
}

const redeem = async ({ parameters, verifier, nonce }) => {
  const response = await oauth.authorizationCodeGrantRequest(server, self, oauth.None(), parameters, application.redirectUri, verifier);
  return oauth.processAuthorizationCodeResponse(server, self, response, { expectedNonce: nonce, requireIdToken: true });
};

const browser = new Browser();
const posted = await redeem(await authorize(browser, "form_post"));
const wrongVerifier = await refusal(redeem({ ...(await authorize(browser, "query")), verifier: oauth.generateRandomCodeVerifier() }));
const claims = oauth.getValidatedIdTokenClaims(posted);

// The metadata of OAuth alone (RFC 8414), and what a public client may do with it: push and revoke.
const oauthServer = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2" }));
const pushVerifier = oauth.generateRandomCodeVerifier();
const pushed = await oauth.processPushedAuthorizationResponse(
  oauthServer,
  self,
  await oauth.pushedAuthorizationRequest(oauthServer, self, oauth.None(), {
    redirect_uri: application.redirectUri,
    response_type: "code",
    scope: "openid offline_access",
    code_challenge: await oauth.calculatePKCECodeChallenge(pushVerifier),
    code_challenge_method: "S256",
    organization: input.person.companyCode,
  }),
);
const url = new URL(oauthServer.authorization_endpoint);
url.search = new URLSearchParams({ client_id: self.client_id, request_uri: pushed.request_uri });
const { left } = await walk(browser, url.href, input.person, application.redirectUri);
const parameters = oauth.validateAuthResponse(oauthServer, self, new URL(left), oauth.expectNoState);
const offline = await oauth.processAuthorizationCodeResponse(
  oauthServer,
  self,
  await oauth.authorizationCodeGrantRequest(oauthServer, self, oauth.None(), parameters, application.redirectUri, pushVerifier),
);

// The refresh grant: each use gives other tokens, and the last refresh token ends with its revocation.
const refresh = async (token) =>
  oauth.processRefreshTokenResponse(oauthServer, self, await oauth.refreshTokenGrantRequest(oauthServer, self, oauth.None(), token));
const refreshed = await refresh(offline.refresh_token);
const twice = await refresh(refreshed.refresh_token);
const refreshes = [offline, refreshed, twice];
await oauth.processRevocationResponse(await oauth.revocationRequest(oauthServer, self, oauth.None(), twice.refresh_token));
const revoked = await refusal(refresh(twice.refresh_token));
const mayIntrospect = await refusal(
  (async () =>
    oauth.processIntrospectionResponse(
      oauthServer,
      self,
      await oauth.introspectionRequest(oauthServer, self, oauth.None(), twice.access_token),
    ))(),
);

// The device grant: the device waits, the person signs in elsewhere, and its tokens can be refreshed too (RFC 8628).
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const device = await register({ clientKind: "native", grantTypes: [deviceGrant, "refresh_token"], redirectUris: [], postLogoutRedirectUris: [] });
const deviceSelf = { client_id: device.clientId };
const codes = await oauth.processDeviceAuthorizationResponse(
  server,
  deviceSelf,
  await oauth.deviceAuthorizationRequest(server, deviceSelf, oauth.None(), { scope: "openid offline_access" }),
);
const poll = async () =>
  oauth.processDeviceCodeResponse(server, deviceSelf, await oauth.deviceCodeGrantRequest(server, deviceSelf, oauth.None(), codes.device_code));
const waiting = await refusal(poll());
const asked = await walk(new Browser(), codes.verification_uri_complete, input.person);
await new Promise((resolve) => setTimeout(resolve, (codes.interval + 1) * 1000));
const onDevice = await poll();
const onDeviceRefreshed = await oauth.processRefreshTokenResponse(
  server,
  deviceSelf,
  await oauth.refreshTokenGrantRequest(server, deviceSelf, oauth.None(), onDevice.refresh_token),
);
const pollAgain = await refusal(poll());

// A program with a secret, and one with an RSA key.
const job = await register({ redirectUris: [], postLogoutRedirectUris: [], grantTypes: ["client_credentials"], scopes: ["orders:read"] });
const rsa = await crypto.subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign", "verify"]);
const { kty, n, e } = await crypto.subtle.exportKey("jwk", rsa.publicKey);
const signer = await register({
  redirectUris: [],
  postLogoutRedirectUris: [],
  grantTypes: ["client_credentials"],
  clientAuthentication: "private_key_jwt",
  jwks: { keys: [{ kty, n, e, kid: "rsa", alg: "PS256", use: "sig" }] },
});
const acting = async (who, authentication, more = {}) => {
  const oneself = { client_id: who.clientId };
  const response = await oauth.clientCredentialsGrantRequest(oauthServer, oneself, authentication, more);
  const token = await oauth.processClientCredentialsResponse(oauthServer, oneself, response);
  const seen = await oauth.introspectionRequest(oauthServer, oneself, authentication, token.access_token);
  return oauth.processIntrospectionResponse(oauthServer, oneself, seen);
};
const countOf = (answers, token) => new Set(answers.map((each) => each[token]).filter(Boolean)).size;
answer({
  sub: claims.sub,
  org: claims.org_slug,
  wrongVerifier,
  pushedFor: pushed.expires_in,
  refreshes: { accessTokens: countOf(refreshes, "access_token"), refreshTokens: countOf(refreshes, "refresh_token") },
  revoked,
  mayIntrospect,
  device: {
    waiting,
    page: asked.page.text,
    sub: oauth.getValidatedIdTokenClaims(onDevice).sub,
    refreshed: onDeviceRefreshed.refresh_token !== onDevice.refresh_token && onDeviceRefreshed.access_token !== onDevice.access_token,
    again: pollAgain,
  },
  job: await acting(job, oauth.ClientSecretBasic(job.clientSecret), { scope: "orders:read" }),
  signer: await acting(signer, oauth.PrivateKeyJwt({ key: rsa.privateKey, kid: "rsa" })),
  jobId: job.clientId,
  signerId: signer.clientId,
});
