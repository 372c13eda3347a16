// oidcc-rp-initiated-logout-, oidcc-backchannel- and oidcc-frontchannel-rp-initiated-logout-certification-test-plan.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { input } from "../api.mjs";
import { walk } from "../browser.mjs";
import { Browser, Client, keys, metadata } from "./client.mjs";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";

export async function scene() {
  const heard = []; // what came to the application's own addresses
  const server = createServer(async (request, response) => {
    heard.push({ path: new URL(request.url, "http://localhost").pathname, query: new URL(request.url, "http://localhost").searchParams, type: request.headers["content-type"], method: request.method, body: await text(request) });
    response.writeHead(200, { "cache-control": "no-store", "content-type": "text/html" }).end("<!doctype html><title>out</title>");
  }).listen(input.conformancePort, "localhost");
  const origin = `http://localhost:${input.conformancePort}`;
  const client = await Client.register({
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/signed-out`],
    backChannelLogoutUri: `${origin}/back`,
    frontChannelLogoutUri: `${origin}/front?app=1`,
  });
  Object.assign(client, { redirectUri: `${origin}/callback`, signedOutUri: `${origin}/signed-out` });
  return { heard, client, close: () => server.close() };
}

/** Signs in with a browser of its own and asks to sign out. */
async function signOut(t, client, parameters) {
  const browser = new Browser();
  const signedIn = await client.signIn(t, browser);
  const state = `state-${Math.floor(Math.random() * 1e9)}`;
  const query = new URLSearchParams(parameters(signedIn, state));
  const end = await walk(browser, `${metadata.end_session_endpoint}?${query}`, {}, client.signedOutUri);
  return { browser, state, signedIn, ...end };
}

/** Whether the browser's session is still there. */
async function isSignedIn(client, browser) {
  const seen = await client.authorize(browser, { prompt: "none" });
  return seen.answer?.has("code") ?? false;
}

const tamper = (token) => {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  return [header, Buffer.from(JSON.stringify({ ...claims, sub: `${claims.sub}x` })).toString("base64url"), signature].join(".");
};

/** The person must be asked (RP-Initiated Logout sections 2 and 6), says yes, and the browser stays with us. */
const asksAndStays = (parameters) => async (t, { client }) => {
  const { browser, page, left } = await signOut(t, client, parameters);
  t.require(!left, `the browser was sent to ${left}`);
  t.require(await isSignedIn(client, browser), "the session ended without a question");
  t.require(page.form && page.form.method === "post", `there is a question, seen: ${page.text.slice(0, 120)}`);
  const answered = await browser.follow(browser.submit(page.form, {}), client.signedOutUri);
  t.require(!answered.left, `after the question the browser was sent to ${answered.left}`);
  t.require(!(await isSignedIn(client, browser)), "after the question the session lives");
};

/** Without asking, and back at the application where it named an address. */
const signsOut = (parameters, check) => async (t, { client }) => {
  const seen = await signOut(t, client, parameters);
  t.require(!(await isSignedIn(client, seen.browser)), "the session lives");
  check(t, seen, client);
};

const home = (client) => ({ post_logout_redirect_uri: client.signedOutUri });

export const modules = (client) => [
  ["oidcc-rp-initiated-logout-discovery-endpoint-verification", async (t) => {
    t.equal(new URL(metadata.end_session_endpoint).protocol, "https:", "end_session_endpoint");
  }],
  ["oidcc-rp-initiated-logout", signsOut(({ tokens }, state) => ({ id_token_hint: tokens.id_token, ...home(client), state }), (t, { left, state }) => {
    t.require(left, "the browser came back");
    t.equal(new URL(left).searchParams.get("state"), state, "state");
    t.equal([...new URL(left).searchParams.keys()].join(), "state", "what came along");
  })],
  ["oidcc-rp-initiated-logout-no-state", signsOut(({ tokens }) => ({ id_token_hint: tokens.id_token, ...home(client) }), (t, { left }) => {
    t.equal(left, client.signedOutUri, "the address as registered, without a state");
  })],
  ["oidcc-rp-initiated-logout-no-post-logout-redirect-uri", signsOut(({ tokens }, state) => ({ id_token_hint: tokens.id_token, state }), (t, { left, page }) => {
    t.require(!left, "nobody named an address");
    t.equal(page.status, 200, "a page says that it is done");
  })],
  ["oidcc-rp-initiated-logout-only-state", asksAndStays((_, state) => ({ state }))],
  ["oidcc-rp-initiated-logout-no-params", asksAndStays(() => ({}))],
  ["oidcc-rp-initiated-logout-no-id-token-hint", asksAndStays((_, state) => ({ ...home(client), state }))],
  ["oidcc-rp-initiated-logout-bad-id-token-hint", asksAndStays((_, state) => ({ id_token_hint: "bad-id-token-hint", ...home(client), state }))],
  ["oidcc-rp-initiated-logout-modified-id-token-hint", asksAndStays(({ tokens }, state) => ({ id_token_hint: tamper(tokens.id_token), ...home(client), state }))],
  ["oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", asksAndStays(({ tokens }, state) => ({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: client.signedOutUri + "/bad",
    state,
  }))],
  ["oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", asksAndStays(({ tokens }, state) => ({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: client.signedOutUri + "?foo=bar",
    state,
  }))],
  ["oidcc-backchannel-logout-discovery-endpoint-verification", async (t) => {
    t.equal(metadata.backchannel_logout_supported, true, "backchannel_logout_supported");
    t.equal(metadata.backchannel_logout_session_supported, true, "backchannel_logout_session_supported");
  }],
  ["oidcc-backchannel-rp-initiated-logout", async (t, { heard }) => {
    heard.length = 0;
    const { signedIn, left } = await signOut(t, client, ({ tokens }, state) => ({ id_token_hint: tokens.id_token, ...home(client), state }));
    t.require(left, "the browser came back");
    // Of this session: what an earlier module ended may be told only now.
    const tellings = () => heard.filter((one) => one.path === "/back" && decodeJwt(new URLSearchParams(one.body).get("logout_token")).sid === signedIn.claims.sid);
    for (let i = 0; i < 300 && tellings().length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 100));
    const told = tellings();
    t.equal(told.length, 1, "how often the application was told");
    t.equal(told[0].method, "POST", "method");
    t.require(/^application\/x-www-form-urlencoded\b/.test(told[0].type), "a form (section 2.5)");
    const token = new URLSearchParams(told[0].body).get("logout_token");
    const { alg, typ } = decodeProtectedHeader(token);
    t.equal(alg, decodeProtectedHeader(signedIn.tokens.id_token).alg, "signed as id_tokens are (section 2.6)");
    t.advise(typ === "logout+jwt", "typ is logout+jwt (section 2.4)");
    const { payload } = await jwtVerify(token, keys, { issuer: input.issuer, audience: client.clientId, clockTolerance: 5, requiredClaims: ["iat", "exp", "jti", "events"] });
    t.require(payload.exp - payload.iat <= 120, "it lives two minutes at most (section 4)");
    t.equal(JSON.stringify(payload.events), JSON.stringify({ [EVENT]: {} }), "events");
    t.require(!("nonce" in payload), "no nonce");
    t.equal(payload.sub, signedIn.claims.sub, "sub");
  }],
  ["oidcc-frontchannel-logout-discovery-endpoint-verification", async (t) => {
    t.equal(metadata.frontchannel_logout_supported, true, "frontchannel_logout_supported");
    t.equal(metadata.frontchannel_logout_session_supported, true, "frontchannel_logout_session_supported");
  }],
  ["oidcc-frontchannel-rp-initiated-logout", async (t, { heard }) => {
    heard.length = 0;
    const { signedIn, left } = await signOut(t, client, ({ tokens }, state) => ({ id_token_hint: tokens.id_token, ...home(client), state }));
    t.require(left, "the browser went on");
    const [frame, ...more] = heard.filter((one) => one.path === "/front");
    t.require(frame && more.length === 0, "the frame was loaded once, before the browser went on");
    t.equal(frame.query.get("iss"), input.issuer, "iss");
    t.equal(frame.query.get("sid"), signedIn.claims.sid, "sid");
    t.equal(frame.query.get("app"), "1", "the registered query stays (section 2)");
  }],
];
