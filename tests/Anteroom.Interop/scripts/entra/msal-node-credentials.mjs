// @azure/msal-node as a daemon: client credentials, proven in the way that the test names.
import { ConfidentialClientApplication } from "@azure/msal-node";
import { answer, input, step } from "../api.mjs";
import { claims, refused } from "./stage.mjs";

const auth = { clientId: input.clientId, authority: input.authority, knownAuthorities: [input.knownAuthority] };
const acquire = (credential, request = {}) =>
  new ConfidentialClientApplication({ auth: { ...auth, ...credential } }).acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"], ...request });

const credential = {
  secret: () => ({ clientSecret: input.clientSecret }),
  certificate: () => ({ clientCertificate: { thumbprintSha256: input.thumbprintSha256, privateKey: input.privateKey } }),
  "certificate-sha1": () => ({ clientCertificate: { thumbprint: input.thumbprint, privateKey: input.privateKey } }),
  "certificate-x5c": () => ({ clientCertificate: { thumbprintSha256: input.thumbprintSha256, privateKey: input.privateKey, x5c: input.certificate } }),
  assertion: () => ({ clientAssertion: input.assertion }),
  "assertion-callback": () => ({ clientAssertion: async () => input.assertion }),
}[input.kind]();

step(`proves itself by ${input.kind}`);
const application = new ConfidentialClientApplication({ auth: { ...auth, ...credential } });
const request = { scopes: ["https://graph.microsoft.com/.default"] };
const first = await application.acquireTokenByClientCredential(request);

step("takes the token from its cache");
const second = await application.acquireTokenByClientCredential(request);

step("proves itself with something that is not registered");
const wrong = input.wrong ? await refused(acquire(input.wrong)) : null;

const token = claims(first.accessToken);
answer({ token, tokenType: first.tokenType, cached: second.fromCache, same: second.accessToken === first.accessToken, wrong });
