// A relying party in plain HTTP, so that every byte of an answer can be judged; npm jose verifies signatures.
import { createHash, randomBytes } from "node:crypto";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { input, register } from "../api.mjs";
import { Browser, walk } from "../browser.mjs";

export const metadata = await (await fetch(`${input.issuer}/.well-known/openid-configuration`)).json();
export const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));

const random = () => randomBytes(32).toString("base64url");

export class Client {
  /** @param mode the response_mode of every request, or null for the default. */
  constructor(registered, mode = null, method = "basic") {
    Object.assign(this, registered, { mode, method });
  }

  static async register(properties, mode, method) {
    return new Client(await register(properties ?? {}), mode, method);
  }

  /** A request as the suite's oidcc-server makes it, and PKCE, without which we answer nobody (RFC 9700 section 2.1.1). Undefined takes a parameter away. */
  request(more = {}) {
    const verifier = random();
    const parameters = {
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: "code",
      scope: "openid",
      state: random(),
      nonce: random(),
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      organization: input.person.companyCode, // ours: spares the question for the organization
      ...(this.mode && { response_mode: this.mode }),
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) if (value === undefined) delete parameters[name];
    return { verifier, parameters };
  }

  /** Goes with the browser as far as the request leads: to an answer for the application, or to a page where it ends. */
  async authorize(browser, more = {}, { person = input.person, post = false } = {}) {
    const { verifier, parameters } = this.request(more);
    const query = new URLSearchParams(parameters);
    let url = `${metadata.authorization_endpoint}?${query}`;
    if (post) {
      const { redirect, page } = await browser.open(metadata.authorization_endpoint, { method: "POST", body: query });
      if (page) return { page, titles: [], asked: parameters, verifier };
      url = redirect;
    }
    const { left, page, titles } = await walk(browser, url, person, parameters.redirect_uri ?? this.redirectUri);
    const posted = page?.form?.action === (parameters.redirect_uri ?? this.redirectUri) && page.form.method === "post";
    return {
      asked: parameters,
      verifier,
      titles: posted ? titles.slice(0, -1) : titles,
      page: posted ? null : page,
      left,
      mode: posted ? "form_post" : left && (new URL(left).hash ? "fragment" : "query"),
      answer: posted ? new URLSearchParams(page.form.fields) : left ? new URL(left).searchParams : null,
    };
  }

  async post(endpoint, form, method = this.method) {
    const body = new URLSearchParams(form);
    const headers = {};
    const escaped = (text) => encodeURIComponent(text);
    if (method === "basic")
      headers.authorization = `Basic ${Buffer.from(`${escaped(this.clientId)}:${escaped(this.clientSecret)}`).toString("base64")}`;
    else {
      body.set("client_id", this.clientId);
      body.set("client_secret", this.clientSecret);
    }
    const response = await fetch(endpoint, { method: "POST", headers, body });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  redeem({ answer, asked, verifier }) {
    return this.post(metadata.token_endpoint, {
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: asked.redirect_uri,
      code_verifier: verifier,
    });
  }

  refresh(token) {
    return this.post(metadata.token_endpoint, { grant_type: "refresh_token", refresh_token: token });
  }

  /** What RFC 6749 section 4.1.2 and RFC 9207 say of an answer with a code. */
  checkAnswer(t, seen) {
    t.require(seen.answer, `no answer at the application but a page: ${seen.page?.text.slice(0, 200)}`);
    t.equal(seen.answer.get("error"), null, `an error came: ${seen.answer.get("error_description")}`);
    t.require(seen.answer.get("code"), "the answer has no code");
    t.equal(seen.answer.get("state"), seen.asked.state ?? null, "state");
    t.equal(seen.answer.get("iss"), input.issuer, "iss (RFC 9207 section 2)");
    t.equal(seen.mode, this.mode ?? "query", "response mode");
    for (const name of ["access_token", "id_token", "token_type"]) t.require(!seen.answer.has(name), `${name} came by the browser`);
  }

  checkError(t, seen, ...codes) {
    t.require(seen.answer, `no error at the application but a page: ${seen.page?.text.slice(0, 200)}`);
    t.require(!seen.answer.has("code"), "a code was issued");
    t.require(codes.includes(seen.answer.get("error")), `expected ${codes.join(" or ")}, seen ${seen.answer.get("error")}`);
    t.equal(seen.answer.get("state"), seen.asked.state ?? null, "state (RFC 6749 section 4.1.2.1)");
  }

  /** OIDC Core section 3.1.3.3. */
  checkTokens(t, { status, headers, body }) {
    t.equal(status, 200, `the token endpoint's status: ${JSON.stringify(body)}`);
    t.require(/^application\/json\b/.test(headers.get("content-type")), "the token answer is JSON");
    t.require(/\bno-store\b/.test(headers.get("cache-control")), "Cache-Control: no-store (RFC 6749 section 5.1)");
    t.require(/^bearer$/i.test(body.token_type), "token_type is Bearer");
    t.require(typeof body.access_token === "string" && body.access_token, "there is an access token");
    t.require(Number.isInteger(body.expires_in) && body.expires_in > 0, "expires_in is a number of seconds");
    t.require(typeof body.id_token === "string", "there is an id_token");
  }

  /** OIDC Core sections 2 and 3.1.3.7. */
  async checkIdToken(t, token, nonce) {
    const header = decodeProtectedHeader(token);
    t.require(metadata.id_token_signing_alg_values_supported.includes(header.alg), `alg ${header.alg} is in the metadata`);
    t.require(header.kid, "the header names its key");
    const { payload } = await jwtVerify(token, keys, { issuer: input.issuer, audience: this.clientId, algorithms: [header.alg], clockTolerance: 5 });
    t.require(typeof payload.sub === "string" && /^[\x21-\x7e]{1,255}$/.test(payload.sub), "sub is at most 255 ASCII characters");
    t.require(Number.isInteger(payload.exp) && Number.isInteger(payload.iat) && payload.exp > payload.iat, "exp and iat are whole seconds");
    t.require(Math.abs(Date.now() / 1000 - payload.iat) < 120, "iat is now");
    t.equal(payload.nonce, nonce, "nonce");
    t.require(payload.azp === undefined || payload.azp === this.clientId, "azp is the client");
    t.require(payload.auth_time === undefined || Number.isInteger(payload.auth_time), "auth_time is a number");
    t.require(payload.auth_time === undefined || payload.auth_time <= payload.iat + 5, "auth_time is not after iat");
    t.require(payload.amr === undefined || (Array.isArray(payload.amr) && payload.amr.every((value) => typeof value === "string")), "amr is a list");
    t.require(payload.acr === undefined || typeof payload.acr === "string", "acr is text");
    t.require(payload.c_hash === undefined && payload.s_hash === undefined, "no hashes of another flow");
    return payload;
  }

  /** From the application's request to checked tokens. */
  async signIn(t, browser, more, options) {
    const seen = await this.authorize(browser, more, options);
    this.checkAnswer(t, seen);
    const tokens = await this.redeem(seen);
    this.checkTokens(t, tokens);
    const claims = await this.checkIdToken(t, tokens.body.id_token, seen.asked.nonce);
    return { seen, tokens: tokens.body, claims };
  }
}

export async function userInfo(token, { method = "GET", body } = {}) {
  const response = await fetch(metadata.userinfo_endpoint, { method, body, headers: body ? {} : { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** OIDC Core section 5.3.2. */
export function checkUserInfo(t, answer, sub) {
  t.equal(answer.status, 200, "userinfo's status");
  t.require(/^application\/json\b/.test(answer.headers.get("content-type")), "userinfo answers with JSON");
  t.equal(answer.body.sub, sub, "userinfo's sub is the id_token's");
}

export const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));
export { Browser, decodeJwt };
