// oidcc-basic-certification-test-plan, and with response_mode=form_post oidcc-formpost-basic-certification-test-plan (OIDC Core).
import { input } from "../api.mjs";
import { Browser, Client, checkUserInfo, decodeJwt, metadata, seconds, userInfo } from "./client.mjs";

export async function scene(mode) {
  const client = await Client.register({}, mode);
  return { mode, client, browser: new Browser() }; // one browser, so that all but the first module find a session
}

const profile = ["name", "preferred_username"];
const claimsOf = { profile, email: ["email", "email_verified"] };

/** A successful sign-in with something more in its request. */
const succeeds = (more) => async (t, { client, browser }) => {
  const { tokens, claims } = await client.signIn(t, browser, more);
  checkUserInfo(t, await userInfo(tokens.access_token), claims.sub);
};

const scopes = (...wanted) => async (t, { client, browser }) => {
  const missing = wanted.filter((scope) => !metadata.scopes_supported.includes(scope));
  if (missing.length) t.skip(`scopes_supported does not list ${missing.join(", ")}: optional (OIDC Core section 5.4)`);
  const { tokens, claims } = await client.signIn(t, browser, { scope: ["openid", ...wanted].join(" ") });
  const told = await userInfo(tokens.access_token);
  checkUserInfo(t, told, claims.sub);
  for (const claim of wanted.flatMap((scope) => claimsOf[scope] ?? [])) t.advise(claim in told.body, `userinfo lacks ${claim}`);
};

/** An address that nobody registered: the browser must not be sent there (RFC 6749 section 4.1.2.4). */
const staysHere = (change) => async (t, { client, browser }) => {
  const seen = await client.authorize(browser, { redirect_uri: change(client) });
  t.require(!seen.left && !seen.answer, `the browser was sent to ${seen.left}`);
  t.require(seen.page.status >= 400 && seen.page.status < 500, `the page says so by its status, seen ${seen.page.status}`);
  t.equal(new URL(seen.page.url).origin, new URL(input.issuer).origin, "the page is ours");
};

export const modules = [
  ["oidcc-server", async (t, { client, browser }) => {
    const { seen, tokens, claims } = await client.signIn(t, browser);
    t.require(seen.titles.length > 0, "nobody was signed in, and nobody was asked");
    checkUserInfo(t, await userInfo(tokens.access_token), claims.sub);
    t.require(tokens.refresh_token === undefined, "no refresh token without offline_access (OIDC Core section 11)");
  }],
  ["oidcc-response-type-missing", async (t, { client, browser }) => {
    const seen = await client.authorize(browser, { response_type: undefined });
    client.checkError(t, seen, "invalid_request", "unsupported_response_type");
  }],
  ["oidcc-userinfo-get", succeeds({})],
  ["oidcc-userinfo-post-header", async (t, { client, browser }) => {
    const { tokens, claims } = await client.signIn(t, browser);
    checkUserInfo(t, await userInfo(tokens.access_token, { method: "POST" }), claims.sub);
  }],
  ["oidcc-userinfo-post-body", async (t, { client, browser }) => {
    const { tokens, claims } = await client.signIn(t, browser);
    const answer = await userInfo(null, { method: "POST", body: new URLSearchParams({ access_token: tokens.access_token }) });
    if (answer.status === 200) return checkUserInfo(t, answer, claims.sub);
    t.equal(answer.status, 401, "a request without a token that we take");
    t.require(/^Bearer\b/.test(answer.headers.get("www-authenticate")), "WWW-Authenticate (RFC 6750 section 3)");
    t.skip("tokens are taken from the header alone: a form is optional (RFC 6750 section 2.2)");
  }],
  ["oidcc-ensure-request-without-nonce-succeeds-for-code-flow", async (t, { client, browser }) => {
    const { claims } = await client.signIn(t, browser, { nonce: undefined });
    t.require(!("nonce" in claims), "a nonce came that nobody sent");
  }],
  ["oidcc-scope-profile", scopes("profile")],
  ["oidcc-scope-email", scopes("email")],
  ["oidcc-scope-address", scopes("address")],
  ["oidcc-scope-phone", scopes("phone")],
  ["oidcc-scope-all", scopes("profile", "email", "address", "phone")],
  ["oidcc-ensure-other-scope-order-succeeds", succeeds({ scope: "email openid" })],
  ["oidcc-display-page", succeeds({ display: "page" })],
  ["oidcc-display-popup", succeeds({ display: "popup" })],
  ["oidcc-prompt-login", async (t, { client, browser }) => {
    const first = await client.signIn(t, browser, { max_age: "15000" });
    await seconds(2);
    const second = await client.signIn(t, browser, { prompt: "login", max_age: "15000" });
    t.require(second.seen.titles.length > 0, "nobody was asked");
    t.equal(second.claims.sub, first.claims.sub, "sub");
    t.require(second.claims.auth_time > first.claims.auth_time, "auth_time is later");
  }],
  ["oidcc-prompt-none-not-logged-in", async (t, { client }) => {
    const seen = await client.authorize(new Browser(), { prompt: "none" });
    t.equal(seen.titles.length, 0, "pages shown");
    client.checkError(t, seen, "login_required", "interaction_required");
  }],
  ["oidcc-prompt-none-logged-in", async (t, { client, browser }) => {
    const first = await client.signIn(t, browser);
    const second = await client.signIn(t, browser, { prompt: "none" });
    t.equal(second.seen.titles.length, 0, "pages shown");
    t.equal(second.claims.sub, first.claims.sub, "sub");
    t.equal(second.claims.auth_time, first.claims.auth_time, "auth_time");
  }],
  ["oidcc-max-age-1", async (t, { client, browser }) => {
    const first = await client.signIn(t, browser, { max_age: "15000" });
    await seconds(2);
    const second = await client.signIn(t, browser, { max_age: "1" });
    t.require(second.seen.titles.length > 0, "nobody was asked");
    t.require(Number.isInteger(second.claims.auth_time), "auth_time is required with max_age (OIDC Core section 2)");
    t.require(second.claims.auth_time > first.claims.auth_time, "auth_time is later");
    t.equal(second.claims.sub, first.claims.sub, "sub");
  }],
  ["oidcc-max-age-10000", async (t, { client, browser }) => {
    const first = await client.signIn(t, browser);
    const second = await client.signIn(t, browser, { max_age: "10000" });
    t.equal(second.seen.titles.length, 0, "pages shown");
    t.equal(second.claims.auth_time, first.claims.auth_time, "auth_time");
    t.require(second.claims.iat - second.claims.auth_time <= 10000, "auth_time is within max_age");
  }],
  ["oidcc-ensure-request-with-unknown-parameter-succeeds", succeeds({ extra: "foobar" })],
  ["oidcc-id-token-hint", async (t, { client, browser }) => {
    const first = await client.signIn(t, browser);
    const second = await client.signIn(t, browser, { prompt: "none", id_token_hint: first.tokens.id_token });
    t.equal(second.claims.sub, first.claims.sub, "sub");
    const stranger = await client.authorize(new Browser(), { prompt: "none", id_token_hint: first.tokens.id_token });
    client.checkError(t, stranger, "login_required"); // a hint signs nobody in (OIDC Core section 3.1.2.1)
  }],
  ["oidcc-login-hint", async (t, { client }) => {
    const { claims } = await client.signIn(t, new Browser(), { login_hint: input.person.userName, scope: "openid profile" });
    t.require(claims.sub, "somebody signed in");
  }],
  ["oidcc-ui-locales", succeeds({ ui_locales: "se" })],
  ["oidcc-claims-locales", succeeds({ claims_locales: "se" })],
  ["oidcc-ensure-request-with-acr-values-succeeds", succeeds({ acr_values: "1 2" })],
  ["oidcc-codereuse", async (t, { client, browser }) => {
    const { seen } = await client.signIn(t, browser);
    const again = await client.redeem(seen);
    t.equal(again.status, 400, "status of a code presented twice");
    t.equal(again.body.error, "invalid_grant", "error");
  }],
  ["oidcc-codereuse-30seconds", async (t, { client, browser }) => {
    const { seen, tokens } = await client.signIn(t, browser);
    const redeemed = Date.now();
    return async () => {
      await seconds(Math.max(0, 30 - (Date.now() - redeemed) / 1000));
      t.equal((await userInfo(tokens.access_token)).status, 200, "the token is good before the code comes again");
      const again = await client.redeem(seen);
      t.equal(again.status, 400, "status of a code presented twice");
      t.equal(again.body.error, "invalid_grant", "error");
      t.advise((await userInfo(tokens.access_token)).status === 401, "the tokens that the code bought end (RFC 6749 section 4.1.2)");
    };
  }],
  ["oidcc-ensure-registered-redirect-uri", staysHere((client) => `${client.redirectUri}/${Math.floor(Math.random() * 1e9)}`)],
  ["oidcc-ensure-post-request-succeeds", async (t, { client, browser }) => {
    await client.signIn(t, browser, {}, { post: true });
    await client.signIn(t, new Browser(), {}, { post: true }); // and the browser that nobody has signed in with
  }],
  ["oidcc-server-client-secret-post", async (t, { mode, browser }) => {
    const client = await Client.register({ clientAuthentication: "client_secret_post" }, mode, "post");
    const { tokens, claims } = await client.signIn(t, browser);
    checkUserInfo(t, await userInfo(tokens.access_token), claims.sub);
  }],
  ["oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", async (t, { client, browser }) => {
    t.equal(metadata.request_parameter_supported ?? false, false, "request_parameter_supported");
    const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
    const { parameters } = client.request();
    const object = `${part({ alg: "none" })}.${part({ ...parameters, iss: client.clientId, aud: input.issuer })}.`;
    client.checkError(t, await client.authorize(browser, { request: object }), "request_not_supported");
  }],
  ["oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", async (t, { client, browser }) => {
    t.equal(metadata.request_uri_parameter_supported, false, "request_uri_parameter_supported, which means true where it is absent");
    const seen = await client.authorize(browser, { request_uri: "https://relying-party.example/request.jwt" });
    client.checkError(t, seen, "request_uri_not_supported");
  }],
  ["oidcc-claims-essential", async (t, { client, browser }) => {
    const asked = { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) };
    await client.signIn(t, browser, asked); // whoever does not support it ignores it
    t.equal(metadata.claims_parameter_supported ?? false, false, "claims_parameter_supported");
    t.skip("claims_parameter_supported is false: the parameter is optional and ignored (OIDC Core section 5.5)");
  }],
  ["oidcc-ensure-request-object-with-redirect-uri", async (t) => {
    t.equal(metadata.request_parameter_supported ?? false, false, "request_parameter_supported");
    t.skip("request_parameter_supported is false: request objects are optional (OIDC Core section 6)");
  }],
  ["oidcc-refresh-token", async (t, { client, browser, mode }) => {
    const first = await client.signIn(t, browser, { scope: "openid offline_access", prompt: "consent" });
    t.require(first.tokens.refresh_token, "a refresh token came with offline_access");
    const stranger = await (await Client.register({}, mode)).refresh(first.tokens.refresh_token);
    t.equal(stranger.body.error, "invalid_grant", "another client's use of it (RFC 6749 section 5.2)");
    await seconds(1);
    const answer = await client.refresh(first.tokens.refresh_token);
    client.checkTokens(t, answer);
    t.require(answer.body.access_token !== first.tokens.access_token, "the access token is another one");
    const claims = decodeJwt(answer.body.id_token); // OIDC Core section 12.2
    for (const name of ["iss", "sub", "auth_time", "azp"]) t.equal(claims[name], first.claims[name], name);
    t.equal(claims.aud, first.claims.aud, "aud");
    t.require(claims.iat > first.claims.iat, "iat is the time of the refresh");
    t.require(claims.nonce === undefined || claims.nonce === first.claims.nonce, "no other nonce");
    checkUserInfo(t, await userInfo(answer.body.access_token), first.claims.sub);
  }],
  ["oidcc-ensure-request-with-valid-pkce-succeeds", async (t, { client, browser }) => {
    t.require(metadata.code_challenge_methods_supported.includes("S256"), "S256 is in the metadata");
    await client.signIn(t, browser);
    const seen = await client.authorize(browser);
    t.equal((await client.redeem({ ...seen, verifier: client.request().verifier })).body.error, "invalid_grant", "a wrong verifier");
  }],
];

/** oidcc-dynamic-certification-test-plan, as far as it is of redirect URIs; applications are registered by our API. */
export const redirectModules = [
  ["oidcc-ensure-redirect-uri-in-authorization-request", staysHere(() => undefined)],
  ["oidcc-redirect-uri-query-added", staysHere((client) => `${client.redirectUri}?foo=bar`)],
  ["oidcc-redirect-uri-query-OK", async (t, { browser }) => {
    const address = `https://relying-party-${process.pid}.example/callback?foo=bar`;
    const client = await Client.register({ redirectUris: [address] });
    client.redirectUri = address;
    const { seen } = await client.signIn(t, browser);
    t.equal(seen.answer.get("foo"), "bar", "the registered query stays (RFC 6749 section 3.1.2)");
  }],
  ["oidcc-redirect-uri-query-mismatch", async (t, world) => {
    const address = `https://relying-party-${process.pid}.example/other?foo=bar`;
    const client = await Client.register({ redirectUris: [address] });
    await staysHere(() => address.replace("bar", "baz"))(t, { ...world, client });
    await staysHere(() => address.replace("?foo=bar", ""))(t, { ...world, client });
  }],
  ["oidcc-redirect-uri-regfrag", async (t) => {
    const refused = await Client.register({ redirectUris: ["https://relying-party.example/callback#foobar"] }).then(
      () => null,
      (error) => error.message,
    );
    t.require(refused && / 400: /.test(refused), `an address with a fragment was registered (RFC 6749 section 3.1.2): ${refused}`);
  }],
];
