// @azure/msal-node against the emulator, unmodified but for the authority that it is told to trust.
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createSign, randomUUID, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { answer, input } from "./api.mjs";
import { Browser, signIn, walk } from "./browser.mjs";
import { control, registerInEntra } from "./entra.mjs";

const redirectUri = `https://msal-${process.pid}.example/callback`;
const authority = `${input.emulator}/${input.tenant}`;
const knownAuthorities = [new URL(input.emulator).host];
const application = await registerInEntra({ web: { redirectUris: [redirectUri] }, isFallbackPublicClient: true });
const { clientId, base } = { clientId: application.appId, base: { clientId: application.appId, authority, knownAuthorities } };
const scopes = ["openid", "profile", "offline_access", "User.Read"];
const graph = { scopes: ["https://graph.microsoft.com/.default"], skipCache: true };

const refusal = async (promise) => {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    return error.errorCode ?? error.message;
  }
};

// Authorization code with PKCE.
const web = new ConfidentialClientApplication({ auth: { ...base, clientSecret: application.secret } });
const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
const request = { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: "S256", state: "s1", nonce: "n1" };
const callback = await signIn(new Browser(), await web.getAuthCodeUrl(request), input.person, redirectUri);
const redeem = { scopes, redirectUri, codeVerifier: verifier, nonce: "n1", code: callback.searchParams.get("code") };
const wrongVerifier = await refusal(web.acquireTokenByCode({ ...redeem, codeVerifier: "x".repeat(43) }));
const signedIn = await web.acquireTokenByCode(redeem);
const codeTwice = await refusal(web.acquireTokenByCode(redeem));

// Refresh: silently by the cache's refresh token.
const [account] = await web.getTokenCache().getAllAccounts();
const cached = await web.acquireTokenSilent({ account, scopes: ["User.Read"] });
const refreshed = await web.acquireTokenSilent({ account, scopes: ["User.Read"], forceRefresh: true });

// Client credentials by secret, and by a wrong one.
const bySecret = await web.acquireTokenByClientCredential(graph);
const wrong = new ConfidentialClientApplication({ auth: { ...base, clientSecret: "wrong" } });
const wrongSecret = await refusal(wrong.acquireTokenByClientCredential(graph));

// By certificate: a new key, registered at the emulator.
const folder = mkdtempSync(join(tmpdir(), "msal-"));
const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=interop", "-keyout", keyFile, "-out", certificateFile], { stdio: "ignore" });
const privateKey = readFileSync(keyFile, "utf8");
const certificate = readFileSync(certificateFile, "utf8");
rmSync(folder, { recursive: true });
await control("POST", `/applications/${clientId}/certificates`, { certificate, displayName: "interop" });
const thumbprintSha256 = createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");
const certified = new ConfidentialClientApplication({ auth: { ...base, clientCertificate: { thumbprintSha256, privateKey } } });
const byCertificate = await certified.acquireTokenByClientCredential(graph);

// By an assertion that the program signs itself.
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
function assertion() {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "RS256", typ: "JWT", "x5t#S256": Buffer.from(thumbprintSha256, "hex").toString("base64url") };
  const claims = { aud: `${authority}/oauth2/v2.0/token`, iss: clientId, sub: clientId, jti: randomUUID(), nbf: now, exp: now + 300 };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(createPrivateKey(privateKey)).toString("base64url")}`;
}
const asserting = new ConfidentialClientApplication({ auth: { ...base, clientAssertion: async () => assertion() } });
const byAssertion = await asserting.acquireTokenByClientCredential(graph);

// Device code: the person types the code in another browser.
const device = new PublicClientApplication({ auth: base });
let person;
const byDevice = await device.acquireTokenByDeviceCode({
  scopes,
  deviceCodeCallback: (begun) => {
    person = walk(new Browser(), begun.verificationUri, { ...input.person, userCode: begun.userCode });
  },
});
const { page } = await person;
const deviceAgain = await device.acquireTokenSilent({ account: byDevice.account, scopes: ["User.Read"], forceRefresh: true });

const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
answer({
  account: { homeAccountId: account.homeAccountId, username: account.username, tenantId: account.tenantId },
  nonce: signedIn.idTokenClaims.nonce,
  scopes: signedIn.scopes,
  wrongVerifier,
  codeTwice,
  cachedFrom: cached.fromCache,
  refreshedFrom: refreshed.fromCache,
  refreshedSub: refreshed.idTokenClaims.sub === signedIn.idTokenClaims.sub,
  wrongSecret,
  proofs: [bySecret, byCertificate, byAssertion].map((result) => claimsOf(result.accessToken).appidacr),
  device: { page: page.text, username: byDevice.account.username, again: deviceAgain.account.username },
});
