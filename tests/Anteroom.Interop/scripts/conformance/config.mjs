// oidcc-config-certification-test-plan (OIDC Discovery).
import { input } from "../api.mjs";
import { metadata } from "./client.mjs";

const isHttps = (text) => typeof text === "string" && new URL(text).protocol === "https:" && !new URL(text).hash;

export const modules = [
  ["oidcc-discovery-endpoint-verification", async (t) => {
    const response = await fetch(`${input.issuer}/.well-known/openid-configuration`, { redirect: "manual" });
    t.equal(response.status, 200, "status, without a redirect");
    t.require(/^application\/json\b/.test(response.headers.get("content-type")), "application/json");
    t.equal(metadata.issuer, input.issuer, "issuer is where the document lies (section 4.3)");
    t.require(isHttps(metadata.issuer) && !new URL(metadata.issuer).search, "the issuer is https without query and fragment");
    for (const name of ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"])
      t.require(isHttps(metadata[name]), `${name} is https`);
    for (const name of ["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported", "scopes_supported", "claims_supported", "response_modes_supported", "grant_types_supported"])
      t.require(Array.isArray(metadata[name]) && metadata[name].length > 0 && metadata[name].every((value) => typeof value === "string"), `${name} is a list of texts`);
    t.require(metadata.response_types_supported.includes("code"), "code is among the response types");
    t.require(metadata.scopes_supported.includes("openid"), "openid is among the scopes");
    t.require(metadata.subject_types_supported.every((type) => ["public", "pairwise"].includes(type)), "subject types are known");
    t.require(metadata.id_token_signing_alg_values_supported.includes("RS256"), "RS256 is among the algorithms (section 3)");
    t.require(!metadata.id_token_signing_alg_values_supported.includes("none"), "none is not among the algorithms");
    t.require(metadata.token_endpoint_auth_methods_supported.includes("client_secret_basic"), "client_secret_basic is supported");
    t.require(metadata.claims_supported.includes("sub"), "sub is among the claims");
    for (const name of ["claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported"])
      t.require(metadata[name] === undefined || typeof metadata[name] === "boolean", `${name} is true or false`);
    for (const [name, value] of Object.entries(metadata)) t.require(value !== null && !(Array.isArray(value) && value.length === 0), `${name} is not empty (section 4.2)`);
  }],
  ["oidcc-discovery-endpoint-verification (jwks_uri)", async (t) => {
    const response = await fetch(metadata.jwks_uri);
    t.equal(response.status, 200, "status");
    t.require(/^application\/(jwk-set\+)?json\b/.test(response.headers.get("content-type")), "JSON");
    const { keys } = await response.json();
    t.require(Array.isArray(keys) && keys.length > 0, "there are keys");
    t.equal(new Set(keys.map((key) => key.kid)).size, keys.length, "each key has a kid of its own");
    for (const key of keys) {
      for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k", "oth"]) t.require(!(secret in key), `a key shows its ${secret}`);
      t.require(["EC", "RSA"].includes(key.kty), `kty ${key.kty}`);
      t.equal(key.use ?? "sig", "sig", "use");
      for (const name of key.kty === "EC" ? ["x", "y"] : ["n", "e"]) t.require(/^[\w-]+$/.test(key[name]), `${name} is base64url without padding (RFC 7518 section 6)`);
      t.require(key.kty !== "RSA" || Buffer.from(key.n, "base64url").length >= 256, "RSA keys have 2048 bits or more");
      if (key.x5c) t.require(Array.isArray(key.x5c), "x5c is a list");
    }
    for (const algorithm of metadata.id_token_signing_alg_values_supported)
      t.require(keys.some((key) => key.kty === (algorithm.startsWith("ES") ? "EC" : "RSA")), `there is a key for ${algorithm}`);
  }],
  ["oidcc-session-management-discovery-endpoint-verification", async (t) => {
    t.require(!("check_session_iframe" in metadata), "check_session_iframe is announced");
    t.skip("check_session_iframe is not offered: browsers without third-party cookies have made Session Management useless, and it is optional");
  }],
];
