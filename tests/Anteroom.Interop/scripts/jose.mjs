// npm jose verifies what we sign, by the key set that we publish (HID-65).
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, signIn } from "./browser.mjs";

const application = await register({ signingAlgorithm: input.algorithm });
const config = await client.discovery(new URL(input.issuer), application.clientId, application.clientSecret, client.ClientSecretBasic(application.clientSecret));
const verifier = client.randomPKCECodeVerifier();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: application.redirectUri,
  scope: "openid profile",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
const callback = await signIn(new Browser(), url.href, input.person, application.redirectUri);
const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, idTokenExpected: true });

const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const expected = { issuer: input.issuer, algorithms: [input.algorithm], clockTolerance: 5 };
const idToken = await jwtVerify(tokens.id_token, keys, { ...expected, audience: application.clientId });
const accessToken = await jwtVerify(tokens.access_token, keys, { ...expected, audience: application.audience ?? application.clientId, typ: "at+jwt" });
const [header, , signature] = tokens.id_token.split(".");
const forged = [header, Buffer.from(JSON.stringify({ ...idToken.payload, sub: "somebody else" })).toString("base64url"), signature].join(".");

answer({
  header: decodeProtectedHeader(tokens.id_token),
  accessHeader: decodeProtectedHeader(tokens.access_token),
  sub: idToken.payload.sub,
  name: idToken.payload.name,
  accessSub: accessToken.payload.sub,
  lifetime: accessToken.payload.exp - accessToken.payload.iat,
  forged: await refusal(jwtVerify(forged, keys, expected)),
});
