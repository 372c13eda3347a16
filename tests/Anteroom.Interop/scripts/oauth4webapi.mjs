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
answer({ sub: claims.sub, org: claims.org_slug, wrongVerifier });
